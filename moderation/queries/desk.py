"""What the moderator's desk shows."""

from dataclasses import dataclass

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, Value, When
from django.utils import timezone

from audits.models import State
from moderation.access import visible_to
from moderation.access.moderations import roles_that_moderate
from moderation.models import Moderation, ModerationQuerySet
from qaf.people.models import Post, User

ROWS_A_PAGE = 25
LATELY = 5
# How the list can be sorted, by the name in its address.
SORTS = {"due": ("audit__due_on", "pk"), "-due": ("-audit__due_on", "-pk")}


@dataclass(frozen=True)
class Filters:
    """What a list of moderations is narrowed to. ``whose``: "mine", "nobody" (without a moderator) or all."""

    search: str = ""
    whose: str = ""
    type: int | None = None
    team: int | None = None

    @property
    def any(self) -> bool:
        return bool(self.search or self.whose or self.type or self.team)


def _narrowed(rows: ModerationQuerySet, user: User, filters: Filters) -> ModerationQuerySet:
    if filters.search:
        text = filters.search
        rows = rows.filter(Q(audit__reference__icontains=text) | Q(audit__auditor__name__icontains=text))
    if filters.whose == "mine":
        rows = rows.of(user)
    if filters.type:
        rows = rows.filter(audit__type_id=filters.type)
    if filters.team:
        rows = rows.filter(audit__team_id=filters.team)
    return rows


def _with_people(rows: ModerationQuerySet) -> ModerationQuerySet:
    """With what a row of the list shows, and no more."""
    return rows.select_related("audit__type", "audit__team", "audit__auditor", "moderator").only(
        "state",
        "decided_at",
        "moderator__name",
        "moderator__email",
        "audit__reference",
        "audit__state",
        "audit__due_on",
        "audit__type__title",
        "audit__team__name",
        "audit__auditor__name",
        "audit__auditor__email",
    )


def waiting(user: User, filters: Filters, *, sort: str = "due", oversees: bool) -> ModerationQuerySet:
    """What waits to be moderated, as far as the person may see it.

    For somebody who oversees moderation those that wait for nobody come first, marked ``is_orphan``: without a
    moderator, or with one who has left or holds no role that moderates any more.
    """
    rows = _narrowed(visible_to(user).undecided().filter(audit__state=State.MODERATING), user, filters)
    order = SORTS.get(sort, SORTS["due"])
    if not oversees:
        return _with_people(rows).order_by(*order)
    posts = Post.objects.on(timezone.localdate()).with_role(*roles_that_moderate())
    able = Q(moderator__is_active=True) & Q(Exists(posts.filter(person=OuterRef("moderator"))))
    if filters.whose == "nobody":
        rows = rows.exclude(able)
    rows = _with_people(rows).annotate(
        is_orphan=Case(When(able, then=Value(False)), default=Value(True), output_field=BooleanField())
    )
    return rows.order_by("-is_orphan", *order)


def decided(user: User, filters: Filters) -> ModerationQuerySet:
    """What was decided, the latest first, as far as the person may see it."""
    rows = _narrowed(visible_to(user).filter(state=Moderation.State.DECIDED), user, filters)
    return _with_people(rows).order_by("-decided_at", "-pk")
