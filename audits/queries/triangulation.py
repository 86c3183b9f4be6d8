"""What the agencies of a closed fieldwork found, child by child, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from audits.kloe.scales import Grade
from audits.models import Audit, Judgement, SectionAnswers, Work, WorkCase
from audits.queries.fieldwork import Cell, Grid, grid_of
from audits.triangulation import Line, Said, Voice, lines_of

Answers = dict[str, dict[str, object]]


@dataclass(frozen=True)
class Given:
    """The overall grade of one agency's audit: the auditor's, and the moderated one where there is one.

    ``words`` instead of both where there is none, and why.
    """

    agency: str
    words: str = ""
    grade: Grade | None = None
    moderated: Grade | None = None

    @property
    def standing(self) -> str:
        given = self.moderated or self.grade
        return given.name if given is not None else ""

    @property
    def text(self) -> str:
        """As a file says it."""
        if self.grade is None:
            return self.words
        return f"{self.grade.name} (moderated: {self.moderated.name})" if self.moderated else self.grade.name


@dataclass(frozen=True)
class ChildFound:
    """What was found on one child. ``lines`` compare the agencies whose audits were submitted."""

    child: WorkCase
    cells: tuple[Cell, ...]
    voices: tuple[str, ...]
    grades: tuple[Given, ...]
    lines: tuple[Line, ...]

    @property
    def differing(self) -> list[Line]:
        return [line for line in self.lines if line.differs]

    @property
    def grades_differ(self) -> bool:
        return len({one.standing for one in self.grades if one.standing}) > 1


@dataclass(frozen=True)
class Found:
    """What was found on all children of a piece of work."""

    work: Work
    grid: Grid
    children: tuple[ChildFound, ...]

    @property
    def agencies(self) -> list[str]:
        return [one.agency.name for one in self.grid.agencies]

    @property
    def sections(self) -> dict[str, str]:
        """The lines of enquiry by their key, in the form's order."""
        return {line.section: line.title for one in self.children for line in one.lines}

    def of(self, number: int) -> ChildFound | None:
        return next((one for one in self.children if one.child.number == number), None)


def found_in(work: Work) -> Found:
    """Everything that the submitted audits of a piece of work say; six queries, however many audits there are."""
    grid = grid_of(work)
    keys = [cell.audit.pk for cell in grid.cells if cell.audit is not None and cell.is_submitted]
    answers: dict[int, Answers] = {key: {} for key in keys}
    for audit, section, document in (
        SectionAnswers.objects.filter(audit__in=keys).order_by().values_list("audit_id", "section", "document")
    ):
        answers[audit][section] = document.get("answers") or {}
    judged: dict[int, list[Judgement]] = {key: [] for key in keys}
    for judgement in Judgement.objects.filter(audit__in=keys).order_by("audit_id", "position"):
        judged[judgement.audit_id].append(judgement)
    return Found(work, grid, tuple(_of_a_child(grid, child, answers, judged) for child in grid.children))


def _of_a_child(
    grid: Grid, child: WorkCase, answers: dict[int, Answers], judged: dict[int, list[Judgement]]
) -> ChildFound:
    cells = tuple(grid.of(child))
    voices = [
        _voice(cell.agency.name, cell.audit, answers, judged)
        for cell in cells
        if cell.audit is not None and cell.is_submitted
    ]
    return ChildFound(
        child,
        cells,
        tuple(one.agency for one in voices),
        tuple(_given(cell, judged) for cell in cells),
        tuple(lines_of(voices)),
    )


def _voice(agency: str, audit: Audit, answers: dict[int, Answers], judged: dict[int, list[Judgement]]) -> Voice:
    moderated = {one.domain: one.moderated_grade for one in judged[audit.pk] if one.moderated_grade}
    return Voice(agency, audit.form, answers[audit.pk], audit.part, moderated)


def _given(cell: Cell, judged: dict[int, list[Judgement]]) -> Given:
    audit = cell.audit
    if audit is None or not cell.is_submitted:
        return Given(cell.agency.name, "Child not known" if cell.not_known else "Not done")
    overall = next((one for one in judged[audit.pk] if one.is_overall), None)
    scale = audit.form.scale
    if overall is None or scale is None:
        return Given(cell.agency.name, "No overall grade")
    moderated = scale.grade(overall.moderated_grade) if overall.moderated_grade else None
    return Given(cell.agency.name, "", scale.grade(overall.auditor_grade), moderated)


@dataclass(frozen=True)
class Choice:
    """What of the triangulation is looked at: lines in which one agency was asked, one line of enquiry, differences."""

    agency: str = ""
    section: str = ""
    only_differences: bool = True

    def takes(self, line: Line) -> bool:
        if self.only_differences and not line.differs:
            return False
        if self.section and line.section != self.section:
            return False
        return not self.agency or any(one.agency == self.agency and one.asked for one in line.said)

    def of(self, lines: Iterable[Line]) -> list[Line]:
        return [line for line in lines if self.takes(line)]


HEADINGS = ("Child", "Line of enquiry", "Question", "What differs")


def table_of(found: Found, choice: Choice, *, only: int | None = None) -> tuple[list[str], list[list[str]]]:
    """The triangulation as a table for files, children by number alone: headings, then a row for each line.

    ``only`` is the number of one child.
    """
    agencies = found.agencies
    rows = []
    for one in found.children:
        if only is not None and one.child.number != only:
            continue
        for line in choice.of(one.lines):
            said = {voice.agency: voice for voice in line.said}
            texts = [_text(said.get(agency), one, agency) for agency in agencies]
            rows.append([f"Child {one.child.number}", line.title, line.label, line.why, *texts])
    return [*HEADINGS, *agencies], rows


def _text(said: Said | None, child: ChildFound, agency: str) -> str:
    if said is None:
        words: Sequence[str] = [grade.words for grade in child.grades if grade.agency == agency]
        return words[0] if words else ""
    if not said.asked:
        return "Not asked"
    if said.silent:
        return "No answer"
    texts = [f"{head}: {text}" if head else text for head, text in said.pairs]
    if said.moderated:
        texts.append(f"Moderated: {said.moderated}")
    return "\n".join(texts)
