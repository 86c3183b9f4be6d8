"""How far a report is on its way to the board, and what is left to do of the piece of work it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from audits.access.programme import works_visible_to
from audits.models import Work, WorkState
from qaf.people.models import User
from scorecard.access.reports import SUBGROUP, visible_to
from scorecard.models import Report, ReportVersion, Stage, State

WAY = (Stage.DRAFTING, Stage.DRAFTED, Stage.SIGNED_OFF, Stage.CONSIDERED, Stage.AMENDED, Stage.PRESENTED)
# How far the piece of work should be when the report is at a stage, and what is then said of it.
WORK_WAY = (WorkState.ANALYSIS, WorkState.SIGNED_OFF, WorkState.CONSIDERED, WorkState.PRESENTED, WorkState.CLOSED)
WORK_AT = {
    Stage.SIGNED_OFF: WorkState.SIGNED_OFF,
    Stage.CONSIDERED: WorkState.CONSIDERED,
    Stage.AMENDED: WorkState.CONSIDERED,
    Stage.PRESENTED: WorkState.PRESENTED,
}


@dataclass(frozen=True)
class Milestone:
    """A stage as the report's page lists it; ``state``: done, now or later."""

    title: str
    state: str
    hint: str = ""


@dataclass(frozen=True)
class WorkLeft:
    """A piece of work that is not as far as its report; ``opens``: whether the person may open its page."""

    work: Work
    opens: bool


def progress_of(report: Report, versions: Sequence[ReportVersion]) -> list[Milestone]:
    """The stages in order, each with when it was reached; ``versions``: those one may read, the latest first."""
    at = WAY.index(Stage(report.stage))
    reached = {one.stage: one for one in reversed(versions)}
    found = []
    for place, stage in enumerate(WAY):
        if stage is Stage.AMENDED and place < at and stage not in reached:
            # Presented as it was.
            continue
        # A draft that came back has a version too, but that is not what begins the drafting.
        version = reached.get(stage) if place <= at and stage is not Stage.DRAFTING else None
        over = place < at or report.stage == Stage.PRESENTED
        found.append(
            Milestone(
                "Amended, if anything is" if stage is Stage.AMENDED and place > at else stage.label,
                "done" if over else "now" if place == at else "later",
                f"Version {version.number}, {timezone.localtime(version.at):%-d %B %Y}" if version else "",
            )
        )
    return found


def work_left(report: Report, user: User) -> WorkLeft | None:
    """The report's piece of work when it is behind its report; None when there is none, or it has kept up."""
    wanted = WORK_AT.get(Stage(report.stage))
    work = report.work
    if work is None or wanted is None:
        return None
    at = WORK_WAY.index(work.state) if work.state in WORK_WAY else -1
    if at >= WORK_WAY.index(wanted) or work.state == WorkState.WITHDRAWN:
        return None
    return WorkLeft(work, works_visible_to(user).filter(pk=work.pk).exists())


def waiting_for(user: User) -> QuerySet[Report]:
    """The reports that somebody is to act on: a chair's to sign off, the subgroup's to consider, the newest first."""
    mine = visible_to(user).filter(state=State.MADE, stage=Stage.DRAFTED, chair=user)
    if user.holds(*SUBGROUP):
        mine = mine | visible_to(user).filter(state=State.MADE, stage=Stage.SIGNED_OFF)
    return mine.select_related("agency", "service").defer("snapshot").order_by("-stage_at", "-pk")
