"""Which cells of a quarterly report are hidden, by the sums that hold between its tables. Pure.

Every count of 1 to 4 is hidden that tells of children or of those who work with them, whatever it is about: the whole,
a service, a team, a type of audit, a legal status, an area of practice. All tables take part at once, since a count
hidden in one could be worked out from another; and so do counts in no table that follow from two that are, such as
how many of those graded were not at the standard.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from scorecard.grids import hidden_in, key_of
from scorecard.layout import ALL, FINAL, GOOD, SHORT, STAGES, UNGRADED, VOLUMES, WHOLE, cell, grade_column
from scorecard.reports.derived_grids import derived, links_of_derived

# Not printed, and no secret either: usually 0, so hiding them would hide nothing.
FIXED = ("undated", "moderated_undated", "unmoderated")
# Printed nowhere, and worked out all the same from what is.
UNPRINTED = ("late", "moderated_late", "settled")
DATED = ("dated", "moderated_dated")
# Under these names the report's own rows take part in the reckoning: the whole and its services; teams; and types of
# audit and legal statuses.
MAIN, TEAMS, PRACTICE = "main", "teams", "practice"

Sums = list[tuple[str, list[str]]]


def cells_of(figures: dict[str, Any]) -> dict[str, int]:
    """Every cell of the report's tables, noughts included, with the totals that are worked out here."""
    values: dict[str, int] = {}
    found: dict[str, int] = figures["cells"]
    for row in figures["rows"]:
        key, kind = row["key"], row["kind"]

        def number(column: str, key: str = key) -> int:
            return found.get(cell(key, column), 0)

        if kind in (WHOLE, "service", "team"):
            values |= {cell(key, column): number(column) for column in VOLUMES}
            values[cell(key, "dated")] = number("on_time") + number("late")
            values[cell(key, "moderated_dated")] = number("moderated_in_time") + number("moderated_late")
            values[cell(key, "unmoderated")] = number("settled") - number("moderated")
        for stage in stages_of(kind):
            for scale in figures["scales"]:
                for column in (*codes_of(scale), ALL):
                    name = grade_column(stage, scale["key"], column)
                    values[cell(key, name)] = number(name)
                good = sum(number(grade_column(stage, scale["key"], code)) for code in good_codes_of(scale))
                every = number(grade_column(stage, scale["key"], ALL))
                values[cell(key, grade_column(stage, scale["key"], GOOD))] = good
                values[cell(key, grade_column(stage, scale["key"], SHORT))] = every - good
            values[cell(key, f"{stage}:{UNGRADED}")] = number(f"{stage}:{UNGRADED}")
    return values


def stages_of(kind: str) -> tuple[str, ...]:
    """The grades a kind of row shows: types of audit and legal statuses the final ones only."""
    return STAGES if kind in (WHOLE, "service", "team") else (FINAL,)


def codes_of(scale: dict[str, Any]) -> list[str]:
    return [grade["code"] for grade in scale["grades"]]


def good_codes_of(scale: dict[str, Any]) -> list[str]:
    return [grade["code"] for grade in scale["grades"] if grade["meets_standard"]]


def hidden_cells(figures: dict[str, Any], below: int) -> frozenset[str]:
    """The cells to hide so that no count of 1 to ``below`` - 1 is printed or can be worked out.

    Cells of the report's rows are named "row|column", those of grids "grid/row|column".
    """
    grids = {**_grids_of_rows(figures), **derived(figures), **figures.get("grids", {})}
    links = [*_links_between_rows(figures), *links_of_derived(figures, grids), *_links_over_time(figures, grids)]
    hidden = hidden_in({"grids": grids, "links": links}, below)
    return frozenset(_own_name(key) for key in hidden)


def _own_name(key: str) -> str:
    grid, _, rest = key.partition("/")
    return rest if grid in (MAIN, TEAMS, PRACTICE) else key


