"""Reading the page on which an agency fills its return: many parts in one form, each by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django import forms

from scorecard.models import Return, ReturnQuery
from scorecard.queries.returns import FigureRow, LineView
from scorecard.return_checks import number_words, read_number
from scorecard.workflow.return_filling import Entry, Filling

LONGEST_TEXT = 5_000
TEXTS = ("narrative", "explanation", "no_figure")
text_field = forms.CharField(
    required=False,
    max_length=LONGEST_TEXT,
    error_messages={"max_length": f"Shorten this to {LONGEST_TEXT:,} characters. It has %(show_value)d"},
)


@dataclass
class FilledPage:
    """What a page held: the filling that can be kept, what was typed by the name of its field, and what was wrong.

    Where something is wrong the filling holds what is stored, so that the rest of the part is kept all the same.
    """

    entries: list[Entry] = field(default_factory=list)
    summary: str | None = None
    answers: dict[int, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def filling(self) -> Filling:
        return Filling(tuple(self.entries), self.summary, self.answers)


def stored_values(one: Return, lines: Iterable[LineView], queries: Iterable[ReturnQuery]) -> dict[str, str]:
    """What is stored, by the name of its field."""
    values = {"summary": one.summary, **{f"q{query.pk}": query.answer for query in queries}}
    for view in lines:
        values |= values_of(Entry.of(view.line), view)
    return values


def values_of(entry: Entry, view: LineView) -> dict[str, str]:
    """An entry by the names of its fields."""
    values = {f"{view.key}-{name}": text for name, text in entry.texts.items()}
    for row, (numerator, denominator) in zip(view.rows, entry.figures, strict=True):
        values[f"{view.key}-n{row.place}"] = number_words(numerator)
        if view.rule.has_denominator:
            values[f"{view.key}-d{row.place}"] = number_words(denominator)
    return values


def read_page(
    data: Mapping[str, str], one: Return, lines: Iterable[LineView], queries: Iterable[ReturnQuery]
) -> FilledPage:
    """Read what was sent; a part whose fields the page did not have is left out."""
    page = FilledPage()
    stored = stored_values(one, lines := list(lines), queries := list(queries))
    for view in lines:
        if any(name.startswith(f"{view.key}-") for name in data):
            page.entries.append(_entry(page, data, view, stored))
    if "summary" in data:
        page.summary = _text(page, data, "summary", stored)
    for query in queries:
        if f"q{query.pk}" in data:
            page.answers[query.pk] = _text(page, data, f"q{query.pk}", stored)
    return page


def _entry(page: FilledPage, data: Mapping[str, str], view: LineView, stored: Mapping[str, str]) -> Entry:
    narrative, explanation, no_figure = (_text(page, data, f"{view.key}-{name}", stored) for name in TEXTS)
    figures = []
    for row in view.rows:
        numerator = _number(page, data, view, row, "n")
        denominator = _number(page, data, view, row, "d") if view.rule.has_denominator else None
        figures.append((numerator, denominator))
    return Entry(view.line.pk, narrative, explanation, no_figure, tuple(figures))


def _text(page: FilledPage, data: Mapping[str, str], name: str, stored: Mapping[str, str]) -> str:
    # A field that the page did not have keeps what is stored.
    typed = page.values[name] = data.get(name, stored[name])
    try:
        return str(text_field.clean(typed))
    except forms.ValidationError as error:
        page.wrong[name] = str(error.messages[0])
        return stored[name]


def _number(page: FilledPage, data: Mapping[str, str], view: LineView, row: FigureRow, which: str) -> Decimal | None:
    name = f"{view.key}-{which}{row.place}"
    kept = row.figure.numerator if which == "n" else row.figure.denominator
    typed = page.values[name] = data.get(name, number_words(kept))
    try:
        return read_number(typed)
    except ValueError as error:
        page.wrong[name] = str(error)
        return kept
