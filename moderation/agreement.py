"""How far auditors and moderators agree, from a table of counts. Pure: no ORM, no clock, no settings.

A **table** is square: one row for each grade that the auditor gave, one column for each grade that the moderator gave,
both in the scale's order, best grade first; each cell says how many judgements had this pair of grades. Only
judgements on the same scale go into one table.

Two coefficients correct for what chance alone would bring, and both weigh a disagreement by the square of the steps
between the grades (1 - (i - j)² / (q - 1)² for a scale of q grades): Cohen's kappa and Gwet's AC2. Kappa is the one
that most people know; where nearly all judgements have the same grade it falls although hardly anybody disagrees,
which AC2 does not.

- J. Cohen, *Weighted kappa*, Psychological Bulletin 70 (1968). Its variance is the large-sample one of J. L. Fleiss,
  J. Cohen and B. S. Everitt, *Large sample standard errors of kappa and weighted kappa*, Psychological Bulletin 72
  (1969), with n in the denominator, and its interval the normal one, as in statsmodels ``cohens_kappa``.
- K. L. Gwet, *Computing inter-rater reliability and its variance in the presence of high agreement*, British Journal
  of Mathematical and Statistical Psychology 61 (2008), and *Handbook of Inter-Rater Reliability*, 4th edition (2014),
  for AC2. Its variance is the one for two raters and a table, with n in the denominator, and its interval the one of
  Student's t with n - 1 degrees of freedom, as in irrCAC ``table.CAC.gwet``.
- E. B. Wilson, *Probable inference*, Journal of the American Statistical Association 22 (1927), for the interval of
  a share, without a correction for continuity.

All of these take judgements to be independent of one another. Those of one audit are not quite, so the true intervals
are a little wider; pages say so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import mul
from statistics import NormalDist

# Fewer than this say nothing about anybody.
ENOUGH = 10
# Rounding leaves a variance of this size where there is none.
NO_VARIANCE = 1e-24
# From here on the series of Cornish and Fisher gives Student's t to more than eleven digits.
MANY_DEGREES = 400

Table = Sequence[Sequence[int]]


@dataclass(frozen=True)
class TooFew:
    """In place of a figure: there are only so many judgements."""

    count: int


@dataclass(frozen=True)
class Undefined:
    """In place of a coefficient: the counts leave it without a meaning. ``why`` is a sentence for people."""

    why: str


@dataclass(frozen=True)
class Interval:
    """A 95 % interval."""

    low: float
    high: float


@dataclass(frozen=True)
class Coefficient:
    """A chance-corrected coefficient: 1 for no disagreement at all, 0 for what chance alone would bring.

    ``standard_error`` is 0 and ``interval`` None when the counts show no variation to tell an interval from.
    """

    value: float
    standard_error: float
    interval: Interval | None


@dataclass(frozen=True)
class Share:
    """So many of all, as a share of 1, with Wilson's interval."""

    number: int
    value: float
    interval: Interval


@dataclass(frozen=True)
class Agreement:
    """The figures of one table. ``mean_shift`` is in grades, and above 0 when moderators grade higher (better)."""

    count: int
    same: Share
    within_one: Share
    raised: Share
    lowered: Share
    mean_shift: float
    kappa: Coefficient | Undefined
    ac2: Coefficient | Undefined


def summarise(table: Table) -> Agreement | TooFew:
    """All figures of a table, or TooFew below ten judgements. Raises ValueError for what is not a table of counts."""
    count = total(table)
    if count < ENOUGH:
        return TooFew(count)
    # How many steps the moderator raised a grade by: the scale stands best first.
    shifts: dict[int, int] = {}
    for i, row in enumerate(table):
        for j, number in enumerate(row):
            shifts[i - j] = shifts.get(i - j, 0) + number
    return Agreement(
        count=count,
        same=share(shifts.get(0, 0), count),
        within_one=share(sum(shifts.get(steps, 0) for steps in (-1, 0, 1)), count),
        raised=share(sum(number for steps, number in shifts.items() if steps > 0), count),
        lowered=share(sum(number for steps, number in shifts.items() if steps < 0), count),
        mean_shift=sum(steps * number for steps, number in shifts.items()) / count,
        kappa=_kappa(table, count),
        ac2=_ac2(table, count),
    )


