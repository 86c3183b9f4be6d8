"""One agency's or school's report: its own audits, actions, returns and figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from audits.models import Action, Work, WorkKind, WorkState
from qaf.people.models import Agency, Team
from scorecard.models import Figure, Report, Return, ReturnState
from scorecard.quarters import Quarter
from scorecard.workflow.report_requests import about_quarter
from tests.factories import AgencyFactory, ServiceFactory, TeamFactory, UserFactory
from tests.scorecard.board_factories import make_figures, make_indicator
from tests.scorecard.factories import make_finished
from tests.scorecard.kinds.reading import document_of, facts, report_of, said, table, words

pytestmark = pytest.mark.django_db
QUARTER = Quarter(2026, 3)


@pytest.fixture
def agency() -> Agency:
    return AgencyFactory.create(name="Fairhaven Academy")


@pytest.fixture
def team(agency: Agency) -> Team:
    return TeamFactory.create(service=ServiceFactory.create(agency=agency, name="Pastoral care"))


def make_return(agency: Agency, **fields: object) -> Return:
    values = {"due_on": date(2026, 10, 22), "state": ReturnState.ACCEPTED, **fields}
    return Return.objects.create(agency=agency, period_from=QUARTER.first_day, period_to=QUARTER.last_day, **values)


def test_an_agency_that_did_nothing_has_an_honest_report(agency: Agency) -> None:
    document = document_of(report_of(about_quarter(Report.Kind.AGENCY, QUARTER, agency)))
    assert facts(document) == {"Audits submitted": "None", "Returns accepted": "None asked for"}
    assert said(document, "audits") == "It had no audits in this period."
    assert said(document, "returns") == "It was asked for no return for this period."
    assert said(document, "indicators") == "It returns no indicator."


def test_only_its_own_audits_count(agency: Agency, team: Team) -> None:
    for _ in range(6):
        make_finished(team, "G")
    make_finished(TeamFactory.create(), "I")
    document = document_of(report_of(about_quarter(Report.Kind.AGENCY, QUARTER, agency)))
    assert words(document, "audits") == {
        "Pastoral care": ["6", "6", "6", "0", "0"],
        "All services": ["6", "6", "6", "0", "0"],
    }
    assert words(document, "places-ofsted")["Total"][-3:] == ["6", "6", "100%"]
    assert facts(document)["Submitted in time"] == "100% (6 of 6)"


def test_what_it_found_in_an_open_fieldwork_is_left_out_of_the_grades(agency: Agency, team: Team) -> None:
    lead = UserFactory.create()
    work = Work.objects.create(
        reference="AUD-2026-00001", kind=WorkKind.THEMATIC, title="Neglect", year=2026, quarter=2,
        state=WorkState.FIELDWORK, agreed_on=date(2026, 5, 1), agreed_minute="Item 4", lead=lead, proposed_by=lead,
        fieldwork_from=date(2026, 7, 6), fieldwork_until=date(2026, 7, 31),
    )  # fmt: skip
    for _ in range(6):
        audit = make_finished(team, "G")
        audit.work = work
        audit.save()
    report = report_of(about_quarter(Report.Kind.AGENCY, QUARTER, agency))
    assert said(document_of(report), "grades") == "None of its audits was graded in this period."
    Work.objects.update(fieldwork_closed_at=timezone.now(), state=WorkState.ANALYSIS)
    assert words(document_of(report), "places-ofsted")["Total"][-3:] == ["6", "6", "100%"]


def test_actions_count_in_the_quarter_in_which_they_fell_due(agency: Agency, team: Team) -> None:
    audit = make_finished(team, "G")
    for place, (due, done) in enumerate(
        [
            (date(2026, 8, 3), date(2026, 8, 3)),
            (date(2026, 8, 3), date(2026, 8, 4)),
            (date(2026, 9, 30), None),
            (date(2026, 10, 1), None),
        ]
    ):
        state = Action.State.DONE if done else Action.State.OPEN
        Action.objects.create(audit=audit, position=place, text="See the child.", due_on=due, done_on=done, state=state)
    document = document_of(report_of(about_quarter(Report.Kind.AGENCY, QUARTER, agency)), below=1)
    assert words(document, "actions")["All services"] == ["3", "1", "1", "1", "33%"]


def test_its_return_is_late_when_it_was_sent_after_its_day(agency: Agency) -> None:
    sent = timezone.make_aware(timezone.datetime(2026, 10, 23, 9))  # type: ignore[attr-defined]
    make_return(agency, first_sent_at=sent, sent_at=sent, accepted_at=sent)
    document = document_of(report_of(about_quarter(Report.Kind.AGENCY, QUARTER, agency)))
    assert words(document, "returns") == {
        "July to September 2026": ["Accepted", "22 October 2026", "23 October 2026 (late)", "23 October 2026"]
    }


def test_figures_that_rest_on_few_people_are_hidden(agency: Agency) -> None:
    indicator = make_indicator("plans", agency=agency, name="Plans reviewed", target="90")
    make_figures(indicator, [80.0], last=QUARTER)
    few = make_indicator("few", agency=agency, name="Missing episodes")
    Figure.objects.create(
        indicator=few, definition=few.versions.get(), period_from=QUARTER.first_day, period_to=QUARTER.last_day,
        numerator=Decimal(3), denominator=Decimal(12), value=Decimal(25),
    )  # fmt: skip
    document = document_of(report_of(about_quarter(Report.Kind.AGENCY, QUARTER, agency)))
    found = words(document, "indicators")
    assert found["Plans reviewed"] == ["July to September 2026", "80%", "160 of 200", "90%"]
    assert found["Missing episodes"] == ["July to September 2026", "[c]", "[c]", "–"]
    assert table(document, "indicators").hides


def test_an_indicator_without_a_figure_is_a_gap_and_no_nought(agency: Agency) -> None:
    indicator = make_indicator("plans", agency=agency, name="Plans reviewed")
    report = report_of(about_quarter(Report.Kind.AGENCY, QUARTER, agency))
    assert words(document_of(report), "indicators")["Plans reviewed"][1] == "Not sent, or not accepted yet"
    make_figures(indicator, [None], last=QUARTER)
    assert words(document_of(report), "indicators")["Plans reviewed"][1] == "Not available"


def test_an_indicator_retired_in_the_quarter_is_still_told_of(agency: Agency) -> None:
    indicator = make_indicator("plans", agency=agency, name="Plans reviewed")
    indicator.retired_on = date(2026, 8, 14)
    indicator.save()
    found = words(document_of(report_of(about_quarter(Report.Kind.AGENCY, QUARTER, agency))), "indicators")
    assert list(found) == ["Plans reviewed"]
