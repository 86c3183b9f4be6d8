"""The list of indicators, the same as a file, and one indicator: what it means and how it came to mean that."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from qaf.errors import NotAllowed
from qaf.people.models import User
from qaf.requests import SignedInRequest
from qaf.tables import csv_response, xlsx_response
from scorecard.access.indicators import (
    indicators_visible_to,
    may_enter_benchmarks,
    may_read_changes,
    may_read_indicators,
    may_request_change,
    may_reset_priorities,
)
from scorecard.forms.indicators import ListFilterForm
from scorecard.models import Benchmark, ChangeState, Indicator, IndicatorVersion
from scorecard.queries.indicators import (
    HEADERS,
    Filters,
    Names,
    Row,
    definition_on,
    exact_words,
    export_rows,
    history,
    in_words,
    indicator_rows,
    names,
    values_of,
    with_words,
)


def demand_reader(user: User) -> None:
    """Raise NotAllowed unless indicators are this person's business."""
    if not may_read_indicators(user):
        raise NotAllowed(
            "Indicators are for QA, the subgroup, boards, service managers, leads of agencies and scrutineers."
        )


def fetch_indicator(user: User, code: str) -> Indicator:
    """An indicator for somebody who may know of it, with its versions. NotAllowed, or 404 for a code that is none."""
    demand_reader(user)
    rows: QuerySet[Indicator] = indicators_visible_to(user).prefetch_related("versions__agency", "versions__priority")
    return get_object_or_404(rows, code=code)


def _query(filters: Filters) -> str:
    return urlencode({name: value for name, value in vars(filters).items() if value})


@require_safe
def indicators(request: SignedInRequest) -> HttpResponse:
    """The indicators, narrowed and sorted, with those marked that need a priority or are asked to be changed."""
    demand_reader(request.user)
    form = ListFilterForm(request.GET)
    filters = form.filters()
    rows = indicator_rows(filters)
    everything = rows if filters == Filters() else indicator_rows(Filters(state="all"))
    context: dict[str, Any] = {
        "form": form,
        "rows": rows,
        "narrowed": Filters(sort=filters.sort) != filters,
        "query": _query(filters),
        "any": bool(everything) or Indicator.objects.exists(),
        "without_priority": sum(row.needs_priority for row in everything),
        "may_request": may_request_change(request.user),
        "may_reset": may_reset_priorities(request.user),
        "reads_changes": may_read_changes(request.user),
    }
    return render(request, "scorecard/indicators/list.html", context)


@require_GET
def export(request: SignedInRequest, file_format: str) -> HttpResponseBase:
    """The list as it is narrowed, as a CSV or XLSX file."""
    demand_reader(request.user)
    if file_format not in ("csv", "xlsx"):
        raise Http404
    rows = indicator_rows(ListFilterForm(request.GET).filters())
    name = f"indicators-{timezone.localdate():%Y-%m-%d}.{file_format}"
    return (xlsx_response if file_format == "xlsx" else csv_response)(name, HEADERS, export_rows(rows))


@require_safe
def indicator(request: SignedInRequest, code: str) -> HttpResponse:
    """One indicator: its definition, all versions with what each changed, decisions, benchmarks, new limits."""
    found = fetch_indicator(request.user, code)
    today, known = timezone.localdate(), names()
    versions = list(found.versions.all())
    version = definition_on(versions, today)
    changes = list(found.changes.select_related("requested_by").prefetch_related("attendees__person"))
    row = Row(found, version, today, asked=any(one.state == ChangeState.REQUESTED for one in changes))
    context: dict[str, Any] = {
        "indicator": found,
        "version": version,
        "row": row,
        "facts": facts_of(version, known),
        "later": [one for one in versions if one.valid_from > today and one != version],
        "history": history(versions, known),
        "changes": changes if may_read_changes(request.user) else [],
        "reads_changes": may_read_changes(request.user),
        "benchmarks": with_words(Benchmark.objects.filter(indicator=found, superseded_at=None), version.unit),
        "rebases": found.rebases.select_related("change"),
        "may_request": may_request_change(request.user),
        "may_enter": may_enter_benchmarks(request.user),
    }
    return render(request, "scorecard/indicators/indicator.html", context)


def facts_of(version: IndicatorVersion, known: Names) -> list[dict[str, str]]:
    """A definition as a summary list."""
    values, one = values_of(version), version.indicator
    said = {name: in_words(name, value, known) for name, value in values.items()}
    counted = in_words("measure", one.measure, known)
    source = f"QAF counts it: {counted[:1].lower()}{counted[1:]}" if one.is_computed else said["agency"]
    if one.measure_domain:
        source += f" ({one.measure_domain})"
    if one.is_computed and said["agency"]:
        source += f", in audits of {said['agency']}"
    return [
        {"key": "Definition", "value": said["definition"]},
        {"key": "Numerator", "value": said["numerator_label"]},
        {"key": "Denominator", "value": said["denominator_label"] or "None: it is a plain number"},
        {"key": "Unit", "value": f"{said['unit']}, {said['frequency'].lower()}"},
        {"key": "Wanted direction", "value": said["direction"]},
        {"key": "Target", "value": _target_words(version, said)},
        {"key": "Figures from", "value": source},
        {"key": "Lens", "value": said["lens"]},
        {"key": "Priority", "value": said["priority"]},
        {"key": "Possible values", "value": _range_words(said)},
        {"key": "Explained when it jumps by", "value": f"{said['jump_percent']} per cent"},
        {"key": "Counts people", "value": said["counts_people"]},
    ]


def _target_words(version: IndicatorVersion, said: dict[str, str]) -> str:
    if version.target is None:
        return "None"
    words = exact_words(version.target, version.unit)
    if said["target_from"]:
        words += f", from {said['target_from']}"
    if said["target_until"]:
        words += f", until {said['target_until']}"
    return words if said["tolerance"] == "0" else f"{words}; within {said['tolerance']} is near it"


def _range_words(said: dict[str, str]) -> str:
    if said["lowest"] and said["highest"]:
        return f"{said['lowest']} to {said['highest']}"
    if said["lowest"]:
        return f"{said['lowest']} or more"
    return f"{said['highest']} or less" if said["highest"] else "Any"
