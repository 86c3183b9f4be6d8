"""Warnings about the calendar that an administrator sees at start and from ``manage.py check``."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.checks import CheckMessage, Warning, register
from django.utils import timezone

from qaf.deadlines.calendar import bank_holidays


def missing_years(today: date, holidays: frozenset[date]) -> list[int]:
    """This year, and from October on the next, as far as no bank holiday of theirs is known."""
    needed = [today.year] + ([today.year + 1] if today.month >= 10 else [])
    known = {day.year for day in holidays}
    return [year for year in needed if year not in known]


@register()
def bank_holidays_are_known(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Working days are counted wrongly in a year whose bank holidays are not in the packaged data."""
    return [
        Warning(
            f"The bank holidays of {year} are not known, so working days of that year are counted wrongly.",
            hint="Upgrade the package govuk-bank-holidays, or add the days as closure days in Administration.",
            id="deadlines.W001",
        )
        for year in missing_years(timezone.localdate(), bank_holidays())
    ]
