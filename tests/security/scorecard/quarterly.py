"""Themes of reports and their quotations in the access matrix; opened under "scorecard", only made here."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from audits.models import Audit, SectionAnswers
from scorecard.models import Quotation, Report, ReportTheme

if TYPE_CHECKING:
    from tests.security.world import World

FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)


def make(world: World) -> None:
    """A theme with a quotation in drafts of ours, of the whole and of theirs; and words of our own team’s audit."""
    team = world.places["own team"].team
    audit = Audit.objects.filter(
        team=team, submitted_at__isnull=False, confidential=False, work=None, reaudit_of=None, type__part="audit"
    ).exclude(state="cancelled").earliest("pk")  # fmt: skip
    for whose in ("our", "whole", "their"):
        model = world.reports[f"{whose}, made"]
        report = Report.objects.create(
            agency=model.agency,
            period_from=FIRST,
            period_to=LAST,
            requested_by=world.authority.officer,
            state=model.state,
            snapshot=model.snapshot,
            snapshot_digest=model.snapshot_digest,
        )
        theme = ReportTheme.objects.create(report=report, kind="theme", title="Voice")
        quotation = Quotation.objects.create(
            theme=theme, voice="family", text="We were heard.", audit=audit, chosen_by=world.authority.officer
        )
        words = (report.pk, theme.pk, audit.reference, _key_of(audit))
        world.scorecard |= {
            f"{whose} theme": (report.pk, theme.pk),
            f"{whose} quotation": (report.pk, quotation.pk),
            f"{whose} words": words,
        }


def _key_of(audit: Audit) -> str:
    """The key of some evidence in an audit."""
    for row in SectionAnswers.objects.filter(audit=audit):
        for key, answer in row.document["answers"].items():
            if isinstance(answer, dict) and answer.get("strengths"):
                return f"{row.section}.{key}.strengths"
    raise AssertionError("No evidence was written in this audit.")
