"""Indicators as their pages show them: the definition that stands, all versions with what each changed, the list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from qaf.people.models import Agency
from scorecard.definitions import FIELDS, Values, changed, decimal_text
from scorecard.models import (
    Benchmark,
    ChangeState,
    Direction,
    Frequency,
    Indicator,
    IndicatorChange,
    IndicatorVersion,
    Lens,
    Measure,
    Priority,
    Unit,
)
from scorecard.value_words import value_words

_CHOICES: Mapping[str, Mapping[str, str]] = {
    "unit": dict(Unit.choices),
    "frequency": dict(Frequency.choices),
    "direction": dict(Direction.choices),
    "lens": dict(Lens.choices),
    "measure": dict(Measure.choices),
}


def latest_version(indicator: Indicator) -> IndicatorVersion:
    """The definition with the highest number, which may begin later. Every indicator has one."""
    return indicator.versions.order_by("-number")[0]


def definition_on(versions: Iterable[IndicatorVersion], day: date) -> IndicatorVersion:
    """Of all versions of an indicator the one that holds on a day; before the first of them, the first."""
    ordered = sorted(versions, key=lambda version: version.number)
    held = [version for version in ordered if version.valid_from <= day]
    return held[-1] if held else ordered[0]


def values_of(version: IndicatorVersion) -> Values:
    """A version's fields as plain values; agency and priority as their keys."""
    found = {name: getattr(version, name) for name in FIELDS if name not in ("agency", "priority")}
    return {**found, "agency": version.agency_id, "priority": version.priority_id}


@dataclass(frozen=True)
class Names:
    """What agencies and priorities are called, by key."""

    agencies: Mapping[int, str]
    priorities: Mapping[int, str]


def names() -> Names:
    """The names of all agencies and priorities: two queries."""
    return Names(
        dict(Agency.objects.values_list("pk", "name")),
        dict(Priority.objects.order_by().values_list("pk", "name")),
    )


def in_words(name: str, value: Any, known: Names) -> str:
    """A field's value as pages show it; empty when there is none."""
    if name == "agency":
        return known.agencies.get(value, "an agency that is gone") if value else ""
    if name == "priority":
        return known.priorities.get(value, "a priority that is gone") if value else ""
    if name in _CHOICES:
        return _CHOICES[name].get(value, str(value or ""))
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, date):
        return f"{value:%-d %B %Y}"
    return "" if value is None else str(value)


@dataclass(frozen=True)
class Difference:
    """A field before and after, in words."""

    field: str
    label: str
    before: str
    after: str


def differences(before: Mapping[str, Any], after: Mapping[str, Any], known: Names) -> list[Difference]:
    """What ``after`` changes, field by field."""
    return [
        Difference(name, FIELDS[name], in_words(name, before.get(name), known), in_words(name, after.get(name), known))
        for name in changed(before, after)
    ]


@dataclass(frozen=True)
class VersionOnPage:
    """A version with what it changed in the one before; nothing for the first."""

    version: IndicatorVersion
    changes: list[Difference]


def history(versions: Sequence[IndicatorVersion], known: Names) -> list[VersionOnPage]:
    """All versions of an indicator, the newest first."""
    ordered = sorted(versions, key=lambda version: version.number)
    found = [
        VersionOnPage(version, differences(values_of(ordered[at - 1]), values_of(version), known) if at else [])
        for at, version in enumerate(ordered)
    ]
    return found[::-1]


