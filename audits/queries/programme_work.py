"""The page of one piece of work: how far it is, its terms, and what the person who looks can do next."""

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from audits.access.programme import may_see_capacity, may_with_work, reads_whole_programme, takes_part
from audits.models import Work, WorkKind, WorkState
from audits.models.programme import VISITS
from audits.programme_terms import POINTS, missing_points
from audits.queries.programme import days_of_quarter, year_in_words
from qaf.deadlines.models import Deadline
from qaf.people.models import User

AUDIT_LIFE = (
    (WorkState.PROPOSED, "Proposed"),
    (WorkState.AGREED, "Agreed by the subgroup"),
    (WorkState.FIELDWORK, "Fieldwork"),
    (WorkState.ANALYSIS, "Analysis and report"),
    (WorkState.SIGNED_OFF, "Signed off by the chair"),
    (WorkState.CONSIDERED, "Considered by the subgroup"),
    (WorkState.PRESENTED, "Presented to the board"),
    (WorkState.CLOSED, "Closed"),
)
VISIT_LIFE = (
    (WorkState.PROPOSED, "Proposed"),
    (WorkState.PLANNED, "Planned"),
    (WorkState.PREPARED, "Lines of enquiry agreed"),
    (WorkState.HELD, "Held"),
    (WorkState.REPORTED, "Main findings reported"),
    (WorkState.CLOSED, "Closed"),
)
# What each step is called on a button; in the order in which they are offered.
STEP_TEXTS = {
    "agree": "Record that the subgroup agreed it",
    "plan": "Plan the visit",
    "prepare": "Record the lines of enquiry",
    "hold": "Record that the visit was held",
    "report": "Report the main findings",
    "sign_off": "Sign the report off",
    "consider": "Record that the subgroup considered it",
    "present": "Record that it was presented",
    "close": "Close this work",
}
# Who is waited for, for those who can do nothing themselves.
WAITS = {
    WorkState.PROPOSED: "It waits for the subgroup to agree it.",
    WorkState.AGREED: "It is agreed. A QA manager opens the fieldwork.",
    WorkState.FIELDWORK: "The fieldwork is under way.",
    WorkState.ANALYSIS: "The fieldwork is closed. The lead writes the report, and the chair signs it off.",
    WorkState.SIGNED_OFF: "The report is signed off and goes to the subgroup.",
    WorkState.CONSIDERED: "The subgroup has considered it. A QA manager presents it to the board.",
    WorkState.PRESENTED: "The report was presented to the board. When nothing is left to do, a QA manager closes it.",
    WorkState.PLANNED: "The lead agrees the lines of enquiry with the visiting team, in half a day before the visit.",
    WorkState.PREPARED: "The visit is prepared. It is held next.",
    WorkState.HELD: "The visit was held. The lead reports the main findings.",
    WorkState.REPORTED: "The main findings are reported. When nothing is left to do, a QA manager closes it.",
    WorkState.CLOSED: "Nothing is left to do.",
    WorkState.WITHDRAWN: "It is withdrawn and does not take place.",
}


@dataclass(frozen=True)
class Stage:
    """One state of the life, as the progress list shows it: "done", "now" or "later"."""

    title: str
    state: str
    hint: str = ""


@dataclass(frozen=True)
class Next:
    """Something to do: ``main`` ones are buttons."""

    text: str
    path: str
    main: bool = False


def page_of(user: User, work: Work) -> dict[str, Any]:
    """Everything on the page of a piece of work but its timeline; a fixed number of queries."""
    whole = reads_whole_programme(user)
    agencies = list(work.agencies.select_related("agency", "team", "lead", "auditor"))
    people = list(work.people.select_related("person"))
    notes = list(work.notes.select_related("by")) if whole else []
    shown = people if whole else [one for one in people if one.person_id == user.pk]
    return {
        "work": work,
        "whole": whole,
        "stages": stages_of(work, {note.step: note.at for note in notes}),
        "facts": facts_of(work),
        "points": [(point.label, getattr(work, point.field)) for point in POINTS] if work.is_theme else [],
        "missing": missing_points(work) if work.state == WorkState.PROPOSED else [],
        "agencies": agencies,
        "without_team": [part.agency for part in agencies if part.team_id is None] if work.is_multi_agency else [],
        "people": shown,
        "hours": sum(one.hours for one in shown),
        "notes": [(_step_name(note.step), note) for note in notes if note.text or note.minute],
        **_waits(work),
        "changes": may_with_work(user, "change", work),
        **next_of(user, work, bool(agencies)),
    }


def _waits(work: Work) -> dict[str, Any]:
    """The open deadline, and what its owner is asked to do."""
    deadline = Deadline.objects.about(work).open().select_related("owner").first()
    return {"deadline": deadline, "asked": deadline.title.rpartition(": ")[2] if deadline else ""}


def _step_name(step: str) -> str:
    return str(WorkState(step).label) if step in WorkState.values else "Changed"