def _grids_of_rows(figures: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The report's own rows as grids, for the reckoning alone."""
    values, rows = cells_of(figures), figures["rows"]
    volumes = [*VOLUMES, *DATED, "unmoderated"]
    graded = {stage: _grade_columns(figures, stage) for stage in STAGES}
    short = [column for stage in STAGES for column in graded[stage] if column.endswith(f"::{SHORT}")]
    ungraded = [f"{stage}:{UNGRADED}" for stage in STAGES]
    columns = [*volumes, *graded["auditor"], *graded[FINAL], *ungraded]

    def grid(kinds: tuple[str, ...], columns: list[str], *, down: bool, unseen: Iterable[str]) -> dict[str, Any]:
        keys = [row["key"] for row in rows if row["kind"] in kinds]
        return {
            "rows": [{"key": key} for key in keys],
            "counts": {cell(key, column): values[cell(key, column)] for key in keys for column in columns},
            "along": [(total, parts) for total, parts in _along(figures) if {total, *parts} <= set(columns)],
            "down": columns if down else [],
            "protected": [column for column in columns if column not in (*FIXED, *ungraded)],
            "unseen": [column for column in unseen if column in columns],
            "fixed": [column for column in (*FIXED, *ungraded) if column in columns],
        }

    hidden_volumes = [column for column in volumes if column not in FIXED]
    return {
        MAIN: grid((WHOLE, "service"), columns, down=True, unseen=[*UNPRINTED, *short]),
        # Volumes are printed for services only, but a service of one team would tell them of the team.
        TEAMS: grid(("team",), columns, down=False, unseen=[*hidden_volumes, *short]),
        PRACTICE: grid(("type", "status"), [*graded[FINAL], f"{FINAL}:{UNGRADED}"], down=False, unseen=short),
    }


def _grade_columns(figures: dict[str, Any], stage: str) -> list[str]:
    return [
        grade_column(stage, scale["key"], code)
        for scale in figures["scales"]
        for code in (*codes_of(scale), ALL, GOOD, SHORT)
    ]


def _along(figures: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """The sums that hold within a row."""
    for stage in STAGES:
        for scale in figures["scales"]:

            def of(codes: list[str], stage: str = stage, key: str = scale["key"]) -> list[str]:
                return [grade_column(stage, key, code) for code in codes]

            (every, good, short) = of([ALL, GOOD, SHORT])
            yield every, of(codes_of(scale))
            yield every, [good, short]
            if good_codes_of(scale):
                yield good, of(good_codes_of(scale))
    yield "dated", ["on_time", "late"]
    yield "submitted", ["dated", "undated"]
    yield "moderated_dated", ["moderated_in_time", "moderated_late"]
    yield "moderated", ["moderated_dated", "moderated_undated"]
    yield "settled", ["moderated", "unmoderated"]
    for stage, volume in zip(STAGES, ("submitted", "settled"), strict=True):
        every_scale = [grade_column(stage, scale["key"], ALL) for scale in figures["scales"]]
        yield volume, [*every_scale, f"{stage}:{UNGRADED}"]


def _links_between_rows(figures: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """The whole is the sum of its types and of its legal statuses; a service is the sum of its teams."""
    columns = [*_grade_columns(figures, FINAL), f"{FINAL}:{UNGRADED}"]
    for kind in ("type", "status"):
        parts = [row["key"] for row in figures["rows"] if row["kind"] == kind]
        if parts:
            for column in columns:
                yield key_of(MAIN, WHOLE, column), [key_of(PRACTICE, part, column) for part in parts]
    both = [grade for stage in STAGES for grade in (*_grade_columns(figures, stage), f"{stage}:{UNGRADED}")]
    for row in figures["rows"]:
        teams = [team["key"] for team in figures["rows"] if team["kind"] == "team" and team["parent"] == row["key"]]
        if teams:
            for column in (*VOLUMES, *DATED, "unmoderated", *both):
                yield key_of(MAIN, row["key"], column), [key_of(TEAMS, team, column) for team in teams]


def _links_over_time(figures: dict[str, Any], grids: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """The last quarter over time is the report's own, and stands in its tables of grades too."""
    values = cells_of(figures)
    for scale in figures["scales"]:
        grid = grids.get(name := f"over-time-{scale['key']}")
        if grid is None:
            continue
        last = grid["rows"][-1]["key"]
        for code in (*codes_of(scale), ALL, GOOD, SHORT):
            column = code if code in (ALL, GOOD, SHORT) else f"grade:{code}"
            stands = grade_column(FINAL, scale["key"], code)
            if grid["counts"].get(cell(last, column)) == values[cell(WHOLE, stands)]:
                yield key_of(name, last, column), [key_of(MAIN, WHOLE, stands)]
