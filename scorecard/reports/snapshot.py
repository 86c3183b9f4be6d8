"""The frozen snapshot of a report: what every page and file of it is made from."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils import timezone

# Of the snapshot's own shape; a later shape keeps reading the earlier ones.
SHAPE = 2


def make_snapshot(
    *,
    kind: str,
    title: str,
    period: tuple[date, date],
    period_label: str,
    scope: str,
    counted_at: datetime,
    due_by: date,
    suppress_below: int,
    figures: dict[str, Any],
    hidden: Iterable[str],
) -> dict[str, Any]:
    """Put the figures and what they are about into one JSON document, without anybody's name.

    Which small numbers are hidden was decided when they were counted, and is frozen with the rest.
    """
    return {
        "shape": SHAPE,
        "kind": kind,
        "title": title,
        "period": {"from": period[0].isoformat(), "to": period[1].isoformat(), "label": period_label},
        "scope": scope,
        "counted_at": timezone.localtime(counted_at).replace(microsecond=0).isoformat(),
        "due_by": due_by.isoformat(),
        "suppress_below": suppress_below,
        "hidden": sorted(hidden),
        "figures": figures,
    }


def digest_of(snapshot: dict[str, Any]) -> str:
    """The SHA-256 of a snapshot, however its keys are ordered."""
    text = json.dumps(snapshot, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
