"""What QAF itself counts for the scorecard, by the definitions of the quarterly report: one query a measure.

Audits of a quarter are those submitted or settled in it. Confidential ones are in no figure; re-audits are no fair
sample of practice, so they are in none either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from audits.models import Action, Audit
from audits.models.audits import AuditQuerySet
from qaf.deadlines.models import Deadline
from scorecard.figures.scales import Scale, scales_of
from scorecard.models import Measure
from scorecard.period import Period

Codes = tuple[str, ...]


@dataclass(frozen=True)
class Basis:
    """What a measure is counted from: the audits or actions in its denominator, and which of them are in its
    numerator."""

    rows: QuerySet[Any]
    counts: Q

    @property
    def of_actions(self) -> bool:
        return self.rows.model is Action


@dataclass(frozen=True)
class Share:
    """Numerator and denominator of a measure."""

    part: int
    of: int


def basis_of(measure: str, period: Period, domain: str = "") -> Basis:
    """What a measure is counted from in a period. ``domain``: the key of the domain, for the share of its judgements.

    Raises KeyError for a measure that is not known.
    """
    first = period.audits.filter(reaudit_of=None).order_by()
    return _BASES[measure](first, period, domain)


def share(measure: str, period: Period, domain: str = "") -> Share:
    """Count a measure for a period. Raises KeyError for a measure that is not known."""
    basis = basis_of(measure, period, domain)
    found = basis.rows.order_by().aggregate(part=Count("pk", filter=basis.counts), of=Count("pk"))
    return Share(found["part"], found["of"])


def _graded(audits: AuditQuerySet, grade: str) -> Basis:
    """Audits whose grade is one of their form's scale, and those of them that it calls at the standard."""
    versions = audits.values("form_version_id").distinct()
    known, good = Q(pk__in=[]), Q(pk__in=[])
    for (all_codes, good_codes), pks in _alike(scales_of(versions)).items():
        known |= Q(form_version_id__in=pks, judged__in=all_codes)
        good |= Q(form_version_id__in=pks, judged__in=good_codes)
    return Basis(audits.annotate(judged=F(grade)).filter(known), good)


def _alike(scales: Mapping[int, Scale]) -> dict[tuple[Codes, Codes], list[int]]:
    """Versions of forms by the grades of their scales, all of them and those at the standard."""
    found: dict[tuple[Codes, Codes], list[int]] = {}
    for pk, scale in scales.items():
        codes = tuple(grade["code"] for grade in scale["grades"])
        good = tuple(grade["code"] for grade in scale["grades"] if grade["meets_standard"])
        found.setdefault((codes, good), []).append(pk)
    return found


def _settled(audits: AuditQuerySet, period: Period) -> AuditQuerySet:
    return audits.filter(period.holds("moderated_at"))


def _good(first: AuditQuerySet, period: Period, domain: str) -> Basis:
    return _graded(_settled(first, period), "final_grade")


def _good_domain(first: AuditQuerySet, period: Period, domain: str) -> Basis:
    # One judgement a domain and audit, so that no audit stands in it twice.
    judged = _settled(first, period).filter(judgements__domain=domain, judgements__is_overall=False)
    return _graded(judged, "judgements__final_grade")


def _audited_in_time(first: AuditQuerySet, period: Period, domain: str) -> Basis:
    dated = first.filter(period.holds("submitted_at"), audit_due_on__isnull=False)
    return Basis(dated, Q(submitted_at__date__lte=F("audit_due_on")))


def _moderated_in_time(first: AuditQuerySet, period: Period, domain: str) -> Basis:
    """Against the deadline that the moderation had in the end, extensions included."""
    due = Deadline.objects.filter(
        subject_type=ContentType.objects.get_for_model(Audit),
        subject_id=OuterRef("pk"),
        kind="moderation",
        met_at__isnull=False,
    ).order_by("-met_at")
    moderated = _settled(first, period).filter(type__process__moderation=True)
    dated = moderated.annotate(moderation_due=Subquery(due.values("due_on")[:1])).filter(moderation_due__isnull=False)
    return Basis(dated, Q(moderated_at__date__lte=F("moderation_due")))


def _regraded(first: AuditQuerySet, period: Period, domain: str) -> Basis:
    both = _settled(first, period).filter(type__process__moderation=True).exclude(auditor_grade="")
    return Basis(both.exclude(final_grade=""), ~Q(final_grade=F("auditor_grade")))


def _actions_in_time(first: AuditQuerySet, period: Period, domain: str) -> Basis:
    """Actions due in the period, whenever their audit was; what was withdrawn is neither done nor to be done."""
    due = Action.objects.filter(audit__in=first, due_on__range=(period.first, period.last))
    done = Q(state__in=(Action.State.DONE, Action.State.VERIFIED), done_on__lte=F("due_on"))
    return Basis(due.exclude(state=Action.State.WITHDRAWN), done)


_BASES: Mapping[str, Callable[[AuditQuerySet, Period, str], Basis]] = {
    Measure.GOOD: _good,
    Measure.GOOD_DOMAIN: _good_domain,
    Measure.AUDITED_IN_TIME: _audited_in_time,
    Measure.MODERATED_IN_TIME: _moderated_in_time,
    Measure.REGRADED: _regraded,
    Measure.ACTIONS_IN_TIME: _actions_in_time,
}
