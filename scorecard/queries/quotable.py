"""Words of audits that QA may quote: whose audits, which of their answers, and what is known of the people in them.

Texts are encrypted, so they are read for the audits looked at alone: a page of audits at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from audits.access import may_read_part, out_of_fieldwork, overseen_by, remember_parts
from audits.coding import FEEDBACK, voice_of
from audits.kloe.filling import visible
from audits.kloe.questions import Question
from audits.models import Audit, AuditType, AuditUserObjectPermission
from audits.models.audits import AuditQuerySet
from qaf.people.models import User
from scorecard.models import Quotation, Report
from scorecard.period import Period
from scorecard.personal_data import Known

# Looking for words, of which few audits hold any; and leafing through all that was written.
AUDITS_A_SEARCH, AUDITS_A_PAGE = 10, 1
HALVES = ("strengths", "improvements")
# Words in a question that asks for a name, and in one that asks for a number or reference.
NAMING = frozenset(
    """
    name names child young person parent carer mother father sibling holder caseholder owner worker practitioner
    manager supervisor chair iro auditor moderator observer
    """.split()  # noqa: SIM905
)
NUMBERING = frozenset(["id", "number", "reference", "nhs", "upn", "lcs", "ics"])


@dataclass(frozen=True)
class Filters:
    """What is looked for: words, a voice, a type of audit by its key; empty for anything."""

    words: str = ""
    voice: str = ""
    type: str = ""


@dataclass(frozen=True)
class Excerpt:
    """One answer in words. ``key`` is "section.question", with the half of an evidence after another full stop."""

    audit: Audit
    key: str
    section: str
    question: str
    voice: str
    text: str

    @property
    def voice_words(self) -> str:
        return str(Quotation.Voice(self.voice).label)


def quotable_audits(report: Report, user: User) -> AuditQuerySet:
    """The audits of a report's period and scope that a person's QA posts cover, none confidential, the latest first.

    Not one about themselves; not one of a fieldwork that is not closed. A thematic report's are those of its work.
    """
    audits = overseen_by(user).filter(out_of_fieldwork(), confidential=False, submitted_at__isnull=False)
    audits = audits.exclude(case_holder=user).exclude(state="cancelled")
    if report.work_id:
        audits = audits.filter(work_id=report.work_id)
    else:
        audits = audits.filter(Period(report.period_from, report.period_to).holds("submitted_at"))
    if report.service_id:
        audits = audits.filter(service_id=report.service_id)
    elif report.agency_id:
        audits = audits.filter(agency_id=report.agency_id)
    return audits.order_by("-submitted_at", "-pk")


def quotable_keys(report: Report, user: User, keys: Iterable[int | None]) -> set[int]:
    """Which of these audits, by their keys, a person can quote from in a report."""
    wanted = [key for key in keys if key is not None]
    return set(quotable_audits(report, user).filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()


def types_of(audits: AuditQuerySet) -> list[tuple[str, str]]:
    """The types of these audits by key and title, to choose from."""
    types = AuditType.objects.filter(pk__in=audits.order_by().values("type_id")).order_by("title")
    return list(types.values_list("key", "title"))


def to_read(audits: AuditQuerySet) -> AuditQuerySet:
    """With what reading their words needs."""
    return audits.select_related("type", "team", "service", "case").prefetch_related("sections")


def excerpts(audits: Sequence[Audit], user: User, filters: Filters) -> list[Excerpt]:
    """The answers in words of these audits (``to_read``) that a person may read and that fit; one query for rights."""
    _remember_rights(audits, user)
    wanted = filters.words.casefold().split()
    return [
        one
        for audit in audits
        for one in _excerpts_of(audit, user)
        if filters.voice in ("", one.voice) and all(word in one.text.casefold() for word in wanted)
    ]


def excerpt(audit: Audit, key: str, user: User) -> Excerpt | None:
    """One answer by its key, if there is such and the person may read it."""
    return next((one for one in _excerpts_of(audit, user) if one.key == key), None)


def _remember_rights(audits: Sequence[Audit], user: User) -> None:
    held: dict[int, set[str]] = {audit.pk: set() for audit in audits}
    rows = AuditUserObjectPermission.objects.filter(user=user, content_object__in=held)
    for pk, code in rows.values_list("content_object_id", "permission__codename"):
        held[pk].add(code)
    for audit in audits:
        remember_parts(user, audit, frozenset(held[audit.pk]))


def _excerpts_of(audit: Audit, user: User) -> Iterator[Excerpt]:
    answers = {row.section: row.document.get("answers", {}) for row in audit.sections.all()}
    for part in (audit.part, FEEDBACK):
        if not may_read_part(user, audit, part):
            continue
        for section, questions in visible(audit.form, part, answers):
            voice = voice_of(section) or Quotation.Voice.AUDITOR.value
            for question in questions:
                for half, text in _texts(question, answers.get(section.key, {}).get(question.key)):
                    key = ".".join(filter(None, (section.key, question.key, half)))
                    yield Excerpt(audit, key, section.title, question.label, voice, text)


def _texts(question: Question, answer: Any) -> Iterator[tuple[str, str]]:
    """The halves of an evidence, or a long text; "" for the half of what has none."""
    if question.kind == "evidence" and isinstance(answer, dict):
        yield from ((half, answer[half]) for half in HALVES if answer.get(half))
    elif question.kind == "long_text" and answer:
        yield "", str(answer)


def known_of(audit: Audit | None) -> Known:
    """What is known of the people in an audit, from its case, its answers and the people who work here."""
    others = frozenset(User.objects.order_by().values_list("name", flat=True))
    if audit is None:
        return Known(others=others)
    names, initials, identifiers, days = _of_case(audit)
    answers = {row.section: row.document.get("answers", {}) for row in audit.sections.all()}
    for section, question in audit.form.all_questions():
        answer = answers.get(section.key, {}).get(question.key)
        for asked, value in _single(question, answer):
            words = set(_plain_words(f"{asked.key} {asked.label}"))
            if asked.kind == "person" and isinstance(value, dict):
                names.add(str(value.get("name", "")))
            elif asked.kind in ("date", "signature"):
                days |= _days(value) if "birth" in words or "dob" in words else set()
            elif asked.kind == "short_text" and words & NUMBERING:
                identifiers |= {str(value), *(one for one in _plain_words(str(value)) if _is_number(one))}
            elif asked.kind == "short_text" and words & NAMING:
                initialled = words & {"initials", "initial"} and str(value).split(",")[0].isupper()
                (initials if initialled else names).add(str(value))
    return Known(
        names=frozenset(_named(names)),
        initials=frozenset(_letters(initials)),
        identifiers=frozenset(identifiers - {""}),
        days=frozenset(days),
        others=others,
    )


def _of_case(audit: Audit) -> tuple[set[str], set[str], set[str], set[date]]:
    names, initials, identifiers = {audit.auditor.name}, set(), {audit.reference}
    if audit.case_holder is not None:
        names.add(audit.case_holder.name)
    if audit.case is not None:
        names.add(audit.case.case_holder_name)
        initials.add(audit.case.initials)
        identifiers.add(audit.case.identifier)
    if audit.subject:
        names.add(audit.subject)
    return names, initials, identifiers, set()


def _single(question: Question, answer: Any) -> Iterator[tuple[Question, Any]]:
    """A question with its answer; of rows, each column with each row's."""
    if question.kind == "rows" and isinstance(answer, list):
        for row in answer:
            yield from ((column, row[column.key]) for column in question.columns if row.get(column.key))
    elif answer:
        yield question, answer


def _plain_words(text: str) -> list[str]:
    return "".join(sign if sign.isalnum() else " " for sign in text.casefold()).split()


def _is_number(word: str) -> bool:
    return len(word) > 4 and any(sign.isdigit() for sign in word)


def _named(names: set[str]) -> Iterator[str]:
    """Names out of answers: only what is capitalised, so that "Maya, her aunt" does not make "aunt" a name."""
    for name in names:
        words = [word for word in name.replace(",", " ").split() if word[:1].isupper()]
        if words:
            yield " ".join(words)


def _letters(initials: set[str]) -> Iterator[str]:
    """The letters of "AB, 7"."""
    for one in initials:
        letters = one.split(",")[0].strip()
        if 1 < len([sign for sign in letters if sign.isalpha()]) < 6:
            yield letters


def _days(answer: Any) -> set[date]:
    try:
        return {date.fromisoformat(str(answer))}
    except ValueError:
        return set()
