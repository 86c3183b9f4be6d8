"""From plain data to a form definition. Everything that is wrong is noted; nothing stops at the first mistake."""

from __future__ import annotations

from typing import Any

from audits.kloe.conditions import OPERATORS, AllOf, AnyOf, Condition, Reference, Scalar, Test
from audits.kloe.fields import Fields, Problems, has_control_character, shown, suggestion
from audits.kloe.kinds import KINDS
from audits.kloe.kinds.asking import question_from
from audits.kloe.questions import PARTS, PREFILLS, FormDefinition, Question, Section
from audits.kloe.scales import Descriptor, Grade, Scale

MAX_SECTIONS = 100
MAX_QUESTIONS = 200  # in one section
MAX_GRADES = 20
MAX_DEPTH = 5  # of all and any within each other


def scale_from(fields: Fields) -> Scale | None:
    """Read a grading scale."""
    key, title = fields.key("key"), fields.text("title", required=True)
    grades: list[Grade] = []
    for index, item in fields.items("grades", required=True, most=MAX_GRADES):
        inner = fields.inner(item, "", "grades", index)
        grade = Grade(
            code=inner.text("code", required=True, limit=10),
            name=inner.text("name", required=True, limit=100),
            meets_standard=inner.flag("meets_standard"),
            raises_alert=inner.flag("raises_alert"),
        )
        inner.finish()
        if grade.code and not (grade.code.isascii() and grade.code.replace("_", "").isalnum()):
            inner.wrong(f"grade code {shown(grade.code)} may have only letters, digits and underscores", "code")
        if grade.meets_standard and grade.raises_alert:
            inner.wrong("a grade that meets the standard cannot raise the alert", "raises_alert")
        if grade.code in [other.code for other in grades]:
            inner.wrong(f"grade code {shown(grade.code)} is there twice", "code")
        grades.append(grade)
    fields.finish()
    if 0 < len(grades) < 2:
        fields.wrong("a scale needs at least two grades", "grades")
    return Scale(key, title, tuple(grades)) if key else None


def descriptor_from(fields: Fields, scales: dict[str, Scale]) -> Descriptor | None:
    """Read what the grades of a scale look like in one area."""
    key, title, name = fields.key("key"), fields.text("title", required=True), fields.key("scale")
    scale = scales.get(name)
    if name and scale is None:
        fields.wrong(f"there is no scale {shown(name)}{suggestion(name, scales)}", "scale")
    fields.seen.add("grades")
    inner = fields.inner(fields.data.get("grades"), "", "grades")
    grades: dict[str, tuple[str, ...]] = {}
    for code in list(inner.data):
        if scale is not None and code not in scale.codes:
            inner.wrong(f"{shown(code)} is not a grade of the scale {name}: {', '.join(scale.codes)}", code)
        grades[str(code)] = inner.texts(code)
    fields.finish()
    return Descriptor(key, title, name, grades) if key else None


