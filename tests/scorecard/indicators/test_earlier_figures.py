"""Figures from before QAF: how a row is read, and what may be brought in."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf.errors import NotAllowed, Refused
from qaf.trail.models import Entry
from scorecard.earlier_figures import (
    EarlierFigure,
    Meaning,
    last_day,
    looks_like_shares,
    read_number,
    read_period,
    read_rows,
    value_of,
)
from scorecard.models import Figure, Return, ReturnLine, Unit
from scorecard.quarters import Quarter, quarter_of
from scorecard.workflow.earlier_figures import CannotBringIn, bring_in
from tests.scorecard.board_factories import make_figures
from tests.scorecard.indicators.setting import Setting, this_quarter

PERCENTAGE = Meaning("percentage", monthly=False)
quarters = st.builds(Quarter, st.integers(1995, 2090), st.integers(1, 4))


def read(*rows: dict[str, str], meaning: Meaning = PERCENTAGE) -> tuple[list[EarlierFigure], list[tuple[int, str]]]:
    """The figures of rows numbered from 2, and where something is wrong."""
    found, bad = read_rows(enumerate(rows, 2), lambda day: meaning)
    return [figure for _, figure in found], [(one.row, one.column) for one in bad]


@given(quarters)
def test_a_quarter_is_read_in_every_way_it_is_written(quarter: Quarter) -> None:
    first = quarter.first_day
    for text in (
        quarter.code,
        f"{quarter.year} Q{quarter.number}",
        f"q{quarter.number} {quarter.year}",
        quarter.label,
        f"{first:%b} - {quarter.last_day:%b} {quarter.year}",
        first.isoformat(),
        f"{first:%d/%m/%Y}",
    ):
        assert read_period(text, monthly=False) == (first, quarter.last_day)


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 12, 31)))
def test_a_month_is_read_in_every_way_it_is_written(day: date) -> None:
    first = day.replace(day=1)
    for text in (f"{first:%Y-%m}", f"{first:%B %Y}", f"{first:%b} {first:%Y}", first.isoformat(), f"{first:%d/%m/%Y}"):
        assert read_period(text, monthly=True) == (first, last_day(first, monthly=True))
    assert (last_day(first, monthly=True) + timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    "text",
    ["", "2025", "2025-5", "Q5 2025", "May to July 2025", "2025-02-01", "2025-01-02", "1850-1", "20255-1", "٢٠٢٥-1"],
)
def test_what_is_no_quarter_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Write the quarter like"):
        read_period(text, monthly=False)


@pytest.mark.parametrize("text", ["", "2025-13", "2025-3", "Ma 2025", "July", "2025-07-02"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Write the month like"):
        read_period(text, monthly=True)


@given(st.text(max_size=30))
def test_any_text_is_a_period_or_refused_with_a_sentence(text: str) -> None:
    for monthly in (True, False):
        try:
            first, last = read_period(text, monthly=monthly)
        except ValueError as error:
            said = str(error)
        else:
            said = "Write the" if first < last else "the wrong way round"
        assert said.startswith("Write the")


@pytest.mark.parametrize(
    ("text", "number"), [("", None), ("12", "12"), ("1,234.5", "1234.5"), ("-3", "-3"), ("0", "0"), (" 86.4 ", "86.4")]
)
def test_numbers_are_read_as_people_write_them(text: str, number: str | None) -> None:
    assert read_number(text) == (None if number is None else Decimal(number))


@pytest.mark.parametrize("text", ["n/a", "12 of 15", "1,23", "1.2.3", "=1+1", "٣", "1e5", "9" * 31, "NaN", "86%"])
def test_texts_are_no_numbers(text: str) -> None:
    with pytest.raises(ValueError, match=r"Write a number|too large"):
        read_number(text)


@given(
    st.sampled_from(["percentage", "rate", "average"]),
    st.integers(0, 10_000),
    st.integers(0, 10_000),
)
def test_a_value_follows_from_numerator_and_denominator(unit: str, numerator: int, denominator: int) -> None:
    value = value_of(unit, Decimal(numerator), Decimal(denominator))
    if denominator == 0:
        assert value is None
    else:
        factor = {"percentage": 100, "rate": 10_000, "average": 1}[unit]
        assert value is not None
        assert abs(value * denominator - numerator * factor) <= Decimal("0.00005") * denominator


def test_a_row_becomes_a_figure_with_its_exact_value() -> None:
    figures, bad = read({"period": "2025-1", "numerator": "2", "denominator": "3", "value": "66.7%"})
    assert bad == []
    assert figures == [EarlierFigure(date(2025, 1, 1), date(2025, 3, 31), Decimal(2), Decimal(3), Decimal("66.6667"))]


def test_nothing_to_divide_by_is_a_gap_and_no_value() -> None:
    figures, bad = read({"period": "2025-1", "numerator": "0", "denominator": "0"})
    assert (bad, figures[0].value) == ([], None)


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"period": "spring"}, "Period"),
        ({"numerator": "many"}, "Numerator"),
        ({"numerator": "5", "denominator": "4"}, "Numerator"),
        ({"numerator": "-1", "denominator": "4"}, "Numerator"),
        ({"numerator": "1.5", "denominator": "4"}, "Numerator"),
        ({"numerator": "1"}, "Denominator"),
        ({"denominator": "4"}, "Numerator"),
        ({"numerator": "1", "denominator": "0"}, "Denominator"),
        ({"numerator": "0", "denominator": "0", "value": "0"}, "Value"),
        ({"numerator": "1", "denominator": "4", "value": "26"}, "Value"),
        ({"value": "101"}, "Value"),
        ({"value": ""}, "Value"),
        ({"value": "50", "source": "x" * 201}, "Source"),
    ],
)
def test_what_is_wrong_with_a_row_is_named_by_its_column(cells: dict[str, str], column: str) -> None:
    figures, bad = read({"period": "2025-1", **cells})
    assert (figures, bad) == ([], [(2, column)])


@pytest.mark.parametrize(
    ("unit", "cells"),
    [
        ("rate", {"numerator": "9,999,999,999", "denominator": "1"}),
        ("average", {"numerator": "9,999,999,999", "denominator": "0.0001"}),
        ("rate", {"value": "-5"}),
    ],
)
def test_a_value_that_no_series_can_hold_is_named(unit: str, cells: dict[str, str]) -> None:
    meaning = Meaning(unit, monthly=False, counts_people=False)
    assert read({"period": "2025-1", **cells}, meaning=meaning) == ([], [(2, "Value")])


def test_a_plain_number_has_no_denominator() -> None:
    meaning = Meaning("count", monthly=True)
    figures, bad = read({"period": "2025-01", "value": "7"}, {"period": "2025-02", "numerator": "8"}, meaning=meaning)
    assert (bad, [(one.numerator, one.value) for one in figures]) == ([], [(7, 7), (8, 8)])
    assert read({"period": "2025-01", "numerator": "7", "denominator": "9"}, meaning=meaning)[1] == [(2, "Denominator")]


def test_a_period_that_is_there_twice_is_named_in_its_second_row() -> None:
    figures, bad = read({"period": "2025-1", "value": "50"}, {"period": "Q1 2025", "value": "60"})
    assert (len(figures), bad) == (1, [(3, "Period")])


def test_shares_written_for_percentages_are_noticed() -> None:
    figures, _ = read({"period": "2025-1", "value": "0.86"}, {"period": "2025-2", "value": "1"})
    assert looks_like_shares(figures, "percentage")
    assert not looks_like_shares(figures, "rate")
    assert not looks_like_shares(read({"period": "2025-1", "value": "0"})[0], "percentage")


# Bringing them in.


def row(quarter: Quarter, **fields: Any) -> EarlierFigure:
    given = {"numerator": Decimal(40), "denominator": Decimal(50), **fields}
    return EarlierFigure(quarter.first_day, quarter.last_day, **given)


def test_figures_are_brought_in_with_their_source_and_the_definition_of_their_time(setting: Setting) -> None:
    indicator = setting.indicator(valid_from=date(2025, 1, 1))
    first = indicator.versions.get()
    before = Quarter(2022, 3)
    made = bring_in(
        indicator,
        rows=[
            row(before),
            row(before.next, source="Report of 2022"),
            row(Quarter(2025, 1), numerator=Decimal(0), denominator=Decimal(0)),
        ],
        source="The old scorecard",
        by=setting.officer,
    )
    stored = Figure.objects.filter(indicator=indicator)
    assert [(one.value, one.gap, one.source, one.definition) for one in stored] == [
        (80, "", "The old scorecard", first),
        (80, "", "Report of 2022", first),
        (None, "Nothing to divide by", "The old scorecard", first),
    ]
    assert len(made) == 3
    entry = Entry.objects.about(indicator).get()
    assert entry.details == {"indicator": "cp-reviews", "number": 3, "since": "2022-07-01", "until": "2025-01-01"}


def test_a_period_that_has_a_figure_is_never_overwritten(setting: Setting) -> None:
    indicator = setting.indicator()
    quarter = this_quarter().previous
    make_figures(indicator, [70], last=quarter)
    with pytest.raises(CannotBringIn, match="never overwritten") as error:
        bring_in(indicator, rows=[row(quarter.previous), row(quarter)], source="Old", by=setting.officer)
    assert [(one.row, one.column) for one in error.value.bad] == [(2, "Period")]
    assert Figure.objects.get(indicator=indicator).value == 70


def test_a_period_that_a_return_asks_for_is_left_to_it(setting: Setting) -> None:
    indicator = setting.indicator()
    quarter = this_quarter().previous
    one = Return.objects.create(
        agency=setting.agency, period_from=quarter.first_day, period_to=quarter.last_day, due_on=quarter.last_day
    )
    ReturnLine.objects.create(part_of=one, definition=indicator.versions.get())
    with pytest.raises(CannotBringIn, match="return asks for this period"):
        bring_in(indicator, rows=[row(quarter)], source="Old", by=setting.officer)
    bring_in(indicator, rows=[row(quarter.previous)], source="Old", by=setting.officer)


def test_all_or_nothing_is_brought_in(setting: Setting) -> None:
    indicator = setting.indicator()
    quarter = this_quarter().previous
    wrong = [
        row(quarter, numerator=Decimal(60)),
        row(quarter.previous, denominator=None),
        EarlierFigure(date(2024, 2, 1), date(2024, 4, 30), value=Decimal(5)),
        row(this_quarter()),
    ]
    for bad in wrong:
        with pytest.raises(CannotBringIn):
            bring_in(indicator, rows=[row(Quarter(2024, 1)), bad], source="Old", by=setting.officer)
    for rows, source in (([], "Old"), ([row(quarter)], "  "), ([row(quarter)], "x" * 201)):
        with pytest.raises(Refused):
            bring_in(indicator, rows=rows, source=source, by=setting.officer)
    assert not Figure.objects.exists()


def test_nothing_is_brought_in_after_retirement_or_by_others(setting: Setting) -> None:
    indicator = setting.indicator(unit=Unit.COUNT)
    indicator.retired_on = date(2024, 5, 10)
    indicator.save()
    last = quarter_of(indicator.retired_on)
    fields = {"numerator": Decimal(3), "denominator": None}
    with pytest.raises(CannotBringIn, match="retired on 10 May 2024"):
        bring_in(indicator, rows=[row(last.next, **fields)], source="Old", by=setting.officer)
    with pytest.raises(NotAllowed):
        bring_in(indicator, rows=[row(last, **fields)], source="Old", by=setting.lead)
    bring_in(indicator, rows=[row(last, **fields)], source="Old", by=setting.officer)
    assert Figure.objects.get().value == 3
