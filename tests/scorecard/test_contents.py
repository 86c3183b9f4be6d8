"""What a report says of its figures, and what it keeps to itself."""

import json
from copy import deepcopy
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from scorecard.reports.contents import document_of
from scorecard.reports.document import Document, Table, percent
from scorecard.reports.small_numbers import hidden_cells
from scorecard.reports.snapshot import digest_of, make_snapshot
from scorecard.reports.xlsx import make_xlsx
from tests.scorecard.factories import SCALE

CODES = ("O", "G", "RI", "I")


def snapshot_of(teams: dict[tuple[str, str], tuple[int, int, int, int]], below: int = 5) -> dict[str, Any]:
    """A snapshot in which each (service, team) has these final grades, and the auditors gave the same."""
    cells: dict[str, int] = {}
    rows: dict[str, dict[str, Any]] = {"whole": {"key": "whole", "kind": "whole", "name": "Total", "parent": None}}

    def add(key: str, column: str, number: int) -> None:
        cells[f"{key}|{column}"] = cells.get(f"{key}|{column}", 0) + number

    status = {"key": "status:cin", "kind": "status", "name": "CIN", "parent": "whole"}
    kind = {"key": "type:1", "kind": "type", "name": "Case audit", "parent": "whole"}
    for (service, team), grades in teams.items():
        service_row = {"key": f"service:{service}", "kind": "service", "name": service, "parent": "whole"}
        rows[f"service:{service}"] = {**service_row, "agency": "Council"}
        rows[f"team:{team}"] = {"key": f"team:{team}", "kind": "team", "name": team, "parent": f"service:{service}"}
        rows |= {"status:cin": status, "type:1": kind}
        for key in ("whole", f"service:{service}", f"team:{team}"):
            for column in ("allocated", "submitted", "on_time", "settled", "moderated", "moderated_in_time"):
                add(key, column, sum(grades))
        for stage, keys in (
            ("auditor", ("whole", f"service:{service}", f"team:{team}")),
            ("final", ("whole", f"service:{service}", f"team:{team}", "status:cin", "type:1")),
        ):
            for key in keys:
                for code, number in zip(CODES, grades, strict=True):
                    add(key, f"{stage}:ofsted:{code}", number)
                add(key, f"{stage}:ofsted::all", sum(grades))
    totals = [sum(grades[place] for grades in teams.values()) for place in range(4)]
    figures = {
        "rows": list(rows.values()),
        "scales": [
            {**SCALE, "grades": [{"raises_alert": False, **grade} for grade in SCALE["grades"]]}  # type: ignore[dict-item]
        ],
        "cells": cells,
        "domains": [],
        "regrades": [
            {"scale": "ofsted", "from": code, "to": code, "count": number}
            for code, number in zip(CODES, totals, strict=True)
            if number
        ],
        "overdue_by_step": [],
        "reaudits": {"opened": 0, "done": 0, "meets_standard": 0, "overdue": 0},
    }
    return make_snapshot(
        kind="quarterly",
        title="Quarterly report",
        period=(date(2026, 7, 1), date(2026, 9, 30)),
        period_label="July to September 2026",
        scope="Whole organisation",
        counted_at=datetime(2026, 10, 7, 8, 0, tzinfo=UTC),
        due_by=date(2026, 9, 30),
        suppress_below=below,
        figures=figures,
        hidden=hidden_cells(figures, below),
    )


LARGE = {("North", "One"): (6, 20, 10, 5), ("North", "Two"): (7, 9, 8, 6), ("South", "Three"): (5, 9, 9, 9)}


def table(document: Document, key: str) -> Table:
    return next(table for section in document.sections for table in section.tables if table.key == key)


def words(found: Table) -> dict[str, list[str]]:
    return {row.header: [cell.text for cell in row.cells] for row in found.rows}


def test_a_share_stands_beside_its_numerator_and_denominator() -> None:
    found = table(document_of(snapshot_of(LARGE)), "final-ofsted")
    assert found.columns[-3:] == ["Graded", "Good or better", "Share"]
    assert words(found) == {
        "North": ["13", "29", "18", "11", "71", "42", "59%"],
        "South": ["5", "9", "9", "9", "32", "14", "44%"],
        "Total": ["18", "38", "27", "20", "103", "56", "54%"],
    }


