"""A thematic report: terms of reference, who audited, grades by line of enquiry, and where agencies differ."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audits.models import Work, WorkAudit, WorkState
from scorecard.models import Report
from scorecard.workflow.report_requests import about_work
from tests.audits.fieldwork.setting import Partnership, make_partnership
from tests.scorecard.kinds.reading import document_of, facts, report_of, said, snapshot_of, words

pytestmark = pytest.mark.django_db


def analysed(partnership: Partnership, *, closed: bool = True) -> Work:
    """The work after its fieldwork, whatever was submitted in it."""
    Work.objects.filter(pk=partnership.work.pk).update(
        state=WorkState.ANALYSIS if closed else WorkState.FIELDWORK,
        fieldwork_closed_at=timezone.now() if closed else None,
    )
    return Work.objects.get(pk=partnership.work.pk)


@pytest.fixture
def partnership() -> Partnership:
    """Two children whom council and police audited, with different grades of the first; health knows neither."""
    made = make_partnership()
    made.child()
    made.child()
    for child in made.work.cases.all():
        WorkAudit.objects.update_or_create(
            work_case=child, agency=made.agencies["Health"], defaults={"not_known": True, "audit": None}
        )
    made.open()
    made.submit("Council", 1, grade="MG")
    made.submit("Police", 1, grade="DNMG")
    made.submit("Council", 2, grade="MG")
    made.submit("Police", 2, grade="MG")
    return made


def test_it_says_who_audited_and_which_agency_did_not_know_the_children(partnership: Partnership) -> None:
    document = document_of(report_of(about_work(analysed(partnership))), below=1)
    found = words(document, "audits")
    assert found["Council"] == ["2", "0", "2", "2", "0", "100%"]
    assert found["Health"] == ["2", "2", "0", "0", "0", "–"]
    assert found["All agencies"] == ["–", "2", "4", "4", "0", "100%"]
    assert facts(document)["Audits submitted"] == "100% (4 of 4)"


def test_grades_are_counted_by_agency_and_by_line_of_enquiry(partnership: Partnership) -> None:
    document = document_of(report_of(about_work(analysed(partnership))), below=1)
    by_agency = words(document, "places-coventry-good")
    assert by_agency["Council"][-3:] == ["2", "2", "100%"]
    assert by_agency["Police"][-3:] == ["2", "1", "50%"]
    assert by_agency["Total"][-3:] == ["4", "3", "75%"]
    assert all(row[-3] == "4" for row in words(document, "lines-coventry-good").values())


def test_it_counts_the_children_of_whom_agencies_differ(partnership: Partnership) -> None:
    document = document_of(report_of(about_work(analysed(partnership))), below=1)
    found = words(document, "differences")
    assert {row[0] for row in found.values()} == {"2"}
    assert max(int(row[1]) for row in found.values()) == 1


def test_small_numbers_of_children_do_not_leave_it(partnership: Partnership) -> None:
    document = document_of(report_of(about_work(analysed(partnership))))
    assert words(document, "audits")["Council"] == ["[c]", "[c]", "[c]", "[c]", "[c]", "[c]"]
    assert facts(document)["Audits submitted"] == "[c]"
    for section in document.sections:
        if section.key.startswith("grades"):
            assert not section.charts
            assert all(
                cell.text in ("[c]", "0") for table in section.tables for row in table.rows for cell in row.cells
            )


def test_how_many_children_there_were_does_not_follow_from_the_sum_over_the_agencies() -> None:
    made = make_partnership("Council", "Police")
    for _ in range(3):
        made.child()
    document = document_of(report_of(about_work(analysed(made))))
    # Six audits expected of two agencies that know all children would be three children.
    assert words(document, "audits")["All agencies"][2] == "[c]"
    assert facts(document)["Audits submitted"] == "[c]"


def test_no_child_and_no_auditor_is_in_its_snapshot(partnership: Partnership) -> None:
    text = json.dumps(snapshot_of(report_of(about_work(analysed(partnership)))), ensure_ascii=False)
    for sign in ("Q1", "SYN-", "Council Auditor", "Seen in the record"):
        assert sign not in text


def test_it_holds_the_seven_points_of_the_terms_of_reference(partnership: Partnership) -> None:
    document = document_of(report_of(about_work(analysed(partnership))))
    found = words(document, "terms")
    assert len(found) == 7
    assert {text for cells in found.values() for text in cells} == {"As agreed."}
    assert "A&P 4.2" in said(document, "terms")


def test_nothing_is_compared_while_the_fieldwork_is_open(partnership: Partnership) -> None:
    document = document_of(report_of(about_work(analysed(partnership, closed=False))))
    assert said(document, "differences") == "Not compared, since the fieldwork was not closed."


def test_work_without_audits_gives_an_honest_report() -> None:
    document = document_of(report_of(about_work(analysed(make_partnership()))))
    assert said(document, "audits") == "No audit was allocated in this work."
    assert said(document, "grades") == "No audit of this work was graded."
    assert "nothing can be compared" in said(document, "differences")


def test_a_report_without_work_is_not_counted() -> None:
    manager = make_partnership().manager
    report = Report.objects.create(
        kind=Report.Kind.THEMATIC,
        period_from=date(2026, 7, 1),
        period_to=date(2026, 9, 30),
        requested_by=manager,
    )
    with pytest.raises(ValueError, match="names no piece of work"):
        snapshot_of(report)


def test_counting_asks_the_database_as_often_for_many_children_as_for_few(
    partnership: Partnership,
) -> None:
    report = report_of(about_work(analysed(partnership)))
    snapshot_of(report)
    with CaptureQueriesContext(connection) as few:
        snapshot_of(report)
    WorkAudit.objects.filter(work_case__work=partnership.work, work_case__number=2).update(audit=None)
    with CaptureQueriesContext(connection) as fewer:
        snapshot_of(report)
    assert len(few) == len(fewer)
