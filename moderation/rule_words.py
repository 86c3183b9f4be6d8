"""A rule of who moderates in words, as pages, the trail and the comparison with a pack say it."""

from collections.abc import Iterable
from typing import Any

from moderation.models import ModeratorRule, Scope
from qaf.people.roles import Role

NONE = "None: a QA manager is asked"
# The scopes as part of a sentence, after the role.
PLACES = {
    Scope.NEAREST: "nearest to the team",
    Scope.TEAM: "of the audit’s team",
    Scope.SERVICE: "of the audit’s service",
    Scope.AGENCY: "of the audit’s agency",
    Scope.OTHER_SERVICE: "of another service of the agency",
    Scope.ORGANISATION: "of the whole organisation",
}


def role_and_place(role: str, scope: str) -> str:
    """ "Moderator of the audit’s service"."""
    return f"{Role(role).label} {PLACES[Scope(scope)]}"


def rule_in_words(rule: ModeratorRule) -> dict[str, str]:
    """What a rule says, by the heading of each part. Holds no person's data."""
    return {
        "Auditor": Role(rule.auditor_role).label if rule.auditor_role else "Anybody",
        "Type of audit": rule.type.title if rule.type else "Any type",
        "Moderator": role_and_place(rule.moderator_role, rule.scope),
        "If nobody of them may": role_and_place(rule.alternate_role, rule.alternate_scope)
        if rule.alternate_role
        else NONE,
        "Load": "Shared" if rule.shares_load else "Not shared: the nearest, the longest in post",
    }


def rule_in_short(rule: ModeratorRule) -> str:
    """ "When a Service manager audits any type: QA manager nearest to the team"."""
    words = rule_in_words(rule)
    who = f"a person with the role {words['Auditor']}" if rule.auditor_role else "anybody"
    what = f"the type {words['Type of audit']}" if rule.type else "any type"
    return f"when {who} audits {what}: {words['Moderator']}"


def differences(before: ModeratorRule, after: ModeratorRule) -> dict[str, list[Any]]:
    """The parts in which two wordings of a rule differ, each before and after."""
    old, new = rule_in_words(before), rule_in_words(after)
    return {name: [old[name], new[name]] for name in new if old[name] != new[name]}


def numbered(rules: Iterable[ModeratorRule]) -> list[tuple[int, ModeratorRule]]:
    """The rules with the numbers that people see."""
    return list(enumerate(rules, start=1))
