"""Opening, deciding, reopening and handing over a moderation; what is entered in between is in findings.py."""

from dataclasses import dataclass

from django.db import transaction

from audits.access import MODERATE
from audits.models import Audit, Judgement
from audits.workflow.parts import give_part, qa_manager_for, take_part, take_part_from_all
from audits.workflow.steps import inform, keep_reason, next_step
from audits.workflow.submission import reopen_moderation, settle_moderated, what_is_missing
from moderation.eligibility import auditor_manages_case_holder, eligible_moderators, is_eligible, why_never
from moderation.models import HandOver, Moderation, Regrade
from moderation.workflow.findings import mark_of
from moderation.workflow.steps import MovedOn, locked
from qaf.errors import NotAllowed, Refused
from qaf.people.models import User
from qaf.trail.chain import record

# The kind under which an audit keeps why its moderation was reopened.
REOPENED = "moderation reopened"


@dataclass(frozen=True)
class Lack:
    """Something that keeps a moderation from being decided, and the field to put it right in.

    The field stands on the page of the ``domain``; with a ``section`` on that section of the form's own moderation
    part; with neither on the moderation's own page.
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
    moderation, created = Moderation.objects.get_or_create(
        audit=audit, defaults={"oversight_needs_care": auditor_manages_case_holder(audit)}
    )
    if created or moderation.moderator is None or not is_eligible(moderation.moderator, audit):
        moderation.moderator = next(iter(eligible_moderators(audit)), None)
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


def what_is_lacking(moderation: Moderation) -> list[Lack]:
    """What keeps the moderation from being decided.

    A change of grade needs a reason, every domain a decision, practice marked as innovative the words that say why,
    and the form's moderation part its required answers. Where the process map asks for it, every domain also needs the
    moderator's own analysis (deep dive: analysis and judgement are the auditor's and the moderator's).
    """
    found = {regrade.domain: regrade for regrade in moderation.regrades.all()}
    lacks = []
    for judgement in moderation.audit.judgements.all():
        lacks += lacks_of(judgement, found.get(judgement.domain), analysis=moderation.audit.process.moderator_analysis)
    if moderation.innovative and not moderation.innovative_why.strip():
        lacks.append(Lack("", "innovative_why", "Say what is new or innovative in the practice"))
    return lacks + [
        Lack("", one.anchor, f"{one.section.title}: {one.message}", section=one.section.key)
        for one in what_is_missing(moderation.audit, "moderation")
    ]


def lacks_of(judgement: Judgement, regrade: Regrade | None, *, analysis: bool) -> list[Lack]:
    """What a domain still needs before the moderation can be decided; ``analysis``: an analysis of the moderator's.

    The overall judgement rests on the domains: it needs no evidence or analysis of its own.
    """
    said = []
    if regrade is not None and not judgement.is_overall:
        if not regrade.evidence:
            said.append(("evidence", "say if the evidence is enough"))
        if analysis and not regrade.analysis.strip():
            said.append(("analysis", "write your own analysis"))
    if regrade is None or not regrade.grade:
        said.append(("grade", "confirm the grade or choose another"))
    elif regrade.grade != judgement.auditor_grade and not regrade.reason.strip():
        said.append(("reason", "give the reason for the new grade"))
    return [Lack(judgement.domain, field, f"{judgement.title}: {words}") for field, words in said]


def is_out_of_line(moderation: Moderation) -> bool:
    """Whether the moderator's overall grade lies outside what the domains were given: a warning, never a bar."""
    scale = moderation.audit.form.scale
    graded = {regrade.domain: regrade.grade for regrade in moderation.regrades.all() if regrade.grade}
    judgements = list(moderation.audit.judgements.all())
    overall = next((graded.get(judgement.domain, "") for judgement in judgements if judgement.is_overall), "")
    others = [graded[one.domain] for one in judgements if not one.is_overall and one.domain in graded]
    if scale is None or not overall or not others:
        return False
    order = {grade.code: place for place, grade in enumerate(scale.grades)}
    places = [order[code] for code in others]
    return not min(places) <= order[overall] <= max(places)


