"""Opening, reviewing, deciding, reopening and handing over a moderation."""

from dataclasses import dataclass

from django.db import transaction

from audits.access import MODERATE
from audits.models import Audit
from audits.workflow.parts import give_part, qa_manager_for, take_part, take_part_from_all
from audits.workflow.steps import inform, keep_reason, locked, next_step
from audits.workflow.submission import reopen_moderation, settle_moderated, what_is_missing
from moderation.access import may
from moderation.eligibility import auditor_manages_case_holder, eligible_moderators, is_eligible
from moderation.models import Moderation, Regrade
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import User
from qaf.trail.chain import record


@dataclass(frozen=True)
class Finding:
    """What the moderator entered for one domain; empty texts where nothing was entered yet."""

    domain: str
    evidence: str = ""
    sampled: str = ""
    grade: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Lack:
    """Something that keeps a moderation from being decided, and the field to put it right in.

    With a ``section`` the field stands on that section of the form's own moderation part.
    """

    domain: str
    field: str
    message: str
    section: str = ""


class NotDecidable(Refused):
    """The moderation cannot be decided yet. ``lacks`` says what is missing."""

    title = "The moderation is not complete yet"

    def __init__(self, lacks: list[Lack]) -> None:
        super().__init__(f"{len(lacks)} things are still missing.")
        self.lacks = lacks


def open_moderation(audit: Audit, *, by: User | None) -> Moderation:
    """An audit waits for its moderator: find the right one and give them the part, in the caller's transaction.

    Without an eligible moderator the audit lands on the QA manager's desk to have one named.
    """
    moderator = next(iter(eligible_moderators(audit)), None)
    moderation, created = Moderation.objects.get_or_create(
        audit=audit,
        defaults={"moderator": moderator, "oversight_needs_care": auditor_manages_case_holder(audit)},
    )
    if not created and moderation.moderator_id is None:
        moderation.moderator = moderator
        moderation.save()
    _give(audit, moderation)
    record("moderation.opened", audit, by=by, moderator=moderation.moderator_id)
    return moderation


def _give(audit: Audit, moderation: Moderation) -> None:
    """Part, deadline and notice for the moderator, or for the QA manager when there is none."""
    person = moderation.moderator
    if person is not None:
        give_part(audit, person, MODERATE)
        text = "An audit waits for your moderation."
        path = f"/moderation/{audit.reference}/"
    else:
        person = qa_manager_for(audit)
        text = "No moderator may take this audit. Please name one."
        path = f"/moderation/{audit.reference}/hand-over/"
    next_step(audit, kind="moderation", owner=person, days=audit.process.moderation_days)
    audit.save()
    stamp = f"{audit.submitted_at:%Y%m%d%H%M%S%f}"
    inform(audit, person, event=f"moderation:{stamp}:{moderation.revision}", text=text, path=path)


def _locked(moderation: Moderation, *, by: User, action: str) -> Moderation:
    audit = locked(moderation.audit)
    moderation = Moderation.objects.select_for_update(of=("self",)).get(pk=moderation.pk)
    moderation.audit = audit
    if may(by, action, moderation):
        return moderation
    if may(by, "see", moderation):
        raise Stale(
            f"The audit is now “{audit.get_state_display()}” and its moderation “{moderation.get_state_display()}”, so "
            "this cannot be done. Nothing was changed."
        )
    raise NotAllowed("Only the moderator of this audit can do this.")


@transaction.atomic
def save_findings(
    moderation: Moderation, *, findings: list[Finding], comment: str, seen_revision: int, by: User
) -> Moderation:
    """Keep what was entered so far; nothing need be complete.

    Raises Stale when the page was older than what is stored (the page shows both), NotAllowed, or Refused for a
    grade or domain that this audit does not have.
    """
    moderation = _locked(moderation, by=by, action="review")
    if moderation.revision != seen_revision:
        raise Stale("This moderation was saved from another page after you opened this one. Compare before you save.")
    audit = moderation.audit
    domains = set(audit.judgements.values_list("domain", flat=True))
    scale = audit.form.scale
    codes = {grade.code for grade in scale.grades} if scale else set()
    for finding in findings:
        if finding.domain not in domains or (finding.grade and finding.grade not in codes):
            raise Refused("The page holds a domain or grade that this audit does not have. Open it again.")
        Regrade.objects.update_or_create(
            moderation=moderation,
            domain=finding.domain,
            defaults={
                "evidence": finding.evidence,
                "sampled": finding.sampled,
                "grade": finding.grade,
                "reason": finding.reason,
            },
        )
    moderation.comment = comment
    moderation.revision += 1
    if moderation.state == Moderation.State.WAITING:
        moderation.begin()
        record("moderation.begun", audit, by=by)
    moderation.save()
    return moderation


