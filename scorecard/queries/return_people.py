"""Who answers for an agency's returns, and who in QA reads them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Case, Q, QuerySet, When
from django.utils import timezone

from qaf.people.models import Agency, Post, User
from qaf.people.roles import Role

WHOLE = Q(agency=None, service=None, team=None)


def _inside(agency_id: int) -> Q:
    return Q(agency=agency_id) | Q(service__agency=agency_id) | Q(team__service__agency=agency_id)


def _posts(*roles: Role, day: date | None = None) -> QuerySet[Post]:
    posts = Post.objects.on(day or timezone.localdate()).with_role(*roles).filter(person__is_active=True)
    return posts.select_related("person")


def leads_of(agency: Agency) -> list[User]:
    """Who sends the agency's returns today, the nearest first: leads of the agency itself, then of parts of it.

    Only when there is none of these, those who are leads of all agencies.
    """
    nearness = Case(When(agency=agency.pk, then=0), default=1)
    posts = _posts(Role.AGENCY_LEAD).filter(_inside(agency.pk)).order_by(nearness, "starts_on", "pk")
    near = list(dict.fromkeys(post.person for post in posts))
    if near:
        return near
    everywhere = _posts(Role.AGENCY_LEAD).filter(WHOLE).order_by("starts_on", "pk")
    return list(dict.fromkeys(post.person for post in everywhere))


def qa_managers_of(agency: Agency) -> list[User]:
    """The QA managers over the agency, or over the whole, who are told what happens to its returns."""
    posts = _posts(Role.QA_MANAGER).filter(_inside(agency.pk) | WHOLE).order_by("starts_on", "pk")
    return list(dict.fromkeys(post.person for post in posts))


def agencies_without_a_lead(agency_ids: Iterable[int]) -> set[int]:
    """Those of these agencies for which nobody sends returns. One query, or none."""
    wanted = set(agency_ids)
    if not wanted:
        return set()
    posts = _posts(Role.AGENCY_LEAD).select_related("service", "team__service")
    covered: set[int | None] = set()
    for post in posts:
        if post.team:
            covered.add(post.team.service.agency_id)
        elif post.service:
            covered.add(post.service.agency_id)
        else:
            covered.add(post.agency_id)
    return set() if None in covered else wanted - {pk for pk in covered if pk is not None}
