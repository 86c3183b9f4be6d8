"""What a row of the schedule asks of whom in a cycle: the same for the dry run and for opening the cycle."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils.crypto import salted_hmac

from audits.models import AuditType, Expectation, Expected, FormVersion, ProcessMap, Selection
from audits.spreading import Absence, Opening, Person, days_to_spread_over, opening_days, spread
from qaf.deadlines.calendar import days_off
from qaf.deadlines.working_days import add_working_days
from qaf.people.models import Absence as AbsenceRow
from qaf.people.models import Post, Service, Team, User
from qaf.people.roles import Role

Why = Expected.Why
# What is placed in the year's plan, or not yet said, is nobody's by itself.
OPENS_NO_CYCLE = {
    Selection.PROGRAMME: "It is placed in the audit programme: put it into the plan of the year.",
    Selection.UNDECIDED: "It is not yet said who selects what is audited. Change the row to say so.",
}


@dataclass(frozen=True)
class Due:
    """One audit that is due from one person in a cycle, or why they are passed over.

    ``team`` is where they audit, None when it is several; ``opens_on`` the day on which it opens, or would.
    """

    person: User
    number: int
    team: Team | None
    opens_on: date
    why: str = ""
    note: str = ""

    @property
    def is_skipped(self) -> bool:
        return bool(self.why)


@dataclass(frozen=True)
class Staff:
    """The posts, teams, absences and days off of a time, read once for all rows of the schedule."""

    posts: Mapping[int, Sequence[Post]]
    teams: Sequence[Team]
    away: Mapping[int, tuple[Absence, ...]]
    days_off: frozenset[date]
    # The forms that have a published version, which an audit cannot do without.
    published: frozenset[int]

    def posts_with(self, role: str) -> Iterable[Post]:
        return (post for posts in self.posts.values() for post in posts if post.role == role)


def staff_between(start: date, end: date) -> Staff:
    """Everybody who holds or held a post by ``end``, and who is away between the two days. Five queries."""
    posts: dict[int, list[Post]] = {}
    rows = Post.objects.filter(starts_on__lte=end, person__is_active=True)
    rows = rows.select_related("person", "team", "service", "agency").order_by("person__name", "person_id", "starts_on")
    for post in rows:
        posts.setdefault(post.person_id, []).append(post)
    away: dict[int, list[Absence]] = {}
    for one in AbsenceRow.objects.touching(start, end).filter(person__in=posts):
        away.setdefault(one.person_id, []).append(Absence(one.starts_on, one.ends_on))
    forms = FormVersion.objects.filter(state=FormVersion.State.PUBLISHED).values_list("form_id", flat=True)
    return Staff(
        posts=posts,
        teams=list(Team.objects.select_related("service__agency").order_by("name", "pk")),
        away={key: tuple(found) for key, found in away.items()},
        days_off=days_off(),
        published=frozenset(forms),
    )


def covers(post: Post, team: Team) -> bool:
    """Whether a post's scope holds this team."""
    if post.team_id:
        return post.team_id == team.pk
    if post.service_id:
        return post.service_id == team.service_id
    return not post.agency_id or post.agency_id == team.service.agency_id


def _touches(post: Post, service: Service) -> bool:
    """Whether a post's scope holds this service, or a team of it."""
    if post.team is not None:
        return post.team.service_id == service.pk
    if post.service_id:
        return post.service_id == service.pk
    return not post.agency_id or post.agency_id == service.agency_id


def why_no_cycles(expectation: Expectation) -> str:
    """Why a row opens no cycles, in a sentence that says what to do; empty when it does."""
    if reason := OPENS_NO_CYCLE.get(Selection(expectation.selection)):
        return reason
    if expectation.every_months is None:
        return "It has no frequency yet. Change the row to say how often it comes round."
    if not expectation.auditor_role:
        return "It does not say which role audits. Change the row to say so."
    if expectation.service_id is None and not expectation.every_service:
        return "It names no service that is known here. Change the row to choose one, or every service."
    if expectation.type_id is None:
        return "It has no type of audit yet. Change the row to choose one."
    return ""


def row_seed(expectation: Expectation, first: date) -> str:
    """The lot of a row's cycle: nobody can guess it, and the dry run has the same as the cycle when it is opened."""
    return salted_hmac("audits.cycle", f"{expectation.pk}:{first.isoformat()}").hexdigest()[:16]


