"""The figures of agreement: by hand, against independent statistics libraries, and what must hold of any table.

Kappa and Wilson's interval are compared with statsmodels, AC2 with irrCAC, Student's t with SciPy, each to 1e-9. irrCAC
rounds to five digits unless it is asked for more. Its interval rests on the quantile of an older SciPy, which is good
to eight digits only: the interval is compared with that one to 1e-8, and to 1e-9 with the one that SciPy's distribution
gives for irrCAC's value and standard error. A standard error next to nothing is compared as a variance, since both
libraries take it as the difference of two nearly equal numbers. What no library gives (shares of a shift, the mean) is
counted judgement by judgement.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from moderation.agreement import (
    Agreement,
    Coefficient,
    TooFew,
    Undefined,
    cohens_kappa,
    gwets_ac2,
    pooled,
    share,
    summarise,
    t_quantile,
    total,
)
from tests.browser import cannot_be_had

Rows = list[list[int]]


def library(name: str) -> Any:
    """A statistics library by the name of its module; these are there for the tests alone."""
    try:
        return __import__(name, fromlist=["*"])
    except ImportError:
        cannot_be_had(f"{name.partition('.')[0]} is not installed")


sizes = st.integers(2, 6)
# Most judgements agree, some tables have a grade that nobody gave, some are nearly empty.
cells = st.one_of(st.integers(0, 3), st.integers(0, 60), st.just(0))


@st.composite
def tables(draw: st.DrawFn, *, least: int = 10) -> Rows:
    size = draw(sizes)
    table = [[draw(cells) for _ in range(size)] for _ in range(size)]
    for k in range(size):
        table[k][k] += draw(st.sampled_from([0, 0, 5, 200]))
    assume(total(table) >= least)
    return table


# Four grades; the moderator is a little stricter.
BRISTOL = [[8, 3, 0, 0], [2, 31, 9, 0], [0, 4, 27, 5], [0, 0, 1, 10]]
COVENTRY = [[20, 5, 0], [3, 40, 6], [0, 2, 24]]
DEGENERATE = [
    [[0, 0, 0], [0, 30, 0], [0, 0, 0]],  # everybody gave one grade
    [[5, 0, 0], [0, 9, 0], [0, 0, 4]],  # nobody ever disagreed
    [[4, 6, 0], [0, 0, 0], [0, 3, 9]],  # a grade no auditor gave
    [[0, 12], [0, 0]],  # one grade each, and not the same
    [[0, 0, 7], [0, 0, 0], [6, 0, 0]],  # always from one end to the other
]


def flipped(table: Rows) -> Rows:
    return [list(column) for column in zip(*table, strict=True)]


def upside_down(table: Rows) -> Rows:
    return [row[::-1] for row in table[::-1]]


def close(ours: float, theirs: float) -> bool:
    return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-9)


def same_errors(ours: float, theirs: float) -> bool:
    if ours > 1e-4:
        return close(ours, theirs)
    return theirs != theirs or math.isclose(ours**2, theirs**2, abs_tol=1e-12)


# --- by hand ------------------------------------------------------------------------------------------------------


def test_the_figures_of_a_table_worked_out_by_hand() -> None:
    figures = summarise(BRISTOL)
    assert isinstance(figures, Agreement)
    assert figures.count == 100
    assert (figures.same.number, figures.within_one.number) == (76, 100)
    # Above the diagonal the moderator chose a lower grade: the scale stands best first.
    assert (figures.lowered.number, figures.raised.number) == (17, 7)
    assert figures.mean_shift == pytest.approx(-0.10)
    # Σ(i - j)²n = 24 against Σ(i - j)² of the margins, both over 9 and over n: a definition over pairs of judgements.
    auditors, moderators = [sum(row) for row in BRISTOL], [sum(column) for column in flipped(BRISTOL)]
    chance = Fraction(sum((i - j) ** 2 * auditors[i] * moderators[j] for i in range(4) for j in range(4)), 100)
    assert isinstance(figures.kappa, Coefficient)
    assert figures.kappa.value == pytest.approx(float(1 - Fraction(24) / chance), abs=1e-12)


def test_a_share_has_wilsons_interval() -> None:
    # R. G. Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263, without correction, 0.2553 to 0.3662.
    found = share(81, 263)
    assert (round(found.interval.low, 4), round(found.interval.high, 4)) == (0.2553, 0.3662)
    assert (share(0, 10).interval.low, share(10, 10).interval.high) == (0.0, 1.0)


def test_fewer_than_ten_say_so() -> None:
    assert summarise([[5, 1], [1, 2]]) == TooFew(9)
    assert isinstance(summarise([[5, 1], [1, 3]]), Agreement)
    assert summarise([[0, 0], [0, 0]]) == TooFew(0)


def test_one_grade_alone_has_no_kappa() -> None:
    figures = summarise(DEGENERATE[0])
    assert isinstance(figures, Agreement)
    assert isinstance(figures.kappa, Undefined)
    assert figures.ac2 == Coefficient(1.0, 0.0, None)
    assert figures.same.value == 1


def test_full_agreement_is_one_without_an_interval() -> None:
    figures = summarise(DEGENERATE[1])
    assert isinstance(figures, Agreement)
    assert figures.kappa == figures.ac2 == Coefficient(1.0, 0.0, None)


def test_a_scale_of_one_grade_leaves_nothing_to_agree_on() -> None:
    figures = summarise([[12]])
    assert isinstance(figures, Agreement)
    assert isinstance(figures.kappa, Undefined)
    assert isinstance(figures.ac2, Undefined)


@pytest.mark.parametrize("table", [[], [[1, 2]], [[1], [2, 3]], [[1, -1], [0, 3]], [[1.5, 0], [0, 3]]])
def test_what_is_not_a_table_is_refused(table: Any) -> None:
    with pytest.raises(ValueError, match="table of agreement"):
        summarise(table)


def test_only_tables_of_one_size_are_put_together() -> None:
    assert pooled([[[1, 2], [3, 4]], [[10, 0], [0, 1]]]) == ((11, 2), (3, 5))
    with pytest.raises(ValueError, match="same scale"):
        pooled([[[1]], [[1, 2], [3, 4]]])


# --- against the libraries ----------------------------------------------------------------------------------------


def compare_kappa(table: Rows) -> None:
    theirs = library("statsmodels.stats.inter_rater").cohens_kappa(table, wt="quadratic")
    ours = cohens_kappa(table)
    if isinstance(ours, Undefined):
        assert math.isnan(theirs.kappa)
        return
    assert close(ours.value, theirs.kappa)
    assert same_errors(ours.standard_error, math.sqrt(max(theirs.var_kappa, 0)))
    if ours.interval and ours.standard_error > 1e-4:
        assert close(ours.interval.low, theirs.kappa_low)
        assert close(ours.interval.high, min(1, theirs.kappa_upp))


def compare_ac2(table: Rows) -> None:
    frame = library("pandas").DataFrame(table)
    est = library("irrCAC.table").CAC(frame, weights="quadratic", digits=15).gwet()["est"]
    error, (low, high) = est["se"].item(), (limit.item() for limit in est["confidence_interval"])
    ours = gwets_ac2(table)
    assert isinstance(ours, Coefficient)
    assert close(ours.value, est["coefficient_value"].item())
    assert same_errors(ours.standard_error, error)
    if ours.interval and ours.standard_error > 1e-4:
        assert math.isclose(ours.interval.low, low, abs_tol=1e-8)
        assert math.isclose(ours.interval.high, high, abs_tol=1e-8)
        half = scipys_quantile(total(table) - 1) * error
        assert close(ours.interval.low, est["coefficient_value"].item() - half)
        assert close(ours.interval.high, min(1, est["coefficient_value"].item() + half))


def scipys_quantile(degrees: int) -> float:
    """Where SciPy's own distribution of Student's t has 2.5 % above it."""
    student, solve = library("scipy.stats").t, library("scipy.optimize").brentq
    return float(solve(lambda t: student.cdf(t, degrees) - 0.975, 1.9, 13, xtol=1e-14, rtol=1e-14))


def compare_shares(table: Rows) -> None:
    figures = summarise(table)
    assert isinstance(figures, Agreement)
    confint = library("statsmodels.stats.proportion").proportion_confint
    for found in (figures.same, figures.within_one, figures.raised, figures.lowered):
        low, high = confint(found.number, figures.count, alpha=0.05, method="wilson")
        assert close(found.interval.low, low)
        assert close(found.interval.high, high)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("table", [BRISTOL, COVENTRY, *DEGENERATE, flipped(BRISTOL)])
def test_the_figures_are_those_of_the_libraries(table: Rows) -> None:
    compare_kappa(table)
    compare_ac2(table)
    compare_shares(table)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@given(tables())
@example([[100_000, 1], [0, 3]])
@example([[0, 1, 0], [0, 9_999, 0], [0, 0, 0]])
def test_the_figures_are_those_of_the_libraries_for_any_table(table: Rows) -> None:
    compare_kappa(table)
    compare_ac2(table)
    compare_shares(table)


def test_students_t_is_scipys() -> None:
    for degrees in [*range(1, 60), 99, 100, 399, 400, 401, 1_000, 123_456, 10**7]:
        assert t_quantile(degrees) == pytest.approx(scipys_quantile(degrees), rel=1e-11, abs=0), degrees
    with pytest.raises(ValueError, match="degree of freedom"):
        t_quantile(0)


# --- what holds of any table --------------------------------------------------------------------------------------


@given(tables())
def test_the_figures_count_what_is_there_and_keep_their_bounds(table: Rows) -> None:
    figures = summarise(table)
    assert isinstance(figures, Agreement)
    pairs = [(i, j) for i, row in enumerate(table) for j, number in enumerate(row) for _ in range(number)]
    assert figures.count == len(pairs)
    assert figures.same.number == sum(i == j for i, j in pairs)
    assert figures.within_one.number == sum(abs(i - j) <= 1 for i, j in pairs)
    assert figures.raised.number == sum(j < i for i, j in pairs)
    assert figures.lowered.number == sum(j > i for i, j in pairs)
    assert math.isclose(figures.mean_shift, sum(i - j for i, j in pairs) / len(pairs), abs_tol=1e-12)
    assert figures.same.number + figures.raised.number + figures.lowered.number == figures.count
    assert isinstance(figures.ac2, Coefficient)
    assert figures.ac2.value <= 1
    if isinstance(figures.kappa, Coefficient):
        assert -1 - 1e-12 <= figures.kappa.value <= 1
    for found in (figures.kappa, figures.ac2):
        if isinstance(found, Coefficient) and found.interval:
            assert found.interval.low <= found.value <= found.interval.high <= 1
    for part in (figures.same, figures.within_one, figures.raised, figures.lowered):
        assert 0 <= part.interval.low <= part.value <= part.interval.high <= 1


@given(tables())
def test_who_of_the_two_comes_first_and_which_end_of_the_scale_changes_no_agreement(table: Rows) -> None:
    def values(table: Rows) -> list[float]:
        figures = summarise(table)
        assert isinstance(figures, Agreement)
        return [
            figures.same.value,
            figures.within_one.value,
            *(
                value
                for found in (figures.kappa, figures.ac2)
                for value in ([found.value, found.standard_error] if isinstance(found, Coefficient) else [math.inf] * 2)
            ),
        ]

    ours, other, reverse = summarise(table), summarise(flipped(table)), summarise(upside_down(table))
    assert isinstance(ours, Agreement)
    assert isinstance(other, Agreement)
    assert isinstance(reverse, Agreement)
    assert values(table) == pytest.approx(values(flipped(table)), abs=1e-9)
    assert values(table) == pytest.approx(values(upside_down(table)), abs=1e-9)
    assert (ours.raised.number, ours.lowered.number) == (other.lowered.number, other.raised.number)
    assert (ours.raised.number, ours.lowered.number) == (reverse.lowered.number, reverse.raised.number)
    assert math.isclose(ours.mean_shift, -other.mean_shift, abs_tol=1e-12)


@given(tables(), st.data())
def test_a_judgement_that_comes_to_agree_raises_the_agreement(table: Rows, data: st.DataObject) -> None:
    apart = [(i, j) for i, row in enumerate(table) for j, number in enumerate(row) if number and i != j]
    assume(apart)
    i, j = data.draw(st.sampled_from(apart))
    better = [row[:] for row in table]
    better[i][j] -= 1
    better[i][i] += 1
    before, after = summarise(table), summarise(better)
    assert isinstance(before, Agreement)
    assert isinstance(after, Agreement)
    assert after.same.value > before.same.value
    assert after.same.interval.low > before.same.interval.low
    assert after.within_one.value >= before.within_one.value
    assert abs(after.raised.number - before.raised.number) + abs(after.lowered.number - before.lowered.number) == 1


@given(tables(), st.integers(2, 9))
def test_the_same_again_and_again_changes_nothing_but_the_certainty(table: Rows, times: int) -> None:
    more = pooled([table] * times)
    for figure in (cohens_kappa, gwets_ac2):
        once, often = figure(table), figure(more)
        if isinstance(once, Undefined) or isinstance(often, Undefined):
            assert isinstance(once, Undefined)
            assert isinstance(often, Undefined)
            continue
        assert math.isclose(once.value, often.value, abs_tol=1e-9)
        assert math.isclose(once.standard_error, often.standard_error * math.sqrt(times), rel_tol=1e-6, abs_tol=1e-9)
