"""An audit that is being moderated, and a concern about it."""

from typing import Any

from audits.models import Audit
from moderation.models import Concern
from moderation.workflow.concerns import raise_concern
from qaf.people.models import User
from tests.audits import walk
from tests.audits.setting import Authority

WORRY = "The child was not seen alone for six weeks, and nobody asked why."
DONE = "I rang the duty manager at noon; a visit is planned for today."


def moderating(authority: Authority, **fields: Any) -> Audit:
    """An audit that waits for its moderator; ``fields`` are its case's."""
    return walk.submit(authority.audit(authority.another_case(**fields)))


def raised(authority: Authority, audit: Audit | None = None, *, by: User | None = None) -> Concern:
    """A concern that the moderator (or somebody else) raised."""
    audit = audit or moderating(authority)
    return raise_concern(audit, worry=WORRY, done_at_once=DONE, by=by or authority.moderator)


def fresh(user: User) -> User:
    """The person as the next request has them: posts are read once for each."""
    return User.objects.get(pk=user.pk)
