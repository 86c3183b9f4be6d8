"""Moderated audits written down directly: agreement is about what was decided long ago, and about many."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from itertools import count as numbers
from typing import Any

from django.utils import timezone

from audits.models import Audit, AuditType, Form, FormVersion, Judgement, ProcessMap, State
from moderation.models import Moderation
from qaf.people.models import Team, User

FOUR = {
    "key": "ofsted",
    "title": "Ofsted grades",
    "grades": [
        {"code": "O", "name": "Outstanding", "meets_standard": True},
        {"code": "G", "name": "Good", "meets_standard": True},
        {"code": "RI", "name": "Requires improvement", "meets_standard": False},
        {"code": "I", "name": "Inadequate", "meets_standard": False, "raises_alert": True},
    ],
}
THREE = {
    "key": "good",
    "title": "Good",
    "grades": [
        {"code": "E", "name": "Exceeds good", "meets_standard": True},
        {"code": "M", "name": "Meets good", "meets_standard": True},
        {"code": "D", "name": "Does not meet good yet", "meets_standard": False, "raises_alert": True},
    ],
}


_references = numbers(1)


def make_type(key: str = "case-audit", scale: dict[str, Any] | None = None) -> AuditType:
    """A type of audit with a domain and an overall grade; the same key gives the same type."""
    found = AuditType.objects.filter(key=key).first()
    if found is not None:
        return found
    title = key.replace("-", " ").capitalize()
    judgement = {"kind": "judgement", "required": True}
    questions = [
        {"key": "planning", "domain": "planning", "label": "Planning", **judgement},
        {"key": "all", "domain": "overall", "label": "Overall", "overall": True, **judgement},
    ]
    definition = {
        "form": key,
        "title": title,
        "scale": scale or FOUR,
        "sections": [{"key": "work", "title": "Work", "part": "audit", "questions": questions}],
    }
    form = Form.objects.create(key=key, title=title)
    FormVersion.objects.create(
        form=form, number=1, state=FormVersion.State.PUBLISHED, definition=definition, published_at=timezone.now()
    )
    made = AuditType.objects.create(key=key, title=title, form=form, reference_prefix="AGR")
    ProcessMap.objects.create(type=made)
    return made


def make_many(
    count: int,
    team: Team,
    auditor: User,
    moderator: User,
    grades: Mapping[str, str],
    *,
    moderated: date = date(2026, 7, 30),
    type: AuditType | None = None,
    **fields: Any,
) -> list[Audit]:
    """Audits whose grades are given as {"planning": "G RI"}: the auditor's, then the moderator's if there is one."""
    type = type or make_type()
    settled = timezone.make_aware(datetime.combine(moderated, time(11)))
    values = {
        "type": type,
        "form_version": type.form.published_version,
        "subject": "Made up",
        "auditor": auditor,
        "state": State.CLOSED,
        "team": team,
        "service": team.service,
        "agency": team.service.agency,
        "submitted_at": settled,
        "moderated_at": settled,
        **fields,
    }
    audits = Audit.objects.bulk_create(
        Audit(reference=f"AGR-2026-{next(_references):05d}", **values) for _ in range(count)
    )
    Moderation.objects.bulk_create(Moderation(audit=audit, moderator=moderator, state="decided") for audit in audits)
    Judgement.objects.bulk_create(
        Judgement(
            audit=audit,
            domain=domain,
            title=domain.capitalize(),
            position=position,
            is_overall=domain == "overall",
            auditor_grade=pair.split()[0],
            moderated_grade=[*pair.split(), ""][1],
        )
        for audit in audits
        for position, (domain, pair) in enumerate(grades.items())
    )
    return audits
