"""The tracker's list as a file: every row of it, read in pieces, without anything of the child's."""

import heapq
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone

from audits.models import FormVersion, State
from audits.queries.tracker import SORTS, Filters, Row, by_ground
from qaf.people.models import User

# Rows held in memory at a time, for each ground of the person's.
CHUNK = 2_000
MORE = (
    "type__title", "service__name", "team__name", "auditor__name", "step_owner__name", "allocated_on",
    "submitted_at", "moderated_at", "distributed_at", "closed_at",
)  # fmt: skip
HEADERS = (
    "Reference", "Type", "Service", "Team", "Auditor", "State", "Current step", "Waits for", "Due", "Overdue",
    "Auditor's grade", "Final grade", "Allocated", "Submitted", "Moderated", "Distributed", "Closed",
)  # fmt: skip


def grade_name(form_version_id: int, code: str) -> str:
    """The grade's name on the scale of that form version; the code itself when the scale does not know it."""
    if not code:
        return ""
    scale = FormVersion.parsed_by_pk(form_version_id).scale
    grade = scale.grade(code) if scale else None
    return grade.name if grade else code


def _with_more(values: Sequence[Any]) -> tuple[Row, Sequence[Any]]:
    return Row(*values[: len(Row._fields)]), values[len(Row._fields) :]


def every_row(user: User, filters: Filters, *, sort: str, step_words: dict[str, str]) -> Iterator[tuple[Any, ...]]:
    """All audits of the filtered list under ``HEADERS``, in order, read from the database in pieces."""
    order = SORTS[sort]
    today = timezone.localdate()
    parts = [
        map(
            _with_more,
            audits.order_by(*order.order(backwards=False)).values_list(*Row._fields, *MORE).iterator(chunk_size=CHUNK),
        )
        for audits in by_ground(user, filters)
    ]
    for row, more in heapq.merge(*parts, key=lambda pair: order.place(pair[0]), reverse=order.descending):
        title, service, team, auditor, step_owner, *times = more
        yield (
            row.reference,
            title,
            service,
            team,
            auditor,
            State(row.state).label,
            step_words.get(row.step, row.step),
            step_owner,
            row.due_on,
            row.is_overdue(today),
            grade_name(row.form_version_id, row.auditor_grade) if row.is_graded else "",
            grade_name(row.form_version_id, row.final_grade) if row.is_graded else "",
            *times,
        )
