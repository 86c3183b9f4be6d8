"""The family “reports” in the access matrix: reports at every stage, and what is written in them.

"CH" is the chair that each report was sent to; "QO" and "QM" of our agency are those who could have made ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from scorecard.models import Recommendation, Report, ReportVersion, Stage

if TYPE_CHECKING:
    from tests.security.world import World

SECTION = "summary"
STAGES = {
    "with the chair": Stage.DRAFTED,
    "signed off": Stage.SIGNED_OFF,
    "considered": Stage.CONSIDERED,
    "presented": Stage.PRESENTED,
}


def make(world: World) -> None:
    """Reports like those that are made, led on to every stage, each with the version of its stage."""
    officer = world.authority.officer
    for whose in ("our", "whole", "their"):
        model = world.reports[f"{whose}, made"]
        _recommend(world, whose, "made", model)
        for words, stage in STAGES.items():
            report = Report.objects.create(
                agency=model.agency,
                period_from=model.period_from,
                period_to=model.period_to,
                requested_by=officer,
                state=model.state,
                snapshot=model.snapshot,
                snapshot_digest=model.snapshot_digest,
                stage=stage,
                chair=world.people["CH"],
            )
            ReportVersion.objects.create(
                report=report, number=1, stage=stage, content=model.snapshot, digest=model.snapshot_digest, by=officer
            )
            for file in model.files.all():
                report.files.create(format=file.format, content=file.content, snapshot_digest=file.snapshot_digest)
            world.reports[f"{whose}, {words}"] = report


def _recommend(world: World, whose: str, words: str, report: Report) -> None:
    world.scorecard[f"{whose}, {words}: recommendation"] = Recommendation.objects.create(
        report=report, number=1, text="Do it.", added_by=world.authority.officer
    )


def address(name: str, what: str, world: World) -> str:
    """The address as it is opened for this row of the table.

    After the report's words may stand, past a colon, the step that is opened. Other families put what they open into
    ``world.scorecard`` under the words of their rows: a thing with a key, or the address's arguments as a tuple.
    """
    page = name.partition(":")[2]
    if what == "a file":
        return reverse(name, args=["csv"])
    if not what:
        return reverse(name)
    if isinstance(made := world.scorecard.get(what), tuple):
        return reverse(name, args=made)
    if page.startswith("recommendation_"):
        recommendation = world.scorecard[f"{what}: recommendation"]
        return reverse(name, args=[recommendation.report_id, recommendation.pk])
    words, _, step = what.partition(": ")
    report = world.reports.get(words)
    if report is None:
        return reverse(name, args=[world.scorecard[what].pk])
    if page in ("write_section", "earlier_texts"):
        return reverse(name, args=[report.pk, SECTION])
    return reverse(name, args=[report.pk, step] if step else [report.pk])
