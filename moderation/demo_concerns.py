"""Concerns in the demonstration: one that was resolved, and one that waits for its outcome."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.utils import timezone

from audits.demo.authority import read
from audits.demo.lives import Life, Stage
from moderation.access.concerns import may_raise
from moderation.models import Moderation
from moderation.workflow.concerns import acknowledge, raise_concern, resolve
from qaf.deadlines.calendar import working_days_after


def raise_concerns(stage: Stage) -> Iterable[Life]:
    """The lives of the demonstration's concerns, for the loader to play beside those of its audits."""
    words = read("words.yaml")["concerns"]
    yield _live(stage, words[0], weeks_ago=10, resolved=True)
    yield _live(stage, words[1], weeks_ago=1, resolved=False)


def _live(stage: Stage, words: Mapping[str, str], *, weeks_ago: int, resolved: bool) -> Life:
    """One concern, from the first day on which some moderator has an audit to raise it about."""
    day = timezone.localdate(stage.until) - timedelta(weeks=weeks_ago)
    yield stage.at(working_days_after(day, 0))
    while (moderation := _in_hand()) is None or moderation.moderator is None:
        yield stage.after(1)
    concern = raise_concern(
        moderation.audit, worry=words["worry"], done_at_once=words["done_at_once"], by=moderation.moderator
    )
    manager = concern.service_manager or concern.qa_manager
    if manager is None:
        return
    yield stage.after(1)
    concern = acknowledge(concern, response=words["response"], by=manager)
    if resolved:
        yield stage.after(6)
        resolve(concern, outcome=words["outcome"], by=manager)


def _in_hand() -> Moderation | None:
    """A moderation whose moderator may raise a concern now, and about which none was raised yet."""
    rows = Moderation.objects.undecided().filter(moderator__isnull=False, audit__concerns=None)
    for moderation in rows.select_related("audit__type__process", "moderator").order_by("pk"):
        if moderation.moderator is not None and may_raise(moderation.moderator, moderation.audit):
            return moderation
    return None
