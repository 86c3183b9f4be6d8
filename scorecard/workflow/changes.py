"""Asking for a change of the indicators, taking the request back, and recording what the subgroup decided.

Coventry QA framework 2025-27, 6.1: indicators are amended only when a quorate subgroup has approved it and its minutes
say so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from qaf.errors import NotAllowed, Refused, Stale
from qaf.notices.outbox import tell
from qaf.people.models import Post, User
from qaf.people.roles import Role
from qaf.trail.chain import record
from scorecard.access.indicators import may_decide_change, may_request_change, may_withdraw_change
from scorecard.access.posts import holds_over_all
from scorecard.definitions import FIELDS, FIXED, Values, changed, decode, encode, tidy
from scorecard.models import (
    ChangeAttendee,
    ChangeKind,
    ChangeState,
    Indicator,
    IndicatorChange,
    IndicatorVersion,
)
from scorecard.queries.changes import definition_asked_for, members_on, whats_new_since
from scorecard.queries.indicators import latest_version, values_of
from scorecard.workflow.indicators import DoesNotFit, carry_out, check

MOST_OF_A_REASON, MOST_OF_A_MINUTE = 5000, 120


@transaction.atomic
def request_change(
    *,
    kind: str,
    proposed: Mapping[str, Any] | None = None,
    reason: str,
    effective_from: date,
    by: User,
    indicator: Indicator | None = None,
    seen_version: int | None = None,
) -> IndicatorChange:
    """Ask that an indicator be added, altered, retired or its limits begun anew (a ``ChangeKind``).

    ``proposed``: fields of ``IndicatorVersion`` by name, all of them to add (with code, measure, measure_domain), those
    that change to alter, none else; an agency and a priority as themselves or as their keys. ``effective_from``: the
    first day of the quarter from which it holds, the last day in use to retire, or the day of the new limits.
    ``seen_version``: the number of the version that the page showed. The same request of the same person, still open,
    is given again. Raises DoesNotFit with the faults by field, Stale or NotAllowed.
    """
    if not may_request_change(by):
        raise NotAllowed("Changes are asked for by QA, members and chairs of the subgroup, and leads of agencies.")
    reason = reason.strip()
    _check_reason(reason)
    latest = None
    if kind != ChangeKind.ADD:
        indicator, latest = _locked_indicator(indicator, seen_version)
    asked, whole = _asked(kind, latest, proposed or {})
    check(kind, indicator, whole, effective_from)
    fields: dict[str, Any] = {
        "kind": kind,
        "indicator": indicator,
        "proposed": encode(asked),
        "effective_from": effective_from,
        "seen_version": latest.number if latest else 0,
        "requested_by": by,
    }
    same = IndicatorChange.objects.filter(state=ChangeState.REQUESTED, reason=reason, **fields).first()
    if same is not None:
        return same
    change = IndicatorChange.objects.create(reason=reason, **fields)
    _tell(change, [*members_on(timezone.localdate()), *_qa_managers()], "requested", "is asked for", but=by)
    record(
        "indicator.change_requested",
        change,
        by=by,
        kind=str(kind),
        indicator=indicator.code if indicator else asked.get("code"),
        fields=sorted(asked),
        effective_from=effective_from,
    )
    return change


def _locked_indicator(indicator: Indicator | None, seen_version: int | None) -> tuple[Indicator, IndicatorVersion]:
    """The indicator, its row locked, and its latest version. Raises Stale when that is not the one that was seen."""
    if indicator is None:
        raise Refused("Choose the indicator that is to be changed.")
    indicator = Indicator.objects.select_for_update(of=("self",)).get(pk=indicator.pk)
    latest = latest_version(indicator)
    if seen_version is not None and seen_version != latest.number:
        raise Stale(
            "The definition was changed after you opened this page. Nothing was asked for. Look at it as it stands "
            "now, and ask again if your change still fits."
        )
    return indicator, latest


def _asked(kind: str, latest: IndicatorVersion | None, proposed: Mapping[str, Any]) -> tuple[Values, Values]:
    """The fields that are asked for, and the whole definition that would hold; both empty when it is about none."""
    given = {name: _key(value) for name, value in proposed.items() if name in FIXED or name in FIELDS}
    if kind == ChangeKind.ADD:
        whole = tidy(given)
        return whole, whole
    if kind != ChangeKind.ALTER or latest is None:
        return {}, {}
    before = values_of(latest)
    fixed = {name: getattr(latest.indicator, name) for name in FIXED}
    whole = {**tidy({**before, **given}), **fixed}
    return {name: whole[name] for name in changed(before, whole)}, whole


def _key(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value


def _check_reason(reason: str) -> None:
    if not reason:
        raise DoesNotFit(("reason", "Say why it is to be changed"))
    if len(reason) > MOST_OF_A_REASON:
        raise DoesNotFit(("reason", f"Use at most {MOST_OF_A_REASON:,} characters"))


def _locked(change: IndicatorChange) -> IndicatorChange:
    rows = IndicatorChange.objects.select_for_update(of=("self",)).select_related("requested_by")
    return rows.get(pk=change.pk)


def _demand_open(change: IndicatorChange) -> None:
    if change.state != ChangeState.REQUESTED:
        raise Stale(
            f"This request is “{change.get_state_display()}” already, so this cannot be done any more. Nothing was "
            "changed."
        )


@transaction.atomic
def withdraw_change(change: IndicatorChange, *, by: User) -> IndicatorChange:
    """Take a request back. Raises Stale when it is decided or withdrawn, NotAllowed."""
    change = _locked(change)
    if not may_withdraw_change(by, change):
        if by.pk == change.requested_by_id or holds_over_all(by, Role.QA_MANAGER):
            _demand_open(change)
        raise NotAllowed("Whoever asked, or a QA manager of the whole organisation, takes a request back.")
    change.withdraw()
    change.save()
    _tell(change, [change.requested_by, *_qa_managers()], "withdrawn", "is withdrawn", but=by)
    record("indicator.change_withdrawn", change, by=by)
    return change


@transaction.atomic
def decide(
    change: IndicatorChange,
    *,
    approve: bool,
    meeting_on: date,
    minute: str,
    present: Collection[User],
    by: User,
    note: str = "",
) -> IndicatorChange:
    """Record what the subgroup decided on a request and, when it approved, do it.

    ``present``: the members and chairs of the subgroup who were at the meeting; to approve, at least
    ``settings.SCORECARD_QUORUM`` of them. ``minute``: where the minutes say it. Raises DoesNotFit when there is no
    quorum or minute, or when the change does not fit any more; Stale when the indicator was changed since; NotAllowed.
    """
    change = _locked(change)
    if not may_decide_change(by, change):
        if holds_over_all(by, Role.QA_MANAGER):
            _demand_open(change)
        raise NotAllowed("A QA manager of the whole organisation records what the subgroup decided.")
    # Signs that nobody sees are no minute.
    minute = "".join(sign for sign in minute if sign.isprintable()).strip()
    people = list(dict.fromkeys(present))
    change.quorum = settings.SCORECARD_QUORUM
    _check_meeting(change, approve=approve, meeting_on=meeting_on, minute=minute, note=note, people=people)
    change.meeting_on, change.minute, change.present = meeting_on, minute, len(people)
    change.decision_note, change.decided_by, change.decided_at = note.strip(), by, timezone.now()
    if approve:
        _approve(change)
    else:
        change.refuse()
    change.save()
    ChangeAttendee.objects.bulk_create([ChangeAttendee(change=change, person=person) for person in people])
    outcome = "approved" if approve else "refused"
    _tell(change, [change.requested_by, *_concerned(change, approve)], outcome, f"is {outcome}", but=by)
    record(
        f"indicator.change_{outcome}",
        change,
        by=by,
        indicator=change.indicator.code if change.indicator else None,
        on=meeting_on,
        present=len(people),
        quorum=change.quorum,
        effective_from=change.effective_from,
    )
    return change


def _check_meeting(
    change: IndicatorChange, *, approve: bool, meeting_on: date, minute: str, note: str, people: list[User]
) -> None:
    found = []
    if meeting_on > timezone.localdate():
        found.append(("meeting_on", "The meeting lies ahead. Record the decision once it was held"))
    if not minute or len(minute) > MOST_OF_A_MINUTE:
        found.append(("minute", f"Say where the minutes record it, in at most {MOST_OF_A_MINUTE} characters"))
    if len(note) > MOST_OF_A_REASON:
        found.append(("note", f"Use at most {MOST_OF_A_REASON:,} characters"))
    members = {member.pk for member in members_on(meeting_on)}
    strangers = [str(person) for person in people if person.pk not in members]
    if strangers:
        were = "was no member" if len(strangers) == 1 else "were no members"
        found.append(
            ("present", f"{', '.join(strangers)} {were} of the subgroup on {meeting_on:%-d %B %Y}. Check the day")
        )
    elif approve and len(people) < change.quorum:
        there = f"{len(people)} member was" if len(people) == 1 else f"{len(people)} members were"
        found.append(
            (
                "present",
                f"The subgroup was not quorate: {there} there, and {change.quorum} have to be. It can approve nothing "
                "at this meeting. Record the decision of a quorate one",
            )
        )
    if found:
        raise DoesNotFit(*found)


def _approve(change: IndicatorChange) -> None:
    """Approve and carry out, or say why things have moved on since it was asked."""
    if change.indicator is not None:
        change.indicator = Indicator.objects.select_for_update(of=("self",)).get(pk=change.indicator.pk)
        if latest_version(change.indicator).number != change.seen_version:
            raise Stale(
                "The indicator was changed after this was asked for: "
                f"{whats_new_since(change)}. Nothing was approved. Refuse or withdraw this request, and ask again on "
                "the definition that holds now."
            )
    values = definition_asked_for(change)
    change.approve()
    change.save()
    change.indicator = carry_out(change, values)


def _qa_managers() -> list[User]:
    return _holding(Role.QA_MANAGER)


def _holding(role: Role, agency_id: int | None = None) -> list[User]:
    posts = Post.objects.on(timezone.localdate()).with_role(role).filter(team=None, service=None, agency=agency_id)
    return list(User.objects.filter(is_active=True, pk__in=posts.values("person")).order_by("name", "email"))


def _concerned(change: IndicatorChange, approve: bool) -> list[User]:
    """The leads of the agencies whose return a decision changes."""
    agencies: set[int | None] = {decode(change.proposed).get("agency")}
    if change.indicator is not None:
        agencies |= set(change.indicator.versions.values_list("agency", flat=True))
    concerned = sorted(one for one in agencies if one is not None) if approve else []
    return [lead for agency in concerned for lead in _holding(Role.AGENCY_LEAD, agency)]


def _tell(change: IndicatorChange, people: Iterable[User], event: str, happened: str, *, but: User) -> None:
    """Tell people of an event of a request, each once and never whoever did it. Codes only, no free text."""
    what = {
        ChangeKind.ADD: "An addition to the indicators",
        ChangeKind.ALTER: "A change of the indicator",
        ChangeKind.RETIRE: "The retirement of the indicator",
        ChangeKind.REBASE: "A new beginning of the limits of the indicator",
    }[ChangeKind(change.kind)]
    code = change.indicator.code if change.indicator else change.proposed.get("code", "")
    named = f"{what} ({code})" if change.kind == ChangeKind.ADD else f"{what} {code}"
    for person in dict.fromkeys(people):
        if person != but and person.is_active:
            tell(
                person,
                key=f"indicator-change:{change.pk}:{event}:{person.pk}",
                text=f"{named} {happened}.",
                path=f"/scorecard/indicators/changes/{change.pk}/",
            )
