"""The engine's findings about a definition, said to somebody who builds a form and has never seen its YAML."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from audits.kloe.editing.pieces import keyed
from audits.kloe.fields import Problem

# Properties as their names stand in definitions, and as a person would call them.
NAMES = {
    "label": "the question",
    "kind": "the kind of question",
    "hint": "the hint",
    "guidance": "the guidance",
    "title": "the title",
    "source": "the source",
    "introduction": "the introduction",
    "form": "the form’s key",
    "key": "the key",
    "options": "the list of answers",
    "columns": "the list of columns",
    "sections": "the list of sections",
    "questions": "the list of questions",
    "grades": "the list of grades",
    "descriptors": "the grade descriptions",
    "scale": "the grading scale",
    "code": "the short code of a grade",
    "name": "the name of a grade",
    "left": "the heading on the left",
    "right": "the heading on the right",
    "low_label": "what 0 means",
    "high_label": "what 10 means",
    "row_name": "what a row is called",
    "domain": "the domain",
    "part": "who fills it in",
    "prefill": "what it is filled in with beforehand",
    "max_length": "the largest number of characters",
    "minimum": "the smallest number",
    "maximum": "the largest number",
    "decimals": "the number of decimal places",
    "minimum_rows": "the smallest number of rows",
    "maximum_rows": "the largest number of rows",
    "value": "the value of an answer",
    "question": "the question of the condition",
    "all": "the list of conditions",
    "any": "the list of conditions",
}
PARTS = {
    "audit": "the auditor’s part",
    "qa_check": "the check",
    "moderation": "the moderation",
    "distribution": "the distribution",
    "feedback": "the feedback",
    "reaudit": "the re-audit",
}
_NAMED = "|".join(sorted(NAMES, key=len, reverse=True))

Say = Callable[[re.Match[str], Any], str]


def _first(text: str) -> str:
    return text[:1].upper() + text[1:]


def _empty(found: re.Match[str], document: Any) -> str:
    match found["name"]:
        case "sections":
            return "The form has no section yet. Add one."
        case "questions":
            return "The section has no question yet. Add one, or take the section out."
        case "options":
            return "There is no answer to choose from yet. Add at least two."
        case "columns":
            return "There is no column yet. Add at least one."
        case "grades":
            return "The grading scale has no grades yet. Add at least two."
        case "label":
            return "The question is empty. Write what is to be asked."
        case "domain":
            return "Say which domain the judgement grades."
        case "question":
            return "The condition does not say which question it looks at. Choose one, or take the condition out."
        case "all" | "any":
            return "The condition has nothing to look at. Choose a question, or take the condition out."
    return f"{_first(NAMES[found['name']])} is missing."


def _called(document: Any, section: str, question: str) -> str:
    """A question by its words and its section's title."""
    holder = keyed(_list(document, "sections"), section)
    asked = keyed(_list(holder, "questions"), question)
    if holder is None or asked is None:
        return f"a question that is not in {'the form' if holder is None else quoted(holder, 'title')} any more"
    return f"{quoted(asked, 'label')} in {quoted(holder, 'title')}"


def quoted(holder: dict[str, Any], name: str) -> str:
    """A piece by its words, cut where they are long; one without words by its key."""
    words = str(holder.get(name) or holder.get("key"))
    return f"‘{words if len(words) <= 80 else words[:79] + '…'}’"


def _list(holder: Any, name: str) -> list[Any]:
    found = holder.get(name) if isinstance(holder, dict) else None
    return found if isinstance(found, list) else []


def _fixed(text: str) -> Say:
    """A sentence with {1}, {2}… for the groups of what was found, {name} for a property in words."""

    def say(found: re.Match[str], document: Any) -> str:
        groups = {name: NAMES.get(value or "", value or "") for name, value in found.groupdict().items()}
        return _first(text.format(found[0], *found.groups(), **groups))

    return say


def _asked(text: str) -> Say:
    """A sentence with {question} for the question that a condition looks at."""

    def say(found: re.Match[str], document: Any) -> str:
        return text.format(found[0], *found.groups(), question=_called(document, found["section"], found["key"]))

    return say


