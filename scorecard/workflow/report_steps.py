"""A report's way to the board, step by step; each keeps a version.

Coventry QA framework 2025-27, 6.2: a draft goes to the audit chair for sign-off, the signed-off report to the subgroup,
and after the final amendments it is presented to the board.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from qaf.errors import Refused
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.chain import record
from scorecard.access.reports import is_chair_of, may_sign_off
from scorecard.models import Report, ReportVersion, Stage
from scorecard.queries.reports import content_of, what_is_written
from scorecard.workflow.publication import cleaned_forums, publish_to
from scorecard.workflow.report_ground import (
    LONGEST_MINUTE,
    LONGEST_NOTE,
    demand_length,
    held_for,
    holders,
    name_of,
    one_line,
    tell_of,
)
from scorecard.workflow.report_versions import freeze, latest_version
from scorecard.workflow.report_work import follow

# Whom a presented report is for.
AUDIENCE = (
    Role.BOARD_MEMBER,
    Role.SCRUTINEER,
    Role.SERVICE_MANAGER,
    Role.SUBGROUP_MEMBER,
    Role.AUDIT_CHAIR,
)


def _reach(
    report: Report,
    stage: Stage,
    *,
    by: User,
    note: str = "",
    minute: str = "",
    carried: ReportVersion | None = None,
) -> ReportVersion:
    """Save the stage that the locked report was just taken to, and keep its version.

    ``carried``: the version whose content goes on unchanged, so that what is signed off is what was read.
    """
    report.stage_at = timezone.now()
    report.save()
    content = {key: value for key, value in carried.content.items() if key != "version"} if carried else None
    return freeze(report, stage, by=by, note=note, minute=minute, content=content)


def _said(note: str) -> str:
    note = note.replace("\r\n", "\n").strip()
    demand_length(note, LONGEST_NOTE, "the remark")
    return note


def _minuted(minute: str, on: date | None = None) -> str:
    """A reference to minutes as a version keeps it, with the day of the meeting."""
    minute = one_line(minute)
    demand_length(minute, LONGEST_MINUTE, "the minute reference")
    return f"{minute} ({on:%-d %B %Y})" if minute and on else minute


def _demand_past(report: Report, on: date) -> None:
    if on > timezone.localdate():
        raise Refused("The day of the meeting lies ahead. Record it once the meeting was held.")
    signed = report.versions.filter(stage=Stage.SIGNED_OFF).order_by("number").last()
    if signed is not None and on < timezone.localdate(signed.at):
        raise Refused(
            f"The day lies before {timezone.localdate(signed.at):%-d %B %Y}, when the report was signed off. Check it."
        )


def _authors(report: Report) -> list[User | None]:
    """Who asked for it and who sent it to the chair."""
    sent = report.versions.filter(stage=Stage.DRAFTED).select_related("by").order_by("number").last()
    return [report.requested_by, sent.by if sent else None]


@transaction.atomic
def submit_draft(report: Report, *, chair: User, by: User, note: str = "", seen: int | None = None) -> ReportVersion:
    """Send the draft to an audit chair for sign-off; it cannot be written in until the chair sends it back.

    ``seen``: the number of the latest version that the page showed. Raises Refused when the chair holds no such role
    or is the sender, NotAllowed, Stale.
    """
    report = held_for(report, "submit", by=by, seen=seen)
    note = _said(note)
    if not may_sign_off(chair, report):
        raise Refused(f"{chair} is no audit chair for this report. Choose somebody who is.")
    if chair == by:
        raise Refused("Nobody signs off what they send themselves. Choose another audit chair.")
    report.chair = chair
    report.submit_draft()
    version = _reach(report, Stage.DRAFTED, by=by, note=note)
    tell_of(version, [chair], text=f"{name_of(report)} waits for you to read it and sign it off.", but=by)
    record("report.submitted", report, by=by, version=version.number, chair=chair.pk)
    return version


@transaction.atomic
def send_back(report: Report, *, note: str, by: User, seen: int | None = None) -> ReportVersion:
    """Send a draft back to be changed; also how QA takes one back from a chair. Raises Refused, NotAllowed, Stale."""
    report = held_for(report, "send_back", by=by, seen=seen)
    note = _said(note)
    if not note:
        raise Refused("Say what is to be changed, or why it is taken back.")
    report.send_back()
    version = _reach(report, Stage.DRAFTING, by=by, note=note, carried=latest_version(report))
    by_chair = is_chair_of(by, report)
    told = [*_authors(report), report.chair]
    text = "was sent back by the audit chair: see what is to be changed" if by_chair else "was taken back by QA"
    tell_of(version, told, text=f"{name_of(report)} {text}.", but=by)
    record("report.sent_back", report, by=by, version=version.number)
    return version


@transaction.atomic
def sign_off(report: Report, *, by: User, note: str = "", seen: int | None = None) -> ReportVersion:
    """The chair signs off the draft exactly as it was sent; the subgroup can read it. Raises NotAllowed, Stale."""
    report = held_for(report, "sign_off", by=by, seen=seen)
    note = _said(note)
    report.sign_off()
    version = _reach(report, Stage.SIGNED_OFF, by=by, note=note, carried=latest_version(report))
    name = name_of(report)
    tell_of(version, _authors(report), text=f"{name} is signed off. The subgroup considers it next.", but=by)
    subgroup = holders(report, Role.SUBGROUP_MEMBER, Role.AUDIT_CHAIR)
    tell_of(version, subgroup, text=f"{name} is signed off and is for the subgroup to consider.", but=by)
    follow(report, "sign_off", by=by)
    record("report.signed_off", report, by=by, version=version.number)
    return version


@transaction.atomic
def consider(
    report: Report, *, on: date, minute: str, by: User, note: str = "", seen: int | None = None
) -> ReportVersion:
    """Record that the subgroup considered the report: on which day and where its minutes say so.

    ``note``: the amendments it asks for. QA can then write once more. Raises Refused, NotAllowed, Stale.
    """
    report = held_for(report, "consider", by=by, seen=seen)
    note, plain = _said(note), _minuted(minute)
    if not plain:
        raise Refused("Say where the subgroup’s minutes record that it was considered.")
    _demand_past(report, on)
    report.consider()
    version = _reach(
        report, Stage.CONSIDERED, by=by, note=note, minute=_minuted(minute, on), carried=latest_version(report)
    )
    text = f"The subgroup has considered {name_of(report)}. Make the final amendments, or present it as it is."
    tell_of(version, [*_authors(report), report.chair], text=text, but=by)
    follow(report, "consider", by=by, minute=plain, on=on)
    record("report.considered", report, by=by, version=version.number, on=on)
    return version


def is_amended(report: Report) -> bool:
    """Whether anything was written since the last version was kept."""
    before = latest_version(report)
    return before is not None and what_is_written(content_of(report)) != what_is_written(before.content)


@transaction.atomic
def amend(report: Report, *, by: User, minute: str = "", note: str = "", seen: int | None = None) -> ReportVersion:
    """Keep the final amendments that the subgroup asked for; nothing can be written after it.

    Raises Refused when nothing was changed since, NotAllowed, Stale.
    """
    report = held_for(report, "amend", by=by, seen=seen)
    note, minute = _said(note), _minuted(minute)
    if not is_amended(report):
        raise Refused(
            "Nothing was changed since the subgroup considered it. Change what it asked for first, or present the "
            "report as it is."
        )
    report.amend()
    version = _reach(report, Stage.AMENDED, by=by, note=note, minute=minute)
    text = f"The final amendments of {name_of(report)} are made. It can be presented."
    tell_of(version, [report.chair, *_authors(report)], text=text, but=by)
    record("report.amended", report, by=by, version=version.number)
    return version


@transaction.atomic
def present(
    report: Report,
    *,
    forums: Sequence[str],
    on: date,
    by: User,
    minute: str = "",
    note: str = "",
    seen: int | None = None,
) -> ReportVersion:
    """Record that the report was presented to these boards on a day; everybody it is for can read it from now on.

    Raises Refused when a board is not named, the day lies ahead, or texts were changed that no version keeps;
    NotAllowed, Stale.
    """
    report = held_for(report, "present", by=by, seen=seen)
    note, plain = _said(note), _minuted(minute)
    named = cleaned_forums(forums)
    _demand_past(report, on)
    if report.stage == Stage.CONSIDERED and is_amended(report):
        raise Refused(
            "Texts were changed since the subgroup considered the report. Record them as its final amendments first."
        )
    carried = latest_version(report)
    report.present()
    version = _reach(report, Stage.PRESENTED, by=by, note=note, minute=_minuted(minute, on), carried=carried)
    for forum in named:
        publish_to(version, forum=forum, on=on, minute=plain, by=by)
    leads = holders(report, Role.AGENCY_LEAD) if report.agency_id else []
    told = [*_authors(report), *holders(report, *AUDIENCE), *leads]
    tell_of(version, told, text=f"{name_of(report)} was presented and can be read.", but=by)
    follow(report, "present", by=by, minute=named[0], on=on)
    record("report.presented", report, by=by, version=version.number, on=on, boards=len(named))
    return version
