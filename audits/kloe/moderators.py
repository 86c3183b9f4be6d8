"""Who moderates, as a pack's ``moderators.yaml`` writes it: rules that the moderation floor makes its own of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from audits.kloe.fields import Fields, Problems, shown, suggestion
from audits.kloe.types import AuditType

# The roles of people and the scopes of a rule; a test holds them against those of the upper floors.
ROLES = (
    "auditor", "moderator", "qa_officer", "qa_manager", "practitioner", "team_manager", "service_manager",
    "panel_member", "audit_chair", "subgroup_member", "board_member", "agency_lead", "scrutineer", "admin",
)  # fmt: skip
SCOPES = ("nearest", "team", "service", "agency", "other_service", "organisation")
MAX_RULES = 200


@dataclass(frozen=True)
class ModeratorRule:
    """When somebody with the role ``auditor`` (empty: anybody) audits ``type`` (empty: any), who moderates.

    ``alternate`` is asked when nobody of the first role may; empty: the QA managers. ``share``: whoever has the fewest
    undecided moderations, not the first found.
    """

    moderator: str
    scope: str = "nearest"
    auditor: str = ""
    type: str = ""
    alternate: str = ""
    alternate_scope: str = "nearest"
    share: bool = True

    def covers(self, other: ModeratorRule) -> bool:
        """Whether this rule fits every audit that the other one fits."""
        return self.auditor in ("", other.auditor) and self.type in ("", other.type)


def moderators_from(data: Any, problems: Problems, types: Iterable[AuditType]) -> list[ModeratorRule]:
    """Read ``moderators.yaml``; what is wrong is noted."""
    known = {kind.key: kind for kind in types}
    fields = Fields(data, problems)
    found: list[ModeratorRule] = []
    for index, item in fields.items("moderators", required=True, most=MAX_RULES):
        inner = fields.inner(item, f"rule {index + 1}", "moderators", index)
        rule = _rule_from(inner, known)
        earlier = next((at for at, one in enumerate(found) if rule.moderator and one.covers(rule)), None)
        if earlier is not None:
            same = (found[earlier].auditor, found[earlier].type) == (rule.auditor, rule.type)
            inner.wrong(
                f"rule {earlier + 1} is for the same role and type"
                if same
                else f"is never reached: rule {earlier + 1} fits all that it fits. Put this one before it"
            )
        found.append(rule)
    fields.finish()
    return found


def _rule_from(fields: Fields, types: dict[str, AuditType]) -> ModeratorRule:
    auditor, kind = fields.one_of("auditor", ROLES), fields.text("type", limit=80)
    if kind and kind not in types:
        fields.wrong(f"there is no type {shown(kind)} in the pack{suggestion(kind, types)}", "type")
    elif kind and not types[kind].process.moderation:
        fields.wrong(f"the type {kind} is not moderated, so no rule is needed for it", "type")
    moderator = fields.one_of("moderator", ROLES)
    if not fields.has("moderator"):
        fields.wrong("moderator is missing")
    alternate = fields.one_of("alternate", ROLES)
    if fields.has("alternate_scope") and not fields.has("alternate"):
        fields.wrong("alternate_scope is of use only with an alternate", "alternate_scope")
    scope, other = (fields.one_of(key, SCOPES, "nearest") for key in ("scope", "alternate_scope"))
    if alternate and (alternate, other) == (moderator, scope):
        fields.wrong("the alternate is the same as the moderator: choose another role or scope", "alternate")
    share = fields.flag("share", default=True)
    fields.finish()
    return ModeratorRule(moderator, scope, auditor, kind, alternate, other, share)
