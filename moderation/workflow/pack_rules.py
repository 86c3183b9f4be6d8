"""The rules of who moderates that a framework pack brings: compared with those of the site, and loaded.

A rule belongs to whom it is for: the auditor's role and the type. A pack's rule that nobody has touched follows the
pack; one that was changed or removed here is the site's, and is left alone unless loading is asked to put it back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from audits.kloe.moderators import ModeratorRule as RuleFile
from audits.kloe.packs import Pack as PackFiles
from audits.models import AuditType
from audits.pack_parts import PackPart, PackRow
from audits.workflow.packs import Loaded
from moderation.models import ModeratorRule
from moderation.rule_words import differences, rule_in_short
from moderation.workflow.rules import lock, put_in, renumber
from qaf.people.models import User
from qaf.trail.chain import record

# Whom a rule is for: the auditor's role and the type's key, each empty for any.
_Whom = tuple[str, str]


@dataclass(frozen=True)
class _Compared:
    """A pack's rule beside what is there: new, same, changed (in the pack), edited or removed (here), other (pack)."""

    wanted: ModeratorRule
    there: ModeratorRule | None
    state: str


def rules_of_packs(packs: Sequence[PackFiles]) -> dict[str, PackPart]:
    """What each pack says of who moderates, compared with what is there; for the page of packs. Two queries."""
    rules = list(ModeratorRule.objects.select_related("type").order_by("position", "pk"))
    types = {kind.key: kind for kind in AuditType.objects.all()}
    found = {}
    for files in packs:
        # A type that is not there yet is read from the pack, for its title.
        new = {one.key: AuditType(key=one.key, title=one.title) for one in files.types if one.key not in types}
        rows = [_row(one) for one in _compared(files, rules, types | new)]
        if rows:
            found[files.key] = PackPart("Who moderates", tuple(rows))
    return found


def _row(one: _Compared) -> PackRow:
    title = rule_in_short(one.wanted)
    title = title[:1].upper() + title[1:]
    if one.state == "removed":
        return PackRow(title, "edited", (("This rule", "removed", "in force"),))
    changes = differences(one.there, one.wanted) if one.there else {}
    return PackRow(title, one.state, tuple((name, here, pack) for name, (here, pack) in changes.items()))


def load_rules(files: PackFiles, loaded: Loaded, *, by: User | None, reset: bool) -> None:
    """Make the pack's rules the site's, in the transaction of the loading; what came of it is added to ``loaded``."""
    if not files.moderators:
        return
    settings = lock()
    every = list(ModeratorRule.objects.select_related("type").order_by("position", "pk"))
    rules = [rule for rule in every if rule.is_active]
    types = {kind.key: kind for kind in AuditType.objects.filter(key__in=[one.key for one in files.types])}
    brought = []
    for one in _compared(files, every, types):
        words = rule_in_short(one.wanted)
        if one.state == "same":
            continue
        if one.state == "other" or (one.state in ("edited", "removed") and not reset):
            how = {"removed": "was removed here and is left out"}.get(
                one.state, "is different here and is left as it is"
            )
            loaded.left.append(f"Who moderates, {words}: {how}")
            continue
        if one.there is None:
            put_in(rules, one.wanted)
        else:
            _take_over(one.there, one.wanted)
        ModeratorRule.objects.filter(
            pack=files.key, is_active=False, auditor_role=one.wanted.auditor_role, type=one.wanted.type
        ).delete()
        brought.append(words)
    renumber(rules)
    if brought:
        loaded.brought += [f"Who moderates, {words}" for words in brought]
        text = "; ".join(brought)
        text = f"{text[:1].upper()}{text[1:]}."
        record("moderators.rules_loaded", settings, by=by, pack=files.title, number=len(brought), reason=text)


def _take_over(there: ModeratorRule, wanted: ModeratorRule) -> None:
    for name in ("moderator_role", "scope", "alternate_role", "alternate_scope", "shares_load", "pack"):
        setattr(there, name, getattr(wanted, name))
    there.save()


def _compared(files: PackFiles, rules: Sequence[ModeratorRule], types: dict[str, AuditType]) -> list[_Compared]:
    in_force = {_whom(rule): rule for rule in rules if rule.is_active}
    removed = {_whom(rule) for rule in rules if not rule.is_active and rule.pack == files.key}
    found = []
    for file in files.moderators:
        if file.type and file.type not in types:
            # Of a pack that was read, but is loaded without this type.
            continue
        wanted = _as_model(file, files.key, types)
        there = in_force.get(_whom(wanted))
        found.append(_Compared(wanted, there, _state(wanted, there, removed)))
    return found


def _state(wanted: ModeratorRule, there: ModeratorRule | None, removed: set[_Whom]) -> str:
    if there is None:
        return "removed" if _whom(wanted) in removed else "new"
    if not differences(there, wanted):
        return "same"
    if there.pack == wanted.pack:
        return "changed"
    return "other" if there.pack else "edited"


def _whom(rule: ModeratorRule) -> _Whom:
    return rule.auditor_role, rule.type.key if rule.type else ""


def _as_model(file: RuleFile, pack: str, types: dict[str, AuditType]) -> ModeratorRule:
    return ModeratorRule(
        auditor_role=file.auditor,
        type=types[file.type] if file.type else None,
        moderator_role=file.moderator,
        scope=file.scope,
        alternate_role=file.alternate,
        alternate_scope=file.alternate_scope,
        shares_load=file.share,
        pack=pack,
    )
