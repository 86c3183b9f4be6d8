"""Importing a list of cases: what it would do, keeping it until its person agrees, and doing it."""

from dataclasses import asdict
from datetime import date
from typing import Any, BinaryIO

from django.db import IntegrityError, transaction
from django.utils import timezone

from audits.access import may_allocate, qa_teams
from audits.case_columns import (
    USUAL_NAMES,
    Fault,
    Mapping,
    ParsedCase,
    lacking_columns,
    map_columns,
    read_rows,
    vanished,
)
from audits.models import CaseList, PendingImport
from audits.models.cases import an_hour_from_now
from audits.workflow.list_audits import tell_of_audits
from audits.workflow.list_comparison import compare
from audits.workflow.list_files import read_list
from audits.workflow.list_plan import ListTerms, Plan
from audits.workflow.list_sources import STATUS_OF_ALL, known_source, remember, status_of_all
from audits.workflow.list_writing import write
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import Team, User
from qaf.tables import Row, Table
from qaf.trail.chain import record


def _demand(by: User, team: Team | None = None) -> None:
    if not may_allocate(by):
        raise NotAllowed("Only QA officers and QA managers can import lists of cases.")
    if team is not None and not qa_teams(by).filter(pk=team.pk).exists():
        raise NotAllowed("This team is outside your service. Choose one of your own.")


@transaction.atomic
def look_over(
    file: BinaryIO,
    *,
    name: str,
    source: str,
    kind: str = "mixed",
    status: str = "",
    team: Team | None = None,
    close_missing: bool = False,
    sheet: str = "",
    look_at_columns: bool = False,
    by: User,
) -> tuple[Plan, PendingImport | None]:
    """Read an uploaded list without importing anything: what it would do, and what then waits to be confirmed.

    ``name`` is the file's own name, ``source`` what the person calls the place the list comes from, ``kind`` which
    list it is, ``status`` the legal status of rows that name none, ``team`` that of all rows of a list that names
    none, ``sheet`` the workbook's sheet if the person said which. Columns are taken as the source's last list had
    them, else by their names; when a needed one is not found, one has vanished since, or the person wants to look,
    what waits are the columns (``waits_for_columns``). With any fault nothing waits: a list is imported whole or not
    at all. Raises UnreadableFile, Refused or NotAllowed.
    """
    _demand(by, team)
    delete_expired()
    if kind == "contacts" and team is None:
        raise Refused("A list of contacts names no team. Choose the team that the contacts belong to.")
    known = known_source(source, kind)
    table = read_list(file, name, kind=kind, sheet=sheet)
    if not table.rows:
        raise Refused("The list holds headings but no cases. Choose the file that holds the rows.")
    mapping: Mapping | None = known.mapping if known is not None else None
    status = status or status_of_all(mapping)
    columns = map_columns(table.headers, kind=kind, mapping=mapping)
    said = {"source": known.name if known else " ".join(source.split()), "kind": kind, "team": team,
            "close_missing": close_missing}  # fmt: skip
    lacking = lacking_columns(columns, status, has_team=team is not None)
    if look_at_columns or lacking or vanished(table.headers, mapping):
        waiting = {
            "headers": table.headers,
            "rows": [[row.number, row.cells] for row in table.rows],
            "status": status,
            "vanished": vanished(table.headers, mapping),
        }
        return Plan(), _keep(waiting, {**said, "mapping": columns.mapping}, by=by)
    plan, pending = _read(table, mapping, status, said, by=by)
    if pending is None:
        discard_pending(by=by)
    return plan, pending


@transaction.atomic
def choose_columns(
    mapping: Mapping, *, status: str = "", team: Team | None = None, by: User
) -> tuple[Plan, PendingImport | None]:
    """Read the list whose columns wait, with what its person says each is; as ``look_over``.

    With any fault the columns go on waiting, so that another can be chosen.
    """
    _demand(by, team)
    pending = PendingImport.objects.select_for_update().filter(person=by, expires_at__gte=timezone.now()).first()
    if pending is None or not waits_for_columns(pending):
        raise Stale("This list was read already, or it waited for more than an hour. Upload it again.")
    kept = pending.rows
    table = Table(kept["headers"], [Row(number, cells) for number, cells in kept["rows"]])
    said = {"source": pending.source, "kind": pending.kind, "team": team or pending.team,
            "close_missing": pending.close_missing}  # fmt: skip
    return _read(table, mapping, status, said, by=by)


def waits_for_columns(pending: PendingImport) -> bool:
    """Whether the list still waits for its person to say which column is what."""
    return isinstance(pending.rows, dict)


