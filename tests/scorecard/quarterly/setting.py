"""A form with feedback, answers to it, and reports made of what was counted."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from audits.models import Action, Audit, AuditType, CodedAnswer
from scorecard.figures import count
from scorecard.period import Period
from scorecard.reports.contents import document_of
from scorecard.reports.document import Document, Section, Table
from scorecard.reports.small_numbers import hidden_cells
from scorecard.reports.snapshot import make_snapshot
from tests.scorecard.factories import THIRD_QUARTER, make_type

YES_NO = {"kind": "yes_no", "label": "Has anyone in the family given feedback?"}
SCORE = {"kind": "scale_0_10", "label": "How was it with us?"}
TALKED = {"kind": "yes_no", "label": "Did you talk about the audit?"}


def feedback_type(key: str = "with-feedback") -> AuditType:
    """A type whose form asks families and the practitioner."""
    found = AuditType.objects.filter(key=key).first()
    if found is not None:
        return found
    sections = [
        {
            "key": "family-feedback",
            "title": "Feedback",
            "part": "audit",
            "questions": [{"key": "obtained", **YES_NO}, {"key": "score", **SCORE}],
        },
        {"key": "feedback", "title": "Learning", "part": "feedback", "questions": [{"key": "talked", **TALKED}]},
    ]
    return make_type(key, more_sections=sections)


def say(audit: Audit, **answers: str) -> None:
    """Keep coded answers of an audit: "obtained", "score" or "talked"."""
    for key, value in answers.items():
        voice, section = ("practitioner", "feedback") if key == "talked" else ("family", "family-feedback")
        CodedAnswer.objects.create(audit=audit, voice=voice, question=f"{section}.{key}", value=value)


def act(audit: Audit, *, due: date | None, state: str = "open", done: date | None = None) -> Action:
    """An action of an audit."""
    position = audit.actions.count() + 1
    return Action.objects.create(
        audit=audit, position=position, text="See the child.", due_on=due, state=state, done_on=done
    )


def figures(**fields: Any) -> dict[str, Any]:
    return count(Period(THIRD_QUARTER.first_day, THIRD_QUARTER.last_day, **fields))


def snapshot_of(found: dict[str, Any], below: int = 5) -> dict[str, Any]:
    """A snapshot of figures of the third quarter of 2026."""
    return make_snapshot(
        kind="quarterly",
        title="Quarterly report",
        period=(THIRD_QUARTER.first_day, THIRD_QUARTER.last_day),
        period_label=THIRD_QUARTER.label,
        scope="Whole organisation",
        counted_at=datetime(2026, 10, 7, 8, 0, tzinfo=UTC),
        due_by=THIRD_QUARTER.last_day,
        suppress_below=below,
        figures=found,
        hidden=hidden_cells(found, below),
    )


def document(found: dict[str, Any], below: int = 5) -> Document:
    return document_of(snapshot_of(found, below))


def section(document: Document, key: str) -> Section:
    return next(one for one in document.sections if one.key == key)


def words(table: Table) -> dict[str, list[str]]:
    return {row.header: [cell.text for cell in row.cells] for row in table.rows}
