"""What QA says of an indicator in a quarter: kept as it is typed, with everything that stood before."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from qaf.errors import NotAllowed, Stale
from qaf.people.models import User
from qaf.trail.chain import record
from scorecard.access.board import may_comment
from scorecard.models import Indicator, QaComment, QaCommentRevision
from scorecard.quarters import Quarter


class OlderComment(Stale):
    """The comment was saved from another page meanwhile. ``stored`` is what stands."""

    title = "The comment was saved from another page"

    def __init__(self, stored: QaComment) -> None:
        super().__init__("The comment was saved from another page after you opened this one. Compare the two.")
        self.stored = stored


def demand_commenter(user: User) -> None:
    """Raise NotAllowed for everybody who does not write QA's comments."""
    if not may_comment(user):
        raise NotAllowed("QA’s comments are written by QA officers and QA managers of the whole organisation.")


@transaction.atomic
def save_comment(indicator: Indicator, *, quarter: Quarter, text: str, seen_revision: int, by: User) -> QaComment:
    """Keep QA's comment on an indicator in a quarter; what stood before it is kept too.

    ``seen_revision`` is that of the page it was typed on (0: there was none yet). Saving the same text again changes
    nothing. Raises NotAllowed, or OlderComment when the page was older than what is stored and differs from it.
    """
    demand_commenter(by)
    # The indicator's row, since there may be no comment yet that could be locked.
    Indicator.objects.select_for_update().get(pk=indicator.pk)
    stored = QaComment.objects.filter(indicator=indicator, period_from=quarter.first_day).select_related("by").first()
    if (stored.text if stored else "") == text:
        return stored or QaComment(indicator=indicator, period_from=quarter.first_day, by=by)
    if stored is not None and stored.revision != seen_revision:
        raise OlderComment(stored)
    if stored is None:
        stored = QaComment(indicator=indicator, period_from=quarter.first_day)
    else:
        QaCommentRevision.objects.create(
            comment=stored, revision=stored.revision, text=stored.text, by_id=stored.by_id, at=stored.at
        )
    stored.text, stored.by, stored.at = text, by, timezone.now()
    stored.revision += 1
    stored.save()
    if stored.revision == 1:
        record("scorecard.commented", indicator, by=by, quarter=quarter.code)
    return stored


@transaction.atomic
def note_export(*, by: User, quarter: Quarter, filters: dict[str, str], file_format: str) -> None:
    """Write to the trail that somebody took the scorecard as a file, and which: keys and codes alone."""
    record("scorecard.exported", by, by=by, format=file_format, quarter=quarter.code, filters=filters)


@transaction.atomic
def note_indicator_export(indicator: Indicator, *, by: User, quarter: Quarter, file_format: str) -> None:
    """Write to the trail that somebody took an indicator's points as a file."""
    record("indicator.exported", indicator, by=by, format=file_format, quarter=quarter.code)