class FormReader:
    """Reads one form; scales and descriptors are those that it may name."""

    def __init__(self, problems: Problems, scales: dict[str, Scale], descriptors: dict[str, Descriptor]) -> None:
        self.problems = problems
        self.scales = scales
        self.descriptors = descriptors

    def form(self, data: Any) -> FormDefinition:
        """Read a form. It is only to be used when no problems were noted."""
        fields = Fields(data, self.problems)
        key, title = fields.key("form", limit=80), fields.text("title", required=True, limit=200)
        source, name = fields.text("source", limit=500), fields.text("scale")
        if name and name not in self.scales:
            fields.wrong(f"there is no scale {shown(name)}{suggestion(name, self.scales)}", "scale")
        listed = fields.items("sections", required=True, most=MAX_SECTIONS)
        sections = [self.section(fields, index, item) for index, item in listed]
        fields.finish()
        named = {
            descriptor for section in sections for question in section.questions for descriptor in question.descriptors
        }
        return FormDefinition(
            key=key,
            title=title,
            source=source,
            scale=self.scales.get(name),
            sections=tuple(sections),
            descriptors=tuple(found for key, found in self.descriptors.items() if key in named),
        )

    def section(self, form: Fields, index: int, item: Any) -> Section:
        named = item.get("key") if isinstance(item, dict) else None
        fields = form.inner(item, f"section {named or index + 1}", "sections", index)
        key = fields.key("key")
        head: dict[str, Any] = {
            "title": fields.text("title", required=True, limit=200),
            "part": fields.one_of("part", PARTS, "audit"),
            "introduction": fields.texts("introduction"),
            "when": self.when(fields, key),
        }
        questions: list[Question] = []
        for place, data in fields.items("questions", required=True, most=MAX_QUESTIONS):
            if (question := self.question(fields, key, place, data)) is not None:
                questions.append(question)
            else:
                # Keep the place, so that paths of later checks still point at the right line.
                questions.append(Question(key="", kind="", label=""))
        fields.finish()
        return Section(key=key, questions=tuple(questions), **head)

    def question(self, section: Fields, section_key: str, index: int, item: Any) -> Question | None:
        named = item.get("key") if isinstance(item, dict) else None
        fields = section.inner(item, f"{section.where}, question {named or index + 1}", "questions", index)
        more = {"when": self.when(fields, section_key), "prefill": fields.one_of("prefill", PREFILLS)}
        question = question_from(fields, KINDS, more)
        if question and question.prefill and not KINDS[question.kind].can_prefill:
            fields.wrong(f"a question of kind {question.kind} cannot be filled in beforehand", "prefill")
        return question

    def when(self, fields: Fields, section_key: str) -> Condition | None:
        """Read the condition of a section or a question."""
        if not fields.has("when"):
            fields.take("when")
            return None
        inner = fields.inner(fields.take("when"), "", "when")
        return self.condition(inner, section_key, 1)

    def condition(self, fields: Fields, section_key: str, depth: int) -> Condition | None:
        for word, made in (("all", AllOf), ("any", AnyOf)):
            if word in fields.data:
                parts = []
                if depth >= MAX_DEPTH:
                    fields.wrong(f"conditions within conditions go no deeper than {MAX_DEPTH}", word)
                    return None
                for index, item in fields.items(word, required=True):
                    part = self.condition(fields.inner(item, "", word, index), section_key, depth + 1)
                    if part is not None:
                        parts.append(part)
                fields.finish()
                return made(tuple(parts)) if parts else None
        return self.test(fields, section_key)

    def test(self, fields: Fields, section_key: str) -> Test | None:
        named = fields.text("question", required=True)
        section, dot, key = named.rpartition(".")
        given = [operator for operator in OPERATORS if operator in fields.data]
        fields.seen.update(OPERATORS)
        fields.finish()
        if len(given) != 1:
            fields.wrong(f"a condition needs exactly one of {', '.join(OPERATORS)}")
            return None
        operator = given[0]
        value = fields.data[operator]
        reference = Reference(section if dot else section_key, key)
        if operator == "answered":
            if not isinstance(value, bool):
                fields.wrong(f"answered must be true or false, not {shown(value)}", "answered")
            return Test(reference, operator, answered=value is True) if named else None
        listed = value if operator == "in" else [value]
        if not isinstance(listed, list) or not listed or not all(self._is_value(item) for item in listed):
            kind = "a list of values" if operator == "in" else "a text or a number (yes and no in quotes)"
            fields.wrong(f"{operator} must be {kind}, not {shown(value)}", operator)
            return None
        if any(isinstance(item, str) and has_control_character(item) for item in listed):
            fields.wrong(f"{operator} contains a control character", operator)
            return None
        values: tuple[Scalar, ...] = tuple(listed)
        return Test(reference, operator, values) if named else None

    @staticmethod
    def _is_value(item: Any) -> bool:
        if isinstance(item, bool) or not isinstance(item, str | int | float):
            return False
        return isinstance(item, str) or abs(item) < 1e12  # as for the limits of numbers; not a number fails too
