"""A case that turns out unsuitable: its auditor says so, and QA has another drawn in its place or lets it stand.

The audit is cancelled, never re-pointed: what was written about one child must not stand under another's. The record of
who found what unsuitable and what was drawn instead is kept (`Replacement`).
"""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from audits.models import Audit, Case, Expected, Replacement
from audits.queries.cases import AuditorChoice, auditors_for, pool_of
from audits.queries.pages import can_be_replaced
from audits.sampling import Pick, replacement
from audits.workflow.allocation import allocate, call_off
from audits.workflow.draws import new_seed, rules_on, wait_to_choose
from audits.workflow.parts import qa_officer_for
from audits.workflow.steps import demand, inform, keep_reason, locked, open_duty
from audits.workflow.subjects import Subject
from qaf.deadlines.calendar import working_days_after
from qaf.deadlines.workflow import drop_deadlines, meet_deadlines
from qaf.errors import Refused, Stale
from qaf.people.models import User
from qaf.trail.chain import record

DUTY = "replacement"
# Working days that QA has to answer; the auditor's own ten run on meanwhile.
ANSWER_DAYS = 3


@dataclass(frozen=True)
class Finding:
    """Why a case is unsuitable: one of ``Replacement.Reason``, and what there is to say of it."""

    reason: str
    text: str


def pending(audit: Audit) -> Replacement | None:
    """The request that waits for an answer, if there is one."""
    return Replacement.objects.filter(audit=audit, agreed=None).select_related("asked_by").first()


@transaction.atomic
def ask_replacement(audit: Audit, *, finding: Finding, by: User) -> Replacement:
    """The auditor says that their case is unsuitable; its QA officer is to answer within ``ANSWER_DAYS`` working days.

    Raises NotAllowed or Stale, and Refused for an audit whose case cannot be replaced or for "another reason" that is
    not given.
    """
    audit = locked(audit)
    demand(by, "ask_replacement", audit)
    _demand_sense(audit, finding)
    if pending(audit) is not None:
        raise Stale("This case was reported as unsuitable already, and QA has not answered yet. Nothing was changed.")
    asked = _keep(audit, finding, by=by)
    officer = qa_officer_for(audit)
    if officer is not None:
        due = working_days_after(timezone.localdate(), ANSWER_DAYS)
        open_duty(audit, kind=DUTY, owner=officer, due_on=due)
    text = "Its auditor finds the case unsuitable. Replace it, or say why it stands."
    inform(audit, officer, event=f"unsuitable:{asked.asked_at:%Y%m%d%H%M%S%f}", text=text)
    record("audit.found_unsuitable", audit, by=by, reason=finding.reason)
    return asked


@transaction.atomic
def let_stand(audit: Audit, *, answer: str, by: User) -> Replacement:
    """QA says that the case stays, and why. Raises NotAllowed, Stale, or Refused without an answer."""
    audit = locked(audit)
    demand(by, "replace", audit)
    asked = pending(audit)
    if asked is None:
        raise Stale("Nobody waits for an answer about this case any more. Nothing was changed.")
    if not answer.strip():
        raise Refused("Say why the case stands.")
    asked.agreed, asked.answer = False, answer.strip()
    asked.answered_by, asked.answered_at = by, timezone.now()
    asked.save()
    meet_deadlines(audit, kind=DUTY)
    keep_reason(audit, kind="case kept", text=answer, by=by)
    moment = f"{asked.answered_at:%Y%m%d%H%M%S%f}"
    inform(audit, audit.auditor, event=f"case_stands:{moment}", text="The case stands. The audit says why.")
    record("audit.replacement_refused", audit, by=by)
    return asked


