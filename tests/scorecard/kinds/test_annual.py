"""The annual review of the framework: what it expected of a year, and what was done."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audits.models import AuditType, Expected, Work, WorkAgency, WorkKind, WorkState
from qaf.people.roles import Role
from scorecard.figures.annual_board import quarters_ended
from scorecard.models import ChangeKind, IndicatorChange, Report, Return, ReturnState
from scorecard.quarters import Quarter
from scorecard.workflow.report_requests import about_year
from tests.audits.coverage.setting import expect, make_audit, make_cycle, make_row, someone
from tests.factories import AgencyFactory, ServiceFactory, TeamFactory, UserFactory
from tests.moderation.agreement.setting import make_type
from tests.scorecard.board_factories import make_indicator
from tests.scorecard.kinds.reading import document_of, facts, report_of, said, snapshot_of, words

pytestmark = pytest.mark.django_db
YEAR = about_year(Report.Kind.ANNUAL, 2026)
# Kept on one line.
NOT_SAID = "Not\N{NO-BREAK SPACE}yet\N{NO-BREAK SPACE}said"
TWO_MONTHS = "Every\N{NO-BREAK SPACE}2\N{NO-BREAK SPACE}months"


def at(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(11)))


def make_return(quarter: Quarter, name: str, *, sent: date | None, due: date, **fields: Any) -> Return:
    return Return.objects.create(
        agency=AgencyFactory.create(name=name),
        period_from=quarter.first_day,
        period_to=quarter.last_day,
        due_on=due,
        first_sent_at=at(sent) if sent else None,
        sent_at=at(sent) if sent else None,
        state=ReturnState.SENT if sent else ReturnState.REQUESTED,
        **fields,
    )


def test_a_year_in_which_nothing_was_set_up_says_so() -> None:
    document = document_of(report_of(YEAR))
    assert document.title == "Annual review of the framework, April 2026 to March 2027"
    assert said(document, "schedule") == "No cycle of the schedule ended in this year."
    assert said(document, "cycles") == "The schedule had no rows in this year."
    assert said(document, "changes") == "Nobody asked for a change of the indicators in this year."
    assert facts(document)["Audits submitted in time"] == "None yet"


def test_expected_stands_against_done_by_service_and_type() -> None:
    team = TeamFactory.create(service=ServiceFactory.create(name="Area Social Care"))
    kind = make_type()
    cycle = make_cycle(make_row(team.service, kind), date(2026, 8, 1), date(2026, 9, 30))
    running = make_cycle(cycle.expectation, date(2026, 10, 1), date(2026, 11, 30))
    for number, submitted in enumerate([date(2026, 9, 1), date(2026, 10, 5), None]):
        ade = someone(Role.AUDITOR, f"Auditor {number}", team=team)
        audit = make_audit(team, ade, kind, submitted=submitted, audit_due_on=date(2026, 9, 30))
        expect(cycle, ade, team, audit)
        expect(running, ade, team)
    expect(cycle, someone(Role.AUDITOR, "Away", team=team), team, state=Expected.State.SKIPPED, why="away")
    document = document_of(report_of(YEAR))
    # Counts of what was expected of managers are not about children, and are shown however small.
    assert words(document, "schedule") == {
        f"Area Social Care: {kind.title}": ["3", "2", "1", "1", "67%", "1"],
        "All of the schedule": ["3", "2", "1", "1", "67%", "1"],
    }
    assert facts(document)["Expected audits done"] == "67% (2 of 3)"


def test_services_of_one_name_in_two_agencies_are_told_apart() -> None:
    kind = make_type()
    for name in ("Council", "Health"):
        service = ServiceFactory.create(name="Early help", agency=AgencyFactory.create(name=name))
        team = TeamFactory.create(service=service)
        cycle = make_cycle(make_row(service, kind), date(2026, 8, 1), date(2026, 9, 30))
        expect(cycle, someone(Role.AUDITOR, f"Auditor of {name}", team=team), team)
    found = words(document_of(report_of(YEAR)), "schedule")
    assert list(found)[:2] == [f"Early help (Council): {kind.title}", f"Early help (Health): {kind.title}"]


def test_cycles_that_nobody_opened_are_seen() -> None:
    service = ServiceFactory.create(name="Area Social Care")
    row = make_row(service, make_type(), every_months=2)
    make_row(service, make_type("peer-audit"), every_months=None)
    make_cycle(row, date(2026, 8, 1), date(2026, 9, 30))
    found = words(document_of(report_of(YEAR)), "cycles")
    # April and May, June and July, August and September had ended by 25 November; October and November had not.
    assert list(found.values()) == [[TWO_MONTHS, "3", "1"], [NOT_SAID, "–", "0"]]


def test_a_row_that_began_in_the_year_owes_only_the_cycles_since() -> None:
    row = make_row(ServiceFactory.create(), make_type(), every_months=2, valid_from=date(2026, 8, 1))
    assert row.cycles.count() == 0
    assert next(iter(words(document_of(report_of(YEAR)), "cycles").values())) == [TWO_MONTHS, "1", "0"]


def test_confidential_types_are_left_out() -> None:
    team, kind = TeamFactory.create(), make_type("exit-interview")
    AuditType.objects.filter(pk=kind.pk).update(confidential=True)
    cycle = make_cycle(make_row(team.service, kind), date(2026, 8, 1), date(2026, 9, 30))
    expect(cycle, someone(Role.AUDITOR, "Ade", team=team), team)
    document = document_of(report_of(YEAR))
    assert said(document, "schedule") == "No cycle of the schedule ended in this year."
    assert said(document, "cycles") == "The schedule had no rows in this year."


def test_a_statutory_audit_is_told_of_with_the_agencies_that_submitted_theirs() -> None:
    lead, agencies = UserFactory.create(), [AgencyFactory.create() for _ in range(3)]
    work = Work.objects.create(
        reference="AUD-2026-00001", kind=WorkKind.SECTION_11, title="Section 11", year=2026, quarter=2,
        state=WorkState.ANALYSIS, agreed_on=date(2026, 5, 1), agreed_minute="Item 4", lead=lead, proposed_by=lead,
        fieldwork_from=date(2026, 7, 6), fieldwork_until=date(2026, 7, 31),
    )  # fmt: skip
    for agency in agencies:
        WorkAgency.objects.create(work=work, agency=agency)
    team = TeamFactory.create(service=ServiceFactory.create(agency=agencies[0]))
    ade = someone(Role.AUDITOR, "Ade", team=team)
    for submitted in (date(2026, 7, 10), date(2026, 7, 11)):
        make_audit(team, ade, make_type(), submitted=submitted, work=work)
    found = words(document_of(report_of(YEAR)), "statutory")
    assert found == {"Section 11": ["Section 11 audit", "3", "1", "Analysis"]}


def test_returns_are_counted_by_quarter_and_by_agency_and_a_correction_is_no_second_one() -> None:
    first, second = Quarter(2026, 2), Quarter(2026, 3)
    sent = make_return(first, "Health", sent=date(2026, 7, 20), due=date(2026, 7, 22))
    make_return(first, "Police", sent=date(2026, 7, 23), due=date(2026, 7, 22))
    make_return(second, "Academy", sent=None, due=date(2026, 10, 22))
    Return.objects.filter(pk=sent.pk).update(state=ReturnState.ACCEPTED)
    Return.objects.create(
        agency=sent.agency, period_from=first.first_day, period_to=first.last_day, due_on=date(2026, 9, 1), version=2,
        corrects=sent,
    )  # fmt: skip
    document = document_of(report_of(YEAR))
    assert words(document, "returns") == {
        "April to June 2026": ["2", "1", "1", "0", "1", "50%"],
        "July to September 2026": ["1", "0", "0", "1", "0", "0%"],
        "All quarters": ["3", "1", "1", "1", "1", "33%"],
    }
    assert list(words(document, "returns_agencies")) == ["Academy", "Health", "Police", "All agencies"]


def test_requests_to_change_indicators_are_counted_by_what_became_of_them() -> None:
    indicator, by = make_indicator(), UserFactory.create()
    for moment in (at(date(2026, 6, 1)), at(date(2026, 3, 31))):
        IndicatorChange.objects.create(
            kind=ChangeKind.ALTER, indicator=indicator, reason="Clearer.", effective_from=date(2026, 10, 1),
            requested_by=by, requested_at=moment,
        )  # fmt: skip
    assert words(document_of(report_of(YEAR)), "changes")["Change an indicator"] == ["1", "0", "0", "0", "1"]


def test_what_the_framework_asked_stands_beside_what_happened() -> None:
    Report.objects.create(
        period_from=date(2026, 4, 1), period_to=date(2026, 6, 30), schedule_key="one", state="made", snapshot={},
        snapshot_digest="x", stage="presented",
    )  # fmt: skip
    found = words(document_of(report_of(YEAR)), "asked")
    assert found["Quarterly reports presented to boards"] == ["2", "1", "50%"]
    assert found["Scorecards presented to boards"] == ["2", "0", "0%"]
    assert found["Meetings of the moderation panel"] == ["3", "0", "0%"]
    assert found["Priorities set anew"] == ["No number set", "0", "–"]


def test_only_whole_quarters_that_have_ended_are_asked_for() -> None:
    assert quarters_ended(date(2026, 4, 1), date(2026, 6, 29)) == []
    assert quarters_ended(date(2026, 4, 1), date(2026, 10, 1)) == [Quarter(2026, 2), Quarter(2026, 3)]
    assert quarters_ended(date(2026, 5, 1), date(2026, 12, 31)) == [Quarter(2026, 3), Quarter(2026, 4)]


def test_the_number_of_queries_does_not_grow_with_what_is_counted() -> None:
    report = report_of(YEAR)
    kind = make_type()

    def a_service_more(number: int) -> None:
        team = TeamFactory.create()
        cycle = make_cycle(make_row(team.service, kind), date(2026, 8, 1), date(2026, 9, 30))
        ade = someone(Role.AUDITOR, f"Auditor {number}", team=team)
        expect(cycle, ade, team, make_audit(team, ade, kind, submitted=date(2026, 9, 1)))
        make_return(Quarter(2026, 2), f"Agency {number} of many", sent=None, due=date(2026, 7, 22))

    a_service_more(0)
    snapshot_of(report)
    with CaptureQueriesContext(connection) as few:
        snapshot_of(report)
    for number in range(1, 6):
        a_service_more(number)
    with CaptureQueriesContext(connection) as many:
        snapshot_of(report)
    assert len(few) == len(many)