def due_after(type: AuditType | None, off: frozenset[date]) -> Callable[[date], date]:
    """From the day on which an audit of this type opens to the day on which it is to be submitted."""
    process: ProcessMap | None = getattr(type, "process", None)
    known: dict[date, date] = {}

    def due(day: date) -> date:
        if day not in known:
            if process is not None and process.audit_weeks:
                known[day] = add_working_days(day + timedelta(weeks=process.audit_weeks), 0, off)
            else:
                known[day] = add_working_days(day, process.audit_days if process is not None else 10, off)
        return known[day]

    return due


def can_be_allocated(type: AuditType | None, published: frozenset[int]) -> bool:
    """Whether a type is switched on and its form has a published version."""
    return type is not None and type.is_active and type.form_id in published


def opens_in_time(expectation: Expectation, first: date, last: date, *, day: date, staff: Staff) -> bool:
    """Whether, from ``day`` on, an audit could still open and be done before the cycle ends."""
    start, end = _span(expectation, first, last, day)
    due_of = due_after(expectation.type, staff.days_off)
    return start <= end and bool(opening_days(start, end, due_of=due_of, days_off=staff.days_off))


def _span(expectation: Expectation, first: date, last: date, day: date) -> tuple[date, date]:
    start = max(first, day, expectation.valid_from)
    return start, min(last, expectation.valid_until or last)


def days_for(expectation: Expectation, first: date, last: date, *, day: date, off: frozenset[date]) -> list[date]:
    """The days of a cycle on which its audits open, seen from ``day`` on; none when it is over by then."""
    start, end = _span(expectation, first, last, day)
    if end < start:
        return []
    return days_to_spread_over(start, end, due_of=due_after(expectation.type, off), days_off=off)


def expected_in(
    expectation: Expectation, first: date, last: date, *, day: date, staff: Staff | None = None
) -> list[Due]:
    """Who audits what in the row's cycle from ``first`` to ``last``, seen from ``day``; who is passed over, and why.

    Each person once for each audit that the row asks of them, however many posts they hold. How many audits somebody
    has open is not known before the day itself, and not looked at here. Nothing is written.
    """
    staff = staff or staff_between(first, last)
    start, end = _span(expectation, first, last, day)
    days = days_for(expectation, first, last, day=day, off=staff.days_off)
    if not days or why_no_cycles(expectation):
        return []
    people = _concerned(expectation, staff, start, end)
    teams = {key: teams_of(expectation, staff, key, start, end) for key in people}
    places = [_person(expectation, staff, key, posts) for key, posts in people.items()]
    due_of = due_after(expectation.type, staff.days_off)
    openings = spread(places, each=expectation.each, days=days, due_of=due_of, seed=row_seed(expectation, first))
    by_key = {place.id: place for place in places}
    return [
        _due(expectation, staff, by_key[one.person], people[one.person], teams[one.person], one) for one in openings
    ]


def _concerned(expectation: Expectation, staff: Staff, start: date, end: date) -> dict[int, list[Post]]:
    """Whoever holds the row's role over its service on some day of the time, with those posts, by name."""
    found: dict[int, list[Post]] = {}
    for post in staff.posts_with(expectation.auditor_role):
        if post.starts_on > end or (post.ends_on is not None and post.ends_on < start):
            continue
        if expectation.service is None or _touches(post, expectation.service):
            found.setdefault(post.person_id, []).append(post)
    return found


def teams_of(expectation: Expectation, staff: Staff, person: int, start: date, end: date) -> list[Team]:
    """The teams of the row's service that a person has an auditor's post over on some day of the time."""
    posts = [
        post
        for post in staff.posts.get(person, ())
        if post.role == Role.AUDITOR and post.starts_on <= end and (post.ends_on is None or post.ends_on >= start)
    ]
    return [
        team
        for team in staff.teams
        if expectation.service_id in (None, team.service_id) and any(covers(post, team) for post in posts)
    ]


def _person(expectation: Expectation, staff: Staff, key: int, posts: Sequence[Post]) -> Person:
    since = _in_post_since(staff.posts[key], expectation.auditor_role, posts)
    ends = [post.ends_on for post in posts]
    return Person(
        id=key,
        away=staff.away.get(key, ()),
        from_day=since + timedelta(weeks=settings.SCHEDULE_NEW_IN_POST_WEEKS),
        until=None if None in ends else max(end for end in ends if end is not None),
    )


