"""A day typed as three parts: what is read, and what is said when it cannot be."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from qaf.dates import MONTHS, DateField


def read(*parts, required=True):
    return DateField(what="the date of the visit", required=required).clean(list(parts))


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)))
def test_every_day_is_read_by_number_name_and_short_name(day):
    name = MONTHS[day.month - 1]
    for month in (str(day.month), f"{day.month:02}", name, name.title(), name[:3]):
        assert read(str(day.day), f" {month} ", str(day.year)) == day


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (("", "", ""), "Enter the date of the visit, such as 24 11 2026"),
        (("24", "", "2026"), "The date of the visit must include a month"),
        (("24", "", ""), "The date of the visit must include a month and a year"),
        (("31", "2", "2026"), "The date of the visit must be a real date, such as 24 11 2026"),
        (("1", "13", "2026"), "The date of the visit must be a real date, such as 24 11 2026"),
        (("1", "1", "26"), "The date of the visit must be a real date, such as 24 11 2026"),
        (("1", "foo", "2026"), "The date of the visit must be a real date, such as 24 11 2026"),
        (("1", "1", "²026"), "The date of the visit must be a real date, such as 24 11 2026"),
    ],
)
def test_what_cannot_be_read_is_said(parts, message):
    with pytest.raises(ValidationError) as error:
        read(*parts)
    assert error.value.messages == [message]


def test_an_optional_day_may_be_left_empty():
    assert read("", "", "", required=False) is None
