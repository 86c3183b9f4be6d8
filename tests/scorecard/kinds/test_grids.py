"""Grids of counts: what is hidden in them, so that nothing small can be worked out from what is shown."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from qaf.suppression import known
from scorecard.grids import Grid, hidden_in, key_of
from scorecard.layout import WHOLE

BELOW = 5
COLUMNS = ("all", "good", "poor")
PLACES = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=5)


def grid_of(places: list[tuple[int, int]]) -> Grid:
    """A place a row, with its good and poor, and the whole."""
    grid = Grid(COLUMNS, along=[("all", ("good", "poor"))], down=COLUMNS, protected=COLUMNS)
    for number, (good, poor) in enumerate(places):
        grid.add(grid.row(f"place:{number}", f"Place {number}"), all=good + poor, good=good, poor=poor)
    return grid.close()


def figures_of(places: list[tuple[int, int]]) -> dict[str, Any]:
    """The same whole in two grids, as the overall grades of a report stand in two."""
    grid = grid_of(places)
    lines = Grid(COLUMNS, along=[("all", ("good", "poor"))], protected=COLUMNS)
    lines.add_each(lines.row("overall", "Overall"), {column: grid.number(WHOLE, column) for column in COLUMNS})
    return {
        "grids": {"places": grid.as_json(), "lines": lines.as_json()},
        "links": [[key_of("lines", "overall", column), [key_of("places", WHOLE, column)]] for column in COLUMNS],
    }


def sums_of(figures: dict[str, Any]) -> tuple[dict[str, int], list[tuple[str, list[str]]]]:
    """Every cell, and every sum that a reader knows: written anew here, from what the tables say."""
    values: dict[str, int] = {}
    sums: list[tuple[str, list[str]]] = [(total, list(parts)) for total, parts in figures["links"]]
    for name, grid in figures["grids"].items():
        values |= {f"{name}/{key}": number for key, number in grid["counts"].items()}
        rows = [row["key"] for row in grid["rows"]]
        for row in rows:
            sums.append((f"{name}/{row}|all", [f"{name}/{row}|good", f"{name}/{row}|poor"]))
        parts = [row for row in rows if row != WHOLE]
        if WHOLE in rows:
            sums += [(f"{name}/{WHOLE}|{one}", [f"{name}/{row}|{one}" for row in parts]) for one in COLUMNS]
    return values, sums


@given(PLACES)
def test_no_small_count_is_shown_or_can_be_worked_out(places: list[tuple[int, int]]) -> None:
    figures = figures_of(places)
    values, sums = sums_of(figures)
    hidden = hidden_in(figures, BELOW)
    small = {key for key, number in values.items() if 0 < number < BELOW}
    assert small <= hidden
    assert not known(values, sums, hidden) & small


@given(PLACES)
def test_the_whole_is_the_sum_of_its_rows(places: list[tuple[int, int]]) -> None:
    grid = grid_of(places)
    assert grid.number(WHOLE, "all") == sum(good + poor for good, poor in places)


@given(PLACES)
def test_beside_a_hidden_total_nothing_of_its_row_is_shown(places: list[tuple[int, int]]) -> None:
    hidden = hidden_in(figures_of(places), BELOW)
    for number in range(len(places)):
        row = f"places/place:{number}"
        if f"{row}|all" in hidden:
            assert {f"{row}|good", f"{row}|poor"} <= hidden


def test_large_counts_hide_nothing() -> None:
    assert not hidden_in(figures_of([(9, 8), (7, 6), (10, 0)]), BELOW)


def test_a_limit_of_one_hides_nothing() -> None:
    assert not hidden_in(figures_of([(1, 1)]), 1)


def test_counts_that_are_not_about_people_are_shown_however_small() -> None:
    grid = Grid(("all", "done"), down=("all", "done"))
    grid.add(grid.row("visits", "Visits"), all=2, done=1)
    assert not hidden_in({"grids": {"work": grid.close().as_json()}, "links": []}, BELOW)


def test_a_count_that_no_table_shows_still_guards_the_ones_that_do() -> None:
    grid = Grid(
        ("all", "late", "not_late"),
        along=[("all", ("late", "not_late"))],
        protected=("all", "late", "not_late"),
        unseen=("not_late",),
    )
    grid.add(grid.row("place", "Place"), all=9, late=7, not_late=2)
    hidden = hidden_in({"grids": {"people": grid.as_json()}, "links": []}, BELOW)
    assert "people/place|late" in hidden
    assert "people/place|not_late" not in hidden


def test_a_row_is_made_once() -> None:
    grid = Grid(("all",))
    assert grid.row("a", "First") == grid.row("a", "Second") == "a"
    assert grid.rows == {"a": "First"}


@given(st.lists(st.tuples(*[st.integers(0, 9)] * 4), min_size=1, max_size=4))
def test_nothing_small_can_be_worked_out_of_people_counted_in_two_ways(places: list[tuple[int, ...]]) -> None:
    seen_columns = ("people", "seen", "unseen", "late")
    columns = (*seen_columns, "not_late")
    along = [("people", ("seen", "unseen")), ("people", ("late", "not_late"))]
    grid = Grid(columns, along=along, down=columns, protected=columns, unseen=("not_late",))
    for number, (seen_late, seen_in_time, unseen_late, unseen_in_time) in enumerate(places):
        grid.add(
            grid.row(f"place:{number}", "Place"),
            people=seen_late + seen_in_time + unseen_late + unseen_in_time,
            seen=seen_late + seen_in_time,
            unseen=unseen_late + unseen_in_time,
            late=seen_late + unseen_late,
            not_late=seen_in_time + unseen_in_time,
        )
    grid.close()
    hidden = hidden_in({"grids": {"people": grid.as_json()}, "links": []}, BELOW)
    values = {f"people/{key}": number for key, number in grid.counts.items()}
    rows = [row for row in grid.rows if row != WHOLE]
    sums = [(f"people/{row}|{total}", [f"people/{row}|{part}" for part in parts])
            for row in grid.rows for total, parts in along]  # fmt: skip
    sums += [(f"people/{WHOLE}|{column}", [f"people/{row}|{column}" for row in rows]) for column in columns]
    away = hidden | {key for key in values if key.endswith("|not_late")}
    small = {key for key, number in values.items() if 0 < number < BELOW}
    assert {key for key in small if not key.endswith("|not_late")} <= hidden
    assert not known(values, sums, away) & small
