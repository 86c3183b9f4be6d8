"""The draw on columns against the same method case by case, and at the size of the largest authorities."""

import time
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from audits.sampling import Auditor, Candidate, Past, Rules, draw, draw_columns, is_own_case, why_not
from audits.sampling.columns import NOBODY, OPEN, Auditors, Audits, Cases, Columns
from audits.sampling.lots import lots, waits
from audits.sampling.strata import sorted_by
from tests.audits.sampling.setting import AUDITORS, CASES, HISTORY, RULES, TODAY


@dataclass
class ByHand:
    """The method of `docs/sampling.md` without columns, cells or rounds: every case has a clock of its own."""

    cases: list[Candidate]
    history: list[Past]
    seed: str
    picks: list[tuple[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.left = {one.id: float(waits(lots(self.seed, np.array([one.id])))[0]) for one in self.cases}
        latest: dict[int, Past] = {}
        for past in sorted(self.history, key=lambda past: (past.running, past.on)):
            latest[past.case] = past
        # Somebody who holds no case, so that only the rules for everybody count.
        anybody = Auditor(-1, "", frozenset(), "")
        self.eligible = [one for one in self.cases if why_not(one, anybody, latest, RULES) is None]
        self.counted = [
            (past.team, past.status, past.holder_key) for past in self.history if past.on >= RULES.counted_since
        ]

    def behind(self, auditor: Auditor, case: Candidate) -> tuple[int, int, int]:
        """By how many audits, times the unit's cases, the case's status and its holder are behind their shares."""
        unit = [one for one in self.eligible if one.team in auditor.teams]
        audits = [one for one in self.counted if one[0] in auditor.teams]
        status = len(audits) * sum(one.status == case.status for one in unit)
        status -= len(unit) * sum(one[1] == case.status for one in audits)
        holder = len(audits) * sum(one.holder_key == case.holder_key for one in unit)
        holder -= len(unit) * sum(one[2] == case.holder_key for one in audits)
        return status, holder, len(unit)

    def give(self, auditor: Auditor) -> None:
        taken = {pk for _, pk in self.picks}
        open_to = [
            one for one in self.eligible
            if one.team in auditor.teams and one.id not in taken and not is_own_case(one, auditor)
        ]  # fmt: skip
        if not open_to:
            return
        weight = {}
        for one in open_to:
            status, holder, unit = self.behind(auditor, one)
            weight[one.id] = (max(0, unit + status) / unit) ** 6 * (max(0, unit + holder) / unit) ** 6
        if not any(weight.values()):
            behind = {one.id: sum(self.behind(auditor, one)[:2]) for one in open_to}
            weight = {pk: float(much == max(behind.values())) for pk, much in behind.items()}
        times = {pk: self.left[pk] / much for pk, much in weight.items() if much}
        first = min(times, key=times.__getitem__)
        for pk, much in weight.items():
            self.left[pk] -= times[first] * much
        case = next(one for one in open_to if one.id == first)
        self.picks.append((auditor.id, first))
        self.counted.append((case.team, case.status, case.holder_key))


@given(CASES, AUDITORS, HISTORY, st.integers(1, 4), st.text(max_size=5))
def test_it_draws_what_the_method_gives_case_by_case(
    cases: list[Candidate], auditors: list[Auditor], history: list[Past], per: int, seed: str
) -> None:
    by_hand = ByHand(cases, history, seed)
    by_lot = sorted(auditors, key=lambda one: int(lots(f"{seed}\x1fauditors", np.array([one.id]))[0]))
    for _ in range(per):
        for one in by_lot:
            by_hand.give(one)
    sample = draw(cases, auditors, per_auditor=per, seed=seed, history=history, rules=RULES)
    assert [(pick.auditor_id, pick.case_id) for pick in sample.picks] == by_hand.picks


def columns(*, cases: int, auditors: int, units: int) -> Columns:
    """So many cases over units of one team each, four holders a team, and a year of audits of a quarter of them."""
    chance = np.random.default_rng(7)
    team = chance.integers(0, units, cases)
    holder = team * 4 + chance.integers(0, 4, cases)
    status = chance.choice(5, cases, p=[0.45, 0.2, 0.05, 0.2, 0.1])
    past = chance.choice(cases, cases // 4, replace=False)
    on = (TODAY.toordinal() - chance.integers(1, 365, len(past))).astype(np.int32)
    audited = np.zeros(cases, dtype=np.int32)
    audited[past] = on
    every = np.arange(units)
    return Columns(
        Cases(
            np.arange(cases) * 3, team, status, holder, np.full(cases, OPEN, dtype=np.int32), audited,
            np.zeros(cases, dtype=np.bool_),
        ),
        Audits(team[past], status[past], holder[past], on),
        Auditors(
            np.arange(auditors) + 10**6, np.arange(auditors) % units, np.ones(auditors, dtype=np.int64),
            np.full(auditors, NOBODY), np.full(auditors, NOBODY), every, every,
        ),
        teams=units, statuses=5, holders=units * 4, units=units,
    )  # fmt: skip


def test_a_hundred_thousand_cases_are_drawn_for_two_thousand_auditors_in_one_go() -> None:
    large = columns(cases=100_000, auditors=2_000, units=500)
    start = time.process_time()
    picks = draw_columns(large, seed="ab12cd34", rules=Rules(TODAY))
    assert time.process_time() - start < 1
    assert len(np.unique(picks.case)) == len(picks.case) == 2_000
    assert sorted(picks.auditor.tolist()) == list(range(2_000))
    assert (large.cases.team[picks.case] == large.auditors.unit[picks.auditor]).all()
    assert (large.cases.audited[picks.case] == 0).all()


def test_one_unit_with_many_auditors_takes_no_hour() -> None:
    crowd = columns(cases=20_000, auditors=500, units=1)
    start = time.process_time()
    picks = draw_columns(crowd, seed="ab12cd34", rules=Rules(TODAY))
    assert time.process_time() - start < 2
    assert len(np.unique(picks.case)) == 500


def test_nothing_to_draw_from_draws_nothing() -> None:
    empty = draw([], [], per_auditor=3, seed="s", history=[], rules=Rules(date(2026, 11, 24)))
    assert (empty.picks, empty.shortfalls, empty.eligible) == ((), (), 0)


@given(st.lists(st.integers(0, 2**40 - 1)))
def test_codes_are_sorted_whatever_their_size(codes: list[int]) -> None:
    given_codes = np.array(codes, dtype=np.int64)
    found = sorted_by(given_codes, 2**40)
    assert found.tolist() == sorted(range(len(codes)), key=lambda at: (codes[at], at))
