"""Asking agencies for their returns of a quarter.

Coventry QA framework 2025-27, 6.1: each quarter partners send the data of their indicators with a brief narrative.
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from qaf.deadlines.calendar import days_off, working_days_after
from qaf.errors import NotAllowed, Refused
from qaf.people.models import User
from qaf.trail.chain import record
from scorecard.access.returns import may_request_returns
from scorecard.models import Frequency, Indicator, IndicatorVersion, Return, ReturnFigure, ReturnLine, ReturnState
from scorecard.models.returns import FILLABLE
from scorecard.quarters import Quarter, last_finished
from scorecard.queries.return_definitions import definitions_of
from scorecard.queries.return_people import qa_managers_of
from scorecard.return_checks import months_of
from scorecard.workflow.return_ground import RETURN, ask, inform, keep_owner, name_of


def open_returns(quarter: Quarter, *, by: User | None = None) -> list[Return]:
    """Ask every agency that has indicators in use in a quarter for its return; gives those that were opened now.

    Done again it opens only what is missing: agencies and indicators that came since, and deadlines of agencies that
    have a lead by now. ``by`` is who asks before the schedule does. Raises NotAllowed, or Refused for a quarter that
    is not over.
    """
    if by is not None and not may_request_returns(by):
        raise NotAllowed("Only QA over the whole organisation asks agencies for their returns.")
    if quarter.last_day >= timezone.localdate():
        raise Refused(f"{quarter.label} is not over yet. Ask for its returns when it is.")
    opened = []
    for agency_id, versions in sorted(definitions_of(quarter).items()):
        try:
            one = _open(agency_id, quarter, versions, by=by)
        except IntegrityError:
            # Another scheduler, or somebody at the same moment, was quicker.
            continue
        if one is not None:
            opened.append(one)
    return opened


@transaction.atomic
def _open(agency_id: int, quarter: Quarter, versions: list[IndicatorVersion], *, by: User | None) -> Return | None:
    """Ask one agency; None when it was asked already. What its open return lacks is added to it."""
    versions = _held(agency_id, quarter, versions)
    if not versions:
        return None
    asked = Return.objects.select_for_update(of=("self",)).select_related("agency")
    there = asked.filter(agency=agency_id, period_from=quarter.first_day).order_by("version").last()
    if there is not None:
        if there.state == ReturnState.REQUESTED:
            _add_lines(there, versions)
        keep_owner(there)
        return None
    due_on = working_days_after(timezone.localdate(), settings.RETURNS_DUE_WORKING_DAYS)
    one = Return.objects.create(
        agency_id=agency_id,
        period_from=quarter.first_day,
        period_to=quarter.last_day,
        due_on=due_on,
        requested_by=by,
    )
    _add_lines(one, versions)
    leads = ask(one, kind=RETURN, due_on=due_on, what="send the figures")
    inform(one, leads, event="requested", text=f"{name_of(one)}: please send it by {due_on:%-d %B %Y}.", but=by)
    if not leads:
        text = f"{name_of(one)}: nobody is lead of this agency, so nobody could be asked."
        inform(one, qa_managers_of(one.agency), event="nobody", text=text, but=by)
    record("return.requested", one, by=by, quarter=quarter.code, agency=agency_id, indicators=len(versions))
    return one


def _held(agency_id: int, quarter: Quarter, versions: list[IndicatorVersion]) -> list[IndicatorVersion]:
    """What the agency is asked for as it stands now, its indicators locked, so that no decision of the subgroup that is
    recorded at the same moment gives them another definition for the quarter."""
    wanted = Indicator.objects.filter(pk__in=[version.indicator_id for version in versions]).order_by("pk")
    list(wanted.select_for_update(of=("self",)).values_list("pk"))
    return definitions_of(quarter).get(agency_id, [])


def _add_lines(one: Return, versions: list[IndicatorVersion]) -> None:
    """A line for each indicator that has none yet, with a row for each of its periods."""
    known = set(one.lines.values_list("definition__indicator", flat=True))
    last = one.lines.count()
    for version in versions:
        if version.indicator_id not in known:
            last += 1
            line = ReturnLine.objects.create(part_of=one, definition=version, position=last)
            ReturnFigure.objects.bulk_create(
                ReturnFigure(line=line, period_from=first, period_to=until) for first, until in _periods(one, version)
            )


def _periods(one: Return, version: IndicatorVersion) -> list[tuple[date, date]]:
    """The quarter, or its months; of an indicator that was retired, those that had begun by then."""
    if version.frequency != Frequency.MONTHLY:
        return [(one.period_from, one.period_to)]
    retired = version.indicator.retired_on
    return [
        (first, last)
        for first, last in months_of(one.period_from, one.period_to)
        if retired is None or first <= retired
    ]


def open_due_returns(today: date) -> list[Return]:
    """What the schedule does each day: ask for the returns of the quarter that is over, some working days after it.

    Returns that wait for an agency are kept with somebody who is its lead. Gives those that were opened.
    """
    quarter = last_finished(today)
    for one in Return.objects.filter(state__in=FILLABLE).exclude(period_from=quarter.first_day):
        with transaction.atomic():
            keep_owner(Return.objects.select_for_update(of=("self",)).select_related("agency").get(pk=one.pk))
    if today < quarter.making_day(settings.RETURNS_ASKED_AFTER_WORKING_DAYS, days_off()):
        return []
    return open_returns(quarter)