def _in_part(text: str) -> Say:
    def say(found: re.Match[str], document: Any) -> str:
        return text.format(found[0], *found.groups(), part=PARTS.get(found["part"], found["part"]))

    return say


_NAME = f"(?P<name>{_NAMED})"
_ITEM = r", item (?P<item>\d+),"
_LOOKED_AT = r"(?P<section>[a-z0-9-]+)\.(?P<key>[a-z0-9_]+)"
SENTENCES: list[tuple[re.Pattern[str], Say]] = [
    (re.compile(pattern, re.DOTALL), say)
    for pattern, say in (
        (f"{_NAME} is (?:missing|empty|missing or empty)", _empty),
        (f"{_NAME}{_ITEM} is empty", _fixed("{name}: paragraph {item} is empty.")),
        (rf"{_NAME} (?:‘.*’ )?is longer than (\d+) characters", _fixed("{name} is longer than {2} characters.")),
        (
            rf"{_NAME}{_ITEM} is longer than (\d+) characters",
            _fixed("{name}: paragraph {item} is longer than {3} characters."),
        ),
        (
            f"{_NAME}(?:{_ITEM})? contains a control character",
            _fixed("{name} contains a character that cannot be seen. Type the text again."),
        ),
        (f"{_NAME}(?:{_ITEM})? must be text.*", _fixed("{name} must be text.")),
        (f"{_NAME} must be a whole number from (.*), not (.*)", _fixed("{name} must be a whole number from {2}.")),
        (f"{_NAME} must be a number, not (.*)", _fixed("{name} must be a number.")),
        (
            "option (‘.*’|‘.*…) is there twice",
            _fixed("The answer {1} is there twice. Take one out or give it other words."),
        ),
        ("one option is no choice.*", _fixed("One answer is no choice. Add at least one more.")),
        (r"more than (\d+) options", _fixed("There are more than {1} answers to choose from.")),
        (r"more than (\d+) sections", _fixed("The form has more than {1} sections.")),
        (r"more than (\d+) questions", _fixed("The section has more than {1} questions.")),
        (r"more than (\d+) columns", _fixed("There are more than {1} columns.")),
        (r"more than (\d+) grades", _fixed("The grading scale has more than {1} grades.")),
        ("column ‘(.*)’ is there twice", _fixed("The column ‘{1}’ is there twice.")),
        (
            "rows that become actions need a column ‘(.*)’",
            _fixed("Rows that become actions need a column with the key ‘{1}’ (action, owner and due)."),
        ),
        (
            "minimum(_rows)? is larger than maximum(_rows)?",
            _fixed("The smallest number is larger than the largest."),
        ),
        ("a scale needs at least two grades", _fixed("A grading scale needs at least two grades.")),
        (
            "grade code (.*) may have only .*",
            _fixed("The short code {1} of a grade may have only letters and digits without accents."),
        ),
        ("grade code (.*) is there twice", _fixed("Two grades have the short code {1}.")),
        (
            "a grade that meets the standard cannot raise the alert",
            _fixed("A grade cannot both meet the standard and raise the alert."),
        ),
        (
            "(‘.*’|‘.*…) is not a grade of the scale .*",
            _fixed("The grade descriptions name the grade {1}, which the grading scale does not have."),
        ),
        (
            "there is no scale .*",
            _fixed("The grade descriptions need a grading scale. Give the form one, or take them out."),
        ),
        (
            "there is no descriptor ‘(.*?)’.*",
            _fixed("The judgement shows the grade descriptions ‘{1}’, which are not in the form."),
        ),
        (
            "descriptor ‘(.*)’ is for the scale .*",
            _fixed("The grade descriptions ‘{1}’ are for another grading scale than the form’s."),
        ),
        (
            "a judgement needs a form with a scale",
            _fixed("A judgement needs a grading scale. Give the form one."),
        ),
        (
            "domain ‘(.*)’ is judged twice in the part (?P<part>.*)",
            _in_part("The domain ‘{1}’ is judged twice in {part}. Give one of them a domain of its own."),
        ),
        (
            "one judgement of the part audit must have overall: true, and none has",
            _fixed("The form has judgements and none is the overall one. Choose which one stands for the whole audit."),
        ),
        (
            "only one judgement of the part (?P<part>.*) may have overall: true; .*",
            _in_part("There is another overall judgement in {part}, and there can be only one."),
        ),
        (
            "the overall judgement must have required: true",
            _fixed("The overall judgement must be answered. Mark it as required."),
        ),
        (
            "the overall judgement cannot hang on a condition",
            _fixed("The overall judgement cannot hang on a condition, and neither can its section."),
        ),
        (
            f"there is no question {_LOOKED_AT} to look at.*",
            _asked("The condition looks at {question}. Choose another question, or take the condition out."),
        ),
        (
            f"(‘.*?’|‘.*?…|[^‘]*) is not an answer to {_LOOKED_AT}; .*",
            _asked("The condition waits for {1}, which is not an answer to {question}."),
        ),
        (
            f"(‘.*?’|‘.*?…|[^‘]*) can never be the answer to {_LOOKED_AT}, which is .*",
            _asked("The condition waits for {1}, which can never be the answer to {question}."),
        ),
        (
            f"of {_LOOKED_AT} .* a condition can only ask whether it is answered",
            _asked("Of {question} a condition can only ask whether it is answered."),
        ),
        (
            f"circle of conditions: whether {_LOOKED_AT} applies depends on itself",
            _asked("The conditions go in a circle: whether {question} is asked depends on itself."),
        ),
        (
            "a condition needs exactly one of .*",
            _fixed("The condition does not say what it waits for. Choose an answer, or take the condition out."),
        ),
        (
            "(?:is|not|in) must be .*",
            _fixed("The condition does not say which answer it waits for. Choose one, or take the condition out."),
        ),
        (
            r"conditions within conditions go no deeper than (\d+)",
            _fixed("There are conditions within conditions deeper than {1} levels."),
        ),
        (
            "a question of kind .* cannot be filled in beforehand",
            _fixed("A question of this kind cannot be filled in beforehand."),
        ),
        ("unknown kind .*", _fixed("Choose what kind of question this is.")),
        ("(?:unknown key|a column cannot have) (.*)", _fixed("There is a property {1} that has no meaning here.")),
        (f"{_NAME} ‘.*[’…] is not one of .*", _fixed("Choose {name} from the list.")),
        (
            f"{_NAME} (‘.*[’…]) may have only (.*)",
            _fixed("{name} is {2} and may have only {3}."),
        ),
        (r"(.*), item (\d+), is empty", _fixed("Sentence {2} under ‘{1}’ is empty.")),
        ("(.*) must be a list(?: of texts)?", _fixed("What stands under ‘{1}’ must be a list.")),
        ("(.*) must be true or false, not .*", _fixed("What stands under ‘{1}’ must be a yes or no.")),
        (
            "must be a mapping of keys and values, not .*",
            _fixed("Something here cannot be read. Take it out and put it in again."),
        ),
        (r"question key ‘(.*)’ is there twice in its section", _fixed("Two questions have the key ‘{1}’.")),
        ("section key ‘(.*)’ is there twice", _fixed("Two sections have the key ‘{1}’.")),
    )
]


def in_words(problem: Problem, document: Any) -> str:
    """The problem as a sentence."""
    column = _column(problem)
    if re.fullmatch("label is (?:missing|empty)", problem.reason):
        if "options" in problem.path:
            return f"{column}An answer to choose from has no words yet."
        if column:
            return f"{column}It has no heading yet."
    for pattern, say in SENTENCES:
        if found := pattern.fullmatch(problem.reason):
            return column + say(found, document)
    return column + _first(problem.reason) + "."


def _column(problem: Problem) -> str:
    """Of which column it is, for a problem of a column."""
    found = re.search(", column ([^,]+)$", problem.where)
    return f"Column ‘{found[1]}’: " if found else ""
