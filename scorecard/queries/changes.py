"""Requests to change the indicators: what each would change, what has happened since, and who could decide them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from qaf.people.models import Post, User
from qaf.people.roles import Role
from scorecard.definitions import FIELDS, FIXED, Values, decode, tidy
from scorecard.models import ChangeKind, ChangeState, IndicatorChange
from scorecard.queries.indicators import (
    Difference,
    Names,
    differences,
    in_words,
    latest_version,
    names,
    values_of,
)

# Coventry QA framework 2025-27, 6.1: the subgroup decides; its chairs are of it.
SUBGROUP = (Role.SUBGROUP_MEMBER, Role.AUDIT_CHAIR)
# A meeting further back than that was hardly forgotten to be recorded.
MEETING_DAYS = 400


def members_on(day: date) -> list[User]:
    """The members and chairs of the subgroup on a day, by name, those who have left since among them."""
    posts = Post.objects.on(day).with_role(*SUBGROUP)
    return list(User.objects.filter(pk__in=posts.values("person")).order_by("name", "email"))


def recent_members(today: date | None = None) -> list[tuple[User, str]]:
    """Everybody who was of the subgroup lately, by name, each with when that was unless it is now."""
    today = today or timezone.localdate()
    posts = (
        Post.objects.with_role(*SUBGROUP)
        .filter(starts_on__lte=today)
        .filter(Q(ends_on=None) | Q(ends_on__gte=today - timedelta(days=MEETING_DAYS)))
        .select_related("person")
        .order_by("person__name", "person__email", "starts_on")
    )
    found: dict[User, list[Post]] = {}
    for post in posts:
        found.setdefault(post.person, []).append(post)
    return [(person, _until(held, today)) for person, held in found.items()]


def _until(posts: list[Post], today: date) -> str:
    ends = [post.ends_on for post in posts if post.ends_on is not None]
    if len(ends) < len(posts) or max(ends) >= today:
        return ""
    return f"until {max(ends):%-d %B %Y}"


def definition_asked_for(change: IndicatorChange) -> Values:
    """The whole definition that would hold, as plain values; empty for a request that is about none."""
    asked = decode(change.proposed)
    if change.kind == ChangeKind.ADD:
        return tidy(asked)
    if change.kind == ChangeKind.ALTER and change.indicator is not None:
        fixed = {name: getattr(change.indicator, name) for name in FIXED}
        return {**tidy({**values_of(latest_version(change.indicator)), **asked}), **fixed}
    return {}


def whats_new_since(change: IndicatorChange) -> str:
    """The fields that later definitions changed, in words."""
    if change.indicator is None:
        return ""
    versions = list(change.indicator.versions.filter(number__gte=change.seen_version).order_by("number"))
    found = differences(values_of(versions[0]), values_of(versions[-1]), names()) if versions else []
    return ", ".join(one.label.lower() for one in found) or "it has a new definition"


def what_it_changes(change: IndicatorChange, known: Names) -> list[Difference]:
    """What an open request would change, or a decided one was to change, field by field.

    To alter: beside the definition on which it was asked. To add: beside nothing.
    """
    asked = decode(change.proposed)
    if change.kind == ChangeKind.ADD:
        labels = {**FIXED, **FIELDS}
        shown = [(name, in_words(name, asked.get(name), known)) for name in labels]
        return [Difference(name, labels[name], "", words) for name, words in shown if words]
    if change.kind != ChangeKind.ALTER or change.indicator is None:
        return []
    seen = next((one for one in change.indicator.versions.all() if one.number == change.seen_version), None)
    before: dict[str, Any] = values_of(seen) if seen else {}
    return differences(before, {**before, **asked}, known)


def is_out_of_date(change: IndicatorChange) -> bool:
    """Whether the indicator was changed, or retired, after this was asked for."""
    if change.state != ChangeState.REQUESTED or change.indicator is None:
        return False
    latest = max(version.number for version in change.indicator.versions.all())
    return latest != change.seen_version or change.indicator.retired_on is not None


CHANGE_SORTS = {"": "Newest first", "oldest": "Oldest first", "code": "Code", "from": "Day from which it holds"}
_ORDERS = {
    "oldest": ("requested_at", "pk"),
    "code": ("indicator__code", "-requested_at", "-pk"),
    "from": ("-effective_from", "-pk"),
}


def changes_listed(*, state: str = "", kind: str = "", sort: str = "") -> QuerySet[IndicatorChange]:
    """Requests, the newest first unless it is said otherwise, with what a list shows of them."""
    found = IndicatorChange.objects.select_related("indicator", "requested_by").prefetch_related("indicator__versions")
    found = found.order_by(*_ORDERS.get(sort, ("-requested_at", "-pk")))
    if state in ChangeState.values:
        found = found.filter(state=state)
    return found.filter(kind=kind) if kind in ChangeKind.values else found


HEADERS = [
    "What is asked for", "Code", "From", "State", "Why", "Asked on", "Asked by", "Meeting", "Minutes",
    "Members present", "Quorum", "Note", "Recorded on",
]  # fmt: skip


def export_rows(changes: QuerySet[IndicatorChange]) -> Iterator[list[Any]]:
    """The requests as a file: one row each, under ``HEADERS``."""
    for one in changes:
        decided = one.decided_at is not None
        yield [
            one.get_kind_display(), one.indicator.code if one.indicator else one.proposed.get("code", ""),
            one.effective_from, one.get_state_display(), one.reason, timezone.localdate(one.requested_at),
            str(one.requested_by), one.meeting_on, one.minute, one.present if decided else None,
            one.quorum if decided else None, one.decision_note,
            timezone.localdate(one.decided_at) if one.decided_at else None,
        ]  # fmt: skip
