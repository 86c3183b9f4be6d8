"""Keeping what an agency enters: figures, narratives and answers, each part by itself, and nothing lost.

A page holds many parts, and each carries the mark of what it showed. A part that was not touched on this page is left
alone, even if somebody else saved it meanwhile; one that both changed is given back as a conflict, with both texts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from qaf.people.models import User
from qaf.trail.chain import record
from scorecard.models import Return, ReturnFigure, ReturnLine, ReturnLineRevision, ReturnQuery
from scorecard.return_checks import number_words
from scorecard.workflow.return_ground import locked

SUMMARY = "s"


@dataclass(frozen=True)
class Entry:
    """One line as it is entered: its texts, and for each period its numerator and denominator (None: nothing)."""

    line: int
    narrative: str = ""
    explanation: str = ""
    no_figure: str = ""
    # By the period's place in the line.
    figures: tuple[tuple[Decimal | None, Decimal | None], ...] = ()

    @classmethod
    def of(cls, line: ReturnLine) -> Entry:
        """What is stored."""
        figures = tuple((figure.numerator, figure.denominator) for figure in line.figures.all())
        return cls(line.pk, line.narrative, line.explanation, line.no_figure, figures)

    @property
    def key(self) -> str:
        return f"l{self.line}"

    @property
    def texts(self) -> dict[str, str]:
        return {"narrative": self.narrative, "explanation": self.explanation, "no_figure": self.no_figure}

    @property
    def mark(self) -> str:
        numbers = [[number_words(one) for one in pair] for pair in self.figures]
        return mark_of_text(repr([list(self.texts.values()), numbers]))


@dataclass(frozen=True)
class Filling:
    """What a page holds: the lines, the summary and the answers that it had fields for (None or absent: it had not)."""

    entries: tuple[Entry, ...] = ()
    summary: str | None = None
    # By the key of the query.
    answers: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Conflict:
    """A part that was saved from another page meanwhile: what it is, what is stored and what was typed.

    For a line both are an Entry, else texts; ``query`` is the key of the query that was answered twice.
    """

    stored: Entry | str
    typed: Entry | str
    query: int | None = None


@dataclass
class Kept:
    """What came of saving: the lines and parts that changed, and the conflicts, which are not saved.

    ``marks`` are those with which the same page goes on: of a part that was left alone they are the old ones, for the
    page still shows what it showed.
    """

    marks: dict[str, str]
    lines: list[int] = field(default_factory=list)
    others: int = 0
    conflicts: list[Conflict] = field(default_factory=list)

    @property
    def changed(self) -> int:
        return len(self.lines) + self.others


def mark_of_text(text: str) -> str:
    """A short mark of a text, to tell whether it is the same."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def same_lines(text: str) -> str:
    """A text as browsers send it, with one kind of line break, so that it can be compared."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def marks_of(one: Return, lines: Iterable[ReturnLine], queries: Iterable[ReturnQuery]) -> dict[str, str]:
    """The mark of each part as it is stored, by the part's key."""
    marks = {Entry.of(line).key: Entry.of(line).mark for line in lines}
    marks[SUMMARY] = mark_of_text(one.summary)
    return marks | {f"q{query.pk}": mark_of_text(query.answer) for query in queries}


def written(marks: Mapping[str, str]) -> str:
    """Marks as a page carries them."""
    return " ".join(f"{key}:{mark}" for key, mark in marks.items())


def read_marks(text: str) -> dict[str, str]:
    """Marks that a page carried; what cannot be read is left out, and counts as older than anything."""
    pairs = (word.partition(":") for word in text.split())
    return {key: mark for key, _, mark in pairs if mark}


