"""What was written in an audit, in the shapes that the form engine asks for."""

from typing import Any

from django.utils import timezone

from audits.models import Audit, SectionAnswers

Answers = dict[str, dict[str, Any]]


def answers_and_raws(audit: Audit) -> tuple[Answers, Answers]:
    """All sections' readable answers, and the input that could not be read, both by section key; one query."""
    answers: Answers = {}
    raws: Answers = {}
    for row in SectionAnswers.objects.filter(audit=audit):
        answers[row.section] = row.document.get("answers", {})
        raws[row.section] = row.document.get("raw", {})
    return answers, raws


def answers_for(audit: Audit, part: str) -> tuple[Answers, Answers]:
    """As ``answers_and_raws``, with the grades that stand where a later part of the form asks about them.

    The practitioner's improvement plan depends on the grade after moderation, not on the auditor's.
    """
    answers, raws = answers_and_raws(audit)
    if part == audit.part:
        return answers, raws
    final = {judgement.domain: judgement.standing_grade for judgement in audit.judgements.all()}
    for section, question in audit.form.judgements(audit.part):
        if question.domain in final:
            answers[section.key] = {**answers.get(section.key, {}), question.key: final[question.domain]}
    return answers, raws


def facts_of(audit: Audit) -> dict[str, Any]:
    """What a form may ask for that the system already knows (``prefill`` in docs/forms.md)."""
    case = audit.case
    return {
        "case.identifier": case.identifier,
        "case.initials_and_age": case.initials_and_age,
        "case.status": audit.legal_status,
        "case.holder": case.case_holder.name if case.case_holder else case.case_holder_name,
        "case.team": audit.team.name,
        "audit.auditor": audit.auditor.name,
        "today": timezone.localdate(),
    }