def _in_post_since(every: Iterable[Post], role: str, posts: Sequence[Post]) -> date:
    """The day from which somebody has held the role without a break, in whatever scope."""
    since = min(post.starts_on for post in posts)
    earlier = sorted((post for post in every if post.role == role), key=lambda post: post.starts_on, reverse=True)
    for post in earlier:
        if post.starts_on < since and (post.ends_on is None or post.ends_on >= since - timedelta(days=1)):
            since = post.starts_on
    return since


def _due(
    expectation: Expectation, staff: Staff, place: Person, posts: Sequence[Post], teams: Sequence[Team], one: Opening
) -> Due:
    person, team = posts[0].person, teams[0] if len(teams) == 1 else None
    if not teams:
        return Due(person, one.number, None, one.wished, Why.NO_POST, _no_team(expectation, posts))
    usable = can_be_allocated(expectation.type, staff.published)
    if not usable and not can_be_allocated(expectation.other_type, staff.published):
        note = f"“{expectation.type}” is switched off or has no published form."
        return Due(person, one.number, team, one.wished, Why.NO_TYPE, note)
    if one.day is None:
        why, note = _in_the_way(place, one)
        return Due(person, one.number, team, one.wished, why, note)
    if one.is_moved:
        return Due(person, one.number, team, one.day, note=f"Moved from {one.wished:%-d %B %Y}. {_moved(place, one)}")
    return Due(person, one.number, team, one.day)


def _no_team(expectation: Expectation, posts: Sequence[Post]) -> str:
    where = "any team" if expectation.service is None else f"any team of {expectation.service.name}"
    if expectation.auditor_role != Role.AUDITOR:
        role = Role(expectation.auditor_role).label
        return f"Holds the role “{role}” here, but no auditor’s post over {where}."
    return f"Has an auditor’s post over {posts[0].scope_name}, but not over {where}."


def until_words(day: date | None) -> str:
    return f"until {day:%-d %B %Y}" if day is not None else "until further notice"


def away_on(place: Person, day: date) -> str:
    """That somebody is away on a day, and until when."""
    ends = [one.ends_on for one in place.away if one.covers(day)]
    last = None if None in ends or not ends else max(end for end in ends if end is not None)
    return f"Away {until_words(last)}."


def _in_the_way(place: Person, one: Opening) -> tuple[str, str]:
    """The reason, and the sentence, for which somebody cannot begin on any day of the cycle."""
    if one.hindrance == "new" and place.from_day is not None:
        since = place.from_day - timedelta(weeks=settings.SCHEDULE_NEW_IN_POST_WEEKS)
        return Why.NEW_IN_POST, f"In post from {since:%-d %B %Y}; audits from {place.from_day:%-d %B %Y} on."
    if one.hindrance == "leaving" and place.until is not None:
        return Why.NO_POST, f"The post ends on {place.until:%-d %B %Y}, before an audit could be done."
    return Why.AWAY, away_on(place, one.wished)


def _moved(place: Person, one: Opening) -> str:
    if place.is_away(one.wished):
        return away_on(place, one.wished)
    if place.from_day is not None and one.wished < place.from_day:
        return "New in post until then."
    return "So that it can be done in time." if place.until is not None else "So that audits do not meet on one day."


def rows_that_open(rows: Iterable[Expectation]) -> list[Expectation]:
    """Those of the rows that open cycles at all."""
    return [row for row in rows if not why_no_cycles(row)]


def rows_in_force(start: date, end: date) -> list[Expectation]:
    """The rows of the schedule in force on a day between the two, with what opening a cycle reads of them."""
    related = ("service__agency", "type__process", "type__form", "other_type__process", "other_type__form")
    return list(Expectation.objects.valid_between(start, end).select_related(*related).order_by("position", "pk"))


def posts_on(person: User, day: date) -> list[Post]:
    """A person's posts in force on a day, with their scopes."""
    ends = Q(ends_on=None) | Q(ends_on__gte=day)
    return list(person.posts.filter(ends, starts_on__lte=day).select_related("team", "service", "agency"))
