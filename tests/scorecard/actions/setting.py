"""A made report with a recommendation, and people around it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from qaf.people.models import Agency, User
from qaf.people.roles import Role
from scorecard.models import ImprovementAction, Recommendation, Report, Stage, State
from scorecard.workflow.improvement import Smart, create_action
from tests.scorecard.board_factories import somebody


def make_recommendation(by: User, *, agency: Agency | None = None, stage: Stage = Stage.PRESENTED) -> Recommendation:
    report = Report.objects.create(
        period_from=date(2026, 7, 1),
        period_to=date(2026, 9, 30),
        agency=agency,
        requested_by=by,
        state=State.MADE,
        snapshot={"shape": 2},
        snapshot_digest="0" * 64,
        stage=stage,
    )
    return Recommendation.objects.create(report=report, number=1, text="Involve fathers in plans.", added_by=by)


def smart(owner: User, **changes: Any) -> Smart:
    said = {
        "specific": "Brief every team on involving fathers",
        "measurable": "All teams briefed; twelve files looked at",
        "owner": owner,
        "due_on": timezone.localdate() + timedelta(days=60),
    }
    return Smart(**{**said, **changes})


def make_action(by: User | None = None, owner: User | None = None, **changes: Any) -> ImprovementAction:
    by = by or somebody(Role.QA_MANAGER)
    return create_action(make_recommendation(by), smart(owner or somebody(Role.TEAM_MANAGER), **changes), by=by)
