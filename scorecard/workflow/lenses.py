"""Putting evidence into the four lenses matrix, changing it, and taking it out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from audits.models import Work
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import Agency, User
from qaf.trail.chain import record
from scorecard.access.lenses import may_keep_evidence
from scorecard.models import Evidence, Priority


@dataclass(frozen=True)
class Told:
    """What is said of a source of assurance; days are the one it is of and the last on which it counts."""

    priority: Priority
    lens: str
    kind: str
    title: str
    summary: str
    dated_on: date
    counts_until: date
    agency: Agency | None = None
    work: Work | None = None


def demand_keeper(user: User) -> None:
    """Raise NotAllowed unless this person keeps the register of evidence."""
    if not may_keep_evidence(user):
        raise NotAllowed("Only QA and the scrutineer, over the whole organisation, keep the evidence of the lenses.")


def _check(told: Told) -> None:
    if told.counts_until < told.dated_on:
        raise Refused("The last day on which it counts cannot be before the day it is of.")


@transaction.atomic
def add_evidence(told: Told, *, by: User) -> Evidence:
    """Put a source of assurance into the matrix; the same again, sent twice, gives the one that stands.

    Raises NotAllowed, or Refused when its days are not in order.
    """
    demand_keeper(by)
    _check(told)
    # Two that are sent at once wait for each other.
    Priority.objects.select_for_update(of=("self",)).get(pk=told.priority.pk)
    without_texts = {name: value for name, value in vars(told).items() if name != "summary"}
    for same in Evidence.objects.filter(added_by=by, removed_at=None, **without_texts):
        if same.summary == told.summary:
            return same
    evidence = Evidence.objects.create(added_by=by, **vars(told))
    record("evidence.added", evidence, by=by, priority=told.priority.pk, lens=told.lens, kind=told.kind)
    return evidence


def _locked(evidence: Evidence) -> Evidence:
    evidence = Evidence.objects.select_for_update().get(pk=evidence.pk)
    if evidence.removed_at is not None:
        raise Stale("Somebody has taken this evidence out of the matrix. Nothing was changed; you can add it anew.")
    return evidence


@transaction.atomic
def change_evidence(evidence: Evidence, told: Told, *, seen_revision: int, by: User) -> Evidence:
    """Change what is said of a source. Raises NotAllowed, Refused, or Stale when somebody changed it meanwhile."""
    demand_keeper(by)
    _check(told)
    evidence = _locked(evidence)
    if evidence.revision != seen_revision:
        raise Stale("Somebody else has changed this evidence since you opened the page. Nothing of yours was saved.")
    before = {"priority": evidence.priority_id, "lens": evidence.lens, "kind": evidence.kind}
    for name, value in vars(told).items():
        setattr(evidence, name, value)
    evidence.revision += 1
    evidence.save()
    record(
        "evidence.changed",
        evidence,
        by=by,
        before=before,
        priority=told.priority.pk,
        lens=told.lens,
        kind=told.kind,
    )
    return evidence


@transaction.atomic
def remove_evidence(evidence: Evidence, *, why: str, by: User) -> Evidence:
    """Take a source out of the matrix from today on; it is kept. Raises NotAllowed, Refused without a reason, Stale."""
    demand_keeper(by)
    if not why.strip():
        raise Refused("Say why this is no longer evidence.")
    evidence = _locked(evidence)
    evidence.removed_at, evidence.removed_by, evidence.removed_why = timezone.now(), by, why.strip()[:200]
    evidence.save()
    record("evidence.removed", evidence, by=by)
    return evidence


@transaction.atomic
def note_export(day: date, *, file_format: str, by: User) -> None:
    """Write to the trail that somebody took the matrix as a file."""
    record("evidence.exported", by, by=by, day=day.isoformat(), format=file_format)
