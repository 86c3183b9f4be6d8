"""What a list of people would do, row by row. Pure: the list and what is known go in, a plan comes out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from qaf.people.roles import Role
from qaf.tables import Row, column_key, read_day

COLUMNS = ("name", "email", "role", "agency", "service", "team", "starts_on", "ends_on")
REQUIRED = ("name", "email", "role")
NEW, CHANGED, UNCHANGED, BAD = "new", "changed", "unchanged", "bad"


@dataclass(frozen=True)
class Place:
    """An agency, service or team: what it is, and the key of the place it belongs to."""

    kind: str
    pk: int
    name: str
    code: str
    parent: int | None = None


@dataclass(frozen=True)
class KnownPost:
    """A post there is (or that an earlier row adds: then ``pk`` is None and ``row`` is that row)."""

    role: str
    place: Place | None
    starts_on: date
    ends_on: date | None
    pk: int | None = None
    row: int | None = None


@dataclass
class KnownPerson:
    name: str
    is_active: bool = True
    posts: list[KnownPost] = field(default_factory=list)
    # The row of this list that adds the person; None: was there before.
    row: int | None = None


@dataclass
class Known:
    """What the database holds: people by e-mail in lower case, and all places."""

    people: dict[str, KnownPerson]
    places: Sequence[Place]


@dataclass(frozen=True)
class Problem:
    column: str
    reason: str


@dataclass(frozen=True)
class PlannedRow:
    """What one row would do, in words and in facts; a bad row does nothing and says why."""

    number: int
    verdict: str
    what: str
    problems: tuple[Problem, ...] = ()
    email: str = ""
    name: str = ""
    new_person: bool = False
    renamed: bool = False
    post: KnownPost | None = None


class _Bad(Exception):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.problem = Problem(column, reason)


def plan(headers: Sequence[str], rows: Sequence[Row], known: Known, *, today: date) -> list[PlannedRow]:
    """Say of every row whether it is new, changed, unchanged or bad. ``known`` takes up what earlier rows add."""
    columns = {column_key(header) for header in headers}
    return [_plan_row(row, columns, known, today) for row in rows]


def _plan_row(row: Row, columns: set[str], known: Known, today: date) -> PlannedRow:
    problems: list[Problem] = []

    def attempt(reader, *args):  # type: ignore[no-untyped-def]
        try:
            return reader(*args)
        except _Bad as bad:
            problems.append(bad.problem)
            return None

    name = attempt(_text, row, "name", 150)
    email = attempt(_email, row)
    role = attempt(_role, row)
    place = attempt(_place, row, known.places)
    starts_on = attempt(_day, row, "starts_on")
    ends_on = attempt(_day, row, "ends_on")
    person = known.people.get(email) if email else None
    if person and not person.is_active:
        problems.append(Problem("email", f"{person.name} may no longer sign in. Change that in Administration first."))
    if person and person.row and name and name != person.name:
        problems.append(Problem("name", f"Row {person.row} calls the person with this address {person.name}."))
    if problems:
        return PlannedRow(row.number, BAD, "", tuple(problems), email or row.get("email"), name or row.get("name"))
    try:
        post, verdict = _post(person, role, place, starts_on, ends_on, "ends_on" in columns, today, row.number)
    except _Bad as bad:
        return PlannedRow(row.number, BAD, "", (bad.problem,), email, name)
    planned = PlannedRow(
        row.number,
        verdict,
        _in_words(post),
        email=email,
        name=name,
        new_person=person is None,
        renamed=person is not None and person.name != name,
        post=post,
    )
    if planned.renamed and verdict == UNCHANGED:
        planned = replace(planned, verdict=CHANGED)
    _take_up(planned, post, person, known)
    return planned


def _take_up(planned: PlannedRow, post: KnownPost, person: KnownPerson | None, known: Known) -> None:
    """Let later rows see what this one adds."""
    if person is None:
        person = known.people[planned.email] = KnownPerson(planned.name, row=planned.number)
    elif planned.renamed:
        person.name, person.row = planned.name, planned.number
    person.posts = [other for other in person.posts if other.pk is None or other.pk != post.pk]
    person.posts.append(replace(post, row=planned.number))


def _post(
    person: KnownPerson | None,
    role: Role,
    place: Place | None,
    starts_on: date | None,
    ends_on: date | None,
    has_end_column: bool,
    today: date,
    number: int,
) -> tuple[KnownPost, str]:
    """The post that the row speaks of, and whether it is new, changed or as it was."""
    same = [post for post in person.posts if (post.role, post.place) == (role, place)] if person else []
    first = starts_on or today
    if ends_on and ends_on < first:
        raise _Bad("ends_on", f"The last day, {ends_on:%-d %B %Y}, is before the first, {first:%-d %B %Y}.")
    for post in same:
        begins_there = post.starts_on == starts_on if starts_on else _overlap(post, first, first)
        if begins_there and post.row:
            raise _Bad("role", f"Row {post.row} already gives this person this role there.")
        if begins_there:
            if ends_on and ends_on < post.starts_on:
                raise _Bad("ends_on", f"The post began on {post.starts_on:%-d %B %Y}, after this last day.")
            end = ends_on if has_end_column else post.ends_on
            return replace(post, ends_on=end), UNCHANGED if end == post.ends_on else CHANGED
    for post in same:
        if _overlap(post, first, ends_on):
            raise _Bad(
                "starts_on",
                f"The person already holds this role there from {post.starts_on:%-d %B %Y}. Give that day, or leave "
                "the column empty.",
            )
    return KnownPost(role, place, first, ends_on), NEW


def _overlap(post: KnownPost, first: date, last: date | None) -> bool:
    return (last is None or post.starts_on <= last) and (post.ends_on is None or first <= post.ends_on)


def _in_words(post: KnownPost) -> str:
    words = f"{Role(post.role).label}, {post.place.name if post.place else 'everything'}, from "
    words += f"{post.starts_on:%-d %B %Y}"
    return words + (f" to {post.ends_on:%-d %B %Y}" if post.ends_on else "")


def _text(row: Row, column: str, length: int) -> str:
    text = " ".join(row.get(column).split())
    if not text:
        raise _Bad(column, f"There is no {column}.")
    if len(text) > length:
        raise _Bad(column, f"The {column} is longer than {length} characters.")
    return text


def _email(row: Row) -> str:
    email = _text(row, "email", 254).lower()
    try:
        validate_email(email)
    except ValidationError:
        raise _Bad("email", f"{email} is not an e-mail address.") from None
    return email


def _role(row: Row) -> Role:
    wanted = column_key(_text(row, "role", 100))
    for role in Role:
        if wanted in (column_key(role.value), column_key(role.label)):
            return role
    names = ", ".join(role.label for role in Role)
    raise _Bad("role", f"There is no role called {row.get('role')}. Use one of: {names}.")


def _day(row: Row, column: str) -> date | None:
    text = row.get(column)
    if not text:
        return None
    try:
        return read_day(text)
    except ValueError:
        raise _Bad(column, f"{text} is not a day. Write it like 24/11/2026.") from None


def _place(row: Row, places: Sequence[Place]) -> Place | None:
    """The narrowest place the row names; the wider ones it names have to contain it. None: everything."""
    found: Place | None = None
    for kind in ("agency", "service", "team"):
        wanted = row.get(kind)
        if not wanted:
            continue
        key = column_key(wanted)
        of_kind = [place for place in places if place.kind == kind]
        matches = [place for place in of_kind if key in (column_key(place.name), column_key(place.code))]
        if not matches:
            raise _Bad(kind, f"There is no {kind} called {wanted}. Add it in Administration first.")
        if found is not None:
            inside = [place for place in matches if _contains(found, place, places)]
            if not inside:
                raise _Bad(kind, f"The {kind} {wanted} does not belong to {found.name}.")
            matches = inside
        if len(matches) > 1:
            above = {"service": "agency", "team": "service"}[kind]
            raise _Bad(kind, f"Several {kind}s are called {wanted}. Name the {above} as well, or use its code.")
        found = matches[0]
    return found


def _contains(outer: Place, inner: Place, places: Sequence[Place]) -> bool:
    above = {"service": "agency", "team": "service"}
    by_key: Mapping[tuple[str, int], Place] = {(place.kind, place.pk): place for place in places}
    place: Place | None = inner
    while place is not None and place.kind != outer.kind:
        place = by_key.get((above[place.kind], place.parent or 0)) if place.kind in above else None
    return place == outer
