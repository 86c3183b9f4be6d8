"""Who takes part in a piece of work: agencies with the team their audits are kept in, and people with their hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from audits.access.programme import may_with_work
from audits.models import Work, WorkAgency, WorkAudit, WorkPerson, WorkState
from audits.workflow.programme_ground import inform, locked, name_of
from qaf.errors import NotAllowed, Refused
from qaf.people.models import Agency, Post, Team, User
from qaf.people.roles import Role
from qaf.trail.chain import record

MOST_HOURS = Decimal(1000)


@dataclass(frozen=True)
class AgencyPart:
    """An agency of the work: the team in which its audits are kept, who answers for it, and who audits for it."""

    agency: Agency
    team: Team | None = None
    lead: User | None = None
    auditor: User | None = None


@dataclass(frozen=True)
class Hours:
    """Somebody's time: the part they have, and the hours that it asks of them in all."""

    person: User
    part: str
    hours: Decimal


@transaction.atomic
def set_agencies(work: Work, *, agencies: Sequence[AgencyPart], by: User, seen_revision: int | None = None) -> Work:
    """Say which agencies take part, instead of those before. New leads are told.

    An agency that has audited, or been given an audit, stays. Raises Refused, NotAllowed or Stale.
    """
    work = locked(work, by=by, action="change", seen_revision=seen_revision)
    if work.state == WorkState.FIELDWORK and not may_with_work(by, "fieldwork", work):
        # Whoever answers for an agency learns how far its audits are.
        raise NotAllowed("While the fieldwork is open, only a QA manager whose post covers every agency changes them.")
    _check_agencies(work, agencies)
    before = {one.agency_id: one for one in WorkAgency.objects.filter(work=work)}
    wanted = {part.agency.pk: part for part in agencies}
    if work.fieldwork_closed_at is not None and set(wanted) != set(before):
        raise Refused("The fieldwork is closed, so the agencies stay those that took part in it.")
    _keep_who_audited(work, gone=[key for key in before if key not in wanted])
    WorkAgency.objects.filter(work=work).exclude(agency__in=wanted).delete()
    new_leads = []
    for key, part in wanted.items():
        row = before.get(key) or WorkAgency(work=work, agency=part.agency)
        if part.lead is not None and row.lead_id != part.lead.pk:
            new_leads.append(part.lead)
        row.team, row.lead, row.auditor = part.team, part.lead, part.auditor
        row.save()
    work.revision += 1
    work.save(update_fields=["revision"])
    text = f"You answer for your agency in {name_of(work)}."
    inform(work, new_leads, event="agency_lead", text=text, but=by)
    record("work.agencies", work, by=by, agencies=[part.agency.name for part in agencies])
    return work


def _check_agencies(work: Work, agencies: Sequence[AgencyPart]) -> None:
    keys = [part.agency.pk for part in agencies]
    if len(set(keys)) < len(keys):
        raise Refused("An agency is listed twice. List each once.")
    for part in agencies:
        if part.team is None and work.is_multi_agency:
            raise Refused(
                f"{part.agency} has no team that its audits are kept in. Choose one; if the list has none, ask an "
                "administrator to add a service and a team to this agency first."
            )
        if part.team is not None and part.team.service.agency_id != part.agency.pk:
            raise Refused(f"The team {part.team} is not one of {part.agency}. Choose a team of that agency.")
        for person in (part.lead, part.auditor):
            if person is not None and not person.is_active:
                raise Refused(f"{person} can no longer sign in. Choose somebody else for {part.agency}.")
        if part.auditor is not None and part.team is not None and not _audits_in(part.auditor, part.team):
            raise Refused(
                f"{part.auditor} has no auditor’s post over the team {part.team}. Ask an administrator for the post, "
                f"or choose somebody else for {part.agency}."
            )


def _audits_in(person: User, team: Team) -> bool:
    return any(
        post.role == Role.AUDITOR
        and (
            post.team_id == team.pk
            or post.service_id == team.service_id
            or post.agency_id == team.service.agency_id
            or _covers_all(post)
        )
        for post in person.current_posts
    )


def _covers_all(post: Post) -> bool:
    return post.team_id is None and post.service_id is None and post.agency_id is None


def _keep_who_audited(work: Work, *, gone: Sequence[int]) -> None:
    """Refuse to leave out an agency that has audits; cells that nobody began fall away with it."""
    cells = WorkAudit.objects.filter(work_case__work=work, agency__in=gone)
    if busy := cells.exclude(audit=None).select_related("agency").first():
        raise Refused(
            f"{busy.agency} has audits in this work already, so it stays. Say in the matrix that it does not know the "
            "children; then it can be left out."
        )
    cells.delete()


@transaction.atomic
def set_people(work: Work, *, people: Sequence[Hours], by: User, seen_revision: int | None = None) -> Work:
    """Say whose time the work asks, and how many hours, instead of what was said before. New people are told.

    Raises Refused, NotAllowed or Stale.
    """
    work = locked(work, by=by, action="change", seen_revision=seen_revision)
    pairs = [(one.person.pk, one.part) for one in people]
    if len(set(pairs)) < len(pairs):
        raise Refused("Somebody is listed twice with the same part. Add their hours up.")
    before = {(row.person_id, row.part): row for row in WorkPerson.objects.filter(work=work)}
    known = {person for person, _ in before}
    for one in people:
        if one.part not in WorkPerson.Part.values:
            raise Refused(f"Choose the part of {one.person} from the list.")
        if not 0 < one.hours <= MOST_HOURS:
            raise Refused(f"Enter more than 0 and at most {MOST_HOURS} hours for {one.person}.")
        if not one.person.is_active and one.person.pk not in known:
            raise Refused(f"{one.person} can no longer sign in. Choose somebody else.")
    WorkPerson.objects.filter(pk__in=[row.pk for pair, row in before.items() if pair not in pairs]).delete()
    for one in people:
        row = before.get((one.person.pk, one.part)) or WorkPerson(work=work, person=one.person, part=one.part)
        row.hours = one.hours
        row.save()
    work.revision += 1
    work.save(update_fields=["revision"])
    new = [one.person for one in people if one.person.pk not in known]
    text = f"Your time is asked for by {name_of(work)}."
    inform(work, new, event="asked", text=text, but=by)
    record("work.people", work, by=by, people=len({one.person.pk for one in people}), hours=float(total(people)))
    return work


def total(people: Sequence[Hours]) -> Decimal:
    """The hours in all."""
    return sum((one.hours for one in people), Decimal(0))
