"""Saying who moderates, and the settings of moderation: every change by an administrator, kept in the trail.

The row of settings is locked for each change, so that two administrators change one after the other; what each page
showed is told from a mark, so that the second learns of the first instead of undoing them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, fields
from typing import Any

from django.db import transaction

from audits.models import AuditType
from moderation.access.rules import may_change
from moderation.choosing import place_for
from moderation.eligibility import as_rule
from moderation.models import ModerationSettings, ModeratorRule, Scope
from moderation.rule_words import differences, rule_in_short
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.chain import record

MAX_RULES = 200
CHANGED_MEANWHILE = "Somebody else changed this meanwhile. Nothing of yours was saved: compare, and save again."


class CannotSave(Refused):
    """What was entered does not fit together; ``faults`` names each with the field it is about."""

    title = "This cannot be saved"

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        super().__init__(" ".join(text for _, text in faults))
        self.faults = faults


@dataclass(frozen=True)
class RuleFields:
    """What a rule says; ``auditor_role`` empty: anybody, ``type`` None: any, ``alternate_role`` empty: QA managers."""

    moderator_role: str
    scope: str = Scope.NEAREST
    auditor_role: str = ""
    type: AuditType | None = None
    alternate_role: str = ""
    alternate_scope: str = Scope.NEAREST
    shares_load: bool = True


SETTINGS = tuple(field.name for field in ModerationSettings._meta.fields if field.name != "id")


def mark_of(rule: ModeratorRule) -> str:
    """A mark of all that a page shows of a rule."""
    return _mark([getattr(rule, name) for name in _columns()] + [rule.is_active])


def mark_of_order(rules: Sequence[ModeratorRule]) -> str:
    """A mark of the order in which a page shows the rules."""
    return _mark([rule.pk for rule in rules])


def mark_of_settings(settings: ModerationSettings) -> str:
    return _mark([getattr(settings, name) for name in SETTINGS])


def _mark(values: list[Any]) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:16]


def _columns() -> list[str]:
    return ["type_id" if field.name == "type" else field.name for field in fields(RuleFields)]


def lock() -> ModerationSettings:
    """The row of settings, locked until the transaction ends: whoever changes rules or settings waits for it."""
    ModerationSettings.current()
    return ModerationSettings.objects.select_for_update().get(pk=1)


def demand_changing(user: User) -> None:
    """Raise NotAllowed unless the person may change rules and settings."""
    if not may_change(user):
        raise NotAllowed("Administrators say who moderates. Ask one of them for a change. Nothing was changed.")


@transaction.atomic
def save_rule(said: RuleFields, *, by: User, rule: ModeratorRule | None = None, seen: str = "") -> ModeratorRule:
    """Make a rule (``rule`` None), at the last place at which it is still reached, or change one.

    ``seen`` is the mark of what the page showed. A pack's rule that is changed is the site's own from then on, and the
    pack's wording is set aside, so that loading the pack again does not bring it back. Raises NotAllowed, Stale, or
    CannotSave with every fault.
    """
    demand_changing(by)
    settings = lock()
    rules = list(ModeratorRule.objects.in_force().select_related("type"))
    stored = _still_there(rule, rules, seen) if rule else None
    if faults := _faults(said, rules, stored):
        raise CannotSave(faults)
    if stored is None:
        made = ModeratorRule(**_values(said))
        put_in(rules, made)
        renumber(rules)
        record("moderators.rule_added", settings, by=by, rule=rule_in_short(made), number=rules.index(made) + 1)
        return made
    before = copy(stored)
    for name, value in _values(said).items():
        setattr(stored, name, value)
    if changes := differences(before, stored):
        if stored.pack:
            set_aside(before)
            stored.pack = ""
        stored.save()
        record("moderators.rule_changed", settings, by=by, rule=rule_in_short(stored), changes=changes)
    return stored


@transaction.atomic
def remove_rule(rule: ModeratorRule, *, seen: str, by: User) -> None:
    """Take a rule out of force; it is kept, so that its pack does not bring it again. Raises NotAllowed or Stale."""
    demand_changing(by)
    settings = lock()
    rules = list(ModeratorRule.objects.in_force().select_related("type"))
    stored = _still_there(rule, rules, seen)
    stored.is_active = False
    stored.save()
    renumber([one for one in rules if one != stored])
    record("moderators.rule_removed", settings, by=by, rule=rule_in_short(stored), left=len(rules) - 1)


@transaction.atomic
def move_rule(rule: ModeratorRule, *, up: bool, seen: str, by: User) -> int:
    """Move a rule one place up or down; gives its number. ``seen`` is the mark of the order that the page showed.

    Raises NotAllowed, Stale when the order has changed meanwhile, or Refused at the end of the list.
    """
    demand_changing(by)
    settings = lock()
    rules = list(ModeratorRule.objects.in_force().select_related("type"))
    if rule not in rules or seen != mark_of_order(rules):
        raise Stale("The list of rules has changed since you opened the page. Nothing was moved: look at it again.")
    at = rules.index(rule)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(rules):
        raise Refused(f"This rule is the {'first' if up else 'last'} already.")
    rules[at], rules[to] = rules[to], rules[at]
    renumber(rules)
    record("moderators.rule_moved", settings, by=by, rule=rule_in_short(rules[to]), before=at + 1, after=to + 1)
    return to + 1


@transaction.atomic
def save_settings(said: Mapping[str, Any], *, seen: str, by: User) -> ModerationSettings:
    """Change the settings of moderation and its panel. Raises NotAllowed, Stale, or CannotSave with every fault."""
    demand_changing(by)
    stored = lock()
    if seen != mark_of_settings(stored):
        raise Stale(CHANGED_MEANWHILE)
    sizes = [name for name in SETTINGS if name.startswith("panel_") and name != "panel_changes_grades"]
    if not any(said[name] for name in sizes):
        raise CannotSave([(sizes[0], "A panel has to draw at least one case: enter 1 or more for one of the kinds")])
    changes = {}
    for name in SETTINGS:
        before, after = getattr(stored, name), said[name]
        if before != after:
            words = str(ModerationSettings._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            changes[words[:1].upper() + words[1:]] = [before, after]
            setattr(stored, name, after)
    if changes:
        stored.save()
        record("moderation_settings.changed", stored, by=by, changes=changes)
    return stored


def put_in(rules: list[ModeratorRule], new: ModeratorRule) -> None:
    """Put a rule into the list at the last place at which it is still reached. Saves nothing."""
    rules.insert(place_for([as_rule(one) for one in rules], as_rule(new)), new)


def renumber(rules: Sequence[ModeratorRule]) -> None:
    """Let the rules in force stand in this order; saves those whose place is new."""
    for position, rule in enumerate(rules, start=1):
        if rule.position != position or rule.pk is None:
            rule.position = position
            rule.save()


def set_aside(rule: ModeratorRule) -> None:
    """Keep a pack's wording out of force, as a sign that the site has decided otherwise."""
    kept = copy(rule)
    kept.pk, kept.is_active = None, False
    kept._state.adding = True
    kept.save()


