"""Keeping the answers that are counted, when a part of the form is handed in."""

from audits.coding import coded, sections_coded
from audits.models import Audit
from audits.models.coded import CodedAnswer
from audits.queries.answers import answers_for


def code_answers(audit: Audit, part: str) -> None:
    """Keep the closed answers about feedback of a part that was handed in; what was kept of it before is replaced.

    In the caller's transaction, with the audit locked. Nothing is kept of a confidential audit: no report counts it.
    """
    sections = sections_coded(audit.form, part)
    if not sections or audit.confidential:
        return
    answers, _ = answers_for(audit, part)
    mine = tuple(f"{section.key}." for section in sections)
    before = {row.question: row for row in CodedAnswer.objects.filter(audit=audit) if row.question.startswith(mine)}
    now = {one.question: one for one in coded(audit.form, part, answers)}
    gone = [row.pk for key, row in before.items() if key not in now or now[key].value != row.value]
    if gone:
        CodedAnswer.objects.filter(pk__in=gone).delete()
    CodedAnswer.objects.bulk_create(
        CodedAnswer(audit=audit, voice=one.voice, question=one.question, value=one.value)
        for key, one in now.items()
        if key not in before or before[key].value != one.value
    )