@transaction.atomic
def decide(moderation: Moderation, *, by: User, seen: str | None = None) -> Moderation:
    """Confirm or change the grades for good: the audit is settled and goes on.

    ``seen`` is the mark (``mark_of``) of what the page showed; None: there was no page. Raises NotDecidable with what
    is lacking, NotAllowed, or MovedOn when it was decided already or something was saved since the page was opened.
    """
    moderation = locked(moderation, by=by, action="review")
    if reason := why_never(by, moderation.audit):
        # Not so when it was given to them, or it would not have been.
        raise NotAllowed(f"{by} may not moderate this audit any more. {reason} Nothing is decided. Hand it over.")
    if lacks := what_is_lacking(moderation):
        raise NotDecidable(lacks)
    if seen is not None and seen != mark_of(moderation):
        raise MovedOn("Something was saved after you opened this page. Nothing is decided. Look at the decision again.")
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
    """Take a decision back before the audit is distributed, with a reason. Raises Refused, NotAllowed or Stale.

    A moderator who may moderate no longer is not given it back: it goes to whoever is the right one now.
    """
    moderation = locked(moderation, by=by, action="reopen")
    if not reason.strip():
        raise Refused("Say why the moderation is reopened.")
    audit = reopen_moderation(moderation.audit, by=by)
    moderation.reopen()
    moderation.revision += 1
    moderation.reopen_reason = reason.strip()
    keep_reason(audit, kind=REOPENED, text=reason, by=by)
    moderation.audit = audit
    before = moderation.moderator
    if before is not None and not is_eligible(before, audit):
        moderation.moderator = next(iter(eligible_moderators(audit)), None)
        _note_hand_over(moderation, before=before, reason=f"{before} may no longer moderate this audit.", by=by)
    moderation.save()
    _give(audit, moderation)
    record("moderation.reopened", audit, by=by)
    return moderation


@transaction.atomic
def hand_over(
    moderation: Moderation, *, to: User, reason: str, by: User, seen_revision: int | None = None
) -> Moderation:
    """Give a moderation to another moderator (absence), with the reason; what was entered goes with it.

    Who had it is told unless they did it themselves. ``seen_revision`` is the moderation's as the page showed it.
    Raises Refused, NotAllowed, or Stale when somebody else handed it over meanwhile.
    """
    moderation = locked(moderation, by=by, action="hand_over")
    audit, before = moderation.audit, moderation.moderator
    if seen_revision is not None and seen_revision != moderation.revision:
        now = f"It is now with {before}." if before else "Nobody moderates it yet."
        raise MovedOn(
            f"This moderation has changed since you opened the page. {now} Nothing was changed; open it again."
        )
    if to == before:
        raise Refused(f"{to} moderates this audit already. Choose somebody else.")
    if not is_eligible(to, audit):
        raise Refused(f"{to} may not moderate this audit. Choose somebody else.")
    if not reason.strip():
        raise Refused("Say why the moderation is handed over.")
    moderation.moderator = to
    moderation.revision += 1
    moderation.save()
    _note_hand_over(moderation, before=before, reason=reason, by=by)
    _give(audit, moderation)
    if before is not None and before != by:
        text = f"This moderation was handed over to {to}. You need do nothing more."
        inform(audit, before, event=f"moderation:handed_over:{moderation.revision}", text=text, path="/moderation/")
    record("moderation.handed_over", audit, by=by, before=before.pk if before else None, after=to.pk)
    return moderation


def _note_hand_over(moderation: Moderation, *, before: User | None, reason: str, by: User) -> None:
    """Take the part from who had it, and keep why: on the moderation's own page, for absence is nobody else's affair.

    Until somebody is named there is nothing to note.
    """
    if before is not None:
        take_part(moderation.audit, before, MODERATE)
    if moderation.moderator is not None:
        HandOver.objects.create(
            moderation=moderation, before=before, after=moderation.moderator, reason=reason.strip(), by=by
        )


def withdraw(audit: Audit) -> None:
    """The audit was cancelled: nobody moderates it any more. In the caller's transaction."""
    take_part_from_all(audit, MODERATE)
