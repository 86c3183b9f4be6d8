"""How much of the scorecard's figures somebody sees: which quarters, whose figures, and the small ones or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from qaf.people.models import User
from scorecard.access.board import is_of_qa, own_agencies, reads_at_once, released_until


@dataclass(frozen=True)
class Sight:
    """``at_once``: figures are read as soon as they are accepted; otherwise up to the day ``released``, and those of
    the ``agencies`` somebody leads at once. ``sees_small``: small numbers are not hidden."""

    at_once: bool
    sees_small: bool
    released: date | None = None
    agencies: frozenset[int] = frozenset()

    @property
    def figures(self) -> Q:
        """The figures within sight."""
        if self.at_once:
            return Q()
        own = Q(definition__agency_id__in=self.agencies)
        return own | Q(period_to__lte=self.released) if self.released else own

    def waits_for(self, agency: int | None, last_day: date) -> bool:
        """Whether an agency's (None: QAF's own) figures of the quarter that ends on a day are not within sight yet."""
        return not self.at_once and agency not in self.agencies and (self.released is None or last_day > self.released)

    def reads_comments(self, last_day: date) -> bool:
        """Whether QA's comments on the quarter that ends on a day are within sight."""
        return self.at_once or (self.released is not None and last_day <= self.released)


# Whatever is put into a pack leaves QA: all that is accepted, without the small numbers.
OF_A_PACK = Sight(at_once=True, sees_small=False)


def sight_of(user: User) -> Sight:
    """What somebody sees who may read the scorecard; asks the database only for those who wait for a pack."""
    if reads_at_once(user):
        return Sight(at_once=True, sees_small=is_of_qa(user))
    return Sight(
        at_once=False, sees_small=is_of_qa(user), released=released_until(), agencies=frozenset(own_agencies(user))
    )
