"""What a form looks like on paper, before it is known whether it becomes a PDF or a Word document.

Made of the same drawing as the pages, so that nothing is asked on one and not on the other. A field's name is the
name of the page's field (docs/forms.md, *Fields on the page*); a date is one field here, named as its three fields
are without ``-day``, ``-month`` and ``-year``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from audits.documents.days import shown_day
from audits.kloe.drawing import DrawnQuestion, draw_section
from audits.kloe.filling import Document
from audits.kloe.kinds import KINDS, Control, Option, Rows
from audits.kloe.questions import FormDefinition, Question, Section

Widget = Literal["line", "lines", "choice", "checks", "date"]
WIDGETS: dict[str, Widget] = {
    "text": "line",
    "textarea": "lines",
    "radios": "choice",
    "checkboxes": "checks",
    "date": "date",
}
SPARE_ROWS = 3
PART_TITLES = {
    "audit": "The audit",
    "qa_check": "QA check",
    "moderation": "Moderation",
    "distribution": "Distribution",
    "feedback": "Feedback",
    "reaudit": "The re-audit",
}


@dataclass(frozen=True)
class Field:
    """One thing to fill in. ``value`` is what stands in it: a text, a day in words, or an option's value."""

    name: str
    widget: Widget
    label: str = ""
    value: str = ""
    chosen: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()

    @property
    def label_of_value(self) -> str:
        """The chosen option as it reads; a value that is no option stands as it was typed."""
        return next((option.label for option in self.options if option.value == self.value), self.value)


@dataclass(frozen=True)
class Row:
    """One row of a table: its cells in the order of the columns, each with one or more fields."""

    label: str
    cells: tuple[tuple[Field, ...], ...]


@dataclass(frozen=True)
class Item:
    """One question with all that is printed with it."""

    question: Question
    only_if: str = ""
    hints: tuple[str, ...] = ()
    # What the options look like in practice: label of the option, then groups of a title and sentences.
    descriptors: tuple[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], ...] = ()
    fields: tuple[Field, ...] = ()
    columns: tuple[Question, ...] = ()
    rows: tuple[Row, ...] = ()
    errors: tuple[str, ...] = ()

    @property
    def optional(self) -> bool:
        return is_optional(self.question)

    @property
    def is_side_by_side(self) -> bool:
        return self.question.kind == "evidence"

    def every_field(self) -> Iterator[Field]:
        """Its fields, and those of its rows."""
        yield from self.fields
        for row in self.rows:
            for cell in row.cells:
                yield from cell


@dataclass(frozen=True)
class LaidSection:
    """A section ready for paper. ``locked``: it can be read here, but is filled in elsewhere or by others."""

    section: Section
    part_title: str
    items: tuple[Item, ...]
    only_if: str = ""
    locked: bool = False


@dataclass(frozen=True)
class Layout:
    """A document: a form, or an audit on it. ``facts`` stand under the title, ``marks`` in its properties."""

    title: str
    version: int
    form: FormDefinition
    sections: tuple[LaidSection, ...]
    reference: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    # The revision of each section when the document was made.
    revisions: Mapping[str, int] = field(default_factory=dict)

    @property
    def marks(self) -> dict[str, str]:
        """What the document's properties say of where it belongs; never anything of a child."""
        marks = {"qaf-form": self.form.key, "qaf-version": str(self.version)}
        if self.reference:
            marks["qaf-audit"] = self.reference
        return marks | {f"qaf-section-{key}": str(revision) for key, revision in sorted(self.revisions.items())}


def is_optional(question: Question) -> bool:
    return not question.required and not question.minimum_rows


def lay_section(
    form: FormDefinition, section: Section, document: Document | None = None, *, locked: bool = False
) -> LaidSection:
    """Lay out one section with what is stored in it; with none, blank. Rows get a few spare ones."""
    asked = {question.key: question for question in section.questions}
    roomy = replace(section, questions=tuple(_with_spare_rows(question, document) for question in section.questions))
    drawn = draw_section(form, roomy, document)
    items = tuple(_item(asked[one.question.key], one) for one in drawn.questions)
    return LaidSection(section, PART_TITLES.get(section.part, section.part), items, drawn.only_if, locked)


def lay_form(form: FormDefinition, *, version: int) -> Layout:
    """A blank form, all its parts."""
    sections = tuple(lay_section(form, section) for part in form.parts() for section in form.sections_of(part))
    return Layout(form.title, version, form, sections, facts=(("Form", f"{form.title}, version {version}"),))


def _with_spare_rows(question: Question, document: Document | None) -> Question:
    kind = KINDS[question.kind]
    if not isinstance(kind, Rows):
        return question
    raw = (document or {}).get("raw") or {}
    answer = ((document or {}).get("answers") or {}).get(question.key) or []
    count = kind.count(question, raw[question.key]) if question.key in raw else len(answer)
    return replace(question, minimum_rows=min(max(count + SPARE_ROWS, question.minimum_rows), question.maximum_rows))


def _item(question: Question, drawn: DrawnQuestion) -> Item:
    fields = tuple(_field(drawn.prefix, control) for control in drawn.controls)
    rows = tuple(
        Row(
            row.label,
            tuple(tuple(_field(cell.prefix, control) for control in cell.controls) for cell in row.cells),
        )
        for row in drawn.rows
    )
    return Item(
        question=question,
        only_if=drawn.only_if,
        hints=drawn.hints,
        descriptors=tuple(
            (option.label, option.sentences)
            for control in drawn.controls
            for option in control.options
            if option.sentences
        ),
        fields=fields,
        columns=question.columns,
        rows=rows,
        errors=drawn.errors,
    )


def _field(prefix: str, control: Control) -> Field:
    # "No answer" is a browser's way back from a radio; paper and Word have their own.
    options = tuple(option for option in control.options if option.value)
    value: Any = control.value
    if control.widget == "date":
        day, month, year = (str(part.value) for part in control.parts)
        value = shown_day(day, month, year)
    several = control.widget == "checkboxes"
    return Field(
        name=prefix + control.name,
        widget=WIDGETS[control.widget],
        label=control.label,
        value="" if several else str(value),
        chosen=tuple(value) if several else (),
        options=options,
    )
