"""XmR charts of 10,000 series of 36 points against the same rules in pandas, point by point. No database is used."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from bench.caller import Failed
from bench.figures import Figure
from scorecard.spc import CAUSES, Cause, Verdicts, analyse_many

try:
    import pandas as pd
except ImportError:
    # It comes with what the figures of agreement are tested against, which has no wheels for Python 3.13.
    pd = None

SERIES, POINTS = 10_000, 36
ROUNDS = 7
TARGET = 50


def run(sizes: Sequence[int]) -> Iterator[Figure]:
    """Measure both on the same numbers, and see that they come to the same causes and limits."""
    if pd is None:
        raise Failed("There is no pandas to compare with; use a Python before 3.13.")
    values = _values()
    plain_seconds, plain = _timed(lambda: by_pandas(values))
    found = _analyse(values)
    _compare(plain, found)
    seconds = statistics.median(_timed(lambda: _analyse(values))[0] for _ in range(ROUNDS))
    special = (found.cause > 0).mean()
    print(
        f"# {SERIES:,} series of {POINTS} points, {special:.0%} of them special causes: pandas {plain_seconds:.2f} s, "
        f"analyse_many {seconds * 1000:.0f} ms",
        flush=True,
    )
    yield Figure("spc_pandas_to_analyse_many", plain_seconds / seconds, TARGET, at_least=True)


def _values() -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Shares to one decimal; a third of the series drift, a third jump, and the others only vary."""
    chance = np.random.default_rng(2026)
    values = chance.normal(70, 4, (SERIES, POINTS))
    drift = np.linspace(0, 12, POINTS)
    values[::3] += drift * chance.choice([-1, 1], (len(values[::3]), 1))
    values[1::3, 24:] += 7
    return np.round(values, 1)


def _analyse(values: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> Verdicts:
    return analyse_many(values, directions="up", targets=75.0)


def by_pandas(values: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> pd.DataFrame:
    """One row a point. Means and ranges are pandas' own; each rule is asked of each point in a window that rolls."""
    frame = pd.DataFrame(
        {"series": np.repeat(np.arange(len(values)), values.shape[1]), "value": np.round(values.ravel(), 1)}
    )
    by_series = frame.groupby("series")
    frame["mean"] = by_series["value"].transform("mean")
    frame["step"] = by_series["value"].diff()
    frame["range"] = frame["step"].abs()
    threshold = 3.267 * frame.groupby("series")["range"].transform("mean")
    frame.loc[frame["range"] >= threshold, "range"] = np.nan
    frame["reach"] = 2.66 * frame.groupby("series")["range"].transform("mean")
    off = frame["value"] - frame["mean"]
    frame["side"] = np.sign(off.where(off.abs() > 1e-9, 0))
    frame["outside"] = off.abs() > frame["reach"] + 1e-9
    frame["near"] = ~frame["outside"] & (off.abs() > frame["reach"] * 2 / 3 + 1e-9)
    frame["near_side"] = frame["side"].where(frame["near"], 0)
    frame["way"] = np.sign(frame["step"].where(frame["step"].abs() > 1e-9, 0))
    # Each rule at the last point of its window, then carried to the points that take part.
    trend = _rolled(frame, "way", 6, lambda window: window[0] if (window == window[0]).all() else 0)
    shift = _rolled(frame, "side", 7, lambda window: window[0] if (window == window[0]).all() else 0)
    sides = _rolled(frame, "side", 3, lambda window: window[0] if (window == window[0]).all() else 0)
    nears = _rolled(frame, "near_side", 3, lambda window: float(abs(window.sum()) >= 2))
    frame["trend"] = _carried(frame, trend, 7)
    frame["shift"] = _carried(frame, shift, 7)
    frame["two"] = _carried(frame, sides * nears, 3) * frame["near"]
    frame["cause"] = frame.apply(_cause, axis=1)
    return frame


def _rolled(frame: pd.DataFrame, name: str, length: int, rule: Callable[..., float]) -> pd.Series:
    rolled = frame.groupby("series")[name].rolling(length).apply(rule, raw=True)
    return rolled.reset_index(level=0, drop=True).fillna(0)


def _carried(frame: pd.DataFrame, ends: pd.Series, length: int) -> pd.Series:
    """What the latest window that a point takes part in says, if it says anything."""
    backwards = ends.iloc[::-1].groupby(frame["series"].iloc[::-1])
    rolled = backwards.rolling(length, min_periods=1).apply(_first_said, raw=True)
    return rolled.reset_index(level=0, drop=True).sort_index()


def _first_said(window: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    said = window[window != 0]
    return float(said[0]) if len(said) else 0.0


def _cause(row: pd.Series) -> int:
    """The first special cause that applies to one point."""
    for flag, high, low in (
        (row["side"] if row["outside"] else 0, Cause.ABOVE, Cause.BELOW),
        (row["trend"], Cause.RISING, Cause.FALLING),
        (row["two"], Cause.NEAR_UPPER, Cause.NEAR_LOWER),
        (row["shift"], Cause.SHIFT_UP, Cause.SHIFT_DOWN),
    ):
        if flag:
            return CAUSES.index(high if flag > 0 else low)
    return 0


def _compare(plain: pd.DataFrame, found: Verdicts) -> None:
    if not np.array_equal(plain["cause"].to_numpy(), found.cause.ravel()):
        raise Failed("The two do not come to the same causes.")
    if not np.allclose(plain["reach"].to_numpy(), found.reach.ravel()):
        raise Failed("The two do not come to the same limits.")


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    result = work()
    return time.process_time() - start, result
