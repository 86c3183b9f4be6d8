"""Drawing cases for auditors and allocating what was drawn; and allocating one chosen case."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audits.access import QA_ROLES, cases_visible_to, holds_over, may, may_allocate, qa_teams
from audits.models import About, Audit, AuditType, Case, Draw
from audits.queries.cases import AuditorChoice, auditors_for, pool_of
from audits.sampling import Candidate, Rules, Sample, draw, is_own_case, plain_name
from audits.workflow.allocation import CannotAllocate, allocate
from audits.workflow.subjects import Subject
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import Team, User
from qaf.trail.chain import record

MOST_PER_AUDITOR = 10


@dataclass(frozen=True)
class Order:
    """What somebody asked to have drawn: a type of audit, the teams to draw from, for whom, how many, which seed."""

    type: AuditType
    teams: tuple[Team, ...]
    auditors: tuple[AuditorChoice, ...]
    per_auditor: int
    seed: str


@dataclass(frozen=True)
class Preview:
    """The sample that an order gives on this day, and the mark by which a confirmed preview is known again."""

    order: Order
    sample: Sample
    rules: Rules

    @property
    def mark(self) -> str:
        picks = [(pick.auditor_id, pick.case_id) for pick in self.sample.picks]
        order = [self.order.type.pk, self.order.per_auditor, self.order.seed]
        return hashlib.sha256(json.dumps([order, picks]).encode()).hexdigest()[:32]


def new_seed() -> str:
    """A seed that nobody chose: eight letters and digits, easy to read out."""
    return secrets.token_hex(4)


def rules_on(day: date) -> Rules:
    """The windows that this organisation has set, on a day."""
    return Rules(day, open_within_weeks=settings.DRAW_OPEN_WITHIN_WEEKS, pause_months=settings.DRAW_PAUSE_MONTHS)


def make_order(
    *,
    type: AuditType,
    teams: Sequence[Team],
    auditors: Sequence[User],
    per_auditor: int,
    seed: str,
    by: User,
    on: date | None = None,
) -> Order:
    """Check an order against the scope of whoever gives it.

    No teams: all of their scope. No auditors: everybody who audits one of the teams. Raises NotAllowed for a team
    or auditor outside the scope, Refused when nobody is left to draw for.
    """
    if not may_allocate(by):
        raise NotAllowed("Only QA officers and QA managers can draw audits.")
    if not 1 <= per_auditor <= MOST_PER_AUDITOR:
        raise Refused(f"Draw from 1 to {MOST_PER_AUDITOR} cases for each auditor.")
    own = {team.pk: team for team in qa_teams(by).select_related("service")}
    if any(team.pk not in own for team in teams):
        raise NotAllowed("One of these teams is outside your service.")
    chosen = tuple(own[team.pk] for team in teams) or tuple(own.values())
    among = {team.pk for team in chosen}
    choices = [
        choice
        for choice in auditors_for(by, day=on or timezone.localdate())
        if any(team.pk in among for team in choice.teams)
    ]
    if auditors:
        wanted = {person.pk for person in auditors}
        choices = [choice for choice in choices if choice.person.pk in wanted]
        if len(choices) < len(wanted):
            raise Refused("Some of these people audit none of these teams. Choose other teams or other auditors.")
    if not choices:
        raise Refused("Nobody audits these teams at present. Give somebody an auditor's post first.")
    return Order(type, chosen, tuple(choices), per_auditor, seed)


def preview(order: Order, *, on: date | None = None) -> Preview:
    """Draw without keeping anything; the same order on the same day over the same cases gives the same sample."""
    rules = rules_on(on or timezone.localdate())
    pool = pool_of(order.teams, rules)
    among = {team.pk for team in order.teams}
    sample = draw(
        pool.candidates,
        [choice.for_draw(among) for choice in order.auditors],
        per_auditor=order.per_auditor,
        seed=order.seed,
        history=pool.history,
        rules=rules,
    )
    return Preview(order, sample, rules)


def wait_to_choose() -> None:
    """Let whoever draws or chooses what is audited wait for one another, so that the second sees what the first took.

    Of whatever type, since a case is audited once at a time. Before cases, numbers of audits and the trail are locked.
    """
    list(AuditType.objects.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def allocate_draw(
    order: Order, *, mark: str | None = None, by: User, on: date | None = None
) -> tuple[Draw, list[Audit]]:
    """Draw and allocate every pick, or nothing.

    ``mark`` is that of the preview which was agreed to: when cases or auditors have changed since, Stale is raised
    and nothing is allocated. Raises CannotAllocate, NotAllowed, or Refused when there is nothing to draw.
    """
    wait_to_choose()
    found = preview(order, on=on)
    if mark is not None and mark != found.mark:
        raise Stale(
            "Cases or auditors have changed since you looked at this draw, so it would now come out differently. "
            "Nothing was allocated. Look at the new draw and confirm it."
        )
    if not found.sample.picks:
        raise Refused("No case can be drawn for these auditors. Choose other teams, or other auditors.")
    made = Draw.objects.create(
        seed=order.seed,
        made_by=by,
        made_at=timezone.now(),
        type=order.type,
        eligible=found.sample.eligible,
        parameters={
            "teams": [team.pk for team in order.teams],
            "auditors": [choice.person.pk for choice in order.auditors],
            "per_auditor": order.per_auditor,
            "day": found.rules.day.isoformat(),
            "open_within_weeks": found.rules.open_within_weeks,
            "pause_months": found.rules.pause_months,
        },
    )
    people = {choice.person.pk: choice.person for choice in order.auditors}
    cases = Case.objects.select_related("team__service__agency", "case_holder").in_bulk(
        [pick.case_id for pick in found.sample.picks]
    )
    audits = [
        allocate(
            subject=Subject.of_case(cases[pick.case_id]),
            type=order.type,
            auditor=people[pick.auditor_id],
            by=by,
            selection=pick.reason,
            draw=made,
            on=on,
        )
        for pick in found.sample.picks
    ]
    # Last: the head of the trail is locked from here to the end, and numbers of audits are taken before it.
    record("draw.made", made, by=by, seed=order.seed, picks=len(found.sample.picks), eligible=found.sample.eligible)
    return made, audits


@transaction.atomic
def allocate_one(case: Case, *, type: AuditType, auditor: User, reason: str, by: User, on: date | None = None) -> Audit:
    """Give one chosen case to an auditor, with the reason for the choice.

    Raises CannotAllocate for an auditor's own case, an auditor without a post, or a case that is being audited;
    NotAllowed for a case outside the scope; Refused without a reason.
    """
    wait_to_choose()
    # Not the key, to which new audits refer: whoever opens several at once would wait here, and we for them.
    case = (
        Case.objects.select_for_update(no_key=True, of=("self",))
        .select_related("team__service__agency", "case_holder")
        .get(pk=case.pk)
    )
    if not may_allocate(by) or not cases_visible_to(by).filter(pk=case.pk).exists():
        raise NotAllowed("Only QA officers and QA managers of this case's service can allocate it.")
    if not reason.strip():
        raise Refused("Say why this case was chosen.")
    if running := Audit.objects.open().filter(case=case).first():
        raise CannotAllocate(
            f"This case is being audited already{_named_for(by, running)}. Wait until that audit is closed, or cancel "
            "it."
        )
    candidate = Candidate(case.pk, case.team_id, case.legal_status, case.case_holder_id, case.case_holder_name)
    unit = AuditorChoice(auditor, (case.team,)).for_draw({case.team_id})
    if is_own_case(candidate, unit):
        raise CannotAllocate(f"{auditor} holds this case, and nobody audits their own case. Choose another auditor.")
    return allocate(
        subject=Subject.of_case(case),
        type=type,
        auditor=auditor,
        by=by,
        selection=f"Chosen by {by}: {reason.strip()}",
        on=on,
    )


@transaction.atomic
def allocate_other(
    subject: Subject, *, type: AuditType, auditor: User, reason: str, by: User, on: date | None = None
) -> Audit:
    """Give an auditor an audit about something else than a case, with the reason for it.

    Raises CannotAllocate when the subject does not say what the type asks for, the auditor may not take it, or an
    audit of this type of the same is running; NotAllowed outside the scope, and for a confidential type to anybody
    but a QA manager; Refused without a reason.
    """
    # Two at the same moment wait for one another, so that the second sees what the first has opened.
    type = AuditType.objects.select_for_update(no_key=True, of=("self",)).select_related("form").get(pk=type.pk)
    service = subject.team.service
    place = Audit(team=subject.team, service=service, agency=service.agency, confidential=type.confidential)
    if not (may_allocate(by) and holds_over(by, place, *QA_ROLES)):
        raise NotAllowed("Only QA officers and QA managers of this team's service can allocate its audits.")
    if not reason.strip():
        raise Refused("Say why this audit is made.")
    if running := _running_of_the_same(subject, type):
        about = f"{subject.practitioner}'s work" if type.about == About.PRACTITIONER else f"“{subject.text.strip()}”"
        raise CannotAllocate(
            f"An audit of {about} of the type “{type}” is running already{_named_for(by, running)}. Wait until that "
            "audit is closed, or cancel it."
        )
    return allocate(
        subject=subject, type=type, auditor=auditor, by=by, selection=f"Chosen by {by}: {reason.strip()}", on=on
    )


def _running_of_the_same(subject: Subject, type: AuditType) -> Audit | None:
    """An open audit of this type of the same practitioner's work, or of the same record or agency in this team."""
    running = Audit.objects.open().filter(type=type, case=None)
    if type.about == About.PRACTITIONER:
        return running.filter(case_holder=subject.practitioner).first() if subject.practitioner else None
    # What it is about is encrypted, so the database cannot compare it.
    text = plain_name(subject.text)
    return next((one for one in running.filter(team=subject.team) if plain_name(one.subject) == text), None)


def _named_for(person: User, audit: Audit) -> str:
    """The reference of an audit that stands in the way, for whoever may know of it."""
    return f": {audit.reference}" if may(person, "see", audit) else ""
