"""A calendar without the next bank holidays is warned of three months before working days are counted wrongly."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from qaf.deadlines import coverage_of_calendar as reach
from qaf.deadlines.checks import missing_years
from qaf.deadlines.models import ClosureDay
from qaf.people.models import User

BOXING_DAY = date(2028, 12, 26)


def test_months_later_is_the_same_day_or_the_last_of_the_month() -> None:
    assert reach.months_after(date(2026, 11, 25), 3) == date(2027, 2, 25)
    assert reach.months_after(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert reach.months_after(date(2026, 12, 31), 12) == date(2027, 12, 31)


@pytest.mark.parametrize(
    ("today", "warned"), [(date(2028, 9, 30), False), (date(2028, 10, 1), True), (date(2029, 2, 1), True)]
)
def test_the_end_of_the_holidays_is_warned_of_three_months_ahead(today: date, warned: bool) -> None:
    found = reach.ending_soon([reach.reach_of("bank holidays", [BOXING_DAY])], today=today, months=3)
    assert [one.words for one in found] == (
        [
            "The calendar has no bank holidays after 26 December 2028: working days from then on are counted without "
            "them."
        ]
        if warned
        else []
    )
    assert bool(missing_years(today, frozenset({date(2028, 1, 1), BOXING_DAY}))) is warned


def test_an_organisation_without_closure_days_is_not_asked_for_any() -> None:
    assert reach.reach_of("closure days of your own", []) is None
    assert reach.ending_soon([None], today=date(2030, 1, 1), months=3) == []


def test_administrators_and_qa_managers_see_it_on_the_home_page(
    person: Callable[..., User], client_for: Callable[[User], Client]
) -> None:
    last_year = timezone.localdate().year - 1
    ClosureDay.objects.create(day=date(last_year, 12, 24), name="Christmas Eve")
    words = f"no closure days of your own after 24 December {last_year}"
    assert words in client_for(person("admin")).get("/").content.decode()
    page = client_for(person("qa_manager")).get("/").content.decode()
    assert words in page
    assert "Ask an administrator" in page
    assert words not in client_for(person("auditor")).get("/").content.decode()


def test_nobody_is_warned_while_the_calendar_reaches_far(
    person: Callable[..., User], monkeypatch: pytest.MonkeyPatch
) -> None:
    far = date(timezone.localdate().year + 2, 12, 26)
    monkeypatch.setattr(reach, "bank_holidays", lambda: frozenset({far}))
    ClosureDay.objects.create(day=date(timezone.localdate().year + 2, 12, 24), name="Christmas Eve")
    assert reach.calendar_ends(person("admin")) is None
