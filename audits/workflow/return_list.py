"""A form's own list of whom the audit was returned to, written from those who really got it.

Deep dive form, *Moderated audit returned to*: auditor, TM, SM, IRO/CPC, other, and whether the practitioner's feedback
was sought. A question of the distribution part with one of these keys is answered by the system, so that the form
never says anything else than what was done.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from audits.kloe.questions import Question
from audits.models import Audit, Recipient
from audits.queries.named import CHAIR, people_named
from audits.workflow.filling import write_section
from audits.workflow.parts import service_manager_for
from qaf.people.models import User, people_with_role
from qaf.people.roles import Role

PART = "distribution"
# The reason that a recipient has, by the key of the question about it; what else makes somebody one is asked below.
_BY_REASON = {
    "auditor": "Auditor",
    "team_manager": "Team manager",
    "service_manager": "Service manager",
    "chair": CHAIR,
}
_PRACTITIONER, _FEEDBACK, _OTHER = "practitioner", "practitioner_feedback", "other"


def is_written(question: Question) -> bool:
    """Whether the system answers this question of the distribution part."""
    if question.kind == "yes_no":
        return question.key in (*_BY_REASON, _PRACTITIONER, _FEEDBACK)
    return question.kind in ("short_text", "long_text") and question.key == _OTHER


def has_return_list(audit: Audit) -> bool:
    """Whether the form keeps such a list."""
    return any(is_written(question) for section in audit.form.sections_of(PART) for question in section.questions)


def write_return_list(audit: Audit, *, by: User) -> None:
    """Answer the form's list from the recipients as they are now, in the caller's transaction.

    Comments on its answers, and all other answers, stay as they are.
    """
    if not has_return_list(audit):
        return
    said = _Said.of(audit)
    rows = {row.section: row for row in audit.sections.all()}
    for section in audit.form.sections_of(PART):
        row = rows.get(section.key)
        document = row.document if row is not None else {"answers": {}, "raw": {}}
        answers, raw = dict(document.get("answers", {})), dict(document.get("raw", {}))
        for question in filter(is_written, section.questions):
            answer = said.answer(question, answers.get(question.key))
            raw.pop(question.key, None)
            if answer is None:
                answers.pop(question.key, None)
            else:
                answers[question.key] = answer
        write_section(audit, section=section.key, document={"answers": answers, "raw": raw}, by=by)


@dataclass(frozen=True)
class _Said:
    """What the list says: the keys that are answered with yes, the names of the others, whether a chair is known."""

    yes: frozenset[str]
    others: str
    has_chair: bool

    @classmethod
    def of(cls, audit: Audit) -> _Said:
        recipients = list(Recipient.objects.filter(audit=audit).select_related("person"))
        managers = people_with_role(Role.TEAM_MANAGER, day=timezone.localdate(), team=audit.team)
        # Somebody can be several at once: an auditor who manages the team.
        held: dict[str, set[int | None]] = {
            "auditor": {audit.auditor_id},
            "team_manager": {person.pk for person in managers},
            "service_manager": {getattr(service_manager_for(audit), "pk", None)},
            _PRACTITIONER: {audit.case_holder_id},
        }
        kinds: dict[int, set[str]] = {}
        for one in recipients:
            kinds[one.pk] = {key for key, people in held.items() if one.person_id in people}
            kinds[one.pk] |= {key for key, reason in _BY_REASON.items() if one.reason == reason}
        yes = {key for found in kinds.values() for key in found}
        if audit.step == "feedback" or _gave_feedback(audit):
            yes.add(_FEEDBACK)
        others = ", ".join(str(one.person) for one in recipients if not kinds[one.pk])
        return cls(frozenset(yes), others, any(one.reason == CHAIR for one in people_named(audit)))

    def answer(self, question: Question, before: Any) -> Any:
        if question.key == _OTHER:
            return self.others[: question.max_length or 200] or None
        if question.key in self.yes:
            said = "yes"
        else:
            said = "na" if question.key == "chair" and question.not_applicable and not self.has_chair else "no"
        return {"answer": said, "comment": before.get("comment", "") if isinstance(before, dict) else ""}


def _gave_feedback(audit: Audit) -> bool:
    keys = [section.key for section in audit.form.sections_of("feedback")]
    return audit.sections.filter(section__in=keys, revision__gt=0).exists()