def test_a_half_per_cent_is_rounded_up_as_people_do() -> None:
    assert [percent(1, 8), percent(5, 200), percent(1, 3), percent(2, 3), percent(0, 9), percent(9, 9)] == [
        13, 3, 33, 67, 0, 100,
    ]  # fmt: skip


def test_small_numbers_of_a_team_are_not_shown_and_the_reason_is() -> None:
    document = document_of(snapshot_of({**LARGE, ("North", "Two"): (7, 9, 8, 2)}))
    found = table(document, "teams-ofsted-1-final")
    assert words(found)["Two"][3] == "[c]"
    assert words(found)["One"][3] == "[c]"
    assert found.hides
    assert any("below 5" in paragraph for section in document.sections for paragraph in section.paragraphs)


def test_a_limit_of_one_hides_nothing() -> None:
    assert not document_of(snapshot_of({("North", "One"): (1, 1, 1, 1)}, below=1)).hides


def test_when_the_whole_is_one_small_team_regrades_are_not_shown_either() -> None:
    document = document_of(snapshot_of({("North", "One"): (1, 2, 3, 0)}))
    regrades = next(section for section in document.sections if section.key == "regrades-ofsted")
    assert (regrades.tables, regrades.paragraphs) == ([], ["Not shown, since the numbers are too small."])
    assert all(not section.charts for section in document.sections)


grades = st.tuples(*[st.one_of(st.integers(0, 6), st.integers(0, 40))] * 4)
places = st.dictionaries(
    st.tuples(st.sampled_from(["North", "South", "West"]), st.sampled_from("ABC")).map(
        lambda place: (place[0], f"{place[0]} {place[1]}")
    ),
    grades,
    max_size=6,
)


@settings(max_examples=25, deadline=None)
@given(places)
def test_no_table_shows_a_small_number_of_a_team(teams: dict[tuple[str, str], tuple[int, int, int, int]]) -> None:
    document = document_of(snapshot_of(teams))
    for section in document.sections:
        for found in section.tables:
            if found.first != "Team":
                continue
            for row in found.rows:
                if not row.total:
                    numbers = [cell.number for cell in row.cells if cell.number is not None and not cell.percent]
                    assert not [number for number in numbers if 0 < number < 5], (row, teams)


@settings(max_examples=25, deadline=None)
@given(places)
def test_a_share_is_shown_only_where_both_its_numbers_are(
    teams: dict[tuple[str, str], tuple[int, int, int, int]],
) -> None:
    for section in document_of(snapshot_of(teams)).sections:
        for found in section.tables:
            if found.columns[-1:] == ["Share"] and found.first == "Team":
                for row in found.rows:
                    assert row.cells[-1].hidden == (row.cells[-2].hidden or row.cells[-3].hidden)


@settings(max_examples=15, deadline=None)
@given(places)
def test_the_same_snapshot_gives_the_same_document(teams: dict[tuple[str, str], tuple[int, int, int, int]]) -> None:
    snapshot = snapshot_of(teams)
    again = json.loads(json.dumps(deepcopy(snapshot), sort_keys=True))
    assert document_of(snapshot) == document_of(again)
    assert digest_of(snapshot) == digest_of(again)
    assert hidden_cells(snapshot["figures"], 5) == hidden_cells(again["figures"], 5)


def test_the_spreadsheet_has_numbers_as_numbers_and_hides_the_same_cells() -> None:
    snapshot = snapshot_of({**LARGE, ("North", "Two"): (7, 9, 8, 2)})
    book = load_workbook(BytesIO(make_xlsx(snapshot, digest_of(snapshot))))
    sheet = next(sheet for sheet in book if str(sheet["A1"].value).startswith("North: final grades"))
    rows = {row[0]: row[1:] for row in sheet.iter_rows(min_row=4, values_only=True)}
    assert rows["One"][:2] == (6, 20)
    assert rows["Two"][3] == "[c]"
    assert rows["All teams"][4] == 67


@pytest.mark.parametrize("name", ["=1+1", "+cmd", "@x", "-2"])
def test_a_team_named_like_a_formula_stays_words_in_the_spreadsheet(name: str) -> None:
    snapshot = snapshot_of({("North", name): (9, 9, 9, 9)})
    book = load_workbook(BytesIO(make_xlsx(snapshot, digest_of(snapshot))))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == name]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}
