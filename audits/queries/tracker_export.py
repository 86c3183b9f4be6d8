"""The tracker's list as a file: every row of it, read in pieces, without anything of the child's."""

import heapq
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone

from audits.models import FormVersion, State
from audits.models.audits import ENDED
from audits.queries.tracker import COLUMNS, SORTS, Filters, Row, by_ground
from qaf.people.models import User

# Rows held in memory at a time, for each ground of the person's.
CHUNK = 2_000
TIMES = ("allocated_on", "submitted_at", "moderated_at", "distributed_at", "closed_at")
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


def _with_times(values: Sequence[Any]) -> tuple[Row, Sequence[Any]]:
    return Row(*values[: len(COLUMNS)]), values[len(COLUMNS) :]


def every_row(user: User, filters: Filters, *, sort: str, step_words: dict[str, str]) -> Iterator[tuple[Any, ...]]:
    """All audits of the filtered list under ``HEADERS``, in order, read from the database in pieces."""
    order = SORTS[sort]
    today = timezone.localdate()
    parts = [
        map(
            _with_times,
            audits.order_by(*order.order(backwards=False)).values_list(*COLUMNS, *TIMES).iterator(chunk_size=CHUNK),
        )
        for audits in by_ground(user, filters)
    ]
    for row, times in heapq.merge(*parts, key=lambda pair: order.place(pair[0]), reverse=order.descending):
        yield (
            row.reference,
            row.type,
            row.service,
            row.team,
            row.auditor,
            State(row.state).label,
            step_words.get(row.step, row.step),
            row.step_owner,
            row.due_on,
            row.is_overdue(today),
            grade_name(row.form_version_id, row.auditor_grade) if row.is_graded else "",
            grade_name(row.form_version_id, row.final_grade) if row.is_graded else "",
            *times,
        )