def total(table: Table) -> int:
    """How many judgements a table holds. Raises ValueError unless it is square and of whole numbers from 0 on."""
    if not table or any(len(row) != len(table) for row in table):
        raise ValueError("A table of agreement has as many columns as rows, and at least one.")
    if any(not isinstance(number, int) or number < 0 for row in table for number in row):
        raise ValueError("A table of agreement holds how many judgements there are: whole numbers from 0 on.")
    return sum(map(sum, table))


def pooled(tables: Sequence[Table]) -> tuple[tuple[int, ...], ...]:
    """The sum of several tables on the same scale. Raises ValueError when there is none, or their sizes differ."""
    if not tables or len({len(table) for table in tables}) != 1:
        raise ValueError("Only tables of the same scale can be put together.")
    return tuple(tuple(map(sum, zip(*rows, strict=True))) for rows in zip(*tables, strict=True))


def share(number: int, count: int) -> Share:
    """``number`` of ``count``, with Wilson's 95 % interval."""
    z = _normal_quantile()
    value = number / count
    middle = (value + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(value * (1 - value) / count + z * z / (4 * count * count))
    # None and all of them end where the scale ends; rounding would leave them a hair beside it.
    low = 0.0 if number == 0 else max(0.0, middle - half)
    high = 1.0 if number == count else min(1.0, middle + half)
    return Share(number, value, Interval(low, high))


@lru_cache(maxsize=32)
def quadratic_weights(grades: int) -> tuple[tuple[float, ...], ...]:
    """1 on the diagonal, less with the square of the steps between two grades, 0 from one end to the other."""
    longest = max(grades - 1, 1) ** 2
    return tuple(tuple(1 - (i - j) ** 2 / longest for j in range(grades)) for i in range(grades))


def cohens_kappa(table: Table) -> Coefficient | Undefined:
    """Quadratic-weighted kappa with its large-sample interval; undefined when only one grade was ever given."""
    return _kappa(table, total(table))


def _kappa(table: Table, count: int) -> Coefficient | Undefined:
    weights = quadratic_weights(len(table))
    auditors, moderators = _margins(table, count)
    # How well a grade agrees, on average, with whatever the other one gives.
    of_auditor = [sum(map(mul, row, moderators)) for row in weights]
    of_moderator = [sum(map(mul, row, auditors)) for row in weights]
    if not any(i != j for i, a in enumerate(auditors) for j, m in enumerate(moderators) if a and m):
        return Undefined("Everybody gave one and the same grade, so chance alone would agree as well.")
    by_chance = sum(
        (1 - weight) * a * m
        for a, row in zip(auditors, weights, strict=True)
        if a
        for m, weight in zip(moderators, row, strict=True)
    )
    kappa = 1 - _apart(table, weights, count) / by_chance
    beyond = 1 - kappa
    terms = [
        (number, weight - (mine + theirs) * beyond)
        for counts, row, mine in zip(table, weights, of_auditor, strict=True)
        for number, weight, theirs in zip(counts, row, of_moderator, strict=True)
        if number
    ]
    error = math.sqrt(_variance(terms, count) / count) / by_chance
    return _coefficient(kappa, error, _normal_quantile())


def gwets_ac2(table: Table) -> Coefficient | Undefined:
    """Gwet's AC2 with quadratic weights and its interval; undefined on a scale of a single grade."""
    return _ac2(table, total(table))


def _ac2(table: Table, count: int) -> Coefficient | Undefined:
    size = len(table)
    if size < 2:
        return Undefined("The scale has a single grade, so nobody can disagree.")
    weights = quadratic_weights(size)
    mean = [(a + m) / 2 for a, m in zip(*_margins(table, count), strict=True)]
    factor = sum(map(sum, weights)) / (size * (size - 1))
    by_chance = factor * sum(part * (1 - part) for part in mean)
    ac2 = 1 - _apart(table, weights, count) / (1 - by_chance)
    beyond = 2 * (1 - ac2) * factor
    terms = [
        (number, weight - beyond * (1 - (mine + theirs) / 2))
        for counts, row, mine in zip(table, weights, mean, strict=True)
        for number, weight, theirs in zip(counts, row, mean, strict=True)
        if number
    ]
    error = math.sqrt(_variance(terms, count) / count) / (1 - by_chance)
    return _coefficient(ac2, error, t_quantile(count - 1))


def _margins(table: Table, count: int) -> tuple[list[float], list[float]]:
    """The share of each grade among the auditors' and among the moderators'."""
    return [sum(row) / count for row in table], [sum(column) / count for column in zip(*table, strict=True)]


def _apart(table: Table, weights: Sequence[Sequence[float]], count: int) -> float:
    """How far the two are from full agreement, weighted; exactly 0 when nobody disagrees, whatever is rounded."""
    return (
        sum(
            (1 - weight) * number
            for counts, row in zip(table, weights, strict=True)
            for number, weight in zip(counts, row, strict=True)
            if number
        )
        / count
    )


def _variance(terms: list[tuple[int, float]], count: int) -> float:
    """The variance over the judgements of terms given as (how many judgements, term).

    The textbooks' difference of two squares is the same, but loses all its digits where it is small.
    """
    mean = sum([number * term for number, term in terms]) / count
    variance = sum([number * (term - mean) ** 2 for number, term in terms]) / count
    return variance if variance > NO_VARIANCE else 0.0


def _coefficient(value: float, error: float, quantile: float) -> Coefficient:
    """With an upper limit of 1 at the most, as both coefficients have."""
    if not error:
        return Coefficient(value, 0.0, None)
    return Coefficient(value, error, Interval(value - quantile * error, min(1.0, value + quantile * error)))


@lru_cache(maxsize=1)
def _normal_quantile() -> float:
    return NormalDist().inv_cdf(0.975)


@lru_cache(maxsize=4096)
def t_quantile(degrees: int) -> float:
    """Where Student's t has 2.5 % above it. Raises ValueError below one degree of freedom.

    M. Abramowitz and I. A. Stegun, *Handbook of Mathematical Functions*: the expansion 26.7.5 for many degrees of
    freedom; below that its value is made exact by Newton's steps on the finite series 26.7.3 and 26.7.4.
    """
    if degrees < 1:
        raise ValueError("Student's t has at least one degree of freedom.")
    if degrees == 1:
        return math.tan(math.pi * 0.475)
    z = _normal_quantile()
    t = (
        z
        + (z**3 + z) / (4 * degrees)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * degrees**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * degrees**3)
        + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * degrees**4)
    )
    if degrees >= MANY_DEGREES:
        return t
    height = math.exp(math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2)) / math.sqrt(degrees * math.pi)
    for _ in range(50):
        slope = 2 * height * (1 + t * t / degrees) ** (-(degrees + 1) / 2)
        step = (_inside(t, degrees) - 0.95) / slope
        t -= step
        if abs(step) < 1e-13:
            break
    return t


def _inside(t: float, degrees: int) -> float:
    """The probability that Student's t with two or more degrees of freedom lies between -t and t."""
    angle = math.atan2(t, math.sqrt(degrees))
    cosine, odd = math.cos(angle), degrees % 2
    term = series = cosine if odd else 1.0
    for k in range(2 + odd, degrees - 1, 2):
        term *= (k - 1) / k * cosine * cosine
        series += term
    if odd:
        return 2 / math.pi * (angle + math.sin(angle) * (series if degrees > 1 else 0))
    return math.sin(angle) * series
