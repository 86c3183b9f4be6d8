"""Whose judgements a person may see measured, and how finely.

QA sees all in its scope, a moderator their own moderations without the auditors' names, an auditor their own audits
without the moderators' names; nobody else sees anything of it.
"""

from __future__ import annotations

from enum import Enum

from audits.access import overseen_by
from audits.models import Audit
from audits.models.audits import AuditQuerySet
from qaf.people.models import User
from qaf.people.roles import Role


class Standpoint(Enum):
    """As what somebody looks at agreement: the roles it takes, and what the figures may be divided by."""

    OVERSIGHT = ("oversight", (Role.QA_OFFICER, Role.QA_MANAGER))
    MODERATOR = ("moderator", (Role.MODERATOR,))
    AUDITOR = ("auditor", (Role.AUDITOR,))

    @property
    def roles(self) -> tuple[Role, ...]:
        return self.value[1]

    @property
    def divisions(self) -> tuple[str, ...]:
        """A team may have a single auditor, so who does not oversee is told nothing by team, nor by person."""
        own = ("domain", "quarter", "form")
        return (*own, "team", "auditor", "moderator") if self is Standpoint.OVERSIGHT else own


def standpoints(user: User) -> tuple[Standpoint, ...]:
    """As what a person may look at agreement, the widest first; empty for whom it is no business of."""
    if not user.is_active:
        return ()
    return tuple(standpoint for standpoint in Standpoint if user.holds(*standpoint.roles))


def audits_for(user: User, standpoint: Standpoint) -> AuditQuerySet:
    """The audits whose judgements a person may see measured from a standpoint; none when it is not theirs.

    Confidential audits are known to few (Bristol QAF, Appendix 3), so no figure counts them, not even their own
    people's.
    """
    if standpoint not in standpoints(user):
        return Audit.objects.none()
    audits = {
        Standpoint.OVERSIGHT: lambda: overseen_by(user),
        Standpoint.MODERATOR: lambda: Audit.objects.filter(moderation__moderator=user),
        Standpoint.AUDITOR: lambda: Audit.objects.filter(auditor=user),
    }[standpoint]()
    return audits.filter(confidential=False)
