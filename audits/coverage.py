"""What is behind and what is in time, for audits that are expected and for practitioners to be observed: pure.

Bristol QAF, *Observation of Practice*: across the year every social worker has at least one observation, somebody new
to the service one within six weeks of joining and two within the probation period; *Independent Reviewing Officers and
Child Protection Conference Chairs*: each is audited once a year. An absence moves none of these days.
"""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

# Somebody who was away from every post for longer than this had left, and joins anew; between two posts of somebody
# who only moves there can be some days.
BREAK_DAYS = 28
MONTHS_OF_A_YEAR = 12


class Status(Enum):
    """How something stands that is due on a day."""

    LATE = "Late"
    DUE = "Due"
    DONE_LATE = "Done late"
    IN_TIME = "In time"

    @property
    def is_done(self) -> bool:
        return self in (Status.IN_TIME, Status.DONE_LATE)


def status_of(due: date, done: date | None, day: date) -> Status:
    """How something stands on ``day`` that is due on ``due`` (that day included) and was done on ``done``, or never.

    What was done after ``day`` is not done yet on that day.
    """
    if done is not None and done <= day:
        return Status.IN_TIME if done <= due else Status.DONE_LATE
    return Status.LATE if day > due else Status.DUE


def months_after(day: date, months: int) -> date:
    """The same day so many months later (or earlier, when negative); the month's last day where it has no such day."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Spell:
    """A post: its first and its last day; no last day while its end is not known."""

    starts_on: date
    ends_on: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or self.ends_on >= day)


def joined_on(posts: Iterable[Spell], day: date) -> date | None:
    """The day on which somebody who is in post on ``day`` joined; None for somebody who is not, or is no longer.

    It is the first day of the posts that follow one another up to ``day``, in whatever teams: who moves does not join
    again. Posts that are more than ``BREAK_DAYS`` days apart do not follow one another.
    """
    begun = sorted((post for post in posts if post.starts_on <= day), key=lambda post: post.starts_on)
    if not any(post.holds_on(day) for post in begun):
        return None
    joined: date | None = None
    until: date | None = None
    for post in begun:
        if joined is None or (until is not None and post.starts_on > until + timedelta(days=BREAK_DAYS + 1)):
            joined, until = post.starts_on, post.ends_on or day
        else:
            until = max(until or day, post.ends_on or day)
    return joined


class Duty(Enum):
    """What somebody is to be observed or audited for."""

    FIRST = "First observation of somebody new"
    SECOND = "Second observation in probation"
    YEARLY = "Observation in the year"
    CHAIR = "Yearly audit of an IRO or chair"


@dataclass(frozen=True)
class Terms:
    """How soon: ``first_weeks`` weeks after joining, twice within ``probation_months`` months."""

    first_weeks: int = 6
    probation_months: int = 6


@dataclass(frozen=True)
class Standing:
    """How one duty towards one person stands: the day it is (or was) due, and the day it was last fulfilled."""

    duty: Duty
    due_on: date
    done_on: date | None
    status: Status
    # Whether anything was on record in the twelve months up to the day; of the yearly duties.
    in_year: bool = True

    @property
    def recurs(self) -> bool:
        """Whether it falls due again once it is done."""
        return self.duty in (Duty.YEARLY, Duty.CHAIR)


def yearly(duty: Duty, *, since: date, done: Collection[date], day: date) -> Standing:
    """A duty of once in any twelve months: due twelve months after the last time, or after ``since`` if never.

    ``since`` is the day from which it holds: joining, or the day the schedule asked for it first.
    """
    before = [one for one in done if one <= day]
    last = max(before, default=None)
    due = months_after(since if last is None else max(last, since), MONTHS_OF_A_YEAR)
    in_year = last is not None and last > months_after(day, -MONTHS_OF_A_YEAR)
    # Seen more than a year ago, and not late only since the duty is younger than that: still to be done.
    in_hand = Status.IN_TIME if in_year else Status.DUE
    return Standing(duty, due, last, Status.LATE if day > due else in_hand, in_year)


def of_somebody_new(*, joined: date, done: Collection[date], day: date, terms: Terms) -> list[Standing]:
    """The two duties towards somebody who joined within the last twelve months; none towards anybody else.

    Only what was done since joining counts. Both are done late rather than never: after the first year the yearly
    duty takes their place.
    """
    if months_after(joined, MONTHS_OF_A_YEAR) <= day:
        return []
    since = sorted(one for one in done if joined <= one <= day)
    found = []
    for duty, due, number in (
        (Duty.FIRST, joined + timedelta(weeks=terms.first_weeks), 1),
        (Duty.SECOND, months_after(joined, terms.probation_months), 2),
    ):
        on = since[number - 1] if len(since) >= number else None
        found.append(Standing(duty, due, on, status_of(due, on, day)))
    return found


def standings(
    posts: Collection[Spell],
    *,
    observed: Collection[date],
    chaired: Collection[date],
    observed_since: date | None,
    chaired_since: date | None,
    day: date,
    terms: Terms,
) -> list[Standing]:
    """Every duty towards one person on ``day``, in the order of ``Duty``; none towards somebody who is not in post.

    ``observed`` and ``chaired`` are the days of observations and of audits as an IRO or chair, ``…_since`` the day
    from which the schedule asks for either of this person, None when it does not. The audit of an IRO or chair is a
    case file audit and an observation in one, so it counts as an observation too, and takes the yearly one's place.
    """
    joined = joined_on(posts, day)
    if joined is None:
        return []
    found: list[Standing] = []
    seen = [*observed, *chaired]
    if observed_since is not None or chaired_since is not None:
        found += of_somebody_new(joined=joined, done=seen, day=day, terms=terms)
    if chaired_since is not None:
        found.append(yearly(Duty.CHAIR, since=max(joined, chaired_since), done=chaired, day=day))
    elif observed_since is not None:
        found.append(yearly(Duty.YEARLY, since=max(joined, observed_since), done=seen, day=day))
    return found
