"""The pages of who moderates: who sees what, bad input, stale pages, and the question who would moderate."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audits.models import AuditType
from moderation.models import ModeratorRule, Scope
from moderation.workflow.rules import mark_of
from qaf.people.models import User
from qaf.people.roles import Role
from tests.audits import walk
from tests.audits.setting import Authority, someone

pytestmark = pytest.mark.django_db
LIST = "/moderation/rules/"
GOOD = {"moderator_role": "moderator", "scope": "agency", "shares_load": "on"}


@pytest.fixture
def admin(authority: Authority, client_for: Callable[[User], Client]) -> Client:
    return client_for(someone(Role.ADMIN, "Ada Admin"))


def text_of(response: object) -> str:
    return " ".join(response.content.decode().split())  # type: ignore[attr-defined]


def test_the_list_warns_of_a_rule_that_is_never_reached(admin: Client, authority: Authority) -> None:
    first = ModeratorRule.objects.get(position=1)
    ModeratorRule.objects.filter(pk=first.pk).update(position=5)
    page = text_of(admin.get(LIST))
    assert "Rule 1 stands before it and fits all that it fits." in page
    assert page.count("Never reached") == 1


def test_the_list_takes_the_same_queries_for_many_rules(admin: Client, authority: Authority) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert admin.get(LIST).status_code == 200
        return len(seen)

    admin.get(LIST)
    before = count()
    for at, role in enumerate(Role.values):
        if role != Role.SERVICE_MANAGER:
            ModeratorRule.objects.create(position=at, auditor_role=role, type=authority.type)
    assert count() <= before + 1 <= 20


def test_bad_input_is_named_and_nothing_typed_is_lost(admin: Client) -> None:
    response = admin.post(f"{LIST}add/", {"auditor_role": "service_manager", "scope": "team"})
    assert response.status_code == 422
    page = text_of(response)
    assert "Choose the moderator’s role" in page
    assert '<option value="service_manager" selected>' in page
    response = admin.post(f"{LIST}add/", GOOD)
    assert response.status_code == 422
    assert "Rule 2 is for this role and type already" in text_of(response)
    huge = {**GOOD, "type": "9" * 400, "auditor_role": "𝔞𝔡𝔪𝔦𝔫\x00", "scope": "🏠"}
    assert admin.post(f"{LIST}add/", huge).status_code == 422


def test_a_type_that_was_retired_stays_in_its_rule_and_is_offered_to_no_other(
    admin: Client, authority: Authority
) -> None:
    rule = ModeratorRule.objects.create(position=9, type=authority.type)
    AuditType.objects.filter(pk=authority.type.pk).update(is_active=False)
    assert "(retired)" in text_of(admin.get(f"{LIST}{rule.pk}/"))
    kept = {**GOOD, "type": str(authority.type.pk), "seen": mark_of(rule)}
    assert admin.post(f"{LIST}{rule.pk}/", kept).status_code == 302
    response = admin.post(f"{LIST}add/", {**GOOD, "auditor_role": "auditor", "type": str(authority.type.pk)})
    assert response.status_code == 422
    assert "takes no new audits" in text_of(response)
    assert "Type retired" in text_of(admin.get(LIST))


def test_a_stale_page_shows_both_and_saving_again_is_a_choice(admin: Client) -> None:
    rule = ModeratorRule.objects.get(position=2)
    seen = mark_of(rule)
    rule.scope = Scope.TEAM
    rule.save()
    response = admin.post(f"{LIST}{rule.pk}/", {**GOOD, "seen": seen})
    page = text_of(response)
    assert response.status_code == 409
    assert "Moderator of the audit’s team" in page
    assert 'value="agency" checked' in page
    again = response.context["seen"]
    assert admin.post(f"{LIST}{rule.pk}/", {**GOOD, "seen": again}).status_code == 302
    rule.refresh_from_db()
    assert (rule.scope, rule.pack) == ("agency", "")
    # Removed by somebody else meanwhile.
    ModeratorRule.objects.filter(pk=rule.pk).update(is_active=False)
    assert admin.post(f"{LIST}{rule.pk}/", {**GOOD, "seen": again}).status_code == 409
    assert admin.post(f"{LIST}{rule.pk}/remove/", {"seen": again}).status_code == 409


def test_removing_the_last_rule_says_what_holds_then(admin: Client) -> None:
    first, last = ModeratorRule.objects.in_force()
    assert "It is the last rule" not in text_of(admin.get(f"{LIST}{first.pk}/remove/"))
    assert admin.post(f"{LIST}{first.pk}/remove/", {"seen": mark_of(first)}).status_code == 302
    assert "It is the last rule" in text_of(admin.get(f"{LIST}{last.pk}/remove/"))
    last.refresh_from_db()
    admin.post(f"{LIST}{last.pk}/remove/", {"seen": mark_of(last)})
    assert "There are no rules, so the framework’s own hold" in text_of(admin.get(LIST))


def test_settings_are_numbers_within_bounds(admin: Client) -> None:
    page = admin.get(f"{LIST}settings/")
    form = {name: str(value) for name, value in page.context["form"].initial.items() if not isinstance(value, bool)}
    response = admin.post(f"{LIST}settings/", {**form, "panels_a_year": "many", "seen": page.context["seen"]})
    assert response.status_code == 422
    assert "Panels a year: enter a whole number, such as 2" in text_of(response)
    assert admin.post(f"{LIST}settings/", {**form, "seen": "another"}).status_code == 409
    form |= {"panels_a_year": "4", "panel_changes_grades": "on", "seen": page.context["seen"]}
    assert admin.post(f"{LIST}settings/", form).status_code == 302
    assert "Panels a year: 3 → 4" in text_of(admin.get(LIST))


def test_qa_asks_of_an_audit_and_is_told_why_others_may_not(
    authority: Authority, client_for: Callable[[User], Client]
) -> None:
    audit = walk.submit(authority.audit())
    someone(Role.MODERATOR, "Mia Moderator", team=authority.team)
    client = client_for(authority.officer)
    page = text_of(client.get(f"{LIST}try/", {"ask": "audit", "reference": audit.reference.lower()}))
    assert f"{authority.moderator} has this moderation already" in page
    assert "Rule 2 applies: when anybody audits any type: Moderator of the audit’s service." in page
    unknown = client.get(f"{LIST}try/", {"ask": "audit", "reference": "CCA-1999-00001"})
    assert unknown.status_code == 422
    assert "You see no audit CCA-1999-00001" in text_of(unknown)


def test_an_administrator_asks_of_audits_that_might_be_alone(admin: Client, authority: Authority) -> None:
    audit = walk.submit(authority.audit())
    page = admin.get(f"{LIST}try/")
    assert "Reference of the audit" not in text_of(page)
    assert admin.get(f"{LIST}try/", {"ask": "audit", "reference": audit.reference}).status_code == 403
    asked = {
        "ask": "other",
        "auditor": authority.auditor.pk,
        "type": authority.type.pk,
        "team": authority.team.pk,
        "case_holder": authority.moderator.email.upper(),
    }
    answer = text_of(admin.get(f"{LIST}try/", asked))
    assert f"{authority.qa_manager} would moderate it" in answer
    assert "It is about their own work." in answer
    wrong = admin.get(f"{LIST}try/", {**asked, "case_holder": "nobody@example.org", "team": "0"})
    assert wrong.status_code == 422
    assert "Nobody has the address nobody@example.org" in text_of(wrong)
    ModeratorRule.objects.all().delete()
    assert "No rule fits, so the framework’s own holds" in text_of(admin.get(f"{LIST}try/", asked))


def test_the_page_of_a_pack_shows_its_rules_beside_those_here(admin: Client) -> None:
    ModeratorRule.objects.filter(position=2).update(scope=Scope.TEAM, pack="")
    page = text_of(admin.get(reverse("forms:pack", args=["bristol"])))
    assert "When anybody audits any type: Moderator of the audit’s service" in page
    assert "Moderator: here Moderator of the audit’s team, in the pack Moderator of the audit’s service" in page
