"""A draw from 100,000 cases for 2,000 auditors against a plain shuffle of as many numbers. No database is used."""

from __future__ import annotations

import itertools
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from audits.sampling import Auditor, Candidate, Past, Rules, draw, draw_columns
from audits.sampling.columns import Columns, columns_of
from bench.caller import Failed, medians
from bench.figures import Figure

ROUNDS = 100
TARGET = 10
MOST_MEGABYTES = 500
CASES, AUDITORS, AUDITS = 100_000, 2_000, 24_000
HOLDERS_OF_UNIT = {2_000: 4, 500: 12, 1: 6_000}
STATUSES = ("CIN", "CP", "PLO", "CiC", "Care Leaver")
RULES = Rules(date(2026, 11, 24))


@dataclass(frozen=True)
class Setting:
    """What a draw is made from: each unit is one team, and a quarter of the auditors hold cases of their own."""

    cases: list[Candidate]
    auditors: list[Auditor]
    history: list[Past]

    @classmethod
    def of(cls, units: int) -> Setting:
        chance, holders = np.random.default_rng(2026), HOLDERS_OF_UNIT[units]
        teams = chance.integers(0, units, CASES).tolist()
        held_by = chance.integers(0, holders, CASES).tolist()
        statuses = chance.choice(len(STATUSES), CASES, p=[0.45, 0.2, 0.05, 0.2, 0.1]).tolist()
        closed = chance.choice(200, CASES).tolist()
        cases = [
            Candidate(
                id=pk,
                team=team,
                status=STATUSES[status],
                holder=team * holders + holder,
                closed_on=RULES.day - timedelta(days=day) if day < 40 else None,
            )
            for pk, team, holder, status, day in zip(
                chance.permutation(CASES * 3)[:CASES].tolist(), teams, held_by, statuses, closed, strict=True
            )
        ]
        auditors = [
            Auditor(
                # Numbers of people below a million hold cases.
                id=pk % units * holders + pk // units if pk % 4 == 0 else 10**6 + pk,
                name=f"Auditor {pk}",
                teams=frozenset({pk % units}),
                unit=f"Team {pk % units}",
            )
            for pk in range(AUDITORS)
        ]
        return cls(cases, auditors, _history(cases, chance))

    def columns(self) -> Columns:
        wanted = dict.fromkeys([one.id for one in self.auditors], 1)
        latest = {past.case: past for past in self.history}
        return columns_of(self.cases, self.auditors, wanted=wanted, history=self.history, latest=latest)[0]

    def draw(self, seed: str) -> int:
        return len(draw(self.cases, self.auditors, per_auditor=1, seed=seed, history=self.history, rules=RULES).picks)


def _history(cases: list[Candidate], chance: np.random.Generator) -> list[Past]:
    """A year of audits: one a month for each auditor."""
    places, days = chance.choice(len(cases), AUDITS, replace=False), chance.integers(1, 365, AUDITS)
    return [
        Past(case.id, case.team, case.status, case.holder_key, RULES.day - timedelta(days=day))
        for case, day in zip((cases[place] for place in places.tolist()), days.tolist(), strict=True)
    ]


def run(sizes: Sequence[int]) -> Iterator[Figure]:
    """Measure the draw from columns to picks and the shuffle in turn, then the whole draw and its memory."""
    for name, units in (("sampling_2000_units_to_shuffle", 2_000), ("sampling_500_units_to_shuffle", 500)):
        yield _measure(name, Setting.of(units))
    crowd = Setting.of(1).columns()
    start = time.process_time()
    draw_columns(crowd, seed="crowd", rules=RULES)
    print(f"# all {AUDITORS:,} auditors in one unit, each pick after the other: {_ms(time.process_time() - start)}")
    yield Figure("sampling_megabytes", _megabytes(Setting.of(500)), MOST_MEGABYTES)


def _measure(name: str, setting: Setting) -> Figure:
    columns, seeds = setting.columns(), itertools.count()
    numbers, generator = np.arange(CASES, dtype=np.int64), np.random.default_rng()

    def shuffle() -> None:
        generator.shuffle(numbers)

    def sample() -> int:
        return len(draw_columns(columns, seed=f"seed {next(seeds)}", rules=RULES).case)

    if sample() != len(setting.auditors):
        raise Failed("Not every auditor was given a case.")
    # The processor's time: nothing is waited for, and what else the machine does would fall on the longer of the two.
    base, drawing = medians([shuffle, sample], rounds=ROUNDS, clock=time.process_time)
    start = time.process_time()
    setting.draw("whole")
    whole = time.process_time() - start
    print(
        f"# {CASES:,} cases, {len(setting.auditors):,} auditors: shuffle {_ms(base)}, draw {_ms(drawing)}, "
        f"from objects to sentences {_ms(whole)}",
        flush=True,
    )
    return Figure(name, drawing / base, TARGET)


def _megabytes(setting: Setting) -> float:
    """The most that a whole draw holds at once, beside the objects that it is given."""
    tracemalloc.start()
    try:
        setting.draw("memory")
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"
