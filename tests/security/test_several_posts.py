"""Somebody with several posts, or whose post is over: no right leaks from one into another."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audits.access import may, overseen_by, visible_to
from audits.models import Audit
from audits.workflow import distribution
from moderation.access import visible_to as visible_moderations
from qaf.people.models import User
from qaf.people.roles import Role
from tests.audits import walk
from tests.audits.setting import Authority, make_authority
from tests.factories import AgencyFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority() -> Authority:
    return make_authority()


def now(person: User) -> User:
    """The person as the next request has them."""
    return User.objects.get(pk=person.pk)


def sent_to(authority: Authority, person: User) -> Audit:
    audit = walk.moderate(walk.submit(authority.audit()))
    return distribution.distribute(
        audit, recipients=[distribution.Proposal(person, "Reviewing officer")], by=authority.officer
    )


def test_a_qa_officer_elsewhere_reads_what_was_sent_to_them_but_not_its_moderation(authority: Authority) -> None:
    officer = UserFactory.create()
    PostFactory.create(person=officer, role=Role.QA_OFFICER, agency=AgencyFactory.create())
    audit = sent_to(authority, officer)
    assert may(now(officer), "read", audit)
    assert not overseen_by(now(officer)).exists()
    assert not visible_moderations(now(officer)).exists()
    assert not may(now(officer), "close", audit)


def test_a_team_manager_who_is_qa_officer_elsewhere_sees_no_moderation_of_their_team(authority: Authority) -> None:
    manager = authority.team_manager
    PostFactory.create(person=manager, role=Role.QA_OFFICER, agency=AgencyFactory.create())
    sent_to(authority, authority.auditor)
    assert visible_to(now(manager)).exists()
    assert not visible_moderations(now(manager)).exists()


def test_a_qa_officer_of_the_whole_sees_every_moderation_but_that_of_their_own_case(authority: Authority) -> None:
    walk.submit(authority.audit())
    assert visible_moderations(now(authority.officer)).exists()
    PostFactory.create(person=authority.practitioner, role=Role.QA_OFFICER)
    assert not visible_moderations(now(authority.practitioner)).exists()
    assert visible_to(now(authority.practitioner)).exists()


def test_a_post_that_is_over_gives_nothing_and_neither_does_a_closed_account(authority: Authority) -> None:
    audit = authority.audit()
    officer = UserFactory.create()
    yesterday = timezone.localdate() - timedelta(days=1)
    post = PostFactory.create(person=officer, role=Role.QA_OFFICER, starts_on=yesterday - timedelta(days=30))
    assert visible_to(now(officer)).exists()
    post.ends_on = yesterday
    post.save()
    assert not visible_to(now(officer)).exists()
    assert not may(now(officer), "cancel", audit)
    authority.auditor.is_active = False
    authority.auditor.save()
    assert not visible_to(now(authority.auditor)).exists()
    assert not may(now(authority.auditor), "fill", audit)