@transaction.atomic
def save(one: Return, *, filling: Filling, seen: Mapping[str, str], by: User, from_workbook: bool = False) -> Kept:
    """Keep what was entered; nothing need be complete. ``seen``: the marks of what the page showed, by part.

    What stood before is kept as a revision of the line. Gives what changed and the conflicts: those parts stay as they
    are, all others are saved. Raises NotAllowed or MovedOn. ``from_workbook`` is noted in the trail.
    """
    one = locked(one, action="fill", by=by)
    kept = Kept(dict(seen))
    stored = one.lines.select_for_update(of=("self",)).select_related("definition").prefetch_related("figures")
    lines = {line.pk: line for line in stored}
    for entry in filling.entries:
        if entry.line in lines:
            _save_line(lines[entry.line], _fitted(entry, lines[entry.line]), seen, kept, by)
    if filling.summary is not None:
        summary = same_lines(filling.summary)
        if _accepts(kept, SUMMARY, one.summary, summary, seen):
            one.summary = summary
            kept.others += 1
    _save_answers(one, filling.answers, seen, kept, by)
    if kept.changed:
        one.revision += 1
        one.save(update_fields=["summary", "revision"])
        if from_workbook:
            record("return.uploaded", one, by=by, indicators=len(kept.lines))
    return kept


def _fitted(entry: Entry, line: ReturnLine) -> Entry:
    """The entry with as many figures as the line has periods, and texts that can be compared."""
    count = len(line.figures.all())
    figures = (*entry.figures[:count], *((None, None) for _ in range(count - len(entry.figures))))
    narrative, explanation, no_figure = (same_lines(text) for text in entry.texts.values())
    if not line.definition.has_denominator:
        figures = tuple((numerator, None) for numerator, _ in figures)
    return Entry(entry.line, narrative, explanation, no_figure, figures)


def _accepts(
    kept: Kept, key: str, stored: str, typed: str, seen: Mapping[str, str], *, query: int | None = None
) -> bool:
    """Whether a text is to be put in place of what is stored; notes the conflict when both sides changed it."""
    mark = mark_of_text(typed)
    if typed == stored or mark == seen.get(key):
        kept.marks[key] = mark
        return False
    if mark_of_text(stored) != seen.get(key):
        kept.conflicts.append(Conflict(stored, typed, query))
        return False
    kept.marks[key] = mark
    return True


def _save_line(line: ReturnLine, entry: Entry, seen: Mapping[str, str], kept: Kept, by: User) -> None:
    stored = Entry.of(line)
    if stored.mark == entry.mark or entry.mark == seen.get(entry.key):
        kept.marks[entry.key] = entry.mark
        return
    if stored.mark != seen.get(entry.key):
        kept.conflicts.append(Conflict(stored, entry))
        return
    kept.marks[entry.key] = entry.mark
    keep_revision(line, by=by)
    for name, text in entry.texts.items():
        setattr(line, name, text)
    line.revision += 1
    line.save(update_fields=["narrative", "explanation", "no_figure", "revision"])
    figures = list(line.figures.all())
    for figure, (numerator, denominator) in zip(figures, entry.figures, strict=True):
        figure.numerator, figure.denominator = numerator, denominator
    ReturnFigure.objects.bulk_update(figures, ["numerator", "denominator"])
    kept.lines.append(line.pk)


def keep_revision(line: ReturnLine, *, by: User) -> None:
    """Keep the line as it stands, before ``by`` puts something else in its place."""
    figures = [
        [figure.period_from.isoformat(), number_words(figure.numerator), number_words(figure.denominator)]
        for figure in line.figures.all()
    ]
    document = {**Entry.of(line).texts, "figures": figures}
    ReturnLineRevision.objects.create(line=line, revision=line.revision, document=document, saved_by=by)


def _save_answers(one: Return, answers: Mapping[int, str], seen: Mapping[str, str], kept: Kept, by: User) -> None:
    """Keep the answers to queries that were asked since it was last sent: earlier ones have been read."""
    open_queries = one.queries.filter(pk__in=answers)
    for query in open_queries:
        if one.sent_at is not None and query.asked_at < one.sent_at:
            continue
        answer = same_lines(answers[query.pk])
        if _accepts(kept, f"q{query.pk}", query.answer, answer, seen, query=query.pk):
            query.answer = answer
            query.answered_by, query.answered_at = (by, timezone.now()) if answer else (None, None)
            query.save(update_fields=["answer", "answered_by", "answered_at"])
            kept.others += 1
