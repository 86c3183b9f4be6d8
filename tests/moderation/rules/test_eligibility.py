"""Who moderates an audit on a site with people in it: by its rules, in few queries, and QA hears of those who left."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audits.models import Audit
from moderation.eligibility import eligible_moderators, is_eligible, people_to_name, why_not
from moderation.home_rules import moderators_who_left
from moderation.models import Moderation, ModeratorRule
from qaf.people.models import Post, User
from qaf.people.roles import Role
from tests.audits import walk
from tests.audits.setting import Authority, someone
from tests.factories import AgencyFactory, PostFactory, ServiceFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db


def moderator_of(audit: Audit) -> User | None:
    return Moderation.objects.get(audit=audit).moderator


def test_the_services_moderators_share_the_load(authority: Authority) -> None:
    second = someone(Role.MODERATOR, "Mia Moderator", service=authority.service)
    given = [moderator_of(walk.submit(authority.audit(authority.another_case()))) for _ in range(4)]
    assert given == [authority.moderator, second, authority.moderator, second]


def test_a_rule_for_a_type_comes_before_the_general_one_and_may_name_another_role(authority: Authority) -> None:
    ModeratorRule.objects.update(position=9)
    ModeratorRule.objects.create(position=1, type=authority.type, moderator_role=Role.SERVICE_MANAGER, scope="service")
    audit = walk.submit(authority.audit())
    assert moderator_of(audit) == authority.service_manager
    assert eligible_moderators(audit) == [authority.service_manager, authority.qa_manager]
    assert is_eligible(authority.moderator, audit)
    assert people_to_name(audit) == [authority.service_manager, authority.qa_manager, authority.moderator]


def test_without_rules_the_frameworks_own_hold(authority: Authority) -> None:
    ModeratorRule.objects.all().delete()
    assert eligible_moderators(authority.audit()) == [authority.moderator, authority.qa_manager]


def test_why_somebody_may_not(authority: Authority) -> None:
    audit = authority.audit()
    elsewhere = ServiceFactory.create(agency=AgencyFactory.create())
    police = someone(Role.MODERATOR, "Pol Ice", service=elsewhere)
    gone = someone(Role.MODERATOR, "Gone Yesterday", service=authority.service)
    Post.objects.filter(person=gone).update(ends_on=timezone.localdate() - timedelta(days=1))
    shut = someone(Role.MODERATOR, "Shut Out", service=authority.service)
    shut.is_active = False
    said = {
        authority.auditor: "They audited it themselves.",
        authority.practitioner: "It is about their own work.",
        authority.team_manager: "They hold no post as a moderator, and the rule for this audit names none of theirs.",
        police: "They moderate in another agency.",
        gone: "They hold no post today.",
        shut: "They can no longer sign in.",
        authority.moderator: "",
        authority.qa_manager: "",
    }
    assert {person: why_not(person, audit) for person in said} == said
    assert gone not in eligible_moderators(audit)


def test_a_case_holder_who_is_known_by_name_alone_never_moderates(authority: Authority) -> None:
    audit = authority.audit(authority.another_case(case_holder=None, case_holder_name=" mo  MODERATOR"))
    assert why_not(authority.moderator, audit) == "It is about their own work."
    assert authority.moderator not in {*eligible_moderators(audit), *people_to_name(audit)}
    # Linked to somebody else, the list's spelling counts for nothing.
    linked = authority.audit(authority.another_case(case_holder_name="Mo Moderator"))
    assert why_not(authority.moderator, linked) == ""


def test_choosing_takes_the_same_few_queries_among_many(authority: Authority) -> None:
    audit = Audit.objects.get(pk=authority.audit().pk)

    def count() -> int:
        fresh = Audit.objects.get(pk=audit.pk)
        with CaptureQueriesContext(connection) as seen:
            assert eligible_moderators(fresh)
        return len(seen)

    before = count()
    people = User.objects.bulk_create([User(email=f"m{n}@example.org", name=f"M {n}") for n in range(300)])
    services = [ServiceFactory.create(agency=authority.service.agency) for _ in range(10)]
    teams = [TeamFactory.create(service=service) for service in services]
    Post.objects.bulk_create(
        [Post(person=person, role=Role.MODERATOR, service=services[at % 10]) for at, person in enumerate(people)]
        + [Post(person=person, role=Role.PRACTITIONER, team=teams[at % 10]) for at, person in enumerate(people)]
    )
    assert count() <= before <= 10


def test_qa_hears_of_a_moderation_whose_moderator_has_left(authority: Authority) -> None:
    audit = walk.submit(authority.audit())
    assert moderators_who_left(authority.qa_manager) is None
    Post.objects.filter(person=authority.moderator).update(ends_on=timezone.localdate() - timedelta(days=1))
    panel = moderators_who_left(authority.qa_manager)
    assert panel is not None
    assert [(item.text, item.path, item.hint) for item in panel.items] == [
        (
            f"{audit.reference}: moderated by {authority.moderator}",
            f"/moderation/{audit.reference}/hand-over/",
            "Their post has ended.",
        )
    ]
    # A post in another agency does not help; a QA officer may look, not name; others are shown nothing.
    PostFactory.create(person=authority.moderator, role=Role.MODERATOR, agency=AgencyFactory.create())
    panel = moderators_who_left(authority.officer)
    assert panel is not None
    assert panel.items[0].path == f"/moderation/{audit.reference}/"
    assert moderators_who_left(authority.service_manager) is None
    stranger = UserFactory.create()
    PostFactory.create(person=stranger, role=Role.QA_MANAGER, agency=AgencyFactory.create())
    assert moderators_who_left(stranger) is None
    authority.moderator.is_active = False
    authority.moderator.save()
    panel = moderators_who_left(authority.qa_manager)
    assert panel is not None
    assert panel.items[0].hint == "They can no longer sign in."
