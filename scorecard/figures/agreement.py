"""How far moderators agreed with auditors in a period: counts of pairs of grades, for moderation's own figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q

from audits.models import Judgement
from audits.models.audits import AuditQuerySet
from moderation.queries.agreement import DECIDED

OVERALL, DOMAINS = "overall", "domains"


def count(settled: AuditQuerySet, scale_of: Mapping[int, str]) -> list[dict[str, Any]]:
    """Pairs of the auditor's and the moderator's grade with how many judgements have them, by scale; one query.

    ``scale_of`` gives the key of a form version's scale. As on the page of agreement, decided moderations count that
    stand, and the moderator's grade, whatever a panel made of it later.
    """
    found = (
        Judgement.objects.filter(
            audit__in=settled.filter(
                type__process__moderation=True, state__in=[one.value for one in DECIDED]
            ).order_by()
        )
        .filter(~Q(auditor_grade=""), ~Q(moderated_grade=""))
        .order_by()
        .values("audit__form_version_id", "is_overall", "auditor_grade", "moderated_grade")
        .annotate(number=Count("pk"))
    )
    counts: dict[tuple[str, str, str, str], int] = {}
    for row in found:
        if scale := scale_of.get(row["audit__form_version_id"]):
            which = OVERALL if row["is_overall"] else DOMAINS
            key = (scale, which, row["auditor_grade"], row["moderated_grade"])
            counts[key] = counts.get(key, 0) + row["number"]
    return [
        {"scale": scale, "which": which, "from": before, "to": after, "count": number}
        for (scale, which, before, after), number in sorted(counts.items())
    ]
