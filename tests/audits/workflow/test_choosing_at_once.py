"""Two people choose what is audited at the same moment: no child's case is audited twice at once, of whatever type."""

from collections.abc import Callable
from threading import Event

import pytest
from django.db import connection, transaction

from audits.models import Audit, AuditType, Case
from audits.workflow.allocation import CannotAllocate, allocate
from audits.workflow.draws import allocate_draw, allocate_one, make_order
from audits.workflow.replacements import Finding, replace
from audits.workflow.subjects import Subject
from qaf.errors import Refused
from qaf.people.models import User
from tests.audits.cycles.setting import observation
from tests.audits.setting import Authority, make_authority
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def another_type(authority: Authority) -> AuditType:
    kind = observation(authority)
    AuditType.objects.filter(pk=kind.pk).update(about="case")
    return AuditType.objects.get(pk=kind.pk)


def officer(authority: Authority) -> User:
    return User.objects.get(pk=authority.officer.pk)


def drawing(authority: Authority, type: AuditType) -> Callable[[], object]:
    def draw() -> object:
        by = officer(authority)
        return allocate_draw(make_order(type=type, teams=[], auditors=[], per_auditor=1, seed="5eed", by=by), by=by)

    return draw


def test_draws_of_two_types_and_a_choice_by_hand_give_a_case_once() -> None:
    authority = make_authority()
    other = another_type(authority)
    results = at_once(
        drawing(authority, authority.type),
        drawing(authority, other),
        lambda: allocate_one(
            Case.objects.get(pk=authority.case.pk),
            type=other,
            auditor=authority.second_auditor,
            reason="A complaint.",
            by=officer(authority),
        ),
    )
    assert [isinstance(one, Refused | CannotAllocate) for one in results].count(True) == 2, results
    assert Audit.objects.open().filter(case=authority.case).count() == 1


def test_a_case_drawn_in_place_of_another_is_not_drawn_beside() -> None:
    authority = make_authority()
    audit, free = authority.audit(), authority.another_case()
    results = at_once(
        lambda: replace(audit, finding=Finding("court", ""), by=officer(authority)),
        drawing(authority, another_type(authority)),
    )
    assert not any(isinstance(one, Exception) and not isinstance(one, Refused) for one in results), results
    assert Audit.objects.open().filter(case=free).count() == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="rows are locked on PostgreSQL alone")
def test_a_choice_does_not_stand_in_the_way_of_whoever_opens_several_audits() -> None:
    authority = make_authority()
    chosen, first = authority.case, authority.another_case()
    begun = Event()

    def several() -> object:
        with transaction.atomic():
            authority.audit(first)
            begun.set()
            with connection.cursor() as cursor:
                # Until the other waits for what this one holds.
                while cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted") or not cursor.fetchall():
                    pass
            return allocate(
                subject=Subject.of_case(chosen),
                type=other,
                auditor=authority.auditor,
                by=officer(authority),
                selection="As agreed.",
            )

    def one() -> object:
        begun.wait(30)
        return allocate_one(
            chosen, type=authority.type, auditor=authority.second_auditor, reason="A complaint.", by=officer(authority)
        )

    other = another_type(authority)
    results = at_once(several, one)
    assert [type(result) for result in results] == [Audit, Audit], results
