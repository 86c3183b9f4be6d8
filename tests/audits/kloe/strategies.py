"""Forms and answers made up by hypothesis: anything that docs/forms.md allows."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from audits.kloe.definition import FormDefinition, Question, Section, from_json
from audits.kloe.kinds import KINDS
from audits.kloe.kinds.simple import COLUMNS

SIGNS = st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t")
LINE_SIGNS = st.characters(exclude_categories=["Cs", "Cc"])


def texts(limit: int = 60, signs: Any = LINE_SIGNS) -> Any:
    """Texts that are not blank, without blanks around them: as a definition keeps them."""
    return st.text(signs, min_size=1, max_size=limit).map(str.strip).filter(bool)


def written(limit: int, *, one_line: bool) -> Any:
    """Texts as a person writes them into a form: anything that is not blank."""
    signs = LINE_SIGNS if one_line else st.characters(exclude_categories=["Cs"], exclude_characters="\0\r")
    if one_line:
        signs = st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n")
    return st.text(signs, min_size=1, max_size=limit).filter(lambda text: text.strip())


SCALES = st.lists(st.from_regex("[A-Z][A-Z0-9]{0,3}", fullmatch=True), min_size=2, max_size=4, unique=True).map(
    lambda codes: {
        "key": "scale",
        "title": "A scale",
        "grades": [
            {"code": code, "name": f"Grade {code}", "meets_standard": index == 0} for index, code in enumerate(codes)
        ],
    }
)


@st.composite
def option_lists(draw: Any) -> list[Any]:
    values = draw(st.lists(st.from_regex("[a-z0-9]{1,6}", fullmatch=True), min_size=2, max_size=5, unique=True))
    return [{"value": value, "label": f"Label {value} {draw(texts(20))}"} for value in values]


@st.composite
def questions(draw: Any, key: str, kinds: list[str], *, column: bool = False) -> dict[str, Any]:
    kind = draw(st.sampled_from(kinds))
    asked: dict[str, Any] = {"key": key, "kind": kind, "label": draw(texts())}
    if draw(st.booleans()):
        asked["hint"] = draw(texts(signs=SIGNS))
    if draw(st.booleans()):
        asked["guidance"] = draw(st.lists(texts(signs=SIGNS), min_size=1, max_size=3))
    if draw(st.booleans()):
        asked["required"] = True
    if kind in ("short_text", "long_text") and draw(st.booleans()):
        asked["max_length"] = draw(st.integers(1, 300))
    if kind == "date" and draw(st.booleans()):
        asked["past_only"] = True
    if kind == "number":
        asked["decimals"] = draw(st.integers(0, 3))
        if draw(st.booleans()):
            asked["minimum"] = draw(st.integers(-50, 0))
            asked["maximum"] = draw(st.integers(0, 500))
    if kind in ("one_choice", "several_choices"):
        asked["options"] = draw(option_lists())
    if kind in ("yes_no", "record_state") and draw(st.booleans()):
        asked["comment"] = False
    if kind == "yes_no" and draw(st.booleans()):
        asked["not_applicable"] = True
    if kind == "evidence" and draw(st.booleans()):
        asked |= {"left": draw(texts()), "right": draw(texts())}
    if kind == "scale_0_10" and draw(st.booleans()):
        asked |= {"low_label": draw(texts()), "high_label": draw(texts())}
    if kind == "rows":
        size = draw(st.integers(1, 3))
        asked["columns"] = [draw(questions(f"col_{index}", sorted(COLUMNS), column=True)) for index in range(size)]
        asked["row_name"] = draw(texts(20))
    if kind == "judgement":
        asked["domain"] = key.replace("_", "-")
    return asked


@st.composite
def forms(draw: Any) -> FormDefinition:
    """A form with one to three sections, of every kind, some questions hanging on others, and one overall grade."""
    sections = []
    earlier: list[tuple[str, dict[str, Any]]] = []
    count = draw(st.integers(1, 3))
    for number in range(count):
        asked = []
        for index in range(draw(st.integers(1, 4))):
            question = draw(questions(f"q{number}_{index}", sorted(KINDS)))
            if earlier and draw(st.booleans()):
                question["when"] = draw(conditions(earlier))
            earlier.append((f"part-{number}", question))
            asked.append(question)
        sections.append({"key": f"part-{number}", "title": draw(texts()), "questions": asked})
    overall = {"key": "o", "kind": "judgement", "label": "Overall", "domain": "all", "overall": True, "required": True}
    sections.append({"key": "overall", "title": "Overall", "questions": [overall]})
    return from_json({"form": "made-up", "title": draw(texts()), "scale": draw(SCALES), "sections": sections})


@st.composite
def conditions(draw: Any, earlier: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    section, question = draw(st.sampled_from(earlier))
    named = {"question": f"{section}.{question['key']}"}
    if question["kind"] == "yes_no":
        values = ["yes", "no"]
    elif question["kind"] in ("one_choice", "several_choices"):
        values = [option["value"] for option in question["options"]]
    else:
        return {**named, "answered": draw(st.booleans())}
    test = draw(st.sampled_from(["is", "not", "in"]))
    one = {**named, test: values[:1] if test == "in" else draw(st.sampled_from(values))}
    return draw(st.sampled_from([one, {"all": [one]}, {"any": [one, {**named, "answered": True}]}]))


DATES = st.dates(min_value=date(1900, 1, 1), max_value=date(2024, 12, 31))


@st.composite
def answers_to(draw: Any, question: Question, form: FormDefinition) -> Any:
    """An answer that the question accepts."""
    match question.kind:
        case "short_text":
            return draw(written(min(question.max_length, 80), one_line=True))
        case "long_text":
            return draw(written(min(question.max_length, 200), one_line=False))
        case "date":
            return draw(DATES).isoformat()
        case "number":
            low = -100 if question.minimum is None else int(question.minimum)
            high = 1000 if question.maximum is None else int(question.maximum)
            whole = draw(st.integers(low, high))
            return whole if not question.decimals else float(round(whole, question.decimals))
        case "one_choice":
            return draw(st.sampled_from([option.value for option in question.options]))
        case "several_choices":
            values = [option.value for option in question.options]
            chosen = draw(st.sets(st.sampled_from(values), min_size=1))
            return [value for value in values if value in chosen]
        case "yes_no" | "record_state":
            part, values = ("answer", ["yes", "no"]) if question.kind == "yes_no" else ("state", ["good", "incomplete"])
            comment = draw(st.just("") | written(80, one_line=False)) if question.comment else ""
            return {part: draw(st.sampled_from(values)), "comment": comment}
        case "scale_0_10":
            return draw(st.integers(0, 10))
        case "frequency_scale":
            return draw(st.sampled_from(["always", "usually", "never"]))
        case "change_scale":
            return draw(st.sampled_from(["better", "about_the_same", "worse"]))
        case "evidence":
            return {
                "strengths": draw(written(80, one_line=False)),
                "improvements": draw(st.just("") | written(80, one_line=False)),
            }
        case "person":
            return {"name": draw(written(40, one_line=True)), "role": draw(st.just("") | written(40, one_line=True))}
        case "signature":
            return {"name": draw(written(40, one_line=True)), "date": draw(DATES).isoformat()}
        case "judgement":
            assert form.scale
            return draw(st.sampled_from(form.scale.codes))
    assert question.kind == "rows"
    rows = []
    for _ in range(draw(st.integers(1, 3))):
        first, *others = question.columns
        row = {first.key: draw(answers_to(first, form))}
        row |= {column.key: draw(answers_to(column, form)) for column in others if draw(st.booleans())}
        rows.append(row)
    return rows


@st.composite
def sections_answers(draw: Any, section: Section, form: FormDefinition) -> dict[str, Any]:
    return {
        question.key: draw(answers_to(question, form)) for question in section.questions if draw(st.integers(0, 4)) > 0
    }


@st.composite
def filled_forms(draw: Any) -> tuple[FormDefinition, dict[str, dict[str, Any]]]:
    form = draw(forms())
    return form, {section.key: draw(sections_answers(section, form)) for section in form.sections}
