"""To whom a presented report was given: the entries of the publication list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from qaf.errors import Refused
from qaf.people.models import User
from qaf.trail.chain import record
from scorecard.models import Publication, Report, ReportVersion, Stage
from scorecard.workflow.report_ground import LONGEST_MINUTE, demand_length, held_for, one_line

LONGEST_FORUM = 120
MOST_FORUMS = 10


def cleaned_forums(forums: Sequence[str]) -> list[str]:
    """The names of boards, each once and in one line. Raises Refused when there is none, or too much."""
    named = list(dict.fromkeys(one for one in map(one_line, forums) if one))
    if not named:
        raise Refused("Name the board that it was presented to.")
    if len(named) > MOST_FORUMS:
        raise Refused(f"Name at most {MOST_FORUMS} boards at once; others can be added afterwards.")
    for name in named:
        demand_length(name, LONGEST_FORUM, "the name of the board")
    return named


def publish_to(version: ReportVersion, *, forum: str, on: date, minute: str, by: User) -> Publication:
    """Enter a version into the list; part of a use case that holds the report. Raises Refused for a second entry."""
    report = version.report
    if any(one.casefold() == forum.casefold() for one in report.publications.values_list("forum", flat=True)):
        raise Refused(f"The list says already that “{forum}” was given this report.")
    return Publication.objects.create(report=report, version=version, forum=forum, on=on, minute=minute, by=by)


@transaction.atomic
def publish(report: Report, *, forum: str, on: date, by: User, minute: str = "") -> Publication:
    """Record that a presented report was given to another board. Raises Refused, NotAllowed, Stale."""
    report = held_for(report, "publish", by=by)
    named, minute = cleaned_forums([forum]), one_line(minute)
    demand_length(minute, LONGEST_MINUTE, "the minute reference")
    version = report.versions.get(stage=Stage.PRESENTED)
    if on > timezone.localdate():
        raise Refused("The day lies ahead. Record it once the report was given.")
    first = report.publications.order_by("on").values_list("on", flat=True).first()
    if first is not None and on < first:
        raise Refused(f"The day lies before {first:%-d %B %Y}, when it was first presented. Check it.")
    entry = publish_to(version, forum=named[0], on=on, minute=minute, by=by)
    record("report.published", report, by=by, version=version.number, on=on)
    return entry


@transaction.atomic
def note_export(*, file_format: str, filters: dict[str, Any], by: User) -> None:
    """Write to the trail that somebody took the publication list as a file, and what it was narrowed to."""
    record("report.list_exported", by, by=by, format=file_format, filters=filters)
