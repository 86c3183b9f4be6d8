"""Saying how many hours a kind of task takes in this organisation."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction

from audits.access.programme import may_plan_work
from audits.models import Effort, EffortKind
from qaf.errors import NotAllowed
from qaf.people.models import User
from qaf.trail.chain import record


@transaction.atomic
def set_efforts(hours: Mapping[str, Decimal], *, by: User) -> list[str]:
    """Keep the hours of each kind of task (by ``EffortKind``); gives the names of those that changed.

    Raises NotAllowed for anybody but a QA manager.
    """
    if not may_plan_work(by):
        raise NotAllowed("QA managers say how long a task takes.")
    stored = {effort.kind: effort for effort in Effort.objects.select_for_update().order_by("pk")}
    changed: dict[str, str] = {}
    last: Effort | None = None
    for kind, value in hours.items():
        before = stored.get(kind)
        if before is not None and before.hours == value:
            continue
        last, _ = Effort.objects.update_or_create(kind=kind, defaults={"hours": value})
        changed[kind] = f"{value:f}"
    if last is not None:
        record("capacity.efforts_set", last, by=by, hours=changed)
    return [str(EffortKind(kind).label) for kind in changed]
