"""Tables of a quarterly report that are counted as lists, as grids: areas of practice, regrades, agreement, steps,
re-audits. Pure.

A grid says which sums hold in it, so that what is hidden cannot be worked out, and is read into tables as all others.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scorecard.grids import Grid, key_of
from scorecard.layout import ALL, FINAL, GOOD, SHORT, WHOLE, cell, grade_column

SAME, UP, DOWN, NEAR, FAR, CHANGED = "same", "up", "down", "near", "far", "changed"
NAMES = {"overall": "Overall grades", "domains": "Grades of areas of practice"}

Links = Iterator[tuple[str, list[str]]]


def derived(figures: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """All these grids of a report's figures, by name."""
    grids: dict[str, Grid] = {"reaudits": _reaudits(figures["reaudits"]), "steps": _steps(figures["overdue_by_step"])}
    for scale in figures["scales"]:
        key = scale["key"]
        domains = [domain for domain in figures["domains"] if domain["scale"] == key]
        moved = _pairs(figures["regrades"], key)
        grids[f"domains-{key}"] = _domains(scale, domains)
        grids[f"regrades-{key}"] = _matrix(scale, moved)
        grids[f"moves-{key}"] = _moves(scale, {"moves": ("Moderation", moved)})
        grids[f"unmoderated-{key}"] = _unmoderated(figures, scale, moved)
        agreed = [one for one in figures.get("agreement", []) if one["scale"] == key]
        if agreed:
            grids[f"agreement-{key}"] = _moves(
                scale,
                {
                    which: (name, _pairs([one for one in agreed if one["which"] == which], key))
                    for which, name in NAMES.items()
                },
            )
    return {name: grid.as_json() for name, grid in grids.items()}


def table_of(scale: dict[str, Any], pairs: list[dict[str, Any]]) -> list[list[int]]:
    """Pairs of grades with their counts as a square table, rows the auditor's, both in the scale's order."""
    codes = [grade["code"] for grade in scale["grades"]]
    counts = _pairs(pairs, scale["key"])
    return [[counts.get((before, after), 0) for after in codes] for before in codes]


def _pairs(found: list[dict[str, Any]], scale: str) -> dict[tuple[str, str], int]:
    return {(one["from"], one["to"]): one["count"] for one in found if one["scale"] == scale}


def grades_grid(scale: dict[str, Any], prefix: str = "grade:") -> Grid:
    """A grid with a column for each grade, for all, and for those at the standard and not."""
    codes = [f"{prefix}{grade['code']}" for grade in scale["grades"]]
    good = [f"{prefix}{grade['code']}" for grade in scale["grades"] if grade["meets_standard"]]
    columns = [*codes, ALL, GOOD, SHORT]
    along: list[tuple[str, list[str]]] = [(ALL, codes), (ALL, [GOOD, SHORT])]
    along += [(GOOD, good)] if good else []
    return Grid(columns, along=along, protected=columns, unseen=[SHORT])


def add_grade(grid: Grid, row: str, scale: dict[str, Any], code: str, number: int) -> None:
    """Count a grade into its column, that of all, and that of its standard; nothing for a grade not of the scale."""
    for grade in scale["grades"]:
        if grade["code"] == code:
            standard = GOOD if grade["meets_standard"] else SHORT
            grid.add_each(row, {f"grade:{code}": number, ALL: number, standard: number})


def _domains(scale: dict[str, Any], domains: list[dict[str, Any]]) -> Grid:
    grid = grades_grid(scale)
    for domain in domains:
        key = grid.row(f"domain:{domain['domain']}", domain["title"])
        for code, number in domain["grades"].items():
            add_grade(grid, key, scale, code, number)
    return grid


def _matrix(scale: dict[str, Any], moved: dict[tuple[str, str], int]) -> Grid:
    """A row for each grade of the auditor's, a column for each final one."""
    codes = [grade["code"] for grade in scale["grades"]]
    columns = [*(f"grade:{code}" for code in codes), ALL]
    grid = Grid(columns, along=[(ALL, columns[:-1])], down=columns, protected=columns)
    for grade in scale["grades"]:
        row = grid.row(f"from:{grade['code']}", grade["name"])
        for code in codes:
            number = moved.get((grade["code"], code), 0)
            grid.add_each(row, {f"grade:{code}": number, ALL: number})
    return grid.close()


