"""The demonstration's reports: made, drafted, signed off, considered, presented."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from audits.demo.authority import person
from qaf.errors import Refused
from qaf.people.models import User
from scorecard.making import make
from scorecard.models import Report, ReportTheme, Stage
from scorecard.quarters import Quarter
from scorecard.queries.quotable import quotable_audits
from scorecard.workflow.improvement import Smart, create_action
from scorecard.workflow.recommendations import add_recommendation
from scorecard.workflow.report_requests import open_quarter_end_report, request_report
from scorecard.workflow.report_steps import amend, consider, present, sign_off, submit_draft
from scorecard.workflow.report_texts import save_text
from scorecard.workflow.themes import add_quotation, add_theme

DAYS_TO_ACT = 90


def _made(report: Report | None) -> Report:
    if report is None or not make(report.pk):
        raise Refused("A report of the demonstration could not be made. Look at the log.")
    return Report.objects.get(pk=report.pk)


def make_quarterly(quarter: Quarter) -> Report:
    """The quarter's report, as the schedule opens it; asked for where the schedule would have nothing to report."""
    report = open_quarter_end_report(timezone.localdate())
    manager = person("qa.manager@example.org")
    return _made(report or request_report(quarter=quarter, agency=None, by=manager))


def make_pack(quarter: Quarter) -> Report:
    """The quarter's scorecard pack, with a summary, already with the subgroup."""
    manager, chair = person("qa.manager@example.org"), person("audit.chair@example.org")
    report = Report.objects.create(
        kind=Report.Kind.SCORECARD,
        period_from=quarter.first_day,
        period_to=quarter.last_day,
        requested_by=manager,
    )
    report = _made(report)
    submit_draft(report, chair=chair, by=manager)
    sign_off(_fresh(report), by=chair)
    return _fresh(report)


def _fresh(report: Report) -> Report:
    return Report.objects.get(pk=report.pk)


def draft(report: Report, words: dict[str, Any]) -> None:
    """Write the report: commentary, recommendations, the actions that follow, and send it to the chair."""
    manager, chair = person("qa.manager@example.org"), person("audit.chair@example.org")
    for section in ("summary", "work", "timeliness"):
        save_text(report, section=section, text=words[section], seen_revision=0, by=manager)
    _theme(report, words, manager)
    made = [add_recommendation(report, text=text, by=manager) for text in words["recommendations"]]
    due = timezone.localdate() + timedelta(days=DAYS_TO_ACT)
    owners = (person("service.manager@example.org"), person("Thomas Abiola"))
    for recommendation, action, owner in zip(made, words["actions"], owners, strict=False):
        create_action(recommendation, Smart(owner=owner, due_on=due, **action), by=manager)
    submit_draft(_fresh(report), chair=chair, by=manager)


def _theme(report: Report, words: dict[str, Any], manager: User) -> None:
    """A theme of each kind; the strength with quotations, where there are audits to quote from."""
    made = {
        kind: add_theme(report, kind=kind, title=words[kind]["title"], text=words[kind]["text"], by=manager)
        for kind in ReportTheme.Kind.values
    }
    audits = quotable_audits(report, manager).order_by("pk")
    for audit, one in zip(audits[: len(words["quotations"])], words["quotations"], strict=False):
        strength = made[ReportTheme.Kind.STRENGTH]
        add_quotation(strength, audit=audit, confirmed=True, sure=True, by=manager, **one)


def agree(report: Report, words: dict[str, Any], *, sign: bool) -> None:
    """The chair signs off, or the subgroup considers."""
    report = _fresh(report)
    if sign:
        sign_off(report, by=person("audit.chair@example.org"), note=words["signed_off"])
        return
    member = person("subgroup.member@example.org")
    consider(report, on=timezone.localdate(), minute=words["minute"], by=member, note=words["amendment"])


def to_the_board(report: Report, words: dict[str, Any]) -> None:
    """Make the last amendment and present it."""
    manager, today = person("qa.manager@example.org"), timezone.localdate()
    report = _fresh(report)
    if report.stage == Stage.SIGNED_OFF:
        consider(report, on=today, minute=words["minute"], by=manager)
        report = _fresh(report)
    else:
        text = f"{words['summary']}\n\n{words['amendment']}"
        save_text(report, section="summary", text=text, seen_revision=1, by=manager)
        amend(_fresh(report), by=manager)
        report = _fresh(report)
    present(report, forums=words["forums"], on=today, by=manager)
