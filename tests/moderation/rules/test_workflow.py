"""Keeping the rules: changed by administrators, brought by packs; what is the site's own is left alone."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from audits.models import AuditType
from audits.workflow.packs import load_pack
from moderation.models import ModerationSettings, ModeratorRule, Scope
from moderation.rule_words import rule_in_short
from moderation.workflow.pack_rules import rules_of_packs
from moderation.workflow.rules import (
    CannotSave,
    RuleFields,
    mark_of,
    mark_of_order,
    mark_of_settings,
    move_rule,
    remove_rule,
    save_rule,
    save_settings,
)
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.chain import verify
from qaf.trail.queries import timeline
from tests.audits.setting import bristol

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(person: Callable[..., User]) -> User:
    load_pack(bristol())
    return person(Role.ADMIN, name="Ada Admin")


def table() -> list[tuple[int, str, str, str]]:
    return list(ModeratorRule.objects.in_force().values_list("position", "auditor_role", "type__key", "moderator_role"))


FROM_BRISTOL = [(1, "service_manager", None, "qa_manager"), (2, "", None, "moderator")]


def child_case() -> AuditType:
    return AuditType.objects.get(key="child-case-audit")


def test_a_new_rule_is_put_where_it_is_reached_and_the_trail_says_who(admin: User) -> None:
    assert table() == FROM_BRISTOL
    save_rule(RuleFields(Role.QA_MANAGER, type=child_case()), by=admin)
    assert table() == [
        (1, "service_manager", None, "qa_manager"),
        (2, "", "child-case-audit", "qa_manager"),
        (3, "", None, "moderator"),
    ]
    newest = timeline(ModerationSettings.current())[0]
    assert (newest.who, newest.what) == (
        admin,
        "Added rule 2: when anybody audits the type Child case audit: QA manager nearest to the team",
    )
    assert list(verify()) == []


def test_what_does_not_fit_together_is_refused_with_the_field(admin: User) -> None:
    def faults(said: RuleFields, rule: ModeratorRule | None = None) -> list[tuple[str, str]]:
        with pytest.raises(CannotSave) as refused:
            save_rule(said, by=admin, rule=rule, seen=mark_of(rule) if rule else "")
        return refused.value.faults

    general = ModeratorRule.objects.get(auditor_role="")
    twice = [("auditor_role", "Rule 2 is for this role and type already. Change that one instead")]
    assert faults(RuleFields(Role.QA_MANAGER)) == twice
    first = ModeratorRule.objects.get(auditor_role=Role.SERVICE_MANAGER)
    assert faults(RuleFields(Role.QA_MANAGER), first) == twice
    same = RuleFields(Role.MODERATOR, Scope.TEAM, alternate_role=Role.MODERATOR, alternate_scope=Scope.TEAM)
    assert faults(same, general) == [
        ("alternate_role", "The alternate is the same as the moderator. Choose another role or place")
    ]
    kind = child_case()
    AuditType.objects.filter(pk=kind.pk).update(is_active=False)
    kind.refresh_from_db()
    assert [field for field, _ in faults(RuleFields(Role.QA_MANAGER, type=kind))] == ["type"]
    reaudit = AuditType.objects.get(key="child-case-reaudit")
    assert "not moderated" in faults(RuleFields(Role.QA_MANAGER, type=reaudit))[0][1]
    assert table() == FROM_BRISTOL


def test_only_administrators_change_anything(admin: User, person: Callable[..., User]) -> None:
    manager = person(Role.QA_MANAGER)
    rule, settings = ModeratorRule.objects.get(auditor_role=""), ModerationSettings.current()
    attempts: list[Callable[[], Any]] = [
        lambda: save_rule(RuleFields(Role.MODERATOR), by=manager),
        lambda: remove_rule(rule, seen=mark_of(rule), by=manager),
        lambda: move_rule(rule, up=True, seen="", by=manager),
        lambda: save_settings({}, seen=mark_of_settings(settings), by=manager),
    ]
    for attempt in attempts:
        with pytest.raises(NotAllowed):
            attempt()
    assert table() == FROM_BRISTOL


def test_the_second_of_two_administrators_learns_of_the_first(admin: User) -> None:
    rules = list(ModeratorRule.objects.in_force())
    first, general = rules
    seen, order, settings = mark_of(general), mark_of_order(rules), ModerationSettings.current()
    save_rule(RuleFields(Role.MODERATOR, Scope.AGENCY), by=admin, rule=general, seen=seen)
    with pytest.raises(Stale):
        save_rule(RuleFields(Role.MODERATOR, Scope.TEAM), by=admin, rule=general, seen=seen)
    with pytest.raises(Stale):
        remove_rule(general, seen=seen, by=admin)
    assert move_rule(general, up=True, seen=order, by=admin) == 1
    with pytest.raises(Stale):
        move_rule(general, up=False, seen=order, by=admin)
    with pytest.raises(Refused, match="first already"):
        move_rule(general, up=True, seen=mark_of_order([general, first]), by=admin)
    remove_rule(first, seen=mark_of(ModeratorRule.objects.get(pk=first.pk)), by=admin)
    with pytest.raises(Stale, match="removed"):
        save_rule(RuleFields(Role.MODERATOR), by=admin, rule=first, seen=mark_of(first))
    said = {field.name: getattr(settings, field.name) for field in settings._meta.fields}
    mark = mark_of_settings(settings)
    save_settings({**said, "panels_a_year": 4}, seen=mark, by=admin)
    with pytest.raises(Stale):
        save_settings({**said, "panels_a_year": 5}, seen=mark, by=admin)
    newest = timeline(settings)[0]
    assert (newest.what, newest.changes) == ("Changed the settings of moderation", ["Panels a year: 3 → 4"])
    none = {name: 0 for name in said if name.startswith("panel_")}
    with pytest.raises(CannotSave, match="at least one case"):
        save_settings({**said, **none}, seen=mark_of_settings(ModerationSettings.current()), by=admin)


def test_loading_again_leaves_what_was_changed_or_removed_here_until_it_is_asked_to_put_it_back(admin: User) -> None:
    assert load_pack(bristol()).silent
    first, general = ModeratorRule.objects.in_force()
    # Changed to something else altogether: the pack's own must not come back beside it.
    save_rule(RuleFields(Role.MODERATOR, type=child_case()), by=admin, rule=general, seen=mark_of(general))
    remove_rule(first, seen=mark_of(first), by=admin)
    loaded = load_pack(bristol())
    assert (loaded.brought, len(loaded.left), loaded.changed) == ([], 2, False)
    assert table() == [(1, "", "child-case-audit", "moderator")]
    assert [row.state for row in rules_of_packs([bristol()])["bristol"].rows] == ["edited", "edited"]
    loaded = load_pack(bristol(), reset_process=True)
    assert (len(loaded.brought), loaded.left) == (2, [])
    assert table() == [
        (1, "", "child-case-audit", "moderator"),
        (2, "service_manager", None, "qa_manager"),
        (3, "", None, "moderator"),
    ]
    assert load_pack(bristol()).silent


def test_a_rule_that_differs_here_is_shown_beside_the_packs_and_one_nobody_touched_follows_it(admin: User) -> None:
    general = ModeratorRule.objects.get(auditor_role="")
    save_rule(RuleFields(Role.MODERATOR, Scope.AGENCY), by=admin, rule=general, seen=mark_of(general))
    rows = rules_of_packs([bristol()])["bristol"].rows
    assert [row.state for row in rows] == ["same", "edited"]
    assert ("Moderator", "Moderator of the audit’s agency", "Moderator of the audit’s service") in rows[1].changes
    files = bristol()
    newer = replace(
        files,
        moderators=tuple(
            replace(one, moderator="moderator", scope="other_service") if one.auditor == "service_manager" else one
            for one in files.moderators
        ),
    )
    assert [row.state for row in rules_of_packs([newer])["bristol"].rows] == ["changed", "edited"]
    loaded = load_pack(newer)
    assert (len(loaded.brought), len(loaded.left)) == (1, 1)
    assert table() == [(1, "service_manager", None, "moderator"), (2, "", None, "moderator")]
    assert rule_in_short(ModeratorRule.objects.get(position=1)).endswith("Moderator of another service of the agency")


def test_another_packs_rule_is_not_taken_over(admin: User) -> None:
    other = replace(bristol(), key="northshire", forms=(), types=())
    loaded = load_pack(other, reset_process=True)
    assert loaded.brought == []
    assert table() == FROM_BRISTOL
    newer = replace(other, moderators=(replace(other.moderators[-1], scope="team"),))
    assert [row.state for row in rules_of_packs([newer])["northshire"].rows] == ["other"]
    assert len(load_pack(newer, reset_process=True).left) == 1
    assert set(ModeratorRule.objects.values_list("pack", flat=True)) == {"bristol"}
