"""Grades of some audits, counted in SQL: by area of practice or line of enquiry, and overall by place.

The grade that stands is counted: a final one, else the moderated one, else the auditor's. Forms of several scales are
counted a scale at a time, since a grade means nothing beside those of another.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Count, F, Q, When

from audits.kloe.scales import Scale
from audits.models import FormVersion, Judgement
from audits.models.audits import AuditQuerySet
from scorecard.figures.names import service_names
from scorecard.grids import Grid, key_of
from scorecard.layout import ALL, GOOD, WHOLE

STANDS = Case(
    When(~Q(final_grade=""), then=F("final_grade")),
    When(~Q(moderated_grade=""), then=F("moderated_grade")),
    default=F("auditor_grade"),
)
OVERALL = "overall"


@dataclass
class Grades:
    """What was counted: the scales in use, two grids for each (``lines-…`` and ``places-…``), and what links them."""

    scales: list[dict[str, Any]] = field(default_factory=list)
    grids: dict[str, Grid] = field(default_factory=dict)
    links: list[tuple[str, list[str]]] = field(default_factory=list)


def grades_of(audits: AuditQuerySet, place: str) -> Grades:
    """The grades of these audits. ``place`` is the foreign key that the overall ones are divided by ("agency").

    Two queries, and one for each form version that this process has not read yet.
    """
    columns = (
        "audit__form_version",
        f"audit__{place}",
        f"audit__{place}__name",
        "domain",
        "title",
        "position",
        "is_overall",
        "stands",
    )
    judged = Judgement.objects.filter(audit__in=audits.order_by()).annotate(stands=STANDS).exclude(stands="")
    by_scale: dict[Scale, list[dict[str, Any]]] = {}
    for row in judged.order_by().values(*columns).annotate(number=Count("pk")):
        scale = FormVersion.parsed_by_pk(row["audit__form_version"]).scale
        if scale is not None and row["stands"] in scale.codes:
            by_scale.setdefault(scale, []).append(row)
    names = _names(place, [row for rows in by_scale.values() for row in rows])
    found = Grades()
    for scale, rows in sorted(by_scale.items(), key=lambda one: (one[0].key, one[0].title)):
        # Two versions of a form can have changed a scale and kept its key.
        known = [one["key"] for one in found.scales]
        key = scale.key if scale.key not in known else f"{scale.key}-{len(known) + 1}"
        found.scales.append(_as_json(key, scale))
        lines, places = f"lines-{key}", f"places-{key}"
        found.grids[lines] = _lines(scale, rows)
        found.grids[places] = _places(scale, rows, place, names)
        found.links += _links(lines, found.grids[lines], places, found.grids[places])
    return found


def _names(place: str, rows: Iterable[dict[str, Any]]) -> dict[int, str]:
    """The names of the places by primary key, in their order."""
    named = {row[f"audit__{place}"]: row[f"audit__{place}__name"] for row in rows}
    if place == "service":
        return service_names(named)
    return dict(sorted(named.items(), key=lambda one: (one[1], one[0])))


def _as_json(key: str, scale: Scale) -> dict[str, Any]:
    return {
        "key": key,
        "title": scale.title,
        "grades": [
            {"code": grade.code, "name": grade.name, "meets_standard": grade.meets_standard} for grade in scale.grades
        ],
    }


def _grid(scale: Scale, *, down: bool) -> Grid:
    codes = [f"grade:{grade.code}" for grade in scale.grades]
    good = [f"grade:{grade.code}" for grade in scale.grades if grade.meets_standard]
    columns = [*codes, ALL, GOOD]
    along: list[tuple[str, list[str]]] = [(ALL, codes)]
    if good:
        along.append((GOOD, good))
    return Grid(columns, along=along, down=columns if down else (), protected=columns)


def _add(grid: Grid, row: str, scale: Scale, found: dict[str, Any]) -> None:
    number = found["number"]
    meets = next(grade.meets_standard for grade in scale.grades if grade.code == found["stands"])
    grid.add_each(row, {f"grade:{found['stands']}": number, ALL: number, GOOD: number if meets else 0})


def _lines(scale: Scale, rows: Iterable[dict[str, Any]]) -> Grid:
    """A row for each area in the order of the form, the overall grade last; under its first title."""
    grid = _grid(scale, down=False)
    for found in sorted(rows, key=lambda one: (one["is_overall"], one["position"], one["title"], one["domain"])):
        name = OVERALL if found["is_overall"] else f"domain:{found['domain']}"
        _add(grid, grid.row(name, found["title"]), scale, found)
    return grid


def _places(scale: Scale, rows: Iterable[dict[str, Any]], place: str, names: dict[int, str]) -> Grid:
    grid = _grid(scale, down=True)
    overall = [one for one in rows if one["is_overall"]]
    for pk, name in names.items():
        for found in (one for one in overall if one[f"audit__{place}"] == pk):
            _add(grid, grid.row(f"{place}:{pk}", name), scale, found)
    return grid.close() if grid.rows else grid


def _links(lines_key: str, lines: Grid, places_key: str, places: Grid) -> list[tuple[str, list[str]]]:
    """The overall grades stand in both grids; and a reader takes areas with as many audits for the same audits."""
    if OVERALL not in lines.rows:
        return []
    links = [(key_of(lines_key, OVERALL, one), [key_of(places_key, WHOLE, one)]) for one in lines.columns]
    links += [
        (key_of(lines_key, OVERALL, ALL), [key_of(lines_key, row, ALL)])
        for row in lines.rows
        if row != OVERALL and lines.number(row, ALL) == lines.number(OVERALL, ALL)
    ]
    return links
