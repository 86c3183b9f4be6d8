"""What a form is: questions in sections, each section filled in by one part of the audit's life."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from audits.kloe.conditions import Condition, Reference, references
from audits.kloe.scales import Descriptor, Scale

PARTS = ("audit", "qa_check", "moderation", "distribution", "feedback", "reaudit")
PREFILLS = (
    "case.identifier",
    "case.initials_and_age",
    "case.status",
    "case.holder",
    "case.team",
    "case.manager",
    "case.chair",
    "audit.subject",
    "audit.auditor",
    "audit.moderator",
    "today",
)


@dataclass(frozen=True)
class Choice:
    """One option of a question: what is stored, and what is read."""

    value: str
    label: str


@dataclass(frozen=True)
class Question:
    """One question. The second block holds the options that belong to some kinds only (docs/forms.md)."""

    key: str
    kind: str
    label: str
    hint: str = ""
    guidance: tuple[str, ...] = ()
    required: bool = False
    when: Condition | None = None
    prefill: str = ""

    max_length: int = 0
    past_only: bool = False
    minimum: float | None = None
    maximum: float | None = None
    decimals: int = 0
    options: tuple[Choice, ...] = ()
    comment: bool = True
    not_applicable: bool = False
    low_label: str = ""
    high_label: str = ""
    left: str = "Strengths"
    right: str = "Areas for improvement"
    domain: str = ""
    overall: bool = False
    oversight: bool = False
    descriptors: tuple[str, ...] = ()
    columns: tuple[Question, ...] = ()
    minimum_rows: int = 0
    maximum_rows: int = 30
    row_name: str = "row"
    becomes: str = ""


@dataclass(frozen=True)
class Section:
    """Questions under one heading, filled in by one person at one step."""

    key: str
    title: str
    part: str = "audit"
    introduction: tuple[str, ...] = ()
    when: Condition | None = None
    questions: tuple[Question, ...] = ()

    def question(self, key: str) -> Question:
        """The question with this key. Raises KeyError when the section has none."""
        for question in self.questions:
            if question.key == key:
                return question
        raise KeyError(key)

    @property
    def judgements(self) -> tuple[Question, ...]:
        return tuple(question for question in self.questions if question.kind == "judgement")


@dataclass(frozen=True)
class FormDefinition:
    """A form, complete in itself: its scale and the descriptors it shows travel with it."""

    key: str
    title: str
    source: str = ""
    scale: Scale | None = None
    sections: tuple[Section, ...] = ()
    descriptors: tuple[Descriptor, ...] = field(default=())

    @cached_property
    def _sections(self) -> dict[str, Section]:
        return {section.key: section for section in self.sections}

    @cached_property
    def _questions(self) -> dict[Reference, Question]:
        return {
            Reference(section.key, question.key): question
            for section in self.sections
            for question in section.questions
        }

    @cached_property
    def _descriptors(self) -> dict[str, Descriptor]:
        return {descriptor.key: descriptor for descriptor in self.descriptors}

    def parts(self) -> tuple[str, ...]:
        """The parts that this form has sections for, in the order of an audit's life."""
        present = {section.part for section in self.sections}
        return tuple(part for part in PARTS if part in present)

    def sections_of(self, part: str) -> tuple[Section, ...]:
        """The sections that are filled in at one part of the audit's life, in order."""
        return tuple(section for section in self.sections if section.part == part)

    def section(self, key: str) -> Section:
        """The section with this key. Raises KeyError when the form has none."""
        return self._sections[key]

    def question(self, reference: Reference) -> Question | None:
        """The question that a reference names, or None."""
        return self._questions.get(reference)

    def descriptor(self, key: str) -> Descriptor | None:
        """The descriptor with this key, or None."""
        return self._descriptors.get(key)

    def judgements(self, part: str = "audit") -> list[tuple[Section, Question]]:
        """The graded questions of a part, each with its section, in order."""
        return [(section, question) for section in self.sections_of(part) for question in section.judgements]

    def overall(self, part: str = "audit") -> tuple[Section, Question] | None:
        """The judgement that stands for the whole of a part, or None when the part is not graded as a whole."""
        return next((pair for pair in self.judgements(part) if pair[1].overall), None)

    def domains(self, part: str = "audit") -> list[tuple[str, str]]:
        """The graded domains of a part in order: key and title."""
        return [(question.domain, self._domain_title(section, question)) for section, question in self.judgements(part)]

    @staticmethod
    def _domain_title(section: Section, question: Question) -> str:
        # A section usually is one domain; where it holds several, only the labels tell them apart.
        return section.title if len(section.judgements) == 1 else question.label

    def all_questions(self) -> Iterator[tuple[Section, Question]]:
        """Every question with its section, in order."""
        for section in self.sections:
            for question in section.questions:
                yield section, question

    @cached_property
    def deciding_order(self) -> tuple[Reference, ...]:
        """Every question after those that decide whether it applies: its own condition's and its section's."""
        waits = {
            Reference(section.key, question.key): [*references(section.when), *references(question.when)]
            for section, question in self.all_questions()
        }
        order: dict[Reference, None] = {}
        begun: set[Reference] = set()
        for start in waits:
            stack = [start]
            while stack:
                current = stack[-1]
                begun.add(current)
                first = [other for other in waits[current] if other in waits and other not in begun]
                if first:
                    stack += first
                else:
                    order[current] = None
                    stack.pop()
        return tuple(order)