def _values(said: RuleFields) -> dict[str, Any]:
    return {field.name: getattr(said, field.name) for field in fields(RuleFields)}


def _still_there(rule: ModeratorRule, rules: Sequence[ModeratorRule], seen: str) -> ModeratorRule:
    stored = next((one for one in rules if one.pk == rule.pk), None)
    if stored is None:
        raise Stale("Somebody else removed this rule meanwhile. Nothing was changed.")
    if seen != mark_of(stored):
        raise Stale(CHANGED_MEANWHILE)
    return stored


def _faults(said: RuleFields, rules: Sequence[ModeratorRule], stored: ModeratorRule | None) -> list[tuple[str, str]]:
    found = []
    if said.moderator_role not in Role.values or said.scope not in Scope.values:
        found.append(("moderator_role", "Choose the moderator’s role and place from the lists"))
    if said.alternate_role and (said.alternate_role, said.alternate_scope) == (said.moderator_role, said.scope):
        found.append(("alternate_role", "The alternate is the same as the moderator. Choose another role or place"))
    same = [one for one in rules if (one.auditor_role, one.type_id) == (said.auditor_role, said.type and said.type.pk)]
    if any(one != stored for one in same):
        number = rules.index(same[0]) + 1
        found.append(("auditor_role", f"Rule {number} is for this role and type already. Change that one instead"))
    kind = said.type
    if kind is not None and (stored is None or stored.type_id != kind.pk):
        if not kind.is_active:
            found.append(("type", f"No new audits of the type “{kind}” can be started. Choose another type"))
        elif not kind.process.moderation:
            found.append(("type", f"Audits of the type “{kind}” are not moderated. Choose another type"))
    if stored is None and len(rules) >= MAX_RULES:
        found.append(("auditor_role", f"There are {MAX_RULES} rules already. Remove some before you add more"))
    return found
