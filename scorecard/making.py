"""The work of making a report: claimed, told step by step, safe to stop or kill at any line.

1. A claim is a conditional UPDATE; its row count says who won. It leaves a fresh token on the row.
2. Each step begins with a sign of life under that token. When the token is no longer ours, because somebody called
   the report off or another worker took over after a long silence, we stop and write nothing.
3. Everything made stays in memory until the last step, which writes snapshot, files, notices and trail in one
   transaction. A kill before it leaves a report that is made from the start again; after it, nothing is left to do.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F, Q
from django.utils import timezone

from qaf.notices.outbox import tell
from qaf.people.models import Post, User
from qaf.people.roles import Role
from qaf.trail.chain import record
from scorecard.kinds import KINDS, period_of
from scorecard.models import Report, ReportFile, State
from scorecard.reports.files import MAKERS
from scorecard.reports.snapshot import digest_of, make_snapshot
from scorecard.workflow import locked
from scorecard.workflow.report_ground import name_of

log = logging.getLogger(__name__)

# A report that brings its worker down again and again is given up, not tried for ever.
MOST_ATTEMPTS = 5
KILLED = "Making this report was broken off too often. Ask your administrator to look at the log of the worker."
BROKEN = "Making this report ended with an error. Ask your administrator to look at the log of the worker."


class Overtaken(Exception):
    """The report is no longer ours to make: called off, or taken over."""


def _stale_before() -> Any:
    return timezone.now() - timedelta(seconds=settings.REPORT_STALE_SECONDS)


def _claimable() -> Q:
    return Q(state=State.WAITING) | Q(state=State.MAKING, heartbeat_at__lt=_stale_before())


def claim(pk: int) -> Report | None:
    """Take a report that waits, or whose maker has gone silent; None when somebody else has it or it is over."""
    token, now = uuid4(), timezone.now()
    won = (
        Report.objects.filter(pk=pk, attempts__lt=MOST_ATTEMPTS)
        .filter(_claimable())
        .update(
            state=State.MAKING,
            claim=token,
            claimed_at=now,
            heartbeat_at=now,
            attempts=F("attempts") + 1,
            steps_done=0,
            steps_total=len(STEPS),
            step=STEPS[0].sentence,
        )
    )
    return Report.objects.get(pk=pk) if won else None


def advance(report: Report, *, done: int, sentence: str) -> None:
    """Say which step begins. Raises Overtaken when the report is no longer ours."""
    alive = Report.objects.filter(pk=report.pk, claim=report.claim, state=State.MAKING).update(
        steps_done=done, step=sentence, heartbeat_at=timezone.now()
    )
    if not alive:
        raise Overtaken


@dataclass
class Work:
    """What has been made of a report so far."""

    report: Report
    counted_at: datetime = field(init=False)
    figures: dict[str, Any] = field(default_factory=dict)
    snapshot: dict[str, Any] = field(default_factory=dict)
    digest: str = ""
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    sentence: str
    do: Callable[[Work], None]


def _count(work: Work) -> None:
    work.counted_at = timezone.now()
    work.figures = KINDS[work.report.kind].count(work.report, work.counted_at)


def _freeze(work: Work) -> None:
    report, below = work.report, settings.REPORT_SUPPRESS_BELOW
    work.snapshot = make_snapshot(
        kind=report.kind,
        title=f"{report.get_kind_display()}: {report.subject}" if report.subject else report.get_kind_display(),
        period=(report.period_from, report.period_to),
        period_label=report.period_label,
        scope=report.scope_name,
        counted_at=work.counted_at,
        due_by=period_of(report, work.counted_at).due_by,
        suppress_below=below,
        figures=work.figures,
        hidden=KINDS[report.kind].hidden(work.figures, below),
    )
    work.digest = digest_of(work.snapshot)


def _write(format: str) -> Callable[[Work], None]:
    """The step that makes the report's file of a format."""

    def write(work: Work) -> None:
        work.files[format] = MAKERS[format](work.snapshot, work.digest)

    return write


STEPS = (
    Step("Counting", _count),
    Step("Hiding numbers that are too small to show", _freeze),
    Step("Writing the spreadsheet", _write(ReportFile.Format.XLSX)),
    Step("Writing the Word document", _write(ReportFile.Format.DOCX)),
    Step("Writing the slides", _write(ReportFile.Format.PPTX)),
    Step("Drawing the PDF", _write(ReportFile.Format.PDF)),
)


def make(pk: int) -> bool:
    """Make a report; whether this call made it. Does nothing when the report is somebody else's or over."""
    report = claim(pk)
    if report is None:
        return False
    work = Work(report)
    try:
        for done, step in enumerate(STEPS):
            advance(report, done=done, sentence=step.sentence)
            step.do(work)
        complete(work)
    except Overtaken:
        return False
    except DatabaseError:
        # Most likely the database is away for a while: the silence brings the report back to resume().
        raise
    except Exception:
        log.exception("Report %s could not be made", pk)
        give_up(report, error=BROKEN)
        return False
    return True


def _ours(report: Report, token: UUID | None) -> Report:
    current = locked(report)
    if current.state != State.MAKING or current.claim != token:
        raise Overtaken
    return current


@transaction.atomic
def complete(work: Work) -> Report:
    """Freeze the snapshot, keep the files and tell those who wait for it, all or nothing. Raises Overtaken."""
    report = _ours(work.report, work.report.claim)
    report.finish(work.snapshot, work.digest)
    report.save()
    for format, content in work.files.items():
        ReportFile.objects.create(report=report, format=format, content=content, snapshot_digest=work.digest)
    _tell_all(report, event="made", text=f"{name_of(report)} is ready to read.")
    record("report.made", report, by=None, digest=work.digest)
    return report


@transaction.atomic
def give_up(report: Report, *, error: str) -> None:
    """Mark a report as failed and tell those who wait for it; nothing when it is no longer ours."""
    try:
        report = _ours(report, report.claim)
    except Overtaken:
        return
    report.give_up(error)
    report.save()
    _tell_all(report, event="failed", text=f"{name_of(report)} could not be made.")
    record("report.failed", report, by=None, error=error)


def _tell_all(report: Report, *, event: str, text: str) -> None:
    """The person who asked; for the schedule's own report, every QA manager."""
    for person in _waiting_for(report):
        # A report that is tried again after failing may fail again: its time tells the two events apart.
        tell(
            person,
            key=f"report:{report.pk}:{event}:{report.claimed_at:%Y%m%d%H%M%S%f}:{person.pk}",
            text=text,
            path=report.get_absolute_url(),
        )


def _waiting_for(report: Report) -> list[User]:
    if report.requested_by is not None:
        return [report.requested_by]
    posts = (
        Post.objects.on(timezone.localdate())
        .with_role(Role.QA_MANAGER)
        .filter(person__is_active=True)
        .select_related("person")
        .order_by("person_id")
    )
    return list(dict.fromkeys(post.person for post in posts))


def unfinished() -> list[int]:
    """The reports that wait to be made, or whose maker has gone silent; those tried too often are given up."""
    for report in Report.objects.filter(
        state=State.MAKING, heartbeat_at__lt=_stale_before(), attempts__gte=MOST_ATTEMPTS
    ):
        give_up(report, error=KILLED)
    return list(Report.objects.filter(_claimable()).order_by("pk").values_list("pk", flat=True))
