"""Which figures of the scorecard are too small for a reader, or would give such a one away."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import date

from django.conf import settings
from django.db.models import FloatField
from django.db.models.functions import Cast

from scorecard.access.sight import Sight
from scorecard.models import Figure, IndicatorVersion
from scorecard.shown import WHOLE, given_away, is_small


def is_hidden(figure: Figure, sight: Sight) -> bool:
    """Whether a figure is too small for this reader; its definition is read with it."""
    return not sight.sees_small and is_small(
        figure.value,
        figure.numerator,
        figure.denominator,
        unit=figure.definition.unit,
        counts_people=figure.definition.counts_people,
        below=settings.REPORT_SUPPRESS_BELOW,
    )


def periods_given_away(definitions: Mapping[int, IndicatorVersion], until: date) -> dict[int, set[date]]:
    """By indicator the first days of periods whose figure would give away a small number of another.

    QAF may count the same for the whole and for single agencies: whoever knows one knows the difference. What partners
    return are figures of their own, which nobody adds up.
    """
    measures = {one.indicator.measure for one in definitions.values()} - {""}
    if not measures:
        return {}
    figures = (
        Figure.objects.standing()
        .filter(indicator__measure__in=measures, period_to__lte=until)
        .filter(numerator__isnull=False, denominator__isnull=False)
        .values_list(
            "indicator__measure",
            "indicator__measure_domain",
            "period_from",
            "definition__agency_id",
            "definition__counts_people",
            "indicator_id",
            Cast("numerator", FloatField()),
            Cast("denominator", FloatField()),
        )
    )
    families: dict[tuple[str, str, date], dict[int | None, tuple[int, int]]] = {}
    # Each family that an indicator has a figure in, with the agency the figure is of.
    places: dict[int, list[tuple[tuple[str, str, date], int | None]]] = {}
    # Those of which at least one is said to count people: figures beside it that are not could tell of it all the same.
    of_people: set[tuple[str, str, date]] = set()
    for measure, domain, first, agency, counts_people, pk, numerator, denominator in figures:
        key = (measure, domain, first)
        if counts_people:
            of_people.add(key)
        families.setdefault(key, {})[agency] = (int(numerator), int(denominator))
        places.setdefault(pk, []).append((key, agency))
    hidden = {key: _of_a_family(family) if key in of_people else frozenset() for key, family in families.items()}
    return {
        pk: {key[-1] for key, agency in places.get(pk, ()) if (WHOLE if agency is None else agency) in hidden[key]}
        for pk in definitions
    }


def _of_a_family(family: Mapping[int | None, tuple[int, int]]) -> frozenset[Hashable]:
    """The agencies, or the whole, whose share is hidden for the sake of another's."""
    parts = tuple((agency, share) for agency, share in sorted(family.items(), key=str) if agency is not None)
    if None not in family or not parts:
        return frozenset()
    return given_away(family[None], parts, settings.REPORT_SUPPRESS_BELOW)
