"""Who is to be observed, by when, and whether they were. The rules are in ``audits.coverage``.

What an observation is, follows from the schedule alone. A row that asks for an audit about a practitioner's work, with
what is seen selected by the worker or the manager (Bristol QAF, Appendix 1), names a type of observation. Where that
type is not moderated it is an observation of practice (*Observations of practice are not moderated*); where it is, it
is the audit of IROs and conference chairs, a case file audit and an observation in one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import TruncDate

from audits.access.coverage import practitioners_covered_by
from audits.access.schedule import covered_services
from audits.coverage import Spell, Standing, Terms, joined_on, months_after, standings
from audits.models import Audit, Expectation, Selection, State
from audits.models.forms import About, AuditType
from qaf.people.models import Post, User
from qaf.people.roles import Role

SELECTED_BY_THEM = (Selection.MANAGER, Selection.WORKER_OR_MANAGER)


@dataclass
class Kinds:
    """The types of audit that are an observation, and those that are an IRO's or chair's; since when either is asked
    for, by service, with None for every service."""

    observed: set[int] = field(default_factory=set)
    chaired: set[int] = field(default_factory=set)
    observed_since: dict[int | None, date] = field(default_factory=dict)
    chaired_since: dict[int | None, date] = field(default_factory=dict)

    def since(self, services: Iterable[int | None], *, chaired: bool) -> date | None:
        """Since when the schedule asks for it of somebody in these services; None: it does not."""
        since = self.chaired_since if chaired else self.observed_since
        days = [since[service] for service in {*services, None} if service in since]
        return min(days, default=None)


def terms() -> Terms:
    """How soon somebody new is observed, as the site has it."""
    return Terms(settings.COVERAGE_FIRST_OBSERVATION_WEEKS, settings.COVERAGE_PROBATION_MONTHS)


def kinds(day: date) -> Kinds:
    """What the schedule says of observations on a day. Two queries.

    Rows that ended within the last twelve months still say what an observation is, and since when one has been asked
    for, but no longer that one is. A row that asks for either of two types asks for no observation; its second type
    counts as one all the same.
    """
    about = AuditType.objects.filter(about=About.PRACTITIONER, confidential=False)
    moderated = dict(about.values_list("pk", "process__moderation"))
    found = Kinds()
    rows = Expectation.objects.valid_between(months_after(day, -12), day).filter(selection__in=SELECTED_BY_THEM)
    still_asked: set[tuple[bool, int | None]] = set()
    columns = ("type", "other_type", "service", "every_service", "valid_from", "valid_until")
    read: Iterable[dict[str, Any]] = rows.values(*columns)
    for row in read:
        for kind in {row["type"], row["other_type"]} & moderated.keys():
            (found.chaired if moderated[kind] else found.observed).add(kind)
        names_a_place = row["every_service"] or row["service"] is not None
        if row["type"] not in moderated or row["other_type"] is not None or not names_a_place:
            continue
        chaired = bool(moderated[row["type"]])
        since = found.chaired_since if chaired else found.observed_since
        since[row["service"]] = min(since.get(row["service"], day), row["valid_from"])
        if row["valid_until"] is None or row["valid_until"] >= day:
            still_asked.add((chaired, row["service"]))
    for chaired, since in ((False, found.observed_since), (True, found.chaired_since)):
        for place in [one for one in since if (chaired, one) not in still_asked]:
            del since[place]
    return found


@dataclass(frozen=True)
class Observed:
    """One duty towards one person, with where they work."""

    person: int
    name: str
    teams: str
    joined_on: date
    standing: Standing
    # The services of their posts, by primary key; None for a post over the whole.
    services: frozenset[int | None] = frozenset()


@dataclass
class Practitioner:
    """Somebody in post, and where: of their posts only those that are in the reader's scope."""

    name: str
    places: set[str] = field(default_factory=set)
    services: set[int | None] = field(default_factory=set)
    posts: list[Spell] = field(default_factory=list)
    seen: list[date] = field(default_factory=list)
    chaired: list[date] = field(default_factory=list)


def observations(
    user: User, day: date, *, service: int | None = None, team: int | None = None
) -> tuple[list[Observed], Kinds]:
    """Every duty towards the practitioners whom the person's posts cover, as it stands on a day. Five queries."""
    known = kinds(day)
    return duties_among(_in_post(user, day, service=service, team=team), known, day), known


def duties_among(in_post: QuerySet[Post], known: Kinds, day: date) -> list[Observed]:
    """Every duty towards the practitioners who hold these posts, as it stands on a day. Three queries."""
    people = _people(in_post)
    _read_posts(people, in_post)
    _read_days(people, in_post, known)
    found = []
    for pk, one in people.items():
        joined = joined_on(one.posts, day)
        if joined is None:
            continue
        for standing in standings(
            one.posts,
            observed=one.seen,
            chaired=one.chaired,
            observed_since=known.since(one.services, chaired=False),
            chaired_since=known.since(one.services, chaired=True),
            day=day,
            terms=terms(),
        ):
            teams = ", ".join(sorted(one.places))
            found.append(Observed(pk, one.name, teams, joined, standing, frozenset(one.services)))
    return found


def _in_post(user: User, day: date, *, service: int | None, team: int | None) -> QuerySet[Post]:
    """The practitioners' posts of the day, of the places asked for."""
    posts = practitioners_covered_by(user).on(day).filter(person__is_active=True).order_by()
    if service is not None:
        posts = posts.filter(Q(team__service=service) | Q(service=service))
    return posts if team is None else posts.filter(team=team)


def _people(in_post: QuerySet[Post]) -> dict[int, Practitioner]:
    people: dict[int, Practitioner] = {}
    columns = ("person", "person__name", "team__name", "team__service", "service", "service__name")
    for pk, name, team_name, team_service, own_service, service_name in in_post.values_list(*columns):
        one = people.setdefault(pk, Practitioner(name))
        one.places.add(team_name or service_name or "Several teams")
        one.services.add(own_service or team_service)
    return people


def _read_posts(people: dict[int, Practitioner], in_post: QuerySet[Post]) -> None:
    """All their posts as practitioners, also those elsewhere: who moves between services does not join anew."""
    posts = Post.objects.with_role(Role.PRACTITIONER).filter(person__in=in_post.values("person"))
    for person, starts_on, ends_on in posts.order_by().values_list("person", "starts_on", "ends_on"):
        people[person].posts.append(Spell(starts_on, ends_on))


def _read_days(people: dict[int, Practitioner], in_post: QuerySet[Post], known: Kinds) -> None:
    """When each was observed: the days on which the audits were handed in, whoever wrote them, in whatever team."""
    done = Audit.objects.filter(type__in=known.observed | known.chaired, confidential=False)
    done = done.filter(case_holder__in=in_post.values("person"), submitted_at__isnull=False)
    days = done.exclude(state=State.CANCELLED).annotate(on=TruncDate("submitted_at")).order_by()
    for person, kind, on in days.values_list("case_holder", "type", "on"):
        (people[person].chaired if kind in known.chaired else people[person].seen).append(on)


def services_not_asked(user: User, known: Kinds) -> list[str]:
    """The names of the services the person covers of whose practitioners the schedule asks no observation."""
    asked = {*known.observed_since, *known.chaired_since}
    if None in asked:
        return []
    services = covered_services(user).exclude(pk__in=[one for one in asked if one is not None])
    return list(services.order_by("name").values_list("name", flat=True))
