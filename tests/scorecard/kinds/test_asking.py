"""Asking for a report of any kind: who may, about what, and never two for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
import time_machine

from audits.models import Work, WorkAgency, WorkKind, WorkState
from qaf.errors import NotAllowed, Refused
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.models import Entry
from scorecard.models import Report, State
from scorecard.quarters import Quarter
from scorecard.queries.report_subjects import (
    agency_of_work,
    kinds_for,
    services_to_report_on,
    works_to_report_on,
    years_to_report_on,
)
from scorecard.workflow import open_year_end_report
from scorecard.workflow.report_requests import Wanted, about_quarter, about_work, about_year, ask_for
from tests.factories import AgencyFactory, ServiceFactory, TeamFactory, UserFactory
from tests.scorecard.factories import make_audit, waiting_report
from tests.threads import at_once

pytestmark = pytest.mark.django_db
People = Callable[..., User]
QUARTER = Quarter(2026, 3)


@pytest.fixture(autouse=True)
def in_november() -> Iterator[None]:
    with time_machine.travel("2026-11-25 09:00+00:00", tick=False):
        yield


def make_work(state: str = WorkState.ANALYSIS, kind: str = WorkKind.THEMATIC, agencies: int = 2) -> Work:
    lead = UserFactory.create()
    work = Work.objects.create(
        reference=f"AUD-2026-{Work.objects.count() + 1:05d}", kind=kind, title="Neglect", year=2026, quarter=2,
        state=state, agreed_on=date(2026, 5, 1), agreed_minute="Item 4", lead=lead, proposed_by=lead,
        fieldwork_from=date(2026, 7, 6), fieldwork_until=date(2026, 7, 31),
    )  # fmt: skip
    for _ in range(agencies):
        WorkAgency.objects.create(work=work, agency=AgencyFactory.create())
    return work


@pytest.mark.parametrize("kind", [Report.Kind.PROGRAMME, Report.Kind.ANNUAL])
def test_qa_of_the_whole_asks_for_what_is_about_the_whole(person: People, kind: Report.Kind) -> None:
    report = ask_for(about_year(kind, 2026), by=person(Role.QA_OFFICER))
    assert report.period_label == "April 2026 to March 2027"
    assert report.scope_name == "Whole organisation"


def test_qa_of_one_agency_does_not(person: People) -> None:
    officer = person(Role.QA_OFFICER, agency=AgencyFactory.create())
    with pytest.raises(NotAllowed):
        ask_for(about_year(Report.Kind.ANNUAL, 2026), by=officer)
    assert Report.Kind.ANNUAL not in kinds_for(officer)
    assert Report.Kind.AGENCY in kinds_for(officer)


def test_others_are_offered_no_kind(person: People) -> None:
    assert kinds_for(person(Role.BOARD_MEMBER)) == []
    assert not works_to_report_on(person(Role.BOARD_MEMBER)).exists()


def test_an_agencys_report_names_it(person: People) -> None:
    agency = AgencyFactory.create(name="Fairhaven Academy")
    report = ask_for(about_quarter(Report.Kind.AGENCY, QUARTER, agency), by=person(Role.QA_MANAGER))
    assert report.title == "Agency report: Fairhaven Academy, July to September 2026"


def test_an_agencys_report_needs_an_agency(person: People) -> None:
    with pytest.raises(Refused, match="Choose which agency"):
        ask_for(about_quarter(Report.Kind.AGENCY, QUARTER), by=person(Role.QA_MANAGER))


def test_a_thematic_report_is_of_work_whose_fieldwork_is_over(person: People) -> None:
    manager = person(Role.QA_MANAGER)
    work = make_work()
    report = ask_for(about_work(work), by=manager)
    assert (report.work, report.agency, report.title) == (
        work, None, "Thematic report: Neglect, 6 July 2026 to 31 July 2026",
    )  # fmt: skip
    for state in (WorkState.AGREED, WorkState.FIELDWORK, WorkState.WITHDRAWN):
        with pytest.raises(Refused, match="Close the fieldwork first"):
            ask_for(about_work(make_work(state)), by=manager)


def test_fieldwork_that_was_over_before_its_planned_days_is_reported_on(person: People) -> None:
    work = make_work()
    Work.objects.update(fieldwork_from=date(2026, 12, 1), fieldwork_until=date(2026, 12, 18))
    work.refresh_from_db()
    assert ask_for(about_work(work), by=person(Role.QA_MANAGER)).work == work


def test_visits_have_no_thematic_report(person: People) -> None:
    make_work(WorkState.CLOSED, WorkKind.QA_VISIT)
    assert not works_to_report_on(person(Role.QA_MANAGER)).exists()


def test_what_several_agencies_found_is_not_reported_by_the_qa_of_one(person: People) -> None:
    shared, own = make_work(), make_work(kind=WorkKind.SINGLE_AGENCY, agencies=1)
    agency = agency_of_work(own)
    assert agency is not None
    WorkAgency.objects.filter(work=shared).first().delete()  # type: ignore[union-attr]
    WorkAgency.objects.create(work=shared, agency=agency)
    officer = person(Role.QA_OFFICER, agency=agency)
    assert list(works_to_report_on(officer)) == [own]
    assert ask_for(about_work(own), by=officer).agency == agency
    with pytest.raises(NotAllowed):
        ask_for(about_work(shared), by=officer)


def test_a_clinic_is_of_a_service_that_ones_posts_cover(person: People) -> None:
    service = ServiceFactory.create(name="Area Social Care")
    officer = person(Role.QA_OFFICER, agency=service.agency)
    wanted = Wanted(Report.Kind.CLINIC, date(2026, 10, 1), date(2026, 10, 31), agency=service.agency, service=service)
    assert ask_for(wanted, by=officer).title == "Performance clinic: Area Social Care, October 2026"
    of_a_team = person(Role.QA_OFFICER, team=TeamFactory.create(service=service))
    assert not services_to_report_on(of_a_team).exists()
    with pytest.raises(NotAllowed, match="cover as a whole"):
        ask_for(wanted, by=of_a_team)


def test_a_period_that_has_not_begun_is_refused(person: People) -> None:
    with pytest.raises(Refused, match="April 2027 to March 2028 has not begun yet"):
        ask_for(about_year(Report.Kind.ANNUAL, 2027), by=person(Role.QA_MANAGER))


def test_asking_twice_gives_one_and_other_kinds_their_own(person: People) -> None:
    manager = person(Role.QA_MANAGER)
    first = ask_for(about_year(Report.Kind.ANNUAL, 2026), by=manager)
    assert ask_for(about_year(Report.Kind.ANNUAL, 2026), by=manager) == first
    assert ask_for(about_year(Report.Kind.PROGRAMME, 2026), by=manager) != first
    assert Entry.objects.filter(verb="report.requested").count() == 2


def test_what_the_schedule_has_just_asked_for_is_not_made_a_second_time(person: People) -> None:
    waiting = waiting_report(quarter=QUARTER)
    assert ask_for(about_quarter(Report.Kind.QUARTERLY, QUARTER), by=person(Role.QA_MANAGER)) == waiting
    Report.objects.filter(pk=waiting.pk).update(state=State.CANCELLED)
    assert ask_for(about_quarter(Report.Kind.QUARTERLY, QUARTER), by=person(Role.QA_MANAGER)) != waiting


def test_the_trail_knows_what_was_asked_for_by_keys_and_days_alone(person: People) -> None:
    work = make_work()
    ask_for(about_work(work), by=person(Role.QA_MANAGER))
    assert Entry.objects.get().details == {
        "kind": "thematic", "first": "2026-07-06", "last": "2026-07-31", "agency": None, "service": None,
        "work": work.pk,
    }  # fmt: skip


def test_the_annual_review_opens_once_some_working_days_after_the_year() -> None:
    make_audit(team=TeamFactory.create(), allocated=date(2025, 11, 3))
    # 31 March 2026 is a Tuesday; Good Friday and Easter Monday do not count.
    assert open_year_end_report(date(2026, 4, 8)) is None
    report = open_year_end_report(date(2026, 4, 9))
    assert report is not None
    assert (report.kind, report.period_label) == (Report.Kind.ANNUAL, "April 2025 to March 2026")
    assert open_year_end_report(date(2026, 4, 9)) is None
    assert open_year_end_report(date(2026, 11, 25)) is None


def test_a_year_before_there_was_any_audit_has_no_review() -> None:
    assert open_year_end_report(date(2026, 11, 25)) is None


def test_the_year_that_is_running_is_offered_first() -> None:
    assert years_to_report_on(date(2026, 11, 25)) == [2026, 2025, 2024, 2023, 2022]
    assert years_to_report_on(date(2027, 3, 31))[0] == 2026


@pytest.mark.django_db(transaction=True)
def test_a_form_that_is_sent_twice_at_once_makes_one(person: People) -> None:
    manager = person(Role.QA_MANAGER)
    wanted = about_year(Report.Kind.ANNUAL, 2026)
    results = at_once(*[lambda: ask_for(wanted, by=User.objects.get(pk=manager.pk)).pk] * 3)
    assert len(set(results)) == 1
    assert Report.objects.count() == 1
