"""What the pages of an audit show: its tasks, what a person can do now, and its related audits."""

from dataclasses import dataclass

from audits import access
from audits.kloe import filling
from audits.kloe.questions import Section
from audits.kloe.scales import Descriptor
from audits.models import Audit, Judgement, SectionAnswers
from audits.queries.answers import Rows, answers_for, rows_of
from qaf.people.models import User

STATE_WORDS = {"not_started": "Not started", "in_progress": "In progress", "complete": "Complete"}


@dataclass(frozen=True)
class Task:
    """One section on the task list."""

    key: str
    title: str
    state: str
    saved: SectionAnswers | None

    @property
    def words(self) -> str:
        return STATE_WORDS[self.state]


def tasks_of(audit: Audit, part: str, rows: Rows | None = None) -> list[Task]:
    """The sections of a part that apply, given the answers so far, with their progress."""
    rows = rows_of(audit) if rows is None else rows
    answers, _ = answers_for(audit, part, rows)
    tasks = []
    for section, _ in filling.visible(audit.form, part, answers):
        row = rows.get(section.key)
        document = row.document if row is not None and row.revision else None
        state = filling.section_state(audit.form, section, document, answers)
        tasks.append(Task(section.key, section.title, state, row if document is not None else None))
    return tasks


@dataclass(frozen=True)
class Step:
    """Something the person can do with the audit now: the words of the button and where it leads."""

    action: str
    text: str
    url_name: str
    main: bool = False
    warning: bool = False


_STEPS = (
    Step("submit", "Check your answers and submit", "audits:check", main=True),
    Step("check", "Check that the audit is complete", "audits:qa_check", main=True),
    Step("distribute", "Distribute the audit", "audits:distribute", main=True),
    Step("feedback", "Give your feedback", "audits:feedback", main=True),
    Step("ask_replacement", "Say that the case is unsuitable", "audits:unsuitable"),
    Step("replace", "Replace an unsuitable case", "audits:replace"),
    Step("return", "Return to the auditor", "audits:return"),
    Step("extend", "Extend the deadline", "audits:extend"),
    Step("close", "Close without feedback", "audits:close"),
    Step("cancel", "Cancel the audit", "audits:cancel", warning=True),
)
# Where nobody moderates, the check is the review of the evidence (Bristol QAF, *Observation of Practice*).
_REVIEW = Step("check", "Review the evidence for the grades", "audits:qa_check", main=True)


def can_be_replaced(audit: Audit) -> bool:
    """Whether another case could take the place of the audit's: it has one, and was neither to be repeated nor is it
    one agency's look at a child that several look at."""
    return audit.case_id is not None and audit.reaudit_of_id is None and audit.work_id is None


def steps_for(user: User, audit: Audit) -> list[Step]:
    """What this person can do with this audit in its present state."""
    steps = [
        step
        for step in _STEPS
        if access.may(user, step.action, audit)
        and not (step.action == "extend" and not audit.due_on)
        and (step.action not in ("ask_replacement", "replace") or can_be_replaced(audit))
    ]
    return [_REVIEW if step.action == "check" and not audit.process.moderation else step for step in steps]


HEADINGS = {
    "audit": "The audit",
    "reaudit": "The re-audit",
    "qa_check": "QA check",
    "moderation": "Moderation",
    "distribution": "Distribution",
    "feedback": "Feedback",
}


def parts_to_show(user: User, audit: Audit) -> list[tuple[str, str]]:
    """The parts of the form on the audit's page, with their headings, as far as they have come into play."""
    shown = []
    for part in dict.fromkeys((audit.part, "qa_check", "moderation", "distribution", "feedback")):
        if not audit.form.sections_of(part):
            continue
        began = (
            part == audit.part
            or access.may_fill(user, audit, part)
            or audit.sections.filter(
                section__in=[section.key for section in audit.form.sections_of(part)], revision__gt=0
            ).exists()
        )
        if began and access.may_read_part(user, audit, part):
            shown.append((part, HEADINGS.get(part, part)))
    return shown


@dataclass(frozen=True)
class Meaning:
    """A grade that was given, the section that holds its evidence, and what the grades of that domain mean."""

    judgement: Judgement
    section: Section
    descriptors: tuple[Descriptor, ...]


def judgements_with_meaning(audit: Audit) -> list[Meaning]:
    """The grades of a submitted audit in the form's order, each with its section and its domain's descriptors."""
    form = audit.form
    place = {question.domain: (section, question) for section, question in form.judgements(audit.part)}
    found = []
    for judgement in audit.judgements.all():
        section, question = place[judgement.domain]
        known = (form.descriptor(key) for key in question.descriptors)
        found.append(Meaning(judgement, section, tuple(one for one in known if one is not None)))
    return found
