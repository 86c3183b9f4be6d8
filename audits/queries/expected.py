"""Cycles and what is expected of whom, as pages look at them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery

from audits.access import out_of_fieldwork, visible_to
from audits.access.schedule import cases_to_select, cycles_visible_to, expected_visible_to
from audits.models import Audit, AuditType, Case, Cycle, Expected
from audits.models import State as AuditState
from audits.models.audits import ENDED
from audits.sampling import Rules, plain_name
from qaf.people.models import Post, Team, User
from qaf.people.roles import Role

State = Expected.State
# Done: its audit was submitted, and not cancelled afterwards.
DONE = Q(audit__submitted_at__isnull=False) & ~Q(audit__state=AuditState.CANCELLED)
STILL_EXPECTED = ~Q(state=State.SKIPPED)


def expected_between(start: date, end: date, user: User) -> QuerySet[Expected]:
    """What a person may see of what was expected in cycles that touch the time, each with whether it is ``done``."""
    found = expected_visible_to(user).filter(cycle__starts_on__lte=end, cycle__ends_on__gte=start)
    return found.annotate(done=Exists(Expected.objects.filter(DONE, pk=OuterRef("pk"))))


def cycles_for_list(user: User) -> QuerySet[Cycle]:
    """The cycles a person may see, the newest first, each with how many audits were expected, done and passed over."""
    return (
        cycles_visible_to(user)
        .select_related("expectation__type", "expectation__service", "opened_by")
        .annotate(
            asked=Count("expected", filter=~Q(expected__state=State.SKIPPED)),
            done=Count(
                "expected",
                filter=Q(expected__audit__submitted_at__isnull=False) & ~Q(expected__audit__state=AuditState.CANCELLED),
            ),
            awaited=Count("expected", filter=Q(expected__state=State.AWAITING)),
            skipped=Count("expected", filter=Q(expected__state=State.SKIPPED)),
        )
        .order_by("-starts_on", "expectation__position", "pk")
    )


@dataclass(frozen=True)
class ExpectedLine:
    """One expected audit as a page shows it to somebody."""

    expected: Expected
    # The reference, where the person who looks may know of the audit.
    reference: str
    is_done: bool
    is_cancelled: bool
    due_on: date | None
    has_moved: bool


def lines_of(user: User, rows: QuerySet[Expected]) -> list[ExpectedLine]:
    """Expected audits with the references this person may see. Two queries."""
    found = list(
        rows.select_related(
            "auditor", "team", "audit__case", "cycle__expectation__type", "cycle__expectation__service"
        ).order_by("auditor__name", "auditor_id", "number")
    )
    audits = [one.audit_id for one in found if one.audit_id is not None]
    known = set(visible_to(user).filter(pk__in=audits).values_list("pk", flat=True)) if audits else set()
    return [_line(one, one.audit_id in known) for one in found]


def _line(expected: Expected, known: bool) -> ExpectedLine:
    audit = expected.audit
    cancelled = audit is not None and audit.state == AuditState.CANCELLED
    return ExpectedLine(
        expected=expected,
        reference=audit.reference if audit is not None and known else "",
        is_done=audit is not None and audit.submitted_at is not None and not cancelled,
        is_cancelled=cancelled,
        due_on=audit.audit_due_on if audit is not None else None,
        # The audit stays with the team that had the case on the day of allocation.
        has_moved=known and audit is not None and audit.case is not None and audit.case.team_id != audit.team_id,
    )


def expected_of(user: User, *, day: date) -> QuerySet[Expected]:
    """What is expected of a person themselves: of cycles that run, and what is not done of those that are over."""
    open_still = Q(cycle__ends_on__gte=day) | Q(state__in=(State.PLANNED, State.AWAITING))
    late = Q(state=State.ALLOCATED, audit__submitted_at=None) & ~Q(audit__state=AuditState.CANCELLED)
    return Expected.objects.filter(auditor=user).filter(open_still | late)


@dataclass(frozen=True)
class CaseChoice:
    """A case somebody might select, when it was last audited, and why it cannot be, if so."""

    case: Case
    last_audited: date | None
    why_not: str = ""


def cases_to_choose(
    expected: Expected, teams: Collection[Team], rules: Rules, *, status: str = "", holder: str = "", words: str = ""
) -> list[CaseChoice]:
    """The cases of these teams that were open in the window: those longest without an audit first. Two queries.

    ``holder`` is a case-holder's name as the page gives it; ``words`` are looked for in initials, which are encrypted,
    so that the search is done here. Cases that cannot be selected come with the reason.
    """
    past = Audit.objects.filter(case=OuterRef("pk")).exclude(state=AuditState.CANCELLED)
    # Not those that other agencies make at this time, each without knowing of the others, nor confidential ones.
    last = past.filter(out_of_fieldwork(), confidential=False).order_by("-allocated_on").values("allocated_on")[:1]
    cases = cases_to_select(expected, teams).open_since(rules.open_since)
    if status:
        cases = cases.filter(legal_status=status)
    found = cases.select_related("team", "case_holder").annotate(
        last_audited=Subquery(last), running=Exists(past.exclude(state__in=ENDED))
    )
    choices = []
    for case in found.order_by(F("last_audited").asc(nulls_first=True), "pk"):
        if holder and plain_name(holder_of(case)) != plain_name(holder):
            continue
        if words and plain_name(words) not in plain_name(case.initials):
            continue
        choices.append(CaseChoice(case, case.last_audited, _why_not(case, expected.auditor)))
    return choices


def holder_of(case: Case) -> str:
    return case.case_holder.name if case.case_holder is not None else case.case_holder_name


def _why_not(case: Case, auditor: User) -> str:
    own = case.case_holder_id == auditor.pk
    if case.case_holder_id is None and case.case_holder_name:
        own = plain_name(case.case_holder_name) == plain_name(auditor.name)
    if own:
        return "Nobody audits their own case."
    return "It is being audited now." if case.running else ""  # type: ignore[attr-defined]


@dataclass(frozen=True)
class WorkerChoice:
    """A practitioner whose work might be looked at, their team, when that was last done, and why it cannot be."""

    person: User
    team: Team
    last_audited: date | None
    why_not: str = ""


def workers_to_choose(expected: Expected, teams: Collection[Team], type: AuditType, *, day: date) -> list[WorkerChoice]:
    """The practitioners of these teams: who has not been observed for longest first. Two queries."""
    places = {team.pk: team for team in teams}
    posts = (
        Post.objects.on(day)
        .with_role(Role.PRACTITIONER)
        .filter(Q(team__in=places) | Q(service__in={team.service_id for team in teams}), person__is_active=True)
        .select_related("person")
        .order_by("person__name", "pk")
    )
    people: dict[int, tuple[User, Team]] = {}
    for post in posts:
        own = places.get(post.team_id or 0)
        # A worker of a whole service counts with the first of its teams that is audited here.
        whole = next((team for team in teams if team.service_id == post.service_id), None)
        if (team := own or whole) is not None:
            people.setdefault(post.person_id, (post.person, team))
    seen = Audit.objects.filter(type=type, case=None, case_holder__in=people).exclude(state=AuditState.CANCELLED)
    last = {
        key: (day, running)
        for key, day, running in seen.values("case_holder_id")
        .annotate(last=Max("allocated_on"), running=Count("pk", filter=~Q(state__in=ENDED)))
        .values_list("case_holder_id", "last", "running")
    }
    choices = []
    for key, (person, team) in people.items():
        when, running = last.get(key, (None, 0))
        why_not = "Nobody audits their own work." if key == expected.auditor_id else ""
        if not why_not and running:
            why_not = "An audit of this kind of their work is running."
        choices.append(WorkerChoice(person, team, when, why_not))
    return sorted(choices, key=lambda one: (one.last_audited or date.min, one.person.name, one.person.pk))
