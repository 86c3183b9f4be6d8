"""Actions that follow from audits: how many were raised in a period, and what came of those due in it."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, Q

from audits.models import Action
from audits.models.audits import AuditQuerySet
from scorecard.grids import Grid
from scorecard.period import Period

COLUMNS = ("raised", "due", "in_time", "missed", "late", "not_done", "overdue")
PLACE = ("audit__service_id", "audit__service__name", "audit__agency__name")
# Action.State, written out: what is withdrawn is neither done nor to be done.
OPEN, DONE, WITHDRAWN = "open", ("done", "verified"), "withdrawn"


def count(period: Period, first_audits: AuditQuerySet) -> dict[str, Any]:
    """A grid "actions" with a row for each service and one for the whole; one query.

    ``first_audits`` are those whose actions count. An action is raised when its audit's grades are settled. Of those
    due in the period, ``missed`` is all that was not done in time: late, or not done when this is counted.
    """
    raised = period.holds("audit__moderated_at")
    due = Q(due_on__range=(period.first, period.last)) & ~Q(state=WITHDRAWN)
    done = due & Q(state__in=DONE, done_on__isnull=False)
    in_time = done & Q(done_on__lte=F("due_on"))
    counts = {
        "raised": raised,
        "due": due,
        "in_time": in_time,
        "late": done & Q(done_on__gt=F("due_on")),
        "overdue": Q(state=OPEN, due_on__lte=period.due_by),
    }
    found = (
        Action.objects.filter(audit__in=first_audits.order_by())
        .filter(raised | due | counts["overdue"])
        .order_by("audit__service__name", "audit__service_id")
        .values(*PLACE)
        .annotate(**{name: Count("pk", filter=condition) for name, condition in counts.items()})
    )
    return _grid(list(found)).as_json()


def _grid(found: list[dict[str, Any]]) -> Grid:
    grid = Grid(
        COLUMNS,
        along=[("due", ["in_time", "missed"]), ("missed", ["late", "not_done"])],
        down=COLUMNS,
        protected=COLUMNS,
        unseen=["missed"],
    )
    several = len({row["audit__agency__name"] for row in found}) > 1
    for row in found:
        name = row["audit__service__name"]
        key = grid.row(
            f"service:{row['audit__service_id']}", f"{name} ({row['audit__agency__name']})" if several else name
        )
        numbers = {column: row[column] for column in COLUMNS if column in row}
        missed = row["due"] - row["in_time"]
        grid.add_each(key, {**numbers, "missed": missed, "not_done": missed - row["late"]})
    return grid.close() if grid.rows else grid
