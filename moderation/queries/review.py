"""What the pages of one moderation show: its domains in order, and one domain with all that is needed to judge it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from audits.kloe.questions import Question, Section
from audits.kloe.scales import Grade, Scale
from audits.models import Judgement, SectionAnswers
from moderation.models import Moderation, ModerationQuerySet, Regrade, RegradeRevision
from qaf.people.models import User


def with_findings(rows: ModerationQuerySet) -> ModerationQuerySet:
    """With everything that the pages of a moderation and its access rules ask for: three queries in all."""
    regrades = Regrade.objects.select_related("saved_by").order_by("pk")
    judgements = Judgement.objects.order_by("position")
    return rows.select_related("audit__type__process", "audit__auditor", "audit__team", "moderator").prefetch_related(
        Prefetch("regrades", regrades), Prefetch("audit__judgements", judgements)
    )


@dataclass(frozen=True)
class Area:
    """What one grade looks like in one area of practice; a domain can have several areas."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class GradeRow:
    """One grade to choose, and what it looks like."""

    grade: Grade
    areas: tuple[Area, ...]
    is_auditors: bool


@dataclass(frozen=True)
class DomainPage:
    """One domain: what the auditor wrote and judged, what the grades mean, and what the moderator entered so far."""

    judgement: Judgement
    section: Section
    document: dict[str, Any] | None
    scale: Scale
    grades: tuple[GradeRow, ...]
    stored: Regrade | None
    number: int
    total: int
    previous: Judgement | None
    next: Judgement | None
    # Management oversight, and the auditor manages the case-holder.
    needs_care: bool

    @property
    def auditors_grade(self) -> Grade | None:
        return next((row.grade for row in self.grades if row.is_auditors), None)

    @property
    def has_descriptors(self) -> bool:
        return any(row.areas for row in self.grades)

    @property
    def moderators_grade(self) -> Grade | None:
        code = self.stored.grade if self.stored else ""
        return next((row.grade for row in self.grades if row.grade.code == code), None)

    @property
    def revision(self) -> int:
        return self.stored.revision if self.stored else 0


def domain_page(moderation: Moderation, domain: str) -> DomainPage | None:
    """The page of a domain; None when this audit was not judged in it. One query beside those of the moderation."""
    audit = moderation.audit
    judgements = list(audit.judgements.all())
    place = next((place for place, one in enumerate(judgements) if one.domain == domain), None)
    asked = {question.domain: (section, question) for section, question in audit.form.judgements(audit.part)}
    scale = audit.form.scale
    if place is None or domain not in asked or scale is None:
        return None
    section, question = asked[domain]
    answers = SectionAnswers.objects.filter(audit=audit, section=section.key).order_by()
    return DomainPage(
        judgement=judgements[place],
        section=section,
        document=answers.values_list("document", flat=True).first(),
        scale=scale,
        grades=_grades(moderation, question, judgements[place], scale),
        stored=next((one for one in moderation.regrades.all() if one.domain == domain), None),
        number=place + 1,
        total=len(judgements),
        previous=judgements[place - 1] if place else None,
        next=judgements[place + 1] if place + 1 < len(judgements) else None,
        needs_care=moderation.oversight_needs_care and question.oversight,
    )


def _grades(moderation: Moderation, question: Question, judgement: Judgement, scale: Scale) -> tuple[GradeRow, ...]:
    form = moderation.audit.form
    found = [descriptor for key in question.descriptors if (descriptor := form.descriptor(key)) is not None]
    return tuple(
        GradeRow(
            grade,
            tuple(
                Area(descriptor.title, tuple(descriptor.grades[grade.code]))
                for descriptor in found
                if descriptor.grades.get(grade.code)
            ),
            grade.code == judgement.auditor_grade,
        )
        for grade in scale.grades
    )


def needing_care(moderation: Moderation) -> frozenset[str]:
    """The domains that are about management oversight, where the auditor manages the case-holder; else none.

    Bristol QAF, *Moderation*: where the case-holder's manager audited, particular attention to the evidence for the
    grading in respect of management oversight.
    """
    if not moderation.oversight_needs_care:
        return frozenset()
    audit = moderation.audit
    return frozenset(question.domain for _, question in audit.form.judgements(audit.part) if question.oversight)


@dataclass(frozen=True)
class Happening:
    """One line of a moderation's history, as ``components/timeline.html`` shows it."""

    what: str
    at: datetime
    who: User | None
    text: str


def history(moderation: Moderation, *, reopened_as: str) -> list[Happening]:
    """Who handed it over to whom and who reopened it, with the reasons, the latest first. Two queries.

    ``reopened_as`` is the kind under which the audit keeps why its moderation was reopened.
    """
    handed = moderation.hand_overs.select_related("before", "after", "by")
    reopened = moderation.audit.reasons.filter(kind=reopened_as).select_related("by")
    found = [
        Happening(
            f"Handed over from {one.before} to {one.after}" if one.before else f"{one.after} named as moderator",
            one.at,
            one.by,
            one.reason,
        )
        for one in handed
    ]
    found += [Happening("Reopened", one.at, one.by, one.text) for one in reopened]
    return sorted(found, key=lambda one: one.at, reverse=True)


@dataclass(frozen=True)
class Earlier:
    """A finding as it stood before: by whom and when it was saved, and what it said, label by label."""

    revision: int
    saved_by: User | None
    saved_at: datetime
    lines: list[tuple[str, str]]


def earlier_findings(moderation: Moderation, page: DomainPage, *, before: int | None, most: int) -> list[Earlier]:
    """What a domain's finding said before, the latest first: at most so many, older than revision ``before``.

    One query.
    """
    rows = RegradeRevision.objects.filter(regrade__moderation=moderation, regrade__domain=page.judgement.domain)
    if before is not None:
        rows = rows.filter(revision__lt=before)
    names = {row.grade.code: row.grade.name for row in page.grades}
    evidence = dict(Regrade.Evidence.choices)
    return [
        Earlier(row.revision, row.saved_by, row.saved_at, _lines(row.values, names, evidence))
        for row in rows.select_related("saved_by").order_by("-revision")[:most]
    ]


def _lines(values: dict[str, str], grades: dict[str, str], evidence: dict[str, str]) -> list[tuple[str, str]]:
    said = [
        ("Grade", grades.get(values.get("grade", ""), "")),
        ("Reason", values.get("reason", "")),
        ("Evidence", evidence.get(values.get("evidence", ""), "")),
        ("Looked at", values.get("sampled", "")),
        ("Analysis", values.get("analysis", "")),
    ]
    return [(label, text) for label, text in said if text]