@dataclass(frozen=True)
class Row:
    """An indicator in the list, by the definition that holds today (or will first)."""

    indicator: Indicator
    version: IndicatorVersion
    today: date
    asked: bool

    @property
    def state(self) -> str:
        if self.indicator.retired_on is not None and self.indicator.retired_on < self.today:
            return "retired"
        return "to_come" if self.version.valid_from > self.today else "in_use"

    @property
    def state_words(self) -> str:
        if self.indicator.retired_on is not None:
            word = "Retired on" if self.state == "retired" else "In use until"
            return f"{word} {self.indicator.retired_on:%-d %B %Y}"
        return f"From {self.version.valid_from:%-d %B %Y}" if self.state == "to_come" else "In use"

    @property
    def needs_priority(self) -> bool:
        """Its priority has ended or is about to, and no later definition gives it another."""
        ends = self.version.priority.ends_on
        return self.indicator.retired_on is None and ends is not None and not self._has_another

    @property
    def _has_another(self) -> bool:
        latest = max(self.indicator.versions.all(), key=lambda version: version.number)
        return latest.priority.ends_on is None

    @property
    def source(self) -> str:
        """Where its figures come from."""
        if not self.indicator.is_computed:
            return str(self.version.agency or "Nobody yet")
        return f"QAF, from audits of {self.version.agency}" if self.version.agency else "QAF, from all audits"

    @property
    def target_words(self) -> str:
        target = self.version.target_on(self.today)
        return "" if target is None else value_words(target, self.version.unit)


def exact_words(value: Decimal, unit: str) -> str:
    """A value that was entered, not rounded, with its unit: 86.45% or 12.5."""
    return f"{decimal_text(value)}%" if unit == Unit.PERCENTAGE else decimal_text(value)


def with_words(benchmarks: Iterable[Benchmark], unit: str) -> list[tuple[Benchmark, str]]:
    """Benchmarks, each with its value in words."""
    return [(one, exact_words(one.value, unit)) for one in benchmarks]


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; empty: everything that is not retired."""

    search: str = ""
    priority: str = ""
    agency: str = ""
    lens: str = ""
    state: str = ""
    sort: str = ""


SORTS = {
    "priority": "Priority",
    "code": "Code",
    "name": "Name",
    "agency": "Source",
}


def indicator_rows(filters: Filters, *, day: date | None = None) -> list[Row]:
    """The list as it is narrowed and sorted. Five queries, however many indicators there are."""
    today = day or timezone.localdate()
    asked = Prefetch("changes", IndicatorChange.objects.filter(state=ChangeState.REQUESTED))
    indicators = Indicator.objects.prefetch_related("versions__agency", "versions__priority", asked)
    rows = [
        Row(
            indicator=one,
            version=definition_on(one.versions.all(), today),
            today=today,
            asked=bool(one.changes.all()),
        )
        for one in indicators
    ]
    return sorted((row for row in rows if _fits(row, filters)), key=lambda row: _place(row, filters.sort))


def _fits(row: Row, filters: Filters) -> bool:
    version, wanted = row.version, filters.search.casefold()
    source = "qaf" if row.indicator.is_computed else str(version.agency_id or "")
    states = {
        "": row.state != "retired",
        "retired": row.state == "retired",
        "to_come": row.state == "to_come",
        "needs_priority": row.needs_priority,
        "all": True,
    }
    return (
        states.get(filters.state, True)
        and (not wanted or wanted in f"{row.indicator.code} {version.name}".casefold())
        and filters.priority in ("", str(version.priority_id))
        and filters.agency in ("", source)
        and filters.lens in ("", version.lens)
    )


def _place(row: Row, sort: str) -> tuple[Any, ...]:
    version, code = row.version, row.indicator.code
    if sort == "name":
        return (version.name.casefold(), code)
    if sort == "agency":
        return (row.source.casefold(), code)
    return (code,) if sort == "code" else (version.priority.position, version.priority.name.casefold(), code)


HEADERS = [
    "Code", "Name", "State", "Priority", "Lens", "Source", "Definition", "Numerator", "Denominator", "Unit",
    "Frequency", "Wanted direction", "Target", "Target from", "Target until", "Tolerance", "Version", "Version from",
    "Retired on",
]  # fmt: skip


def export_rows(rows: Iterable[Row]) -> Iterable[list[Any]]:
    """The list as a file: one row an indicator, under ``HEADERS``."""
    for row in rows:
        version = row.version
        yield [
            row.indicator.code, version.name, row.state_words, version.priority.name, version.get_lens_display(),
            row.source, version.definition, version.numerator_label, version.denominator_label,
            version.get_unit_display(), version.get_frequency_display(), version.get_direction_display(),
            None if version.target is None else float(version.target), version.target_from, version.target_until,
            float(version.tolerance), version.number, version.valid_from, row.indicator.retired_on,
        ]  # fmt: skip
