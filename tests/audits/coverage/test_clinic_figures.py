"""The figures of a clinic sheet as they are read: of one service and month, as it stood, for whoever leads it."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audits.documents.clinic import Figures
from audits.models import Action, Audit, State
from audits.queries.clinic import clinic_figures
from qaf.people.models import User
from qaf.people.roles import Role
from tests.audits.coverage.setting import (
    DAY,
    expect,
    make_audit,
    make_cycle,
    make_row,
    observed_practice,
    settle,
    someone,
)
from tests.factories import ServiceFactory, TeamFactory
from tests.moderation.agreement.setting import make_type

pytestmark = pytest.mark.django_db
NOVEMBER, OCTOBER = date(2026, 11, 1), date(2026, 10, 1)


@pytest.fixture
def place() -> SimpleNamespace:
    service = ServiceFactory.create(name="Area Social Care")
    north = TeamFactory.create(name="North", service=service)
    return SimpleNamespace(
        service=service,
        north=north,
        type=make_type(),
        ade=someone(Role.AUDITOR, "Ade Auditor", team=north),
        head=someone(Role.SERVICE_MANAGER, "Sal Head", service=service),
        cycle=make_cycle(make_row(service, make_type())),
    )


def figures(place: SimpleNamespace, first: date = NOVEMBER, *, user: User | None = None, today: date = DAY) -> Figures:
    return clinic_figures(user or place.head, place.service, first=first, today=today)


def test_an_empty_service_gives_empty_figures(place: SimpleNamespace) -> None:
    found = figures(place)
    assert (found.led_by, found.as_of, found.asked) == (("Sal Head",), DAY, True)
    assert not any((found.managers, found.late, found.grades, found.actions, found.to_observe, found.submitted))


def test_late_work_is_named_by_reference_with_who_has_it(place: SimpleNamespace) -> None:
    late = make_audit(place.north, place.ade, place.type)
    make_audit(place.north, place.ade, place.type, due_on=DAY)
    make_audit(place.north, place.ade, place.type, confidential=True)
    make_audit(TeamFactory.create(), place.ade, place.type)
    expect(place.cycle, place.ade, place.north)
    found = figures(place)
    assert [(one.reference, one.step, one.who) for one in found.late] == [(late.reference, "audit", "Ade Auditor")]
    assert found.not_begun == ()
    # In December the cycle is over, and nothing was allocated.
    december = figures(place, date(2026, 12, 1), today=date(2026, 12, 3))
    assert [(one.who, one.due_on) for one in december.not_begun] == [("Ade Auditor", date(2026, 11, 30))]


def test_a_month_that_is_over_is_as_it_stood_on_its_last_day(place: SimpleNamespace) -> None:
    audit = make_audit(
        place.north, place.ade, place.type, submitted=date(2026, 11, 20), audit_due_on=date(2026, 11, 16)
    )
    expect(place.cycle, place.ade, place.north, audit)
    (then,) = figures(place, OCTOBER).managers
    (now,) = figures(place).managers
    assert figures(place, OCTOBER).as_of == date(2026, 10, 31)
    assert (then.expected, then.done, then.open, then.late) == (1, 0, 1, 0)
    assert (now.expected, now.done, now.in_time) == (1, 1, 0)


def test_grades_are_of_audits_settled_in_the_month_and_those_that_stand(place: SimpleNamespace) -> None:
    settle(make_audit(place.north, place.ade, place.type), date(2026, 11, 5), overall="G", planning="RI")
    settle(make_audit(place.north, place.ade, place.type), date(2026, 11, 6), overall="G", planning="G")
    settle(make_audit(place.north, place.ade, place.type), date(2026, 10, 30), overall="I")
    settle(make_audit(place.north, place.ade, place.type, confidential=True), date(2026, 11, 6), overall="I")
    reopened = settle(make_audit(place.north, place.ade, place.type), date(2026, 11, 6), overall="I")
    Audit.objects.filter(pk=reopened.pk).update(state=State.MODERATING, moderated_at=None)
    found = {(one.domain, one.grade): one.number for one in figures(place).grades}
    assert found == {("overall", "G"): 2, ("planning", "RI"): 1, ("planning", "G"): 1}


def test_actions_past_their_day_without_what_is_to_be_done(place: SimpleNamespace) -> None:
    audit = make_audit(place.north, place.ade, place.type, submitted=DAY)
    for position, (state, due) in enumerate(
        [("open", date(2026, 11, 1)), ("open", DAY), ("done", date(2026, 11, 1)), ("open", None)], 1
    ):
        Action.objects.create(
            audit=audit, position=position, text="Visit Lily.", owner=place.ade, state=state, due_on=due
        )
    (found,) = figures(place).actions
    assert (found.reference, found.position, found.who) == (audit.reference, 1, "Ade Auditor")
    assert "Lily" not in str(figures(place))
    Audit.objects.filter(pk=audit.pk).update(state=State.CANCELLED)
    assert figures(place).actions == ()


def test_observations_that_are_late_or_due_within_a_month(place: SimpleNamespace) -> None:
    observation = observed_practice()
    make_row(place.service, observation)
    someone(Role.PRACTITIONER, "Una Unseen", team=place.north)
    someone(Role.PRACTITIONER, "Nia New", team=place.north, since=date(2026, 11, 9))
    soon = someone(Role.PRACTITIONER, "Sid Soon", team=place.north)
    fine = someone(Role.PRACTITIONER, "Fay Fine", team=place.north)
    for person, day in ((soon, date(2025, 12, 12)), (fine, date(2026, 9, 1))):
        make_audit(place.north, place.ade, observation, submitted=day, case_holder=person)
    assert [(one.name, one.due_on, one.is_late) for one in figures(place).to_observe] == [
        ("Una Unseen", date(2021, 4, 1), True),
        ("Sid Soon", date(2026, 12, 12), False),
        ("Nia New", date(2026, 12, 21), False),
    ]


def test_timeliness_is_of_what_was_submitted_in_the_month(place: SimpleNamespace) -> None:
    for day, due in (
        (date(2026, 11, 16), date(2026, 11, 16)),
        (date(2026, 11, 17), date(2026, 11, 16)),
        (date(2026, 11, 17), None),
        (date(2026, 10, 31), date(2026, 10, 31)),
    ):
        make_audit(place.north, place.ade, place.type, submitted=day, audit_due_on=due)
    (found,) = figures(place).submitted
    assert (found.team, found.submitted, found.dated, found.in_time) == ("North", 3, 2, 1)


def test_whoever_does_not_lead_the_service_gets_nothing(place: SimpleNamespace) -> None:
    expect(place.cycle, place.ade, place.north, make_audit(place.north, place.ade, place.type))
    settle(make_audit(place.north, place.ade, place.type), date(2026, 11, 5), overall="G")
    for user in (
        someone(Role.SERVICE_MANAGER, "Eli", service=ServiceFactory.create()),
        someone(Role.ADMIN, "Ada"),
        place.ade,
    ):
        found = figures(place, user=user)
        assert not any((found.managers, found.late, found.grades, found.submitted, found.to_observe))


def test_it_asks_as_many_questions_however_much_there_is(place: SimpleNamespace) -> None:
    observation = observed_practice()
    make_row(place.service, observation)

    def fill() -> None:
        auditor = someone(Role.AUDITOR, "Another", team=place.north)
        pat = someone(Role.PRACTITIONER, "Pat", team=place.north)
        make_audit(place.north, auditor, observation, submitted=DAY, case_holder=pat)
        audit = make_audit(place.north, auditor, place.type)
        Action.objects.create(audit=audit, position=1, text="Visit.", owner=pat, due_on=date(2026, 11, 1))
        expect(place.cycle, auditor, place.north, audit)
        settle(make_audit(place.north, auditor, place.type), date(2026, 11, 5), overall="G", planning="RI")

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert len(figures(place).managers) > 0
        return len(seen)

    fill()
    asked()
    before = asked()
    for _ in range(4):
        fill()
    assert asked() == before
    assert before <= 18