def stages_of(work: Work, reached: dict[str, Any]) -> list[Stage]:
    """The states of the life in order; ``reached``: when each was, where that is known."""
    life = VISIT_LIFE if work.kind in VISITS else AUDIT_LIFE
    codes = [str(code) for code, _ in life]
    # Withdrawn work stopped where its last step had brought it.
    position = (
        codes.index(work.state) if work.state in codes else max(map(codes.index, set(codes) & set(reached)), default=0)
    )
    stages = []
    for number, (code, title) in enumerate(life):
        at = work.proposed_at if code == WorkState.PROPOSED else reached.get(code)
        ended = work.state in (WorkState.CLOSED, WorkState.WITHDRAWN)
        now = number == position and not ended
        state = "now" if now else "done" if number <= position else "later"
        stages.append(Stage(title, state, f"{at:%-d %B %Y}" if at and state != "later" else ""))
    return stages


def facts_of(work: Work) -> list[dict[str, Any]]:
    """What the work is, as a summary list."""
    first, last = days_of_quarter(work.year, work.quarter)
    days = f"{work.fieldwork_from:%-d %B %Y}"
    if work.fieldwork_until != work.fieldwork_from:
        days += f" to {work.fieldwork_until:%-d %B %Y}"
    facts: list[tuple[str, Any]] = [
        ("Kind", work.get_kind_display()),
        ("Reference", work.reference),
        ("In the programme of", f"{year_in_words(work.year)}, quarter {work.quarter} ({first:%B} to {last:%B})"),
        ("Visit" if work.is_visit else "Fieldwork", days),
        ("Report due", f"{work.reports_on:%-d %B %Y}" if work.reports_on else ""),
        ("Lead", work.lead),
    ]
    if not work.is_visit:
        facts += [("Chair", work.chair or "Any audit chair"), ("Type of audit", work.type)]
    if work.commissioned_by and not work.is_theme:
        facts.append(("Commissioned by", work.commissioned_by))
    facts.append(("Proposed by", work.proposed_by))
    if work.agreed_on:
        facts.append(("Agreed", f"{work.agreed_on:%-d %B %Y}, {work.agreed_minute}"))
    if work.expectation:
        facts.append(("Asked for by the schedule", str(work.expectation)))
    return [{"key": key, "value": value} for key, value in facts]


def next_of(user: User, work: Work, has_agencies: bool) -> dict[str, Any]:
    """What is to do: ``steps`` for this person, and the sentence that says what is waited for."""
    reference, steps = work.reference, []
    missing = missing_points(work) if work.state == WorkState.PROPOSED else []
    for step, text in STEP_TEXTS.items():
        if may_with_work(user, step, work) and not (step == "agree" and missing):
            steps.append(Next(text, reverse("programme:work_step", args=[reference, step]), main=True))
    if may_with_work(user, "change", work):
        text = "Complete the terms of reference" if missing else "Change the plan"
        steps.append(Next(text, reverse("programme:work_change", args=[reference]), main=bool(missing)))
        steps.append(Next("Agencies that take part", reverse("programme:work_agencies", args=[reference])))
        steps.append(Next("People and their hours", reverse("programme:work_people", args=[reference])))
    steps += [Next(text, path, main) for text, path, main in _elsewhere(user, work) if path]
    if may_with_work(user, "withdraw", work):
        steps.append(Next("Withdraw this work", reverse("programme:work_step", args=[reference, "withdraw"])))
    return {"steps": steps, "advice": _advice(user, work, has_agencies)}


def _elsewhere(user: User, work: Work) -> list[tuple[str, str, bool]]:
    """Pages of the fieldwork and of capacity, where there is something on them for this person."""
    found = []
    runs = may_with_work(user, "fieldwork", work)
    if not work.is_visit and work.state != WorkState.PROPOSED and (runs or takes_part(user, work)):
        found.append(("Fieldwork: children and agencies", path_or_none("programme:fieldwork", work), runs))
    if may_with_work(user, "triangulate", work):
        found.append(("Triangulation: the agencies side by side", path_or_none("programme:triangulation", work), False))
    if may_see_capacity(user):
        found.append(("What it does to people’s time", path_or_none("capacity:work", work), False))
    return found


def path_or_none(name: str, work: Work) -> str:
    """The address of a page about the work; empty where this installation has no such page."""
    try:
        return reverse(name, args=[work.reference])
    except NoReverseMatch:
        return ""


def _advice(user: User, work: Work, has_agencies: bool) -> str:
    advice = WAITS[WorkState(work.state)]
    if work.state == WorkState.PROPOSED and work.is_visit:
        advice = "It is a draft of the programme. A QA manager plans it once its day is certain."
    elif work.state == WorkState.PROPOSED and missing_points(work):
        advice = "A draft is saved as it stands. Once it says all of this, the subgroup can agree it."
    elif work.state == WorkState.PROPOSED and work.proposed_by_id == user.pk:
        advice = "It waits for the subgroup to agree it. You proposed it, so somebody else records that they agreed."
    if work.kind == WorkKind.IMPROMPTU and work.state == WorkState.PROPOSED:
        advice += (
            " An impromptu audit does not count towards the four themes of a year. The subgroup looks first whether it "
            "clashes with other audits that ask the same people’s time."
        )
    if work.is_multi_agency and work.is_open and not has_agencies:
        advice += " No agency takes part yet."
    return advice
