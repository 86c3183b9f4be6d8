"""Grades of the last eight quarters, against audits counted by hand."""

from datetime import date
from typing import Any

import pytest

from qaf.people.models import Team
from scorecard.layout import ALL, GOOD
from tests.scorecard.factories import make_finished, make_type
from tests.scorecard.quarterly.setting import document, figures, section, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("after_the_quarter")]


def of_quarter(found: dict[str, Any], quarter: str, *columns: str) -> list[int]:
    counts = found["grids"]["over-time-ofsted"]["counts"]
    return [counts[f"{quarter}|{column}"] for column in columns]


def test_each_of_eight_quarters_has_the_grades_that_were_settled_in_it(team: Team) -> None:
    make_finished(team, "G")
    make_finished(team, "G", "RI")
    make_finished(team, "I", submitted=date(2026, 5, 5), moderated=date(2026, 6, 30))
    make_finished(team, "O", submitted=date(2024, 9, 5), moderated=date(2024, 10, 1))
    make_finished(team, "O", submitted=date(2024, 9, 5), moderated=date(2024, 9, 30))
    found = figures()
    rows = [row["key"] for row in found["grids"]["over-time-ofsted"]["rows"]]
    assert rows == ["2024-4", "2025-1", "2025-2", "2025-3", "2025-4", "2026-1", "2026-2", "2026-3"]
    assert of_quarter(found, "2026-3", "grade:G", "grade:RI", ALL, GOOD) == [1, 1, 2, 1]
    assert of_quarter(found, "2026-2", "grade:I", ALL, GOOD) == [1, 1, 0]
    assert of_quarter(found, "2024-4", "grade:O", ALL, GOOD) == [1, 1, 1]


def test_reaudits_and_confidential_audits_are_in_no_quarter(team: Team) -> None:
    first = make_finished(team, "I", submitted=date(2026, 5, 5), moderated=date(2026, 6, 30))
    make_finished(team, "G", reaudit_of=first, type=make_type("reaudit"))
    secret = make_finished(team, "G")
    type(secret).objects.filter(pk=secret.pk).update(confidential=True)
    found = figures()
    assert of_quarter(found, "2026-3", ALL) == [0]
    assert of_quarter(found, "2026-2", ALL) == [1]


def test_the_report_shows_them_as_a_table_and_a_chart_with_its_data(team: Team) -> None:
    for _ in range(6):
        make_finished(team, "G")
        make_finished(team, "RI", submitted=date(2026, 5, 5), moderated=date(2026, 6, 30))
    shown = section(document(figures()), "over-time-ofsted")
    assert words(shown.tables[0])["April to June 2026"] == ["0", "0", "6", "0", "6", "0", "0%"]
    (chart,) = shown.charts
    assert chart.data is not None
    assert chart.data.categories[-1] == "July to September 2026"
    assert dict(chart.data.series)["Good"][-1] == 6
    assert "April to June 2026: Outstanding 0, Good 0, Requires improvement 6" in chart.svg


def test_an_earlier_quarters_small_numbers_are_hidden_and_its_chart_with_them(team: Team) -> None:
    for _ in range(6):
        make_finished(team, "G")
    for _ in range(2):
        make_finished(team, "RI", submitted=date(2026, 5, 5), moderated=date(2026, 6, 30))
    shown = section(document(figures()), "over-time-ofsted")
    row = words(shown.tables[0])["April to June 2026"]
    assert row[2] == row[4] == row[6] == "[c]"
    assert "April to June 2026: Not shown: small numbers" in shown.charts[0].svg
