"""Audits as they stand at the end of a quarter, written down directly: the figures are about dates long past."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from itertools import count
from typing import Any

from django.utils import timezone

from audits.models import Audit, AuditType, Case, Form, FormVersion, Judgement, ProcessMap, State
from qaf.deadlines.workflow import set_deadline
from qaf.people.models import Team, User
from scorecard.models import Report
from scorecard.quarters import Quarter
from tests.factories import UserFactory

SCALE = {
    "key": "ofsted",
    "title": "Ofsted grades",
    "grades": [
        {"code": "O", "name": "Outstanding", "meets_standard": True},
        {"code": "G", "name": "Good", "meets_standard": True},
        {"code": "RI", "name": "Requires improvement", "meets_standard": False},
        {"code": "I", "name": "Inadequate", "meets_standard": False, "raises_alert": True},
    ],
}
_numbers = count(1)
THIRD_QUARTER = Quarter(2026, 3)


def make_type(
    key: str = "case-audit",
    *,
    moderation: bool = True,
    scale: dict[str, Any] | None = None,
    more_sections: Sequence[dict[str, Any]] = (),
) -> AuditType:
    """A type of audit on a form of two judgements, and what else is asked; the same key gives the same type."""
    found = AuditType.objects.filter(key=key).first()
    if found is not None:
        return found
    question = {"kind": "judgement", "label": "Judgement", "required": True}
    definition = {
        "form": key,
        "title": key.replace("-", " ").capitalize(),
        "scale": scale or SCALE,
        "sections": [
            {
                "key": "work",
                "title": "Work",
                "part": "audit",
                "questions": [
                    {"key": "planning", "domain": "planning", **question},
                    {"key": "all", "domain": "overall", "overall": True, **question},
                ],
            },
            *more_sections,
        ],
    }
    form = Form.objects.create(key=key, title=definition["title"])
    FormVersion.objects.create(
        form=form, number=1, state=FormVersion.State.PUBLISHED, definition=definition, published_at=timezone.now()
    )
    type = AuditType.objects.create(key=key, title=str(definition["title"]), form=form, reference_prefix="TST")
    ProcessMap.objects.create(type=type, moderation=moderation)
    return type


def _at(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time(11))) if day else None


def make_audit(
    *,
    team: Team,
    type: AuditType | None = None,
    auditor: User | None = None,
    allocated: date = date(2026, 7, 6),
    due: date | None = date(2026, 7, 20),
    submitted: date | None = None,
    moderated: date | None = None,
    moderation_due: date | None = None,
    distributed: date | None = None,
    closed: date | None = None,
    cancelled: date | None = None,
    grade: str = "",
    final: str = "",
    legal_status: str = "cin",
    step: str = "",
    step_due: date | None = None,
    reaudit_of: Audit | None = None,
) -> Audit:
    """Write an audit with these days and grades; its state follows from the last day given."""
    type, number = type or make_type(), next(_numbers)
    auditor = auditor or User.objects.filter(email="auditor@example.org").first()
    auditor = auditor or UserFactory.create(email="auditor@example.org", name="Ade Okoro")
    state = State.ALLOCATED
    for day, reached in (
        (submitted, State.MODERATING),
        (moderated, State.MODERATED),
        (distributed, State.DISTRIBUTED),
        (closed, State.CLOSED),
        (cancelled, State.CANCELLED),
    ):
        state = reached if day else state
    standing = final or grade
    grades = {one["code"]: one for one in (type.form.published_version.definition["scale"]["grades"])}  # type: ignore[union-attr]
    audit = Audit.objects.create(
        reference=f"TST-2026-{number:05d}",
        type=type,
        form_version=type.form.published_version,
        case=Case.objects.create(identifier=f"case {number}", legal_status=legal_status, team=team),
        auditor=auditor,
        state=state,
        legal_status=legal_status,
        team=team,
        service=team.service,
        agency=team.service.agency,
        reaudit_of=reaudit_of,
        step=step,
        due_on=step_due,
        auditor_grade=grade,
        final_grade=final,
        meets_standard=grades[standing]["meets_standard"] if standing else None,
        raises_alert=bool(grades[standing].get("raises_alert")) if standing else False,
        allocated_on=allocated,
        audit_due_on=due,
        submitted_at=_at(submitted),
        moderated_at=_at(moderated),
        distributed_at=_at(distributed),
        closed_at=_at(closed),
        cancelled_at=_at(cancelled),
    )
    if moderation_due and moderated:
        deadline = set_deadline(
            audit, kind="moderation", owner=auditor, due_on=moderation_due, title="Moderate", starts_on=allocated
        )
        deadline.met_at = _at(moderated)
        deadline.save()
    if grade:
        Judgement.objects.create(
            audit=audit, domain="planning", title="Planning", position=0, auditor_grade=grade, final_grade=final
        )
        Judgement.objects.create(
            audit=audit,
            domain="overall",
            title="Overall",
            position=1,
            is_overall=True,
            auditor_grade=grade,
            final_grade=final,
        )
    return audit


def make_finished(team: Team, grade: str, final: str = "", **fields: Any) -> Audit:
    """An audit of the third quarter of 2026, graded and moderated in time."""
    return make_audit(
        **{
            "team": team,
            "submitted": date(2026, 7, 17),
            "moderated": date(2026, 7, 30),
            "moderation_due": date(2026, 7, 31),
            "grade": grade,
            "final": final or grade,
            **fields,
        }
    )


def waiting_report(by: User | None = None, quarter: Quarter = THIRD_QUARTER, **fields: Any) -> Report:
    """A report that somebody, or the schedule, has just asked for."""
    if by is None:
        fields.setdefault("schedule_key", f"quarterly:{quarter.code}:all")
    return Report.objects.create(period_from=quarter.first_day, period_to=quarter.last_day, requested_by=by, **fields)