@transaction.atomic
def replace(audit: Audit, *, finding: Finding | None = None, by: User, on: date | None = None) -> Audit:
    """Cancel the audit and allocate another to the same auditor, drawn from the same unit. Gives the new one.

    ``finding`` may be left out when the auditor has given theirs. Raises NotAllowed or Stale; Refused when the case
    cannot be replaced, or when no other can be drawn, with the reason of the draw: then nothing is changed.
    """
    audit = locked(audit)
    demand(by, "replace", audit)
    asked = pending(audit)
    if asked is None:
        if finding is None:
            raise Refused("Say why the case is unsuitable.")
        _demand_sense(audit, finding)
        asked = _keep(audit, finding, by=by)
    else:
        _demand_sense(audit, Finding(asked.reason, asked.text or "said"))
    wait_to_choose()
    day = on or timezone.localdate()
    pick = _drawn(audit, by=by, day=day)
    case = Case.objects.select_related("team__service__agency", "case_holder").get(pk=pick.case_id)
    # Before the first is called off: numbers of audits are taken before the head of the trail is locked.
    fresh = allocate(
        subject=Subject.of_case(case),
        type=audit.type,
        auditor=audit.auditor,
        by=by,
        selection=pick.reason,
        draw=audit.draw,
        on=day,
    )
    # What a cycle expects of the auditor is now the new audit.
    Expected.objects.filter(audit=audit).update(audit=fresh)
    asked.agreed, asked.answered_by, asked.answered_at = True, by, timezone.now()
    asked.replaced_by, asked.draw = fresh, audit.draw
    asked.save()
    meet_deadlines(audit, kind=DUTY)
    words = str(Replacement.Reason(asked.reason).label)
    call_off(audit, reason=f"{words}. {asked.text}".strip(), by=by)
    record("audit.replaced", audit, by=by, reason=asked.reason)
    record("audit.replaces", fresh, by=by)
    return fresh


def lapse(audit: Audit) -> None:
    """A request that nobody answered before the audit was handed in: the auditor has found it suitable after all."""
    asked = pending(audit)
    if asked is not None:
        asked.agreed, asked.answered_at = False, timezone.now()
        asked.save()
        drop_deadlines(audit, kind=DUTY)


def _demand_sense(audit: Audit, finding: Finding) -> None:
    if not can_be_replaced(audit):
        raise Refused(
            "The case of this audit cannot be replaced: it is a re-audit, belongs to a piece of work of the programme, "
            "or is about no case. Cancel the audit instead."
        )
    if finding.reason not in Replacement.Reason.values:
        raise Refused("Choose why the case is unsuitable.")
    if finding.reason == Replacement.Reason.OTHER and not finding.text.strip():
        raise Refused("Say why the case is unsuitable.")


def _keep(audit: Audit, finding: Finding, *, by: User) -> Replacement:
    """Write the request down. An earlier one that was refused stays with the audit's reasons."""
    asked, _ = Replacement.objects.update_or_create(
        audit=audit,
        defaults={
            "reason": finding.reason,
            "text": finding.text.strip(),
            "asked_by": by,
            "asked_at": timezone.now(),
            "answered_by": None,
            "answered_at": None,
            "agreed": None,
            "answer": "",
        },
    )
    words = str(Replacement.Reason(finding.reason).label)
    keep_reason(audit, kind="case found unsuitable", text=f"{words}. {finding.text.strip()}".strip(), by=by)
    return asked


def _drawn(audit: Audit, *, by: User, day: date) -> Pick:
    """Another case for the audit's auditor, from the unit from which the first was drawn. Raises Refused for none."""
    choice = next((one for one in auditors_for(by, day=day) if one.person.pk == audit.auditor_id), None)
    if choice is None:
        raise Refused(
            f"{audit.auditor} has no auditor's post over a team of your service any more. Cancel the audit instead, "
            "and allocate another."
        )
    first = set(audit.draw.parameters.get("teams", [])) if audit.draw is not None else {audit.team_id}
    among = {team.pk for team in choice.teams} & first or {audit.team_id}
    teams = [team for team in choice.teams if team.pk in among]
    rules = rules_on(day)
    pool = pool_of(teams, rules)
    of_draw = Audit.objects.filter(draw=audit.draw) if audit.draw is not None else Audit.objects.none()
    found = Replacement.objects.filter(audit__in=of_draw, agreed=True).values_list("audit__case_id", flat=True)
    unsuitable = {pk for pk in found if pk is not None} | ({audit.case_id} if audit.case_id is not None else set())
    drawn = replacement(
        pool.candidates,
        AuditorChoice(choice.person, tuple(teams)).for_draw(among),
        seed=audit.draw.seed if audit.draw is not None else new_seed(),
        history=pool.history,
        rules=rules,
        taken={pk for pk in of_draw.values_list("case_id", flat=True) if pk is not None} - unsuitable,
        unsuitable=unsuitable,
    )
    if isinstance(drawn, Pick):
        return drawn
    raise Refused(f"No other case can be drawn. {drawn.reason} Choose one by hand, or cancel the audit.")
