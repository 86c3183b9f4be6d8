"""What an approved request does to an indicator: adds it, gives it a new definition, retires it or begins new limits.

Called by ``workflow.changes`` alone, in its transaction. A definition begins with a quarter and never reaches back over
a figure or a return that was made by the one before: what was told of a quarter keeps its meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from qaf.errors import Refused
from qaf.people.models import Agency
from scorecard.definitions import FIELDS, Fault, changed, fault_of_code, faults
from scorecard.models import (
    ChangeKind,
    Frequency,
    Indicator,
    IndicatorChange,
    IndicatorVersion,
    Priority,
    Rebase,
    ReturnLine,
    ReturnState,
)
from scorecard.quarters import quarter_of
from scorecard.queries.indicators import latest_version, values_of

YEARS_BACK, YEARS_AHEAD = 10, 2
# With another unit or frequency the figures would not be one series any more.
STAYS = ("unit", "frequency")


class DoesNotFit(Refused):
    """What is asked for has faults, each with the field it is in ("" for none)."""

    def __init__(self, *found: Fault) -> None:
        self.faults = found
        super().__init__(" ".join(f"{text.rstrip('.')}." for _, text in found))


def check(kind: str, indicator: Indicator | None, values: Mapping[str, Any], day: date) -> None:
    """Raise DoesNotFit when a request cannot be carried out as things stand.

    ``values``: the whole definition that would hold (to add or alter). ``day``: its first day, the last day in use, or
    the day from which limits are worked out anew.
    """
    years = day.year - timezone.localdate().year
    if not -YEARS_BACK <= years <= YEARS_AHEAD:
        raise DoesNotFit(
            ("effective_from", f"Choose a day in the last {YEARS_BACK} years or the next {YEARS_AHEAD}. Check the year")
        )
    if kind == ChangeKind.ADD:
        found = _check_addition(values, day)
    else:
        found = _CHECKS[ChangeKind(kind)](_known(indicator), values, day)
    if found:
        raise DoesNotFit(*found)


def _check_addition(values: Mapping[str, Any], day: date) -> list[Fault]:
    code = str(values.get("code", ""))
    found = [("code", text)] if (text := fault_of_code(code)) else []
    if not found and Indicator.objects.filter(code=code).exists():
        found.append(("code", _taken(code)))
    return [*found, *faults(values), *_wrong_places(values, day), *_wrong_start(day)]


def _taken(code: str) -> str:
    return f"There is an indicator “{code}” already. Choose another code"


def _check_alteration(indicator: Indicator, values: Mapping[str, Any], day: date) -> list[Fault]:
    if gone := _retired(indicator):
        return gone
    latest = latest_version(indicator)
    before = values_of(latest)
    names = changed(before, values)
    if not names:
        return [("", "Nothing of the definition would change. Change what you want to be different")]
    found = [
        (name, f"The {FIELDS[name].lower()} stays, or its figures would not be one series. Retire it and add another")
        for name in STAYS
        if name in names
    ]
    found += [*faults(values), *_wrong_places(values, day), *_wrong_start(day)]
    if day <= latest.valid_from:
        found.append(
            (
                "effective_from",
                f"The latest definition begins on {latest.valid_from:%-d %B %Y}. Choose a later quarter",
            )
        )
    return found or _made_already(indicator, day, "by the present definition")


def _check_retirement(indicator: Indicator, values: Mapping[str, Any], day: date) -> list[Fault]:
    if gone := _retired(indicator):
        return gone
    latest = latest_version(indicator)
    if day < latest.valid_from:
        return [
            (
                "effective_from",
                f"Its latest definition begins on {latest.valid_from:%-d %B %Y}. Choose that day or a later one",
            )
        ]
    # The quarter in which it ends is still reported.
    return _made_already(indicator, day + timedelta(days=1), "for a time after that day", begun_after=True)


def _check_rebase(indicator: Indicator, values: Mapping[str, Any], day: date) -> list[Fault]:
    if gone := _retired(indicator):
        return gone
    monthly = latest_version(indicator).frequency == Frequency.MONTHLY
    if day.day != 1 or not (monthly or day == quarter_of(day).first_day):
        return [("effective_from", f"Choose the first day of a {'month' if monthly else 'quarter'}")]
    if indicator.rebases.filter(on=day).exists():
        return [("effective_from", "Its limits begin anew on that day already")]
    if not indicator.figures.standing().filter(period_from__lt=day).exists():
        return [("effective_from", "It has no figure before that day, so its limits begin there anyway")]
    return []


_CHECKS = {
    ChangeKind.ALTER: _check_alteration,
    ChangeKind.RETIRE: _check_retirement,
    ChangeKind.REBASE: _check_rebase,
}


def _known(indicator: Indicator | None) -> Indicator:
    if indicator is None:
        raise Refused("Choose the indicator that is to be changed.")
    return indicator


def _retired(indicator: Indicator) -> list[Fault]:
    if indicator.retired_on is None:
        return []
    return [("", f"It is retired: its last day is {indicator.retired_on:%-d %B %Y}. Add a new indicator instead")]


def _wrong_start(day: date) -> list[Fault]:
    return [] if day == quarter_of(day).first_day else [("effective_from", "A definition begins with a quarter")]


def _wrong_places(values: Mapping[str, Any], day: date) -> list[Fault]:
    found: list[Fault] = []
    agency, priority = values.get("agency"), values.get("priority")
    if agency is not None and not Agency.objects.filter(pk=agency).exists():
        found.append(("agency", "Choose an agency from the list"))
    if priority is None or not Priority.objects.filter(pk=priority).exists():
        found.append(("priority", "Choose the priority it is about"))
    elif not Priority.objects.standing(day).filter(pk=priority).exists():
        found.append(("priority", f"This priority does not hold on {day:%-d %B %Y}. Choose one that does"))
    return found


def _made_already(indicator: Indicator, day: date, how: str, *, begun_after: bool = False) -> list[Fault]:
    """Figures and returns of periods that reach past ``day`` (``begun_after``: that begin on it or later)."""
    edge = "period_from__gte" if begun_after else "period_to__gte"
    # A return that asks month by month asks for months that begin after a day in its quarter.
    asked_edge = f"figures__{edge}" if begun_after else f"part_of__{edge}"
    figure = indicator.figures.filter(**{edge: day}).order_by("-period_to").first()
    if figure is not None:
        text = f"It has a figure for {figure.period_from:%B} to {figure.period_to:%B %Y} {how}. Choose a later day"
        return [("effective_from", text)]
    asked = (
        ReturnLine.objects.filter(definition__indicator=indicator, **{asked_edge: day})
        .exclude(part_of__state=ReturnState.WITHDRAWN)
        .order_by("-part_of__period_to")
        .select_related("part_of")
        .first()
    )
    if asked is None:
        return []
    last = asked.part_of.period_to
    return [("effective_from", f"The return of the quarter to {last:%B %Y} asks for it {how}. Choose a later day")]


def carry_out(change: IndicatorChange, values: Mapping[str, Any]) -> Indicator:
    """Do what an approved request asks for; ``values`` as for ``check``. Gives the indicator. Raises DoesNotFit."""
    check(change.kind, change.indicator, values, change.effective_from)
    if change.kind == ChangeKind.ADD:
        return _add(change, values)
    indicator = _known(change.indicator)
    if change.kind == ChangeKind.ALTER:
        _alter(indicator, change, values)
    elif change.kind == ChangeKind.RETIRE:
        indicator.retired_on = change.effective_from
        indicator.save(update_fields=["retired_on"])
    else:
        Rebase.objects.create(indicator=indicator, on=change.effective_from, reason=change.reason, change=change)
    return indicator


def _add(change: IndicatorChange, values: Mapping[str, Any]) -> Indicator:
    try:
        with transaction.atomic():
            indicator = Indicator.objects.create(
                code=values["code"], measure=values["measure"], measure_domain=values["measure_domain"]
            )
    except IntegrityError as error:
        # Another addition of the same code was approved at the same moment.
        raise DoesNotFit(("code", _taken(values["code"]))) from error
    _version(indicator, 1, change, values)
    return indicator


def _alter(indicator: Indicator, change: IndicatorChange, values: Mapping[str, Any]) -> None:
    latest = latest_version(indicator)
    latest.valid_until = change.effective_from - timedelta(days=1)
    latest.save(update_fields=["valid_until"])
    _version(indicator, latest.number + 1, change, values)


def _version(indicator: Indicator, number: int, change: IndicatorChange, values: Mapping[str, Any]) -> None:
    fields = {name: values[name] for name in FIELDS if name not in ("agency", "priority")}
    IndicatorVersion.objects.create(
        indicator=indicator,
        number=number,
        valid_from=change.effective_from,
        agency_id=values["agency"],
        priority_id=values["priority"],
        change=change,
        **fields,
    )
