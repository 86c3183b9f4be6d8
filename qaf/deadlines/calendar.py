"""The organisation's calendar: England's bank holidays, packaged offline, and its own closure days."""

from datetime import date
from functools import lru_cache

from govuk_bank_holidays.bank_holidays import BankHolidays

from qaf.deadlines.models import ClosureDay
from qaf.deadlines.working_days import add_working_days, working_days_between


@lru_cache(maxsize=1)
def bank_holidays() -> frozenset[date]:
    """Bank holidays of England and Wales from the data the library brings along; never the network."""
    holidays = BankHolidays(use_cached_holidays=True).get_holidays(BankHolidays.ENGLAND_AND_WALES)
    return frozenset(holiday["date"] for holiday in holidays)


def days_off() -> frozenset[date]:
    """Every day that is not a working day besides week-ends. Asks the database once a call."""
    return bank_holidays() | frozenset(ClosureDay.objects.values_list("day", flat=True))


def working_days_after(start: date, days: int) -> date:
    """The day so many working days after ``start`` in the organisation's calendar."""
    return add_working_days(start, days, days_off())


def working_days_from(start: date, end: date) -> int:
    """How many working days of the organisation's calendar lie from ``start`` to ``end``."""
    return working_days_between(start, end, days_off())
