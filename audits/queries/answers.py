"""What was written in an audit, in the shapes that the form engine asks for."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from audits.access import MODERATE
from audits.kloe.definition import Section
from audits.models import Audit, AuditUserObjectPermission, SectionAnswers
from qaf.people.models import people_with_role
from qaf.people.roles import Role

Answers = dict[str, dict[str, Any]]


Rows = dict[str, SectionAnswers]


def rows_of(audit: Audit) -> Rows:
    """Every section that was saved, with who saved it, by its key; one query. For pages that ask several things."""
    return {row.section: row for row in SectionAnswers.objects.filter(audit=audit).select_related("saved_by")}


def answers_and_raws(audit: Audit, rows: Rows | None = None) -> tuple[Answers, Answers]:
    """All sections' readable answers, and the input that could not be read, both by section key.

    One query; none for whoever has the ``rows`` already.
    """
    answers: Answers = {}
    raws: Answers = {}
    for row in SectionAnswers.objects.filter(audit=audit) if rows is None else rows.values():
        answers[row.section] = row.document.get("answers", {})
        raws[row.section] = row.document.get("raw", {})
    return answers, raws


def answers_for(audit: Audit, part: str, rows: Rows | None = None) -> tuple[Answers, Answers]:
    """As ``answers_and_raws``, with the grades that stand where a later part of the form asks about them.

    The practitioner's improvement plan depends on the grade after moderation, not on the auditor's.
    """
    answers, raws = answers_and_raws(audit, rows)
    if part == audit.part:
        return answers, raws
    final = {judgement.domain: judgement.standing_grade for judgement in audit.judgements.all()}
    for section, question in audit.form.judgements(audit.part):
        if question.domain in final:
            answers[section.key] = {**answers.get(section.key, {}), question.key: final[question.domain]}
    return answers, raws


def subject_of(audit: Audit) -> str:
    """What the audit is about, in words; for those who may read it."""
    if audit.case is not None:
        return audit.case.initials_and_age or "A child's case"
    return audit.subject or str(audit.case_holder or "")


def facts_of(audit: Audit, section: Section | None = None) -> dict[str, Any]:
    """What a form may ask for that the system already knows (``prefill`` in docs/forms.md).

    With a section only what its questions ask for is looked up.
    """
    wanted = {question.prefill for question in section.questions} if section is not None else set(_FACTS)
    return {name: fact(audit) for name, fact in _FACTS.items() if name in wanted}


def _holder(audit: Audit) -> str:
    if audit.case is None:
        return audit.case_holder.name if audit.case_holder else ""
    return audit.case.case_holder.name if audit.case.case_holder else audit.case.case_holder_name


def _manager(audit: Audit) -> str:
    managers = people_with_role(Role.TEAM_MANAGER, day=timezone.localdate(), team=audit.team)
    return managers[0].name if managers else ""


def _moderator(audit: Audit) -> str:
    part = AuditUserObjectPermission.objects.filter(content_object=audit, permission__codename=MODERATE)
    holder = part.select_related("user").first()
    return str(holder.user) if holder is not None else ""


_FACTS: dict[str, Callable[[Audit], Any]] = {
    "case.identifier": lambda audit: audit.case.identifier if audit.case else "",
    "case.initials_and_age": lambda audit: audit.case.initials_and_age if audit.case else "",
    "case.status": lambda audit: audit.legal_status,
    "case.holder": _holder,
    "case.team": lambda audit: audit.team.name,
    "case.manager": _manager,
    "audit.subject": subject_of,
    "audit.auditor": lambda audit: audit.auditor.name,
    "audit.moderator": _moderator,
    "today": lambda audit: timezone.localdate(),
}
