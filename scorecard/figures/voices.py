"""What families said and what practitioners learned, counted from their answers to closed questions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count

from audits.coding import FAMILY, PRACTITIONER, YES_NO, ZERO_TO_TEN
from audits.kloe.kinds.choices import ChangeScale, FrequencyScale
from audits.models import CodedAnswer, FormVersion
from audits.models.audits import AuditQuerySet
from scorecard.grids import Grid
from scorecard.layout import ALL
from scorecard.period import Period

# The columns of each kind of question, and the words at their heads.
COLUMNS = {
    YES_NO: (("yes", "Yes"), ("no", "No"), ("na", "Not applicable")),
    ZERO_TO_TEN: (("low", "0 to 4"), ("middle", "5 to 7"), ("high", "8 to 10")),
    FrequencyScale.name: FrequencyScale.fixed,
    ChangeScale.name: ChangeScale.fixed,
}
# Yes or no, without those to whom it does not apply.
SAID = "said"
ANSWER = ("voice", "audit__form_version_id", "question", "value")


def count(period: Period, first_audits: AuditQuerySet) -> dict[str, dict[str, Any]]:
    """A grid for each voice and kind of question, "voices-family-yes_no": a row for each question. Three queries.

    Families' answers count in the period in which the audit was submitted, practitioners' in the one in which it was
    closed with them. Questions with the same words in several forms, or versions of one, are one row.
    """
    grids: dict[str, Grid] = {}
    rows = [
        *_answers(FAMILY, first_audits.filter(period.holds("submitted_at"))),
        *_answers(PRACTITIONER, first_audits.filter(period.holds("closed_at"))),
    ]
    asked = _questions({row["audit__form_version_id"] for row in rows})
    place = {key: number for number, key in enumerate(asked)}
    for row in sorted(rows, key=lambda row: place.get(_asked_in(row), 0)):
        question = asked.get(_asked_in(row))
        if question is None or question["kind"] not in COLUMNS:
            continue
        kind = question["kind"]
        grid = grids.setdefault(f"voices-{row['voice']}-{kind}", _grid(kind))
        _add(grid, kind, question["label"], row["value"], row["number"])
    return {name: grid.as_json() for name, grid in sorted(grids.items())}


def _asked_in(row: dict[str, Any]) -> tuple[int, str]:
    return row["audit__form_version_id"], row["question"]


def _answers(voice: str, audits: AuditQuerySet) -> Iterable[dict[str, Any]]:
    found = CodedAnswer.objects.filter(voice=voice, audit__in=audits.order_by()).order_by()
    return found.values(*ANSWER).annotate(number=Count("pk"))


def _questions(versions: set[int]) -> dict[tuple[int, str], dict[str, Any]]:
    """The questions of these form versions by version and "section.question", in the order of the forms."""
    found = FormVersion.objects.filter(pk__in=versions).order_by("pk").values_list("pk", "definition__sections")
    return {
        (pk, f"{section['key']}.{question['key']}"): question
        for pk, sections in found
        for section in sections
        for question in section["questions"]
    }


def _grid(kind: str) -> Grid:
    codes = [code for code, _ in COLUMNS[kind]]
    if kind == YES_NO:
        columns = [*codes, SAID, ALL]
        along: list[tuple[str, list[str]]] = [(SAID, ["yes", "no"]), (ALL, [SAID, "na"])]
    else:
        columns, along = [*codes, ALL], [(ALL, codes)]
    return Grid(columns, along=along, protected=columns)


def _add(grid: Grid, kind: str, label: str, value: str, number: int) -> None:
    key = grid.row(label, label)
    if kind == ZERO_TO_TEN:
        value = "low" if int(value) < 5 else "middle" if int(value) < 8 else "high"
    numbers = {value: number, ALL: number}
    if value in ("yes", "no"):
        numbers[SAID] = number
    grid.add_each(key, numbers)
