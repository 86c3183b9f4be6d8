"""Asking for reports, calling them off, and the one that opens by itself after a quarter."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from qaf.deadlines.models import ClosureDay
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.models import Entry
from scorecard.models import Report, State
from scorecard.quarters import Quarter
from scorecard.workflow import cancel_report, open_quarter_end_report, request_report, retry_report
from tests.factories import AgencyFactory, TeamFactory
from tests.scorecard.factories import THIRD_QUARTER, make_audit, waiting_report

pytestmark = pytest.mark.django_db
People = Callable[..., User]


@pytest.fixture(autouse=True)
def in_october() -> Any:
    with time_machine.travel("2026-10-20 09:00+01:00", tick=False):
        yield


def test_a_qa_officer_asks_for_a_report(person: People) -> None:
    officer = person(Role.QA_OFFICER)
    report = request_report(quarter=THIRD_QUARTER, agency=None, by=officer)
    assert (report.state, report.title) == (State.WAITING, "Quarterly report, July to September 2026")
    assert Entry.objects.get().verb == "report.requested"


def test_asking_twice_gives_the_report_that_is_being_made(person: People) -> None:
    officer = person(Role.QA_OFFICER)
    first = request_report(quarter=THIRD_QUARTER, agency=None, by=officer)
    assert request_report(quarter=THIRD_QUARTER, agency=None, by=officer) == first
    assert Report.objects.count() == 1


def test_a_finished_report_may_be_asked_for_once_more(person: People) -> None:
    officer = person(Role.QA_OFFICER)
    cancel_report(request_report(quarter=THIRD_QUARTER, agency=None, by=officer), by=officer)
    request_report(quarter=THIRD_QUARTER, agency=None, by=officer)
    assert Report.objects.count() == 2


@pytest.mark.parametrize("role", [Role.BOARD_MEMBER, Role.SERVICE_MANAGER, Role.AUDITOR, Role.ADMIN])
def test_others_cannot_ask(person: People, role: Role) -> None:
    with pytest.raises(NotAllowed):
        request_report(quarter=THIRD_QUARTER, agency=None, by=person(role))


def test_the_qa_of_one_agency_asks_for_its_own_report_only(person: People) -> None:
    own, other = AgencyFactory.create(), AgencyFactory.create()
    officer = person(Role.QA_OFFICER, agency=own)
    assert request_report(quarter=THIRD_QUARTER, agency=own, by=officer).agency == own
    for agency in (other, None):
        with pytest.raises(NotAllowed):
            request_report(quarter=THIRD_QUARTER, agency=agency, by=officer)


def test_a_quarter_that_has_not_begun_is_refused(person: People) -> None:
    with pytest.raises(Refused, match="January to March 2027 has not begun"):
        request_report(quarter=Quarter(2027, 1), agency=None, by=person(Role.QA_MANAGER))


def test_a_report_is_called_off_once(person: People) -> None:
    manager = person(Role.QA_MANAGER)
    report = request_report(quarter=THIRD_QUARTER, agency=None, by=manager)
    cancel_report(report, by=manager)
    with pytest.raises(Stale, match="Cancelled"):
        cancel_report(report, by=manager)
    assert list(Entry.objects.values_list("verb", flat=True)) == ["report.requested", "report.cancelled"]


def test_a_board_member_cannot_call_a_report_off(person: People) -> None:
    report = waiting_report(person(Role.QA_MANAGER))
    with pytest.raises(NotAllowed):
        cancel_report(report, by=person(Role.BOARD_MEMBER))


def test_a_report_called_off_can_be_made_after_all(person: People) -> None:
    manager = person(Role.QA_MANAGER)
    report = cancel_report(waiting_report(manager), by=manager)
    assert retry_report(report, by=manager).state == State.WAITING


def test_the_report_of_a_quarter_opens_five_working_days_after_it_and_never_twice() -> None:
    make_audit(team=TeamFactory.create(), allocated=date(2026, 7, 6))
    assert open_quarter_end_report(date(2026, 10, 6)) is None
    report = open_quarter_end_report(date(2026, 10, 7))
    assert report is not None
    assert (report.period_from, report.period_to, report.requested_by) == (date(2026, 7, 1), date(2026, 9, 30), None)
    assert open_quarter_end_report(date(2026, 10, 7)) is None
    assert open_quarter_end_report(date(2026, 11, 20)) is None


def test_a_closure_day_moves_it_on() -> None:
    make_audit(team=TeamFactory.create(), allocated=date(2026, 7, 6))
    ClosureDay.objects.create(day=date(2026, 10, 5), name="Closed")
    assert open_quarter_end_report(date(2026, 10, 7)) is None
    assert open_quarter_end_report(date(2026, 10, 8)) is not None


def test_a_day_on_which_nothing_ran_is_made_up_for() -> None:
    make_audit(team=TeamFactory.create(), allocated=date(2026, 7, 6))
    assert open_quarter_end_report(date(2026, 10, 19)) is not None


def test_a_quarter_before_the_first_audit_has_no_report() -> None:
    make_audit(team=TeamFactory.create(), allocated=date(2026, 10, 1))
    assert open_quarter_end_report(date(2026, 10, 19)) is None


def test_the_database_refuses_a_second_scheduled_report() -> None:
    waiting_report()
    with pytest.raises(IntegrityError), transaction.atomic():
        waiting_report()
