"""Nothing that is hidden in a quarterly report can be worked out from what is shown."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from qaf.suppression import known
from scorecard.grids import Grid
from scorecard.reports.derived_grids import derived
from scorecard.reports.small_numbers import cells_of, hidden_cells
from tests.scorecard.factories import SCALE
from tests.scorecard.quarterly.setting import document

CODES = ("O", "G", "RI", "I")
# Of each team: how many audits went from one grade to another, by (auditor's, final); and, without a moderation, at
# which grade they stand.
small = st.one_of(st.integers(0, 3), st.integers(0, 30))
pair = st.tuples(st.sampled_from(CODES), st.sampled_from(CODES))
moved = st.dictionaries(pair, small, max_size=5)
observed = st.dictionaries(st.sampled_from(CODES), small, max_size=3)
team = st.tuples(moved, observed)
authority = st.dictionaries(st.tuples(st.sampled_from("AB"), st.sampled_from("12")), team, min_size=1, max_size=4)


def figures_of(teams: dict[tuple[str, str], Any]) -> dict[str, Any]:
    """Figures in which every audit was allocated, submitted and settled in time, in the quarter."""
    cells: dict[str, int] = {}
    rows = {"whole": {"key": "whole", "kind": "whole", "name": "Total", "parent": None}}
    for number, moderated in (("1", True), ("2", False)):
        key = f"type:{number}"
        rows[key] = {"key": key, "kind": "type", "name": key, "parent": "whole", "moderated": moderated}
    regrades: dict[tuple[str, str], int] = {}

    def add(keys: list[str], columns: list[str], number: int) -> None:
        for key in keys:
            for column in columns:
                cells[f"{key}|{column}"] = cells.get(f"{key}|{column}", 0) + number

    for (service, name), (moves, observations) in teams.items():
        places = ["whole", f"service:{service}", f"team:{service}{name}"]
        rows[places[1]] = {
            "key": places[1], "kind": "service", "name": service, "parent": "whole", "agency": "Council",
        }  # fmt: skip
        rows[places[2]] = {"key": places[2], "kind": "team", "name": service + name, "parent": places[1]}
        graded = [(before, after, "type:1", number) for (before, after), number in moves.items()]
        graded += [(code, code, "type:2", number) for code, number in observations.items()]
        for before, after, kind, number in graded:
            volumes = ["allocated", "submitted", "on_time", "settled"]
            if kind == "type:1":
                volumes += ["moderated", "moderated_in_time"]
                regrades[before, after] = regrades.get((before, after), 0) + number
            add(places, [*volumes, f"auditor:ofsted:{before}", "auditor:ofsted::all"], number)
            add([*places, kind], [f"final:ofsted:{after}", "final:ofsted::all"], number)
    return {
        "rows": list(rows.values()),
        "scales": [{**SCALE, "grades": [{"raises_alert": False, **grade} for grade in SCALE["grades"]]}],
        "cells": cells,
        "domains": [],
        "regrades": [
            {"scale": "ofsted", "from": before, "to": after, "count": number}
            for (before, after), number in regrades.items()
        ],
        "overdue_by_step": [],
        "reaudits": {"opened": 0, "done": 0, "meets_standard": 0, "overdue": 0},
        "agreement": [],
        "grids": {"actions": Grid(("raised",)).as_json()},
    }


def a_readers_sums(figures: dict[str, Any], values: dict[str, int]) -> list[tuple[str, list[str]]]:
    """What a reader of the report knows to add up, written down apart from what the report reckons with."""
    sums: list[tuple[str, list[str]]] = []
    services = [row["key"] for row in figures["rows"] if row["kind"] == "service"]
    types = ["type:1", "type:2"]
    for row in figures["rows"]:
        stages = ("final",) if row["kind"] == "type" else ("auditor", "final")
        for stage in stages:
            cell = f"{row['key']}|{stage}:ofsted:"
            sums.append((f"{cell}:all", [f"{cell}{code}" for code in CODES]))
            sums.append((f"{cell}:good", [f"{cell}O", f"{cell}G"]))
            sums.append((f"{cell}:all", [f"{cell}:good", f"{cell}:short"]))
    columns = [key.split("|")[1] for key in values if key.startswith("whole|")]
    for column in columns:
        sums.append((f"whole|{column}", [f"{service}|{column}" for service in services]))
        if column.startswith("final:ofsted"):
            sums.append((f"whole|{column}", [f"{one}|{column}" for one in types]))
        for service in services:
            teams = [row["key"] for row in figures["rows"] if row["parent"] == service]
            sums.append((f"{service}|{column}", [f"{one}|{column}" for one in teams]))
    for code in CODES:
        # Types that are moderated are the columns of the matrix.
        matrix = [f"regrades-ofsted/from:{before}|grade:{code}" for before in CODES]
        sums.append((f"type:1|final:ofsted:{code}", matrix))
        sums.append((f"regrades-ofsted/whole|grade:{code}", matrix))
        row = f"regrades-ofsted/from:{code}|"
        sums.append((f"{row}all", [f"{row}grade:{after}" for after in CODES]))
    return [(total, parts) for total, parts in sums if parts]


@settings(max_examples=12, deadline=None)
@given(authority)
def test_no_small_number_is_shown_or_can_be_worked_out(teams: dict[tuple[str, str], Any]) -> None:
    figures = figures_of(teams)
    hidden = hidden_cells(figures, 5)
    values = cells_of(figures)
    matrix = derived(figures)["regrades-ofsted"]
    values |= {f"regrades-ofsted/{key}": number for key, number in matrix["counts"].items()}
    # In no table of the report: shares' other halves, and the volumes of teams.
    unprinted = {
        key
        for key in values
        if key.endswith((":short", "|late", "|moderated_late", "|settled"))
        or (key.startswith("team:") and "ofsted" not in key)
    }
    secret = {
        key
        for key, number in values.items()
        if 0 < number < 5 and not key.endswith(("undated", "unmoderated", "ungraded"))
    }
    assert secret - unprinted <= hidden
    assert not secret & known(values, a_readers_sums(figures, values), hidden | unprinted)


@settings(max_examples=6, deadline=None)
@given(authority)
def test_no_table_of_the_report_holds_a_number_below_five(teams: dict[tuple[str, str], Any]) -> None:
    for section in document(figures_of(teams)).sections:
        for table in section.tables:
            for row in table.rows:
                shown = [cell.number for cell in row.cells if cell.number is not None and not cell.percent]
                assert not [number for number in shown if 0 < number < 5], (table.key, row)


def test_who_was_not_at_the_standard_cannot_be_taken_from_a_share() -> None:
    # Ten audits, of which nine at the standard: neither may the nine be told beside the ten.
    teams = {("A", "1"): ({("G", "G"): 9, ("RI", "RI"): 1}, {})}
    hidden = hidden_cells(figures_of(teams), 5)
    assert "whole|final:ofsted:RI" in hidden
    assert {"whole|final:ofsted::good", "whole|final:ofsted::all"} & hidden


def test_grades_without_moderation_cannot_be_taken_from_the_matrix_of_regrades() -> None:
    teams = {("A", "1"): ({("G", "G"): 20, ("RI", "RI"): 12}, {"G": 8, "RI": 2}), ("B", "1"): ({("G", "G"): 9}, {})}
    figures = figures_of(teams)
    hidden = hidden_cells(figures, 5)
    assert "type:2|final:ofsted:RI" in hidden
    assert {"whole|final:ofsted:RI", "regrades-ofsted/whole|grade:RI", "regrades-ofsted/from:RI|grade:RI"} & hidden


def test_large_numbers_stay_shown() -> None:
    teams = {
        ("A", "1"): ({("G", "G"): 20, ("RI", "RI"): 12}, {"G": 8, "RI": 9}),
        ("B", "1"): ({("G", "G"): 9, ("RI", "RI"): 5}, {"G": 7, "RI": 6}),
    }
    assert hidden_cells(figures_of(teams), 5) == frozenset()


def test_a_limit_of_one_hides_nothing() -> None:
    assert hidden_cells(figures_of({("A", "1"): ({("G", "RI"): 1}, {"I": 2})}), 1) == frozenset()
