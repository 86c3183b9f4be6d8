"""Importing a list of open cases: what it would do, keeping it until its person agrees, and doing it."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from itertools import islice
from typing import Any, BinaryIO, TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone

from audits.access import may_allocate, qa_teams
from audits.case_columns import USUAL_NAMES, Fault, ParsedCase, map_columns, parse
from audits.models import Case, CaseList, PendingImport
from audits.models.cases import an_hour_from_now
from qaf.errors import NotAllowed, Refused, Stale
from qaf.fields import keyed_hash
from qaf.people.models import Team, User
from qaf.tables import read_table
from qaf.trail.chain import record

T = TypeVar("T")
BATCH = 1000
# What an import may change of a case that is there already.
COPIED = ("initials", "age", "legal_status", "team_id", "case_holder_id", "case_holder_name", "opened_on", "closed_on")


@dataclass
class Plan:
    """What an import would do: cases to make, to change and to close, how many stay as they are, and what is wrong."""

    new: list[Case] = field(default_factory=list)
    changed: list[Case] = field(default_factory=list)
    unchanged: int = 0
    # Closed on a day that the list gives.
    closed: list[Case] = field(default_factory=list)
    # Open here, but no longer in the list: closed as of today.
    missing: list[Case] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _demand(by: User) -> None:
    if not may_allocate(by):
        raise NotAllowed("Only QA officers and QA managers can import lists of cases.")


@transaction.atomic
def look_over(
    file: BinaryIO, *, name: str, source: str, status: str = "", close_missing: bool = False, by: User
) -> tuple[Plan, PendingImport | None]:
    """Read an uploaded list without importing anything: what it would do, and the pending import to confirm.

    ``name`` is the file's own name, ``source`` what the person calls the list, ``status`` the legal status of rows
    that name none. With any fault there is nothing to confirm: a list is imported whole or not at all. Raises
    UnreadableFile or NotAllowed.
    """
    _demand(by)
    PendingImport.objects.filter(expires_at__lt=timezone.now()).delete()
    table = read_table(file, name)
    cases, faults = parse(table, today=timezone.localdate(), status=status)
    if not cases and not faults:
        raise Refused("The list holds headings but no cases. Choose the file that holds the rows.")
    plan = _plan(cases, close_missing=close_missing, by=by)
    columns = map_columns(table.headers)
    named = {usual: columns.heading(field) for field, usual in USUAL_NAMES.items()}
    found = [*faults, *(replace(fault, column=named[fault.column]) for fault in plan.faults)]
    plan.faults = sorted(found, key=lambda fault: (fault.row, fault.column))
    if plan.faults:
        discard_pending(by=by)
        return plan, None
    pending, _ = PendingImport.objects.update_or_create(
        person=by,
        defaults={
            "source": source,
            "close_missing": close_missing,
            "rows": [_to_json(case) for case in cases],
            "made_at": timezone.now(),
            "expires_at": an_hour_from_now(),
        },
    )
    return plan, pending


def pending_of(user: User) -> PendingImport | None:
    """The list that this person has looked over and not yet imported, if it has not expired."""
    return PendingImport.objects.filter(person=user, expires_at__gte=timezone.now()).first()


def plan_of(pending: PendingImport, *, by: User) -> Plan:
    """What a pending import would do now."""
    return _plan([_from_json(row) for row in pending.rows], close_missing=pending.close_missing, by=by)


@transaction.atomic
def import_pending(*, by: User) -> CaseList:
    """Import the list that this person looked over: every row or none, with one entry in the trail.

    Raises Stale when it has expired, was imported already, or no longer fits (a team was renamed, say).
    """
    _demand(by)
    pending = PendingImport.objects.select_for_update().filter(person=by, expires_at__gte=timezone.now()).first()
    if pending is None:
        raise Stale("This list was imported already, or it waited for more than an hour. Upload it again.")
    plan = plan_of(pending, by=by)
    if plan.faults:
        raise Stale(
            f"Something has changed since you looked the list over: row {plan.faults[0].row}, "
            f"{plan.faults[0].column}: {plan.faults[0].reason} Nothing was imported. Upload the list again."
        )
    listed = CaseList.objects.create(
        source=pending.source,
        imported_by=by,
        imported_at=timezone.now(),
        rows=len(pending.rows),
        new=len(plan.new),
        changed=len(plan.changed),
        closed=len(plan.closed) + len(plan.missing),
    )
    try:
        with transaction.atomic():
            _write(plan, listed)
    except IntegrityError as error:
        raise Stale(
            "Somebody else imported some of the same children at this moment. Nothing of your list was imported. "
            "Look it over again, then import it."
        ) from error
    pending.delete()
    record("cases.imported", listed, by=by, rows=listed.rows, new=listed.new, changed=listed.changed,
           closed=listed.closed)  # fmt: skip
    return listed


def discard_pending(*, by: User) -> None:
    """Throw away the list that this person looked over."""
    PendingImport.objects.filter(person=by).delete()


def _write(plan: Plan, listed: CaseList) -> None:
    for case in (*plan.new, *plan.changed, *plan.closed, *plan.missing):
        case.listed_in = listed
    Case.objects.bulk_create(plan.new, batch_size=BATCH)
    fields = [name.removesuffix("_id") for name in COPIED]
    Case.objects.bulk_update([*plan.changed, *plan.closed, *plan.missing], [*fields, "listed_in"], batch_size=BATCH)


def _to_json(case: ParsedCase) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(case).items()}


def _from_json(row: dict[str, Any]) -> ParsedCase:
    days = {name: date.fromisoformat(row[name]) if row[name] else None for name in ("opened_on", "closed_on")}
    return ParsedCase(**{**row, **days})


def _plan(parsed: list[ParsedCase], *, close_missing: bool, by: User) -> Plan:
    """Compare a list with what is stored. Asks the database a fixed number of times for each thousand rows."""
    plan = Plan()
    teams, holders = _Teams(by), _Holders()
    stored = _stored({keyed_hash(case.identifier) for case in parsed})
    listed: set[str] = set()
    places: set[tuple[int, str]] = set()
    for row in parsed:
        team = teams.find(row, plan.faults)
        holder = holders.find(row, team, plan.faults)
        fresh = Case(
            identifier=row.identifier,
            identifier_hash=keyed_hash(row.identifier),
            initials=row.initials,
            age=row.age,
            legal_status=row.status,
            team=team,
            case_holder=holder,
            case_holder_name=row.holder,
            opened_on=row.opened_on,
            closed_on=row.closed_on,
        )
        if team is None:
            continue
        listed.add(fresh.identifier_hash)
        places.add((team.pk, row.status))
        before = stored.get(fresh.identifier_hash)
        if before is not None and before.team_id not in teams.own:
            plan.faults.append(
                Fault(row.row, "ChildUniqueID", "This child is listed with a team outside your service. Ask a QA "
                      "manager over both services to import the move.")
            )  # fmt: skip
            continue
        _sort_in(plan, before, fresh)
    if close_missing:
        _close_missing(plan, listed, places)
    return plan


def _sort_in(plan: Plan, before: Case | None, fresh: Case) -> None:
    """Put one row where it belongs: new, unchanged, closed by the list, or changed."""
    if before is None:
        plan.new.append(fresh)
        return
    # A list without initials or age takes nothing away that another list has given.
    fresh.initials = fresh.initials or before.initials
    fresh.age = before.age if fresh.age is None else fresh.age
    fresh.opened_on = fresh.opened_on or before.opened_on
    if all(getattr(before, name) == getattr(fresh, name) for name in COPIED):
        plan.unchanged += 1
        return
    closes = before.closed_on is None and fresh.closed_on is not None
    for name in COPIED:
        setattr(before, name, getattr(fresh, name))
    (plan.closed if closes else plan.changed).append(before)


def _close_missing(plan: Plan, listed: set[str], places: set[tuple[int, str]]) -> None:
    """Close open cases that are not in the list, of each team and status that the list does hold.

    A list of children on protection plans says nothing about children in need, so those stay.
    """
    today = timezone.localdate()
    candidates = Case.objects.filter(closed_on=None, team__in={team for team, _ in places})
    for case in candidates.order_by("pk"):
        if case.identifier_hash not in listed and (case.team_id, case.legal_status) in places:
            case.closed_on = today
            plan.missing.append(case)


def _stored(hashes: set[str]) -> dict[str, Case]:
    return {
        case.identifier_hash: case
        for batch in _batches(sorted(hashes))
        for case in Case.objects.filter(identifier_hash__in=batch)
    }


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


class _Teams:
    """Finds the team that a row names, by code or name."""

    def __init__(self, by: User) -> None:
        self.own = set(qa_teams(by).values_list("pk", flat=True))
        self.known: dict[str, list[Team]] = {}
        for team in Team.objects.select_related("service"):
            for key in {_plain(team.code), _plain(team.name)}:
                self.known.setdefault(key, []).append(team)

    def find(self, row: ParsedCase, faults: list[Fault]) -> Team | None:
        """The team, or None with the fault added."""
        found = self.known.get(_plain(row.team), [])
        own = [team for team in found if team.pk in self.own]
        if len(own) == 1:
            return own[0]
        if not found:
            reason = (
                f"There is no team called “{row.team[:60]}”. Write a team's name or code as the directory of people "
                "has it."
            )
        elif not own:
            reason = f"The team “{found[0].name}” is outside your service. Leave its cases to its own QA officer."
        else:
            codes = " or ".join(sorted(team.code for team in own))
            reason = f"Several teams are called “{own[0].name}”. Write the code instead: {codes}."
        faults.append(Fault(row.row, "AllocatedTeam", reason))
        return None


class _Holders:
    """Finds the person who holds a case, by e-mail address or name. Somebody unknown stays a name."""

    def __init__(self) -> None:
        self.known: dict[str, list[User]] = {}
        for person in User.objects.filter(is_active=True).prefetch_related("posts"):
            for key in {_plain(person.email), _plain(person.name)}:
                self.known.setdefault(key, []).append(person)

    def find(self, row: ParsedCase, team: Team | None, faults: list[Fault]) -> User | None:
        """The person, or None; a name that several people bear is a fault unless one of them works in the team."""
        found = self.known.get(_plain(row.holder), []) if row.holder else []
        if len(found) > 1 and team is not None:
            near = [person for person in found if any(post.team_id == team.pk for post in person.posts.all())]
            found = near if len(near) == 1 else found
        if len(found) == 1 and team is not None and _plain(found[0].email) != _plain(row.holder):
            # A bare name means somebody of this place, never a namesake elsewhere.
            found = [person for person in found if _works_in(person, team)]
        if len(found) > 1:
            faults.append(
                Fault(row.row, "AllocatedWorker", f"{len(found)} people are called “{found[0].name}”. Write the e-mail "
                      "address instead.")
            )  # fmt: skip
            return None
        return found[0] if found else None


def _works_in(person: User, team: Team) -> bool:
    """Whether one of the person's posts is in the team, its service or its agency, or over everything."""
    return any(
        post.team_id == team.pk
        or post.service_id == team.service_id
        or post.agency_id == team.service.agency_id
        or not (post.team_id or post.service_id or post.agency_id)
        for post in person.posts.all()
    )


@transaction.atomic
def note_export(*, rows: int, by: User) -> None:
    """Put into the trail that somebody took a copy of the case list out of the system."""
    record("cases.exported", by, by=by, rows=rows)
