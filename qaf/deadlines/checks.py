"""Warnings about the calendar that an administrator sees at start and from ``manage.py check``."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register
from django.utils import timezone

from qaf.deadlines.calendar import bank_holidays
from qaf.deadlines.coverage_of_calendar import months_after


def missing_years(today: date, holidays: frozenset[date], *, months: int = 3) -> list[int]:
    """This year, and the next once it begins within so many months, as far as no bank holiday of theirs is known."""
    known = {day.year for day in holidays}
    return [year for year in range(today.year, months_after(today, months).year + 1) if year not in known]


@register()
def bank_holidays_are_known(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Working days are counted wrongly in a year whose bank holidays are not in the packaged data."""
    return [
        Warning(
            f"The bank holidays of {year} are not known, so working days of that year are counted wrongly.",
            hint="Upgrade the package govuk-bank-holidays, or add the days as closure days in Administration.",
            id="deadlines.W001",
        )
        for year in missing_years(timezone.localdate(), bank_holidays(), months=settings.CALENDAR_WARNED_MONTHS)
    ]
