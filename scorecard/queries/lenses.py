"""What the four lenses matrix is made of, as it stood on a day, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from scorecard.lens_matrix import Item, Line, matrix_of
from scorecard.models import Evidence, Figure, IndicatorVersion, Lens, Priority

# An indicator tells something while its last figure is no older than this.
FIGURE_COUNTS_DAYS = 366
HEADERS = ("Priority", "Lens", "Evidence", "What it is", "Counts as evidence")


def evidence_on(day: date) -> QuerySet[Evidence]:
    """The evidence that stood on a day: dated by then, still counting, and not taken out by then."""
    return Evidence.objects.filter(dated_on__lte=day, counts_until__gte=day).filter(
        Q(removed_at=None) | Q(removed_at__date__gt=day)
    )


def matrix_on(day: date) -> list[Line]:
    """The matrix of the priorities that held on a day."""
    priorities = list(Priority.objects.standing(day).values_list("pk", "name"))
    return matrix_of(priorities, Lens.values, [*_indicators(day), *_evidence(day)])


def _indicators(day: date) -> Iterator[Item]:
    figures = Figure.objects.standing().filter(
        indicator=OuterRef("indicator"),
        value__isnull=False,
        period_to__lte=day,
        period_to__gte=day - timedelta(days=FIGURE_COUNTS_DAYS),
    )
    versions = (
        IndicatorVersion.objects.filter(valid_from__lte=day)
        .filter(Q(valid_until=None) | Q(valid_until__gte=day))
        .filter(Q(indicator__retired_on=None) | Q(indicator__retired_on__gte=day))
        .annotate(tells=Exists(figures))
        .order_by("name", "pk")
    )
    for code, name, priority, lens, tells in versions.values_list(
        "indicator__code", "name", "priority_id", "lens", "tells"
    ):
        detail = "Indicator" if tells else "Indicator, no figure in the last year"
        yield Item(priority, lens, name, detail, reverse("indicators:indicator", args=[code]), counts=tells)


def _evidence(day: date) -> Iterator[Item]:
    for one in evidence_on(day).select_related("agency").defer("summary"):
        source = f", {one.agency.name}" if one.agency else ""
        yield Item(
            one.priority_id,
            one.lens,
            one.title,
            f"{one.get_kind_display()}{source}, {one.dated_on:%-d %B %Y}",
            reverse("lenses:evidence", args=[one.pk]),
        )


def every_row(lines: Sequence[Line]) -> Iterator[Sequence[object]]:
    """The matrix as rows of a file: one an item, and one for each gap."""
    names = dict(Lens.choices)
    for line in lines:
        for cell in line.cells:
            for item in cell.items:
                yield line.name, names[cell.lens], item.title, item.detail, "Yes" if item.counts else "No"
            if not cell.items:
                yield line.name, names[cell.lens], "", "Gap: no evidence", "No"