def _moves(scale: dict[str, Any], rows: dict[str, tuple[str, dict[tuple[str, str], int]]]) -> Grid:
    """How many grades were confirmed, raised and lowered, and how many differ by no more than one step."""
    columns = [SAME, UP, DOWN, NEAR, FAR, CHANGED, ALL]
    along: list[tuple[str, list[str]]] = [(ALL, [SAME, CHANGED]), (CHANGED, [UP, DOWN]), (ALL, [NEAR, FAR])]
    grid = Grid(columns, along=along, protected=columns, unseen=[FAR, CHANGED])
    place = {grade["code"]: number for number, grade in enumerate(scale["grades"])}
    for key, (name, moved) in rows.items():
        grid.row(key, name)
        for (before, after), number in moved.items():
            if before not in place or after not in place:
                continue
            steps = place[after] - place[before]
            way = SAME if not steps else UP if steps < 0 else DOWN
            if steps:
                grid.add_each(key, {CHANGED: number})
            grid.add_each(key, {way: number, NEAR if abs(steps) < 2 else FAR: number, ALL: number})
    return grid


def _unmoderated(figures: dict[str, Any], scale: dict[str, Any], moved: dict[tuple[str, str], int]) -> Grid:
    """Graded without a moderation: in no table, but the difference between two that there are."""
    codes = [f"grade:{grade['code']}" for grade in scale["grades"]]
    grid = Grid(codes, protected=codes, unseen=codes)
    grid.row("rest", "Not moderated")
    for grade in scale["grades"]:
        every = figures["cells"].get(cell(WHOLE, grade_column(FINAL, scale["key"], grade["code"])), 0)
        moderated = sum(number for (_, after), number in moved.items() if after == grade["code"])
        grid.add_each("rest", {f"grade:{grade['code']}": every - moderated})
    return grid


def _steps(found: list[dict[str, Any]]) -> Grid:
    grid = Grid([ALL], down=[ALL], protected=[ALL])
    for step in found:
        grid.add_each(grid.row(f"step:{step['step']}", step["name"]), {ALL: step["count"]})
    return grid.close() if grid.rows else grid


def _reaudits(found: dict[str, int]) -> Grid:
    columns = ["opened", "done", "meets_standard", SHORT, "overdue"]
    grid = Grid(columns, along=[("done", ["meets_standard", SHORT])], protected=columns, unseen=[SHORT])
    grid.add_each(grid.row("reaudits", "Re-audits"), {**found, SHORT: found["done"] - found["meets_standard"]})
    return grid


def links_of_derived(figures: dict[str, Any], grids: dict[str, dict[str, Any]]) -> Links:
    """The sums that hold between these grids and the report's own rows ("main", "practice")."""
    if grids["steps"]["rows"]:
        yield key_of("main", WHOLE, "overdue"), [key_of("steps", WHOLE, ALL)]
    types = [row["key"] for row in figures["rows"] if row["kind"] == "type" and not row.get("moderated", True)]
    for scale in figures["scales"]:
        key = scale["key"]
        for grade in scale["grades"]:
            column = f"grade:{grade['code']}"
            rest = key_of(f"unmoderated-{key}", "rest", column)
            final = grade_column(FINAL, key, grade["code"])
            yield key_of("main", WHOLE, final), [key_of(f"regrades-{key}", WHOLE, column), rest]
            unmoderated = sum(figures["cells"].get(cell(one, final), 0) for one in types)
            if types and unmoderated == grids[f"unmoderated-{key}"]["counts"][cell("rest", column)]:
                yield rest, [key_of("practice", one, final) for one in types]
        yield from _links_of_moves(scale, grids)


def _links_of_moves(scale: dict[str, Any], grids: dict[str, dict[str, Any]]) -> Links:
    """What was confirmed, raised and lowered are sums in the matrix; agreement tells the same where no panel acted."""
    key, codes = scale["key"], [grade["code"] for grade in scale["grades"]]
    ways: dict[str, list[str]] = {way: [] for way in (SAME, UP, DOWN, NEAR, FAR)}
    for i, before in enumerate(codes):
        for j, after in enumerate(codes):
            there = key_of(f"regrades-{key}", f"from:{before}", f"grade:{after}")
            ways[SAME if i == j else UP if j < i else DOWN].append(there)
            ways[NEAR if abs(i - j) < 2 else FAR].append(there)
    for way, parts in ways.items():
        if parts:
            yield key_of(f"moves-{key}", "moves", way), parts
    yield key_of(f"moves-{key}", "moves", ALL), [key_of(f"regrades-{key}", WHOLE, ALL)]
    agreed = grids.get(f"agreement-{key}")
    if agreed is not None:
        moves = grids[f"moves-{key}"]["counts"]
        for column in (*ways, ALL):
            if agreed["counts"][cell("overall", column)] == moves[cell("moves", column)]:
                yield key_of(f"agreement-{key}", "overall", column), [key_of(f"moves-{key}", "moves", column)]
