"""How far the calendar reaches: until when bank holidays and the organisation's own closure days are known."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from qaf.deadlines.calendar import bank_holidays
from qaf.deadlines.models import ClosureDay
from qaf.home import Panel, PanelItem
from qaf.people.models import User
from qaf.people.roles import Role


@dataclass(frozen=True)
class Reach:
    """The last day up to which something of the calendar is known, the last of its days, and its name."""

    name: str
    last: date
    until: date

    @property
    def words(self) -> str:
        """What a page says of it."""
        return (
            f"The calendar has no {self.name} after {self.last:%-d %B %Y}: working days from then on are counted "
            "without them."
        )


def months_after(day: date, months: int) -> date:
    """The same day so many months on, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))


def reach_of(name: str, days: Iterable[date]) -> Reach | None:
    """How far days reach that are set year by year: to the end of the last year that has one; None without any."""
    last = max(days, default=None)
    return None if last is None else Reach(name, last, date(last.year, 12, 31))


def ending_soon(reaches: Iterable[Reach | None], *, today: date, months: int) -> list[Reach]:
    """Those that end before so many months from today are over."""
    horizon = months_after(today, months)
    return [reach for reach in reaches if reach is not None and reach.until < horizon]


def holidays_end_on() -> date | None:
    """The last day up to which bank holidays are known; None when none are."""
    reach = reach_of("bank holidays", bank_holidays())
    return reach.until if reach is not None else None


def warnings(today: date) -> list[Reach]:
    """What of the calendar ends within `CALENDAR_WARNED_MONTHS`. One query.

    An organisation without closure days of its own is not asked for any; one that had some is, for the next year too.
    """
    closures = reach_of("closure days of your own", ClosureDay.objects.values_list("day", flat=True))
    holidays = reach_of("bank holidays", bank_holidays())
    return ending_soon([holidays, closures], today=today, months=settings.CALENDAR_WARNED_MONTHS)


def calendar_ends(user: User) -> Panel | None:
    """For administrators and QA managers on the home page: that the calendar ends soon."""
    if not user.holds(Role.ADMIN, Role.QA_MANAGER):
        return None
    path = reverse("admin:deadlines_closureday_changelist") if user.is_staff else ""
    items = [
        PanelItem(
            text=reach.words,
            path=path,
            hint="Add the days as closure days." if path else "Ask an administrator to add the days as closure days.",
        )
        for reach in warnings(timezone.localdate())
    ]
    return Panel(title="The calendar ends soon", items=items) if items else None
