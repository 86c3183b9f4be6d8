"""Moderations whose moderator has left: their account was closed, or no post of theirs moderates here any more."""

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from audits.models import State
from moderation.models import ModerationQuerySet
from qaf.people.models import Post


def whose_moderator_left(moderations: ModerationQuerySet, roles: set[str]) -> ModerationQuerySet:
    """Those of these undecided moderations whose moderator can no longer sign in or holds none of these roles today.

    A post in another agency counts for nothing. The most urgent first.
    """
    posts = Post.objects.on(timezone.localdate()).filter(role__in=roles, person=OuterRef("moderator"))
    here = OuterRef("audit__agency")
    in_reach = posts.filter(
        Q(agency=here)
        | Q(service__agency=here)
        | Q(team__service__agency=here)
        | Q(agency=None, service=None, team=None)
    )
    left = Q(moderator__is_active=False) | ~Exists(in_reach)
    waiting = moderations.undecided().filter(moderator__isnull=False, audit__state=State.MODERATING)
    return waiting.filter(left).order_by(F("audit__due_on").asc(nulls_last=True), "pk")
