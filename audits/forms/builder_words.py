"""What the builder's pages call things: kinds of question, steps, what is filled in beforehand, conditions."""

from collections.abc import Mapping
from typing import Any

from audits.kloe.conditions import AllOf, Condition, Reference, Test
from audits.kloe.kinds import KINDS
from audits.kloe.questions import PREFILLS, FormDefinition, Question

# Kind: what it is called, and what it is for, in the words of those who audit.
KIND_WORDS: dict[str, tuple[str, str]] = {
    "evidence": (
        "Evidence: strengths and areas for improvement",
        "Two text boxes side by side, so that what is going well is written down beside what is not.",
    ),
    "judgement": (
        "Judgement: a grade",
        "One grade of the form’s scale, with what each grade looks like beside it. Reports count these.",
    ),
    "yes_no": (
        "Yes or no",
        "Yes, no and, if you want it, not applicable, with room for a comment. Further questions can hang on it.",
    ),
    "record_state": (
        "State of a record",
        "Good, requires update or incomplete, with room for a comment: for a chronology or a genogram, say.",
    ),
    "one_choice": ("One choice", "Exactly one answer from a list that you write."),
    "several_choices": ("Several choices", "Any number of answers from a list that you write, such as risk factors."),
    "short_text": ("Short text", "One line, such as a reference or the name of a team."),
    "long_text": ("Long text", "As many paragraphs as it takes, in the auditor’s own words."),
    "date": ("Date", "Day, month and year. It can be kept to days that have been."),
    "number": ("Number", "A whole number or one with decimals, within limits if you want them."),
    "scale_0_10": ("Scale from 0 to 10", "A number from 0 to 10, with words for what the two ends mean."),
    "frequency_scale": (
        "How often",
        "Always, usually, sometimes, rarely or never: for the views of a child or parent.",
    ),
    "change_scale": (
        "What has changed",
        "From much better to much worse: for what a family says has become of things.",
    ),
    "rows": (
        "Rows that repeat",
        "The same few questions over again: family members, professionals spoken to, or actions to follow up.",
    ),
    "person": ("Person", "A name and a role."),
    "signature": ("Signature", "A name and the date it was signed."),
}

PART_WORDS: dict[str, str] = {
    "audit": "The auditor, in the audit",
    "qa_check": "The QA officer, in the QA check",
    "moderation": "The moderator, in moderation",
    "distribution": "The QA officer, when the audit is distributed",
    "feedback": "The practitioner, in their feedback",
    "reaudit": "The second auditor, in a re-audit",
}

PREFILL_WORDS: dict[str, str] = {
    "case.identifier": "the child’s number in the case system",
    "case.initials_and_age": "the child’s initials and age",
    "case.status": "the status of the case, such as CIN or CP",
    "case.holder": "the case-holder",
    "case.team": "the team",
    "case.manager": "the team’s manager",
    "case.chair": "the CP chair or IRO",
    "audit.subject": "what the audit is about",
    "audit.auditor": "the auditor",
    "audit.moderator": "the moderator",
    "today": "the day on which it is filled in",
}


def kind_title(kind: str) -> str:
    """What a kind of question is called on the pages."""
    return KIND_WORDS.get(kind, (kind.replace("_", " ").capitalize(), ""))[0]


def kind_short(kind: str) -> str:
    """The same in a word or two, for lists: what stands before the colon."""
    return kind_title(kind).partition(":")[0]


def kind_choices(kinds: Mapping[str, Any] = KINDS) -> list[tuple[str, str, str]]:
    """Every kind out of ``kinds`` with its title and what it is for, the ones used most first."""
    known = [name for name in KIND_WORDS if name in kinds]
    return [(name, kind_title(name), KIND_WORDS.get(name, ("", ""))[1]) for name in [*known, *(kinds.keys() - known)]]


def part_words(part: str) -> str:
    """Which step fills a section in."""
    return PART_WORDS.get(part, part.replace("_", " ").capitalize())


def prefill_choices() -> list[tuple[str, str]]:
    """What a question can be filled in with beforehand."""
    return [("", "Nothing: it starts empty"), *((name, PREFILL_WORDS.get(name, name)) for name in PREFILLS)]


def answer_choices(question: Question, form: FormDefinition) -> list[tuple[str, str]] | None:
    """The answers a condition can compare with, with their labels; None for any text or number, empty for none."""
    values = KINDS[question.kind].condition_values(question, form.scale)
    if values is None:
        return None
    controls = KINDS[question.kind].controls(question, {}, form)
    labels = {option.value: option.label for control in controls for option in control.options}
    return [(str(value), labels.get(str(value), str(value))) for value in values]


def condition_words(condition: Condition | None, form: FormDefinition, section: str) -> str:
    """A condition for people: “Is there a plan?” is “Yes”. What it names may be gone; then the key has to do."""
    if condition is None:
        return ""
    if isinstance(condition, Test):
        return _test_words(condition, form, section)
    joint = " and " if isinstance(condition, AllOf) else " or "
    parts = [condition_words(part, form, section) for part in condition.parts]
    return joint.join(
        f"({words})" if not isinstance(part, Test) and len(part.parts) > 1 else words
        for part, words in zip(condition.parts, parts, strict=True)
    )


def _test_words(test: Test, form: FormDefinition, section: str) -> str:
    question = form.question(test.question)
    if question is None:
        label = f"“{test.question}” (which is not in the form)"
    else:
        label = f"“{question.label}”"
        if test.question.section != section:
            label += f" (in {form.section(test.question.section).title})"
    if test.operator == "answered":
        return f"{label} is {'answered' if test.answered else 'not answered'}"
    labels = dict((question and answer_choices(question, form)) or [])
    values = " or ".join(f"“{labels.get(str(value), str(value))}”" for value in test.values)
    return f"{label} is {'not ' if test.operator == 'not' else ''}{values}"


def reference_of(text: str) -> Reference:
    """The question that a text such as "plan.voice" names."""
    section, _, question = text.partition(".")
    return Reference(section, question)
