"""What is asked about panels: how many a year, what a member reads, whose grades they see, and who is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from audits.kloe.conditions import Reference, references
from audits.kloe.questions import FormDefinition, Section
from audits.models import Audit, Judgement
from audits.queries.answers import Answers, answers_and_raws
from moderation.access.conflicts import conflicts_of
from moderation.access.panels import may_case, open_to_panel, seat_of, sees_views, sees_views_on
from moderation.models import Panel, PanelCase, PanelMember, PanelView, Regrade
from qaf.errors import NotAllowed
from qaf.people.models import User


def how_many_this_year(day: date) -> int:
    """How many panels meet, or met, in the calendar year of a day; those called off do not count."""
    return Panel.objects.standing().filter(meets_on__year=day.year).count()


@dataclass(frozen=True)
class Missing:
    """A member, and the cases that they have not graded yet."""

    member: PanelMember
    cases: tuple[PanelCase, ...]


def missing_views(panel: Panel) -> list[Missing]:
    """Who has not graded every case that is theirs to grade, in the order of their seats. Never says what was graded.

    A case that somebody is concerned with is not theirs, and nobody can grade one whose audit was cancelled since. A
    fixed number of queries.
    """
    rows = PanelCase.objects.filter(panel=panel).select_related("audit__type", "audit__case")
    cases = [case for case in rows if open_to_panel(case.audit)]
    conflicts = conflicts_of(case.audit for case in cases)
    done = set(PanelView.objects.filter(case__panel=panel).order_by().values_list("member_id", "case_id"))
    found = []
    for member in PanelMember.objects.filter(panel=panel).select_related("person"):
        if not member.grades:
            continue
        left = tuple(
            case
            for case in cases
            if (member.pk, case.pk) not in done and not conflicts[case.audit_id].why(member.person)
        )
        if left:
            found.append(Missing(member, left))
    return found


def own_view(user: User, case: PanelCase) -> PanelView | None:
    """The grade that a person recorded on a case; None when they have not, or hold no seat."""
    seat = seat_of(user, case.panel)
    return PanelView.objects.filter(case=case, member=seat).first() if seat is not None else None


def views_seen_by(user: User, case: PanelCase) -> list[PanelView]:
    """The recorded grades on a case that a person may see: their own; everybody's once the discussion is open.

    Whoever is concerned with the audit does not follow its discussion: they see them when the panel has closed.
    """
    views = PanelView.objects.filter(case=case).select_related("member__person").order_by("member")
    if sees_views(user, case.panel):
        return list(views) if sees_views_on(user, case, conflicts_of([case.audit])[case.audit_id]) else []
    seat = seat_of(user, case.panel)
    return list(views.filter(member=seat)) if seat is not None else []


# What a member reads


@dataclass(frozen=True)
class BundleSection:
    """A section of the auditor's form as a member reads it: with ``{% kloe_answers %}``."""

    section: Section
    document: Mapping[str, Any]


@dataclass(frozen=True)
class Bundle:
    """The record of an audit for a member of the panel.

    Until ``revealed`` there is nothing in it of what auditor and moderator graded: ``judgement`` and ``regrade`` are
    None, no grade is among the answers, and what is asked only at some grades is left out.
    """

    case: PanelCase
    audit: Audit
    form: FormDefinition
    sections: tuple[BundleSection, ...]
    answers: Answers
    revealed: bool
    judgement: Judgement | None = None
    regrade: Regrade | None = None


def bundle(case: PanelCase, user: User, *, recorded: bool | None = None) -> Bundle:
    """What a member of the panel reads of a case. ``recorded``: whether they have graded it, when that is known.

    Raises NotAllowed for those who do not read it (``access.panels.may_case``).
    """
    if not may_case(user, "read", case):
        raise NotAllowed("This case is for the members of the panel who have no part in it, while the panel works.")
    if recorded is None:
        recorded = own_view(user, case) is not None
    revealed = recorded or sees_views(user, case.panel)
    audit, form = case.audit, case.audit.form
    answers, raws = answers_and_raws(audit)
    sections: Sequence[Section] = form.sections_of(audit.part)
    if not revealed:
        sections = without_grades(form, audit.part)
        answers = {
            section.key: {
                question.key: answers[section.key][question.key]
                for question in section.questions
                if question.key in answers.get(section.key, {})
            }
            for section in sections
        }
    shown = tuple(
        BundleSection(section, {"answers": answers.get(section.key, {}), "raw": raws.get(section.key, {})})
        for section in sections
    )
    judgement = regrade = None
    if revealed:
        judgement = Judgement.objects.filter(audit=audit, domain=case.domain).first()
        regrade = Regrade.objects.filter(moderation__audit=audit, domain=case.domain).first()
    return Bundle(case, audit, form, shown, answers, revealed, judgement, regrade)


def without_grades(form: FormDefinition, part: str) -> tuple[Section, ...]:
    """The sections of a part without the questions that hold a grade, or that are asked only at some grades.

    Also without those that hang on such a question: that one is there at all would tell the grade.
    """
    telling: set[Reference] = set()
    for reference in form.deciding_order:
        question = form.question(reference)
        section = form.section(reference.section)
        looked_at = {*references(section.when), *(references(question.when) if question else ())}
        if question is None or question.kind == "judgement" or looked_at & telling:
            telling.add(reference)
    kept = (
        replace(section, questions=tuple(q for q in section.questions if Reference(section.key, q.key) not in telling))
        for section in form.sections_of(part)
    )
    return tuple(section for section in kept if section.questions)
