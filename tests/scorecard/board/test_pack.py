"""The pack that a board is given: frozen figures and texts, and the document made of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from qaf.people.models import Agency, User
from scorecard.figures.board import count
from scorecard.kinds import KINDS
from scorecard.models import Figure, Indicator, QaComment, Report
from scorecard.reports.contents import figures_document
from scorecard.reports.document import Document
from scorecard.reports.snapshot import make_snapshot
from tests.factories import AgencyFactory
from tests.scorecard.board.conftest import LAST, comment, tell
from tests.scorecard.board_factories import make_figures, make_indicator

pytestmark = pytest.mark.django_db


def snapshot_of(qa: User, agency: Agency | None = None) -> dict[str, Any]:
    report = Report.objects.create(
        kind=Report.Kind.SCORECARD,
        period_from=LAST.first_day,
        period_to=LAST.last_day,
        agency=agency,
        requested_by=qa,
    )
    counted_at = datetime(2026, 10, 8, 9, 30, tzinfo=UTC)
    snapshot = make_snapshot(
        kind=report.kind,
        title="Scorecard pack",
        period=(LAST.first_day, LAST.last_day),
        period_label=LAST.label,
        scope="Whole organisation",
        counted_at=counted_at,
        due_by=LAST.last_day,
        suppress_below=5,
        figures=KINDS[report.kind].count(report, counted_at),
        hidden=KINDS[report.kind].hidden({}, 5),
    )
    # As the database gives it back.
    loaded: dict[str, Any] = json.loads(json.dumps(snapshot))
    return loaded


def document_of(qa: User) -> Document:
    return figures_document(snapshot_of(qa))


def words_of(document: Document) -> str:
    cells = [
        cell.text
        for section in document.sections
        for table in section.tables
        for row in table.rows
        for cell in row.cells
    ]
    return " ".join([*cells, *(words for section in document.sections for words in section.paragraphs)])


def test_it_works(indicator: Indicator, few: Indicator, qa: User) -> None:
    tell(indicator, "Two more officers.")
    comment(indicator, "It holds.", qa)
    document = document_of(qa)
    priority = indicator.versions.get().priority_id
    assert [section.key for section in document.sections] == [
        "glance",
        f"priority-{priority}",
        "indicator-arrests",
        "indicator-reviews",
        "how",
    ]
    words = words_of(document)
    assert "Two more officers." in words
    assert "It holds." in words
    assert "July to September 2026: 86% (172 of 200). Target 85%: met." in words
    charts = [chart for section in document.sections for chart in section.charts]
    assert [chart.key for chart in charts] == [
        f"chart-priority-{priority}",
        "chart-indicator-arrests",
        "chart-indicator-reviews",
    ]
    assert charts[2].caption == "Reviews in time: common cause, no real change"
    assert charts[2].data is not None
    assert charts[2].data.series[0] == ("Value", pytest.approx([0.8, 0.82, 0.84, 0.86]))


def test_a_small_number_is_nowhere_in_a_pack(few: Indicator, qa: User) -> None:
    Figure.objects.filter(indicator=few, period_from=LAST.first_day).update(value=4, numerator=4)
    tell(few, "Four children were arrested.")
    snapshot = snapshot_of(qa)
    kept = next(
        line
        for priority in snapshot["figures"]["priorities"]
        for line in priority["lines"]
        if line["code"] == "arrests"
    )
    assert kept["spots"][-1][2:5] == [None, None, None]
    assert "Four children" not in json.dumps(snapshot)
    document = figures_document(snapshot)
    assert document.hides
    assert "[c]" in words_of(document)


def test_texts_are_frozen_with_the_figures(indicator: Indicator, qa: User) -> None:
    comment(indicator, "It holds.", qa)
    snapshot = snapshot_of(qa)
    QaComment.objects.update(text="It does not hold.")
    Figure.objects.update(value=1)
    words = words_of(figures_document(snapshot))
    assert "It holds." in words
    assert "86%" in words


def test_the_same_snapshot_gives_the_same_document(indicator: Indicator, few: Indicator, qa: User) -> None:
    snapshot = snapshot_of(qa)
    assert figures_document(snapshot) == figures_document(json.loads(json.dumps(snapshot)))


def test_a_pack_of_one_agency_holds_its_own_indicators(indicator: Indicator, police: Agency, qa: User) -> None:
    other = make_indicator("others", agency=AgencyFactory.create(), name="Of another agency")
    make_figures(other, [50, 60], last=LAST)
    snapshot = snapshot_of(qa, police)
    codes = [line["code"] for priority in snapshot["figures"]["priorities"] for line in priority["lines"]]
    assert codes == ["reviews"]


def test_without_any_indicator_a_pack_is_honest(qa: User) -> None:
    document = document_of(qa)
    assert document.facts[0].words == "0"
    assert [section.key for section in document.sections] == ["glance", "how"]


def test_a_gap_is_told_with_its_reason(indicator: Indicator, qa: User) -> None:
    Figure.objects.filter(indicator=indicator, period_from=LAST.first_day).update(
        value=None, numerator=None, denominator=None, gap="Nothing to divide by"
    )
    words = words_of(document_of(qa))
    assert "No figure (Nothing to divide by)" in words


def test_it_is_counted_in_a_fixed_number_of_queries(
    indicator: Indicator, qa: User, django_assert_num_queries: Any
) -> None:
    report = Report(kind=Report.Kind.SCORECARD, period_from=LAST.first_day, period_to=LAST.last_day, requested_by=qa)
    for number in range(4):
        make_figures(make_indicator(f"more-{number}"), [50 + number, 60], last=LAST)
    with django_assert_num_queries(8):
        count(report, datetime.now(UTC))
