"""Which indicators an agency is asked for in a quarter, and which nobody is asked for."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import QuerySet

from scorecard.models import IndicatorVersion
from scorecard.quarters import Quarter


def _latest(versions: QuerySet[IndicatorVersion], quarter: Quarter) -> list[IndicatorVersion]:
    """Each indicator as it is defined on the last day of the quarter, or was when it was retired in it."""
    found = versions.filter(valid_from__lte=quarter.last_day, indicator__measure="")
    found = found.exclude(indicator__retired_on__lt=quarter.first_day).order_by("indicator_id", "number")
    latest = {version.indicator_id: version for version in found}
    return [one for one in latest.values() if one.valid_until is None or one.valid_until >= quarter.first_day]


def definitions_of(quarter: Quarter) -> dict[int, list[IndicatorVersion]]:
    """What agencies return for a quarter, by the key of the agency, in the order of priorities. One query."""
    wanted = defaultdict(list)
    for version in _latest(IndicatorVersion.objects.select_related("indicator", "agency", "priority"), quarter):
        if version.agency_id is not None:
            wanted[version.agency_id].append(version)
    for found in wanted.values():
        found.sort(key=lambda one: (one.priority.position, one.priority.name, one.indicator.code))
    return dict(wanted)


def without_an_agency(quarter: Quarter) -> list[IndicatorVersion]:
    """The indicators that QAF does not count itself and that no agency is the source of: nobody sends their figures."""
    found = _latest(IndicatorVersion.objects.select_related("indicator"), quarter)
    return [version for version in found if version.agency_id is None]