def what_is_lacking(moderation: Moderation) -> list[Lack]:
    """What keeps the moderation from being decided.

    A change of grade needs a reason, every domain a decision, and the form's moderation part its required answers.
    """
    found = {regrade.domain: regrade for regrade in moderation.regrades.all()}
    lacks = []
    for judgement in moderation.audit.judgements.all():
        regrade = found.get(judgement.domain)
        if regrade is None or not regrade.grade:
            lacks.append(Lack(judgement.domain, "grade", f"{judgement.title}: confirm the grade or choose another"))
            continue
        if not regrade.evidence and not judgement.is_overall:
            lacks.append(Lack(judgement.domain, "evidence", f"{judgement.title}: say if the evidence is enough"))
        if regrade.grade != judgement.auditor_grade and not regrade.reason.strip():
            lacks.append(Lack(judgement.domain, "reason", f"{judgement.title}: give the reason for the new grade"))
    return lacks + [
        Lack("", one.anchor, f"{one.section.title}: {one.message}", section=one.section.key)
        for one in what_is_missing(moderation.audit, "moderation")
    ]


@transaction.atomic
def decide(moderation: Moderation, *, by: User) -> Moderation:
    """Confirm or change the grades for good: the audit is settled and goes on.

    Raises NotDecidable with what is lacking, NotAllowed or Stale.
    """
    moderation = _locked(moderation, by=by, action="review")
    if lacks := what_is_lacking(moderation):
        raise NotDecidable(lacks)
    grades = {regrade.domain: regrade.grade for regrade in moderation.regrades.all()}
    moderation.decide()
    moderation.save()
    audit = settle_moderated(moderation.audit, grades=grades, by=by)
    moderation.audit = audit
    changed = sum(judgement.auditor_grade != judgement.final_grade for judgement in audit.judgements.all())
    inform(
        audit,
        audit.auditor,
        event=f"moderated:{moderation.revision}",
        text="Your audit was moderated. "
        + (f"{changed} of its grades changed." if changed else "All its grades were confirmed."),
    )
    record("moderation.decided", audit, by=by, changed=changed)
    return moderation


@transaction.atomic
def reopen(moderation: Moderation, *, reason: str, by: User) -> Moderation:
    """Take a decision back before the audit is distributed, with a reason. Raises Refused, NotAllowed or Stale."""
    moderation = _locked(moderation, by=by, action="reopen")
    if not reason.strip():
        raise Refused("Say why the moderation is reopened.")
    audit = reopen_moderation(moderation.audit, by=by)
    moderation.reopen()
    moderation.revision += 1
    moderation.reopen_reason = reason.strip()
    keep_reason(audit, kind="moderation reopened", text=reason, by=by)
    moderation.audit = audit
    moderation.save()
    _give(audit, moderation)
    record("moderation.reopened", audit, by=by)
    return moderation


@transaction.atomic
def hand_over(moderation: Moderation, *, to: User, reason: str, by: User) -> Moderation:
    """Give a moderation to another moderator (absence), with the reason. Raises Refused, NotAllowed or Stale."""
    moderation = _locked(moderation, by=by, action="hand_over")
    audit = moderation.audit
    if not is_eligible(to, audit):
        raise Refused(f"{to} may not moderate this audit. Choose somebody else.")
    if not reason.strip():
        raise Refused("Say why the moderation is handed over.")
    keep_reason(audit, kind="moderation handed over", text=reason, by=by)
    before = moderation.moderator
    if before is not None:
        take_part(audit, before, MODERATE)
    moderation.moderator = to
    moderation.revision += 1
    moderation.save()
    _give(audit, moderation)
    record("moderation.handed_over", audit, by=by, before=before.pk if before else None, after=to.pk)
    return moderation


def withdraw(audit: Audit) -> None:
    """The audit was cancelled: nobody moderates it any more. In the caller's transaction."""
    take_part_from_all(audit, MODERATE)
