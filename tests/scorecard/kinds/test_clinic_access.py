"""Who reads a clinic's report: it names staff, so boards do not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from qaf.people.models import Service, User
from qaf.people.roles import Role
from scorecard.access import may, visible_to
from scorecard.models import Report, Stage, State
from scorecard.workflow.report_ground import holders
from tests.factories import ServiceFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db
People = Callable[..., User]


@pytest.fixture
def service() -> Service:
    return ServiceFactory.create(name="Area Social Care")


@pytest.fixture
def clinic(service: Service) -> Report:
    """A clinic that was presented."""
    return Report.objects.create(
        kind=Report.Kind.CLINIC, period_from=date(2026, 10, 1), period_to=date(2026, 10, 31), agency=service.agency,
        service=service, requested_by=UserFactory.create(), state=State.MADE, snapshot={}, snapshot_digest="x",
        stage=Stage.PRESENTED, chair=UserFactory.create(),
    )  # fmt: skip


def reads(user: User, report: Report) -> bool:
    """Whether somebody reads it; the list must agree with the page."""
    listed = visible_to(user).filter(pk=report.pk).exists()
    assert listed == may(user, "read", report)
    return listed


@pytest.mark.parametrize(
    "role", [Role.BOARD_MEMBER, Role.SUBGROUP_MEMBER, Role.AUDIT_CHAIR, Role.SCRUTINEER, Role.TEAM_MANAGER]
)
def test_nobody_on_a_board_reads_it(person: People, clinic: Report, role: Role) -> None:
    assert not reads(person(role), clinic)
    assert not reads(person(role, agency=clinic.agency), clinic)


def test_the_heads_of_its_service_and_qa_read_it(person: People, clinic: Report, service: Service) -> None:
    assert reads(person(Role.SERVICE_MANAGER, service=service), clinic)
    assert reads(person(Role.SERVICE_MANAGER, agency=service.agency), clinic)
    assert reads(person(Role.SERVICE_MANAGER), clinic)
    assert reads(person(Role.QA_OFFICER, agency=service.agency), clinic)


def test_heads_of_other_services_and_of_a_team_do_not(person: People, clinic: Report, service: Service) -> None:
    sibling = ServiceFactory.create(agency=service.agency)
    assert not reads(person(Role.SERVICE_MANAGER, service=sibling), clinic)
    assert not reads(person(Role.SERVICE_MANAGER, team=TeamFactory.create(service=service)), clinic)
    assert not reads(person(Role.SERVICE_MANAGER, agency=ServiceFactory.create().agency), clinic)


def test_the_chair_it_was_sent_to_reads_it(person: People, clinic: Report) -> None:
    chair = person(Role.AUDIT_CHAIR)
    Report.objects.filter(pk=clinic.pk).update(chair=chair)
    clinic.refresh_from_db()
    assert reads(chair, clinic)


def test_other_kinds_are_read_as_before(person: People, clinic: Report) -> None:
    Report.objects.filter(pk=clinic.pk).update(kind=Report.Kind.AGENCY)
    clinic.refresh_from_db()
    assert reads(person(Role.BOARD_MEMBER), clinic)


def test_nobody_is_told_of_it_who_may_not_open_it(person: People, clinic: Report, service: Service) -> None:
    head = person(Role.SERVICE_MANAGER, service=service)
    for role in (Role.BOARD_MEMBER, Role.SUBGROUP_MEMBER):
        person(role)
    assert holders(clinic, Role.BOARD_MEMBER, Role.SUBGROUP_MEMBER, Role.SERVICE_MANAGER) == [head]
