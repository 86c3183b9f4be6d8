"""The case direction that a service manager writes after the lowest grade, and the review of the actions in it."""

from django.db import transaction
from django.utils import timezone

from audits.models import Audit, CaseDirection, CaseDirectionRevision
from audits.workflow.reaudits import DIRECTION, REVIEW
from audits.workflow.steps import demand, locked
from qaf.deadlines.workflow import meet_deadlines
from qaf.errors import Refused, Stale
from qaf.people.models import User
from qaf.trail.chain import record


class DirectionConflict(Stale):
    """Somebody, or another tab, saved the case direction after the page was opened. ``winning`` is what stands."""

    def __init__(self, winning: CaseDirection | None) -> None:
        super().__init__("The case direction was saved from another page after you opened this one.")
        self.winning = winning


@transaction.atomic
def write_case_direction(audit: Audit, *, text: str, seen_revision: int, by: User) -> CaseDirection:
    """Write (or write anew) the case direction kept with the audit; the text before it is kept too.

    ``seen_revision`` is that of the direction the page was made from, 0 where there was none. Bristol QAF, case file
    audit process map. Raises Refused without a text, DirectionConflict, NotAllowed or Stale.
    """
    audit = locked(audit)
    demand(by, "direct", audit)
    text = text.strip()
    if not text:
        raise Refused("Write the case direction before you save it.")
    direction = _locked(audit)
    if direction is not None and direction.text == text and direction.by_id == by.pk:
        # The same sent twice.
        return direction
    _demand_latest(direction, seen_revision)
    if direction is None:
        direction = CaseDirection.objects.create(audit=audit, text=text, by=by, revision=1)
    else:
        _keep(direction)
        direction.text, direction.by, direction.at = text, by, timezone.now()
        direction.save()
    meet_deadlines(audit, kind=DIRECTION)
    record("audit.case_direction", audit, by=by, revision=direction.revision)
    return direction


@transaction.atomic
def review_actions(audit: Audit, *, text: str, seen_revision: int, by: User) -> CaseDirection:
    """Add the review of the actions to the case direction, within one month of the grade.

    Bristol QAF, *Collaborative Case File Audit*. Raises Refused without a text or when there is no case direction yet,
    DirectionConflict, NotAllowed or Stale.
    """
    audit = locked(audit)
    demand(by, "direct", audit)
    direction = _locked(audit)
    if direction is None:
        raise Refused("Write the case direction first, then the review of the actions.")
    text = text.strip()
    if not text:
        raise Refused("Write what has been done about each action.")
    if direction.review == text and direction.reviewed_by_id == by.pk:
        return direction
    _demand_latest(direction, seen_revision)
    _keep(direction)
    direction.review, direction.reviewed_by, direction.reviewed_at = text, by, timezone.now()
    direction.save()
    meet_deadlines(audit, kind=REVIEW)
    record("audit.actions_reviewed", audit, by=by, revision=direction.revision)
    return direction


def _locked(audit: Audit) -> CaseDirection | None:
    return CaseDirection.objects.select_for_update(of=("self",)).filter(audit=audit).first()


def _demand_latest(direction: CaseDirection | None, seen_revision: int) -> None:
    if (direction.revision if direction is not None else 0) != seen_revision:
        raise DirectionConflict(direction)


def _keep(direction: CaseDirection) -> None:
    """Keep the direction as it stands, and count on. Does not save it."""
    CaseDirectionRevision.objects.create(
        direction=direction,
        revision=direction.revision,
        text=direction.text,
        by_id=direction.by_id,
        at=direction.at,
        review=direction.review,
        reviewed_by_id=direction.reviewed_by_id,
        reviewed_at=direction.reviewed_at,
    )
    direction.revision += 1
