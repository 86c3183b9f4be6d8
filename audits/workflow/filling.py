"""Saving a section: nothing that was typed is ever lost, and two people never overwrite one another.

Saves are not written to the trail one by one: every accepted save keeps the text before it, with who and when,
and a chain entry every two seconds of typing would make all auditors queue for the head of the chain.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from audits.access import ACTION_OF_PART, action_for, may_fill_section, remember_parts
from audits.models import Audit, AuditUserObjectPermission, RejectedSave, SectionAnswers, SectionRevision, State
from audits.models.answers import empty_document
from audits.models.audits import TO_DECIDE_ON
from audits.workflow.steps import demand
from qaf.errors import NotAllowed
from qaf.people.models import User
from qaf.trail.chain import record


@dataclass(frozen=True)
class Saved:
    """The save was accepted (or changed nothing): the section as it now stands."""

    answers: SectionAnswers
    changed: bool = True


@dataclass(frozen=True)
class Conflict:
    """Somebody else, or another tab, had saved first. ``winning`` stands; ``losing`` is kept beside it."""

    winning: SectionAnswers
    losing: RejectedSave


def demand_filling(by: User, audit: Audit, section: str) -> None:
    """Raise unless the person may write in this section now."""
    if may_fill_section(by, audit, section):
        return
    part = audit.form.section(section).part
    if part != audit.part and part not in ACTION_OF_PART:
        raise NotAllowed("This part of the form belongs to another step.")
    demand(by, action_for(audit, part), audit)


def lock_to_fill(user: User, reference: str) -> Audit | None:
    """The audit under a reference with its row locked, for somebody who holds a part in it; None for everybody else.

    In the caller's transaction, and in one query, parts included: a page that saves every few seconds asks for no
    more than it needs.
    """
    rows = list(
        AuditUserObjectPermission.objects.filter(user=user, content_object__reference=reference)
        .select_related("permission", "content_object__type")
        .only("permission__codename", *(f"content_object__{name}" for name in TO_DECIDE_ON))
        .select_for_update(of=("content_object",))
    )
    if not rows or not user.is_active:
        return None
    audit = rows[0].content_object
    remember_parts(user, audit, frozenset(row.permission.codename for row in rows))
    return audit


@transaction.atomic
def save_section(
    audit: Audit, *, section: str, document: dict[str, Any], seen_revision: int, by: User
) -> Saved | Conflict:
    """Keep what was typed into one section.

    ``document`` is as docs/forms.md describes it: answers, and raw input that could not be read. A save that names
    an old revision is not accepted when its text differs: both texts are kept and a Conflict given back. Raises
    NotAllowed, or Stale when the audit has moved on.
    """
    # A save and a submission at the same moment must have one order.
    locked = Audit.objects.to_decide_on().select_for_update(of=("self",)).get(pk=audit.pk)
    return save_locked(locked, section=section, document=document, seen_revision=seen_revision, by=by)


def save_locked(
    audit: Audit, *, section: str, document: dict[str, Any], seen_revision: int, by: User
) -> Saved | Conflict:
    """As ``save_section``, of an audit whose row the caller's transaction has locked (``lock_to_fill``)."""
    demand_filling(by, audit, section)
    # Without an order: the usual one, by audit, would join the table of audits.
    answers = SectionAnswers.objects.filter(audit=audit, section=section).order_by().first()
    if answers is None:
        answers = SectionAnswers(audit=audit, section=section, document=empty_document(), revision=0)
    if answers.document == document and answers.pk:
        return Saved(answers, changed=False)
    if answers.revision != seen_revision:
        return Conflict(answers, _keep_losing(answers, document, seen_revision, by))
    _accept(answers, document, by)
    if audit.state == State.ALLOCATED and audit.form.section(section).part == audit.part:
        audit.begin()
        audit.save(update_fields=["state"])
        record("audit.begun", audit, by=by)
    return Saved(answers)


def write_section(audit: Audit, *, section: str, document: dict[str, Any], by: User) -> None:
    """Write what a step itself knows into a section, such as whom the audit was sent to; the text before it is kept.

    For workflow functions that have locked the audit and asked whether ``by`` may do what they do.
    """
    answers = SectionAnswers.objects.filter(audit=audit, section=section).order_by().first()
    if answers is None:
        answers = SectionAnswers(audit=audit, section=section, document=empty_document(), revision=0)
    if answers.document != document:
        _accept(answers, document, by)


def _accept(answers: SectionAnswers, document: dict[str, Any], by: User) -> None:
    if answers.pk and answers.revision:
        SectionRevision.objects.create(
            answers=answers,
            revision=answers.revision,
            document=answers.document,
            saved_by_id=answers.saved_by_id,
            saved_at=answers.saved_at,
        )
    answers.document = document
    answers.revision += 1
    answers.saved_by, answers.saved_at = by, timezone.now()
    answers.save()


def _keep_losing(answers: SectionAnswers, document: dict[str, Any], seen_revision: int, by: User) -> RejectedSave:
    """One row for each losing page, however often its autosave tries again."""
    if not answers.pk:
        answers.save()
    recent = timezone.now() - timedelta(hours=12)
    losing = answers.rejected.filter(by=by, seen_revision=seen_revision, settled_at=None, at__gte=recent).first()
    if losing is None:
        return RejectedSave.objects.create(answers=answers, document=document, seen_revision=seen_revision, by=by)
    losing.document, losing.at = document, timezone.now()
    losing.save()
    return losing


@transaction.atomic
def settle_rejected(losing: RejectedSave, *, use_losing: bool, by: User) -> SectionAnswers:
    """Decide between two texts: put the losing one in place of the winning one, or leave it. Both stay on record."""
    # The audit first, as every save does, so that the two never wait for one another.
    audit = Audit.objects.to_decide_on().select_for_update(of=("self",)).get(sections__rejected=losing.pk)
    losing = RejectedSave.objects.select_for_update(of=("self",)).select_related("answers").get(pk=losing.pk)
    answers = losing.answers
    demand_filling(by, audit, answers.section)
    if losing.by_id != by.pk:
        raise NotAllowed("Only the person who typed this text can decide what happens to it.")
    if losing.settled_at is None:
        if use_losing:
            _accept(answers, losing.document, by)
        losing.settled_at = timezone.now()
        losing.save()
    return answers


def documents_of(audit: Audit) -> dict[str, dict[str, Any]]:
    """Every section's stored document by its key, in one query."""
    return {row.section: row.document for row in SectionAnswers.objects.filter(audit=audit)}