def _read(
    table: Table, mapping: Mapping | None, status: str, said: dict[str, Any], *, by: User
) -> tuple[Plan, PendingImport | None]:
    team = said["team"]
    reading = read_rows(
        table,
        today=timezone.localdate(),
        status=status,
        kind=said["kind"],
        mapping=mapping,
        team=team.code if team is not None else "",
    )
    found = reading.columns.mapping
    if status and not found.get("status"):
        found[STATUS_OF_ALL] = [status]
    plan = compare(reading.cases, _terms(said["kind"], found, said["close_missing"], by))
    plan.merged = reading.merged
    _name_columns(plan, found)
    plan.faults = sorted([*reading.faults, *plan.faults], key=lambda fault: (fault.row, fault.column))
    if plan.faults:
        return plan, None
    rows = [{**_to_json(case), "merged": reading.merged} if not number else _to_json(case)
            for number, case in enumerate(reading.cases)]  # fmt: skip
    return plan, _keep(rows, {**said, "mapping": found}, by=by)


def _terms(kind: str, mapping: Mapping, close_missing: bool, by: User) -> ListTerms:
    has_workers = ("holder" not in mapping and kind != "contacts") or bool(mapping.get("holder"))
    return ListTerms(kind, by, timezone.localdate(), close_missing, has_workers)


def _name_columns(plan: Plan, mapping: Mapping) -> None:
    """Let faults of the comparison name the column as the list does."""
    plan.faults = [
        Fault(fault.row, next(iter(mapping.get(fault.column, [])), USUAL_NAMES[fault.column]), fault.reason)
        for fault in plan.faults
    ]


def _keep(rows: Any, said: dict[str, Any], *, by: User) -> PendingImport:
    pending, _ = PendingImport.objects.update_or_create(
        person=by,
        defaults={**said, "rows": rows, "made_at": timezone.now(), "expires_at": an_hour_from_now()},
    )
    return pending


def pending_of(user: User) -> PendingImport | None:
    """The list that this person has looked over and not yet imported, if it has not expired."""
    return PendingImport.objects.filter(person=user, expires_at__gte=timezone.now()).first()


def plan_of(pending: PendingImport, *, by: User) -> Plan:
    """What a pending import would do now."""
    plan = compare([_from_json(row) for row in pending.rows],
                   _terms(pending.kind, pending.mapping, pending.close_missing, by))  # fmt: skip
    plan.merged = next((row.get("merged", 0) for row in pending.rows), 0)
    _name_columns(plan, pending.mapping)
    return plan


@transaction.atomic
def import_pending(*, by: User) -> CaseList:
    """Import the list that this person looked over: every row or none, with one entry in the trail.

    What its columns were taken for is remembered for the next list of its source. Raises Stale when it has expired,
    was imported already, still waits for its columns, or no longer fits (a team was renamed, say).
    """
    _demand(by)
    # One import at a time: the next compares with what this one has written.
    CaseList.objects.select_for_update().order_by("pk").first()
    pending = PendingImport.objects.select_for_update().filter(person=by, expires_at__gte=timezone.now()).first()
    if pending is None:
        raise Stale("This list was imported already, or it waited for more than an hour. Upload it again.")
    if waits_for_columns(pending):
        raise Stale("Say first which column of the list is what. Nothing was imported.")
    plan = plan_of(pending, by=by)
    if plan.faults:
        raise Stale(
            f"Something has changed since you looked the list over: row {plan.faults[0].row}, "
            f"{plan.faults[0].column}: {plan.faults[0].reason} Nothing was imported. Upload the list again."
        )
    try:
        with transaction.atomic():
            listed = write(plan, pending, source=remember(pending, by=by), by=by)
    except IntegrityError as error:
        raise Stale(
            "Somebody else imported some of the same children at this moment. Nothing of your list was imported. "
            "Look it over again, then import it."
        ) from error
    pending.delete()
    tell_of_audits(listed, plan, by=by)
    record("cases.imported", listed, by=by, rows=listed.rows, new=listed.new, changed=listed.changed,
           moved=listed.moved, closed=listed.closed, reopened=listed.reopened)  # fmt: skip
    return listed


def delete_expired() -> None:
    """Delete the lists that were not imported within their hour, whoever uploaded them."""
    PendingImport.objects.filter(expires_at__lt=timezone.now()).delete()


def discard_pending(*, by: User) -> None:
    """Throw away the list that this person looked over."""
    PendingImport.objects.filter(person=by).delete()


def _to_json(case: ParsedCase) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(case).items()}


def _from_json(row: dict[str, Any]) -> ParsedCase:
    days = {name: date.fromisoformat(row[name]) if row[name] else None for name in ("opened_on", "closed_on")}
    return ParsedCase(**{name: value for name, value in {**row, **days}.items() if name != "merged"})


@transaction.atomic
def note_export(*, rows: int, by: User) -> None:
    """Put into the trail that somebody took a copy of the case list out of the system."""
    record("cases.exported", by, by=by, rows=rows)


@transaction.atomic
def note_changes_export(listed: CaseList, *, rows: int, kind: str, by: User) -> None:
    """Put into the trail that somebody took what an import changed out of the system, and as which kind of file."""
    record("cases.changes_exported", listed, by=by, rows=rows, format=kind)
