"""The versions of a report: one is frozen at each of its steps, and never changes."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from qaf.people.models import User
from scorecard.models import Report, ReportVersion, Stage
from scorecard.queries.reports import content_of
from scorecard.reports.snapshot import digest_of

# What a version is called in the report itself.
STAGE_WORDS = {Stage.DRAFTING: "Sent back", Stage.DRAFTED: "Draft for the chair"}


def latest_version(report: Report) -> ReportVersion | None:
    return report.versions.order_by("-number").first()


def freeze(
    report: Report,
    stage: Stage,
    *,
    by: User | None,
    note: str = "",
    minute: str = "",
    content: dict[str, Any] | None = None,
) -> ReportVersion:
    """Keep a report as it stands, or with this content, as the version of a stage it has just reached.

    Call it with the report's row locked, so that two versions never take one number.
    """
    before = latest_version(report)
    number = before.number + 1 if before else 1
    now = timezone.now()
    frozen = {
        **(content_of(report) if content is None else content),
        "version": {
            "number": number,
            "stage": stage.value,
            "stage_words": STAGE_WORDS.get(stage, stage.label),
            "on": timezone.localdate(now).isoformat(),
        },
    }
    return ReportVersion.objects.create(
        report=report,
        number=number,
        stage=stage,
        content=frozen,
        digest=digest_of(frozen),
        note=note,
        minute=minute,
        by=by,
        at=now,
    )
