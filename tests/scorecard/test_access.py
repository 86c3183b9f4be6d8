"""Who may see, read and make which report."""

from collections.abc import Callable

import pytest

from qaf.people.models import Agency, User
from qaf.people.roles import Role
from scorecard.access import may, may_make, visible_to
from scorecard.models import Report, State
from tests.factories import AgencyFactory, TeamFactory
from tests.scorecard.factories import THIRD_QUARTER

pytestmark = pytest.mark.django_db
People = Callable[..., User]
MAKE = {Role.QA_OFFICER, Role.QA_MANAGER}
READ = {Role.BOARD_MEMBER, Role.AUDIT_CHAIR, Role.SUBGROUP_MEMBER, Role.SCRUTINEER, Role.SERVICE_MANAGER}


def report(by: User, state: State, agency: Agency | None = None) -> Report:
    made = {"snapshot": {"shape": 1}, "snapshot_digest": "0" * 64} if state == State.MADE else {}
    return Report.objects.create(
        period_from=THIRD_QUARTER.first_day,
        period_to=THIRD_QUARTER.last_day,
        requested_by=by,
        state=state,
        agency=agency,
        **made,
    )


@pytest.mark.parametrize("role", list(Role))
def test_each_role_sees_what_it_should(person: People, role: Role) -> None:
    maker, user = person(Role.QA_MANAGER), person(role)
    made, waiting = report(maker, State.MADE), report(maker, State.WAITING)
    expected = {made, waiting} if role in MAKE else {made} if role in READ else set()
    assert set(visible_to(user)) == expected
    assert may_make(user) == (role in MAKE)
    assert may(user, "read", made) == (role in MAKE | READ)
    assert may(user, "download", made) == (role in MAKE | READ)
    assert may(user, "cancel", waiting) == (role in MAKE)
    assert not may(user, "cancel", made)
    assert not may(user, "read", waiting)


@pytest.mark.parametrize("role", sorted({*MAKE, *READ}))
def test_an_agencys_report_is_for_that_agency_and_the_whole(person: People, role: Role) -> None:
    team = TeamFactory.create()
    agency, other = team.service.agency, AgencyFactory.create()
    maker = person(Role.QA_MANAGER)
    whole, own, others = (report(maker, State.MADE, place) for place in (None, agency, other))
    for scope in ({"agency": agency}, {"service": team.service}, {"team": team}):
        user = person(role, **scope)
        assert set(visible_to(user)) == {whole, own}
        assert [may(user, "read", one) for one in (whole, own, others)] == [True, True, False]
    assert set(visible_to(person(role))) == {whole, own, others}


def test_what_one_sees_in_the_list_is_what_one_may_open(person: People) -> None:
    agency = AgencyFactory.create()
    maker = person(Role.QA_MANAGER)
    reports = [report(maker, state, place) for state in State for place in (None, agency)]
    for role in Role:
        for scope in (None, agency, AgencyFactory.create()):
            user = person(role, agency=scope)
            assert set(visible_to(user)) == {one for one in reports if may(user, "see", one)}


def test_somebody_who_may_no_longer_sign_in_sees_nothing(person: People) -> None:
    maker = person(Role.QA_MANAGER)
    made = report(maker, State.MADE)
    gone = person(Role.QA_MANAGER, is_active=False)
    assert not visible_to(gone)
    assert not may(gone, "read", made)
