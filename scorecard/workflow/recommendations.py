"""What a report recommends: added, changed, put in order and taken out while QA can write.

Coventry QA framework 2025-27, 6.6: the recommendations of reports become a SMART action plan.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from qaf.errors import Refused, Stale
from qaf.people.models import Agency, User
from qaf.trail.chain import record
from scorecard.models import ImprovementAction, Recommendation, Report
from scorecard.workflow.report_ground import demand_length, held_for, says_nothing

LONGEST = 2_000
MOST = 50
# Those taken out keep their row, and a number out of the way of the others'.
REMOVED_FROM = 1_001


class OlderRecommendation(Stale):
    """The recommendation was changed from another page meanwhile. ``stored`` is what stands."""

    title = "This recommendation was changed from another page"

    def __init__(self, stored: Recommendation) -> None:
        super().__init__("This recommendation was changed from another page after you opened this one.")
        self.stored = stored


def _cleaned(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if says_nothing(text):
        raise Refused("Write down what is recommended.")
    demand_length(text, LONGEST, "the recommendation")
    return text


def _held(recommendation: Recommendation, by: User) -> tuple[Report, Recommendation]:
    report = held_for(recommendation.report, "write", by=by)
    found = Recommendation.objects.select_for_update(of=("self",)).select_related("agency").get(pk=recommendation.pk)
    if found.removed_at is not None:
        raise Stale("This recommendation was taken out meanwhile. Nothing was changed.")
    return report, found


@transaction.atomic
def add_recommendation(report: Report, *, text: str, agency: Agency | None = None, by: User) -> Recommendation:
    """Add a recommendation after the others; ``agency``: who should act, None for the partnership as a whole.

    The same words for the same agency once more give the one that is there. Raises Refused, Stale or NotAllowed.
    """
    report = held_for(report, "write", by=by)
    text = _cleaned(text)
    standing = list(report.recommendations.filter(removed_at=None).select_related("agency"))
    same = next((one for one in standing if one.text == text and one.agency == agency), None)
    if same is not None:
        return same
    if len(standing) >= MOST:
        raise Refused(f"A report holds at most {MOST} recommendations. Join some that belong together.")
    number = max((one.number for one in standing), default=0) + 1
    added = Recommendation.objects.create(report=report, number=number, text=text, agency=agency, added_by=by)
    record("report.recommendation_added", report, by=by, number=number)
    return added


@transaction.atomic
def change_recommendation(
    recommendation: Recommendation, *, text: str, agency: Agency | None, seen_revision: int, by: User
) -> Recommendation:
    """Put other words or another agency in a recommendation. Raises OlderRecommendation, Stale, Refused, NotAllowed."""
    report, found = _held(recommendation, by)
    text = _cleaned(text)
    if (found.text, found.agency) == (text, agency):
        return found
    if found.revision != seen_revision:
        raise OlderRecommendation(found)
    found.text, found.agency = text, agency
    found.revision += 1
    found.save()
    record("report.recommendation_changed", report, by=by, number=found.number)
    return found


@transaction.atomic
def move_recommendation(recommendation: Recommendation, *, up: bool, seen_number: int, by: User) -> Recommendation:
    """Let a recommendation change places with the one before it, or after it; at either end nothing happens.

    ``seen_number`` is the number the page showed: a second click on an old page moves nothing. Raises Stale,
    NotAllowed.
    """
    report, found = _held(recommendation, by)
    if found.number != seen_number:
        raise Stale("The recommendations were put in another order meanwhile. Nothing was changed. Look at them again.")
    others = report.recommendations.filter(removed_at=None)
    other = (
        others.filter(number__lt=found.number).order_by("-number").first()
        if up
        else others.filter(number__gt=found.number).order_by("number").first()
    )
    if other is None:
        return found
    before, after = found.number, other.number
    # By way of a free number: two rows never hold one, not even between two statements.
    other.number = 0
    other.save(update_fields=["number"])
    found.number = after
    found.save(update_fields=["number"])
    other.number = before
    other.save(update_fields=["number"])
    record("report.recommendation_moved", report, by=by, number=after, before=before)
    return found


@transaction.atomic
def remove_recommendation(recommendation: Recommendation, *, by: User) -> None:
    """Take a recommendation out; those after it move up. Earlier versions keep it.

    Raises Refused while actions follow from it, Stale or NotAllowed.
    """
    report, found = _held(recommendation, by)
    if found.actions.exclude(state=ImprovementAction.State.WITHDRAWN).exists():
        raise Refused("Actions follow from this recommendation. Withdraw them first, then take it out.")
    number = found.number
    removed = report.recommendations.exclude(removed_at=None).aggregate(last=Max("number"))["last"]
    found.number = max(removed or 0, REMOVED_FROM - 1) + 1
    found.removed_at = timezone.now()
    found.save()
    for one in report.recommendations.filter(removed_at=None, number__gt=number).order_by("number"):
        one.number -= 1
        one.save(update_fields=["number"])
    record("report.recommendation_removed", report, by=by, number=number)
