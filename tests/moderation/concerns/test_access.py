"""Who may know of a concern: lists and rules say the same, and some people never learn of one."""

from datetime import date

import pytest

from audits.models import Audit
from moderation.access import concerns as access
from moderation.models import Concern
from moderation.workflow.concerns import raise_concern
from qaf.errors import NotAllowed
from qaf.people.models import Post, User
from qaf.people.roles import Role
from tests.audits.setting import Authority, someone
from tests.factories import AgencyFactory, ServiceFactory, TeamFactory
from tests.moderation.concerns.setting import fresh, moderating, raised

pytestmark = pytest.mark.django_db


def knowing(people: dict[str, User], concern: Concern) -> list[str]:
    """Who may see a concern, by list and by rule, which must agree."""
    concern = Concern.objects.get(pk=concern.pk)
    found = []
    for name, person in people.items():
        person = fresh(person)
        listed = access.visible_to(person).filter(pk=concern.pk).exists()
        assert listed == access.may(person, "see", concern), name
        if listed:
            found.append(name)
        else:
            assert not any(access.may(person, action, concern) for action in ("acknowledge", "resolve", "reassign"))
    return found


def everybody(authority: Authority) -> dict[str, User]:
    names = (
        "auditor", "moderator", "officer", "practitioner", "qa_manager", "second_auditor", "service_manager",
        "team_manager",
    )  # fmt: skip
    agency = authority.service.agency
    beside = TeamFactory.create(service=authority.service, name="South")
    service = ServiceFactory.create(agency=agency, name="Through Care")
    police = AgencyFactory.create(name="Police")
    return {name: getattr(authority, name) for name in names} | {
        "admin": someone(Role.ADMIN, "Al Admin"),
        "board": someone(Role.BOARD_MEMBER, "Bo Board"),
        "officer beside": someone(Role.QA_OFFICER, "Oz Beside", team=beside),
        "officer here": someone(Role.QA_OFFICER, "Ola Here", team=authority.team),
        "manager elsewhere": someone(Role.QA_MANAGER, "Ed Elsewhere", service=service),
        "service manager elsewhere": someone(Role.SERVICE_MANAGER, "Sy Elsewhere", service=service),
        "second service manager": someone(Role.SERVICE_MANAGER, "Su Second", service=authority.service),
        "police": someone(Role.QA_MANAGER, "Pol Police", service=ServiceFactory.create(agency=police)),
        "second moderator": someone(Role.MODERATOR, "Max Moderator", service=authority.service),
    }


def test_who_knows_and_who_deals(authority: Authority) -> None:
    people, concern = everybody(authority), raised(authority)
    assert knowing(people, concern) == [
        "moderator", "officer", "qa_manager", "service_manager", "officer here", "second service manager",
    ]  # fmt: skip
    deals = {name for name, one in people.items() if access.may(fresh(one), "acknowledge", concern)}
    assert deals == {"service_manager", "qa_manager"}
    gives = {name for name, one in people.items() if access.may(fresh(one), "reassign", concern)}
    assert gives == {"service_manager", "qa_manager", "officer", "officer here"}
    with pytest.raises(KeyError):
        access.may(authority.officer, "delete", concern)


def test_auditor_and_case_holder_never_whatever_posts_they_hold(authority: Authority) -> None:
    for person in (authority.auditor, authority.practitioner):
        for role in (Role.QA_MANAGER, Role.QA_OFFICER, Role.SERVICE_MANAGER, Role.MODERATOR):
            Post.objects.create(person=person, role=role, starts_on=date(2020, 1, 1))
    audit = moderating(authority)
    people = {"auditor": authority.auditor, "practitioner": authority.practitioner, "officer": authority.officer}
    concern = raised(authority, audit, by=authority.officer)
    assert concern.owner not in (authority.auditor, authority.practitioner)
    assert knowing(people, concern) == ["officer"]
    for person in (authority.auditor, authority.practitioner):
        assert not access.may_raise(fresh(person), audit)
    # Not even when it was raised to them before they came to hold the case.
    Concern.objects.filter(pk=concern.pk).update(service_manager=authority.practitioner)
    assert knowing(people, concern) == ["officer"]


def test_of_a_confidential_audit_its_qa_managers_alone(authority: Authority) -> None:
    people, audit = everybody(authority), moderating(authority)
    earlier = raised(authority, audit)
    Audit.objects.filter(pk=audit.pk).update(confidential=True)
    audit = Audit.objects.get(pk=audit.pk)
    assert knowing(people, earlier) == ["qa_manager"]
    for person in (authority.moderator, authority.officer):
        with pytest.raises(NotAllowed):
            raise_concern(audit, worry="A worry.", done_at_once="", by=person)
    second = someone(Role.QA_MANAGER, "Qi Second")
    concern = raised(authority, audit, by=authority.qa_manager)
    assert (concern.service_manager, concern.qa_manager) == (None, second)
    assert knowing(people | {"second": second}, concern) == ["qa_manager", "second"]


def test_somebody_who_cannot_sign_in_knows_nothing(authority: Authority) -> None:
    concern = raised(authority)
    User.objects.update(is_active=False)
    assert knowing({"manager": authority.qa_manager, "raiser": authority.moderator}, concern) == []
