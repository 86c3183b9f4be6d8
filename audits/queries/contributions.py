"""Who was asked to fill which section of an audit, and whom one can ask."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from audits import access
from audits.models import Audit, AuditUserObjectPermission, Contribution
from audits.models.audits import WITH_THE_AUDITOR
from qaf.people.models import Post, User


@dataclass(frozen=True)
class Contributions:
    """What an audit's pages say of its contributors to one person."""

    rows: tuple[Contribution, ...]
    # Whether this person may ask others, and whether they were asked themselves.
    asks: bool
    contributes: bool
    user: User

    def of(self, section: str) -> list[Contribution]:
        """Everybody who was asked to fill a section."""
        return [row for row in self.rows if row.section == section]

    def mine(self, section: str) -> Contribution | None:
        """What this person was asked, as long as they may still do it."""
        found = (row for row in self.of(section) if row.person_id == self.user.pk)
        return next(found, None) if self.contributes else None


def contributions_of(user: User, audit: Audit) -> Contributions:
    """The contributions of an audit as this person sees them; one query.

    ``still_asked`` says of each whether it can still be done: it ends with the submission, though the audit comes back.
    """
    held = AuditUserObjectPermission.objects.filter(
        content_object=audit, user=OuterRef("person"), permission__codename=access.CONTRIBUTE
    )
    rows = Contribution.objects.filter(audit=audit).annotate(still_asked=Exists(held))
    rows = rows.select_related("person", "asked_by").order_by("pk")
    return Contributions(
        tuple(rows),
        access.may(user, "ask", audit),
        access.may(user, "contribute", audit),
        user,
    )


def waiting_for(user: User) -> QuerySet[Contribution]:
    """The sections that a person was asked to fill and has not said to be done, the oldest first."""
    held = AuditUserObjectPermission.objects.filter(user=user, permission__codename=access.CONTRIBUTE)
    return (
        Contribution.objects.filter(
            person=user, done_at=None, audit__in=held.values("content_object"), audit__state__in=WITH_THE_AUDITOR
        )
        .exclude(audit__confidential=True)
        .select_related("audit", "asked_by")
        .order_by("asked_at", "pk")
    )


def people_to_ask(audit: Audit, *, but_not: Iterable[int | None] = ()) -> QuerySet[User]:
    """The people with a post in the audit's service or one of its teams today, by name."""
    posts = Post.objects.on(timezone.localdate()).filter(
        Q(service=audit.service_id) | Q(team__service=audit.service_id)
    )
    left_out = [pk for pk in (audit.auditor_id, audit.case_holder_id, *but_not) if pk is not None]
    return (
        User.objects.filter(is_active=True, pk__in=posts.values("person"))
        .exclude(pk__in=left_out)
        .order_by("name", "email")
    )
