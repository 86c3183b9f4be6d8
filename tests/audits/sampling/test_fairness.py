"""That the draw is fair: ten thousand draws against the chances they should have, and years of draws against shares.

A chi-square that lies outside what 998 of 1,000 honest lotteries give fails, above or below: too even is no lottery.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import permutations

import pytest

from audits.sampling import Auditor, Candidate, Past, Rules, draw
from audits.sampling.columns import columns_of
from audits.sampling.rounds import pick
from audits.sampling.strata import strata_of
from tests.audits.sampling.setting import RULES, audited, auditor, between, case, chi_square

DRAWS = 10_000


def weights(cases: Sequence[Candidate], history: Sequence[Past]) -> dict[int, float]:
    """The weight of each case by the formula of `docs/sampling.md`, in plain words of Python."""

    def factor(kind: Callable[[Candidate | Past], object], of: Candidate) -> float:
        share = sum(kind(one) == kind(of) for one in cases) / len(cases)
        had = sum(kind(one) == kind(of) for one in history)
        return max(0.0, 1 + len(history) * share - had) ** 6

    return {
        one.id: factor(lambda thing: thing.status, one) * factor(lambda thing: thing.holder_key, one) for one in cases
    }


def drawn_with_each_seed(cases: Sequence[Candidate]) -> Iterator[int]:
    """The id drawn with each of ten thousand seeds."""
    columns, _ = columns_of(cases, [auditor()], wanted={1: 1}, history=[], latest={})
    strata = strata_of(columns, RULES)
    for seed in range(DRAWS):
        yield cases[int(pick(columns, strata, seed=f"seed {seed}").case[0])].id


def drawn_in_each_unit(cases: Sequence[Candidate], *, per: int, history: Sequence[Past]) -> Iterator[tuple[int, ...]]:
    """The ids drawn in each of ten thousand units that have the same cases and history, all with one seed."""
    everywhere = [
        replace(one, id=unit * len(cases) + at, team=unit) for unit in range(DRAWS) for at, one in enumerate(cases)
    ]
    auditors = [Auditor(10**6 + unit, "Ade Okoro", frozenset({unit}), "a team") for unit in range(DRAWS)]
    past = [replace(one, case=-1, team=unit) for unit in range(DRAWS) for one in history]
    wanted = {one.id: per for one in auditors}
    columns, _ = columns_of(everywhere, auditors, wanted=wanted, history=past, latest={})
    found = pick(columns, strata_of(columns, RULES), seed="ab12cd34")
    assert len(found.case) == DRAWS * per
    of_unit: list[list[int]] = [[] for _ in range(DRAWS)]
    for who, at in zip(found.auditor.tolist(), found.case.tolist(), strict=True):
        assert everywhere[at].team == who
        of_unit[who].append(cases[at % len(cases)].id)
    return (tuple(ids) for ids in of_unit)


def assert_fair(seen: Sequence[object], chances: Mapping[object, float]) -> None:
    low, high = between(sum(chance > 0 for chance in chances.values()) - 1)
    assert low < chi_square(seen, chances) < high  # type: ignore[arg-type]


def test_without_history_every_case_has_the_same_chance_and_so_every_status_and_case_holder_its_share() -> None:
    # Shares as uneven as in a real team: half CIN, a third CP; one holder with eight cases and one with a single one.
    cases = [
        case(pk, status="CIN" if pk % 6 < 3 else "CP" if pk % 6 < 5 else "PLO", holder=100 + int(pk**0.5))
        for pk in range(24)
    ]
    seen = list(drawn_with_each_seed(cases))
    assert_fair(seen, {one.id: 1 for one in cases})
    assert_fair([cases[pk].status for pk in seen], Counter(one.status for one in cases))
    assert_fair([cases[pk].holder for pk in seen], Counter(one.holder for one in cases))


def test_with_history_each_case_has_the_chance_that_the_formula_gives_it_and_so_has_each_second_pick() -> None:
    kinds = [("CIN", 7), ("CIN", 7), ("CIN", 8), ("CIN", 9), ("CP", 7), ("CP", 8), ("CP", 9), ("PLO", 9)]
    cases = [case(pk, status=status, holder=holder) for pk, (status, holder) in enumerate(kinds)]
    history = [audited(50, status="CIN", holder=7), audited(51, status="CP", holder=8)]
    first, found = weights(cases, history), list(drawn_in_each_unit(cases, per=2, history=history))
    assert_fair([one for one, _ in found], first)
    chances: dict[object, float] = {}
    for one, other in permutations(range(len(cases)), 2):
        of = cases[one]
        then = weights(cases, [*history, Past(of.id, of.team, of.status, of.holder_key, RULES.day)])
        left = sum(weight for pk, weight in then.items() if pk != one)
        chances[one, other] = first[one] * then[other] / left
    # Pairs that are expected less than five times say nothing in a chi-square.
    total = sum(chances.values())
    often = {pair: chance for pair, chance in chances.items() if chance / total * DRAWS >= 5}
    assert len(often) >= 15
    assert_fair([pair for pair in found if pair in often], often)


@dataclass
class Year:
    """A year of monthly draws in one unit: its cases and the audits made."""

    cases: list[Candidate]
    history: list[Past]


# Cases of each case-holder; the statuses that they hold differ as well.
LOADS = (30, 30, 25, 25, 22, 20, 20, 18, 15, 12, 10, 8, 3, 2)
LEAN = ("CIN", "CIN", "CP", "CIN", "CP", "CiC", "CIN", "PLO", "CP", "CIN")
RICH = ("CiC", "CIN", "CiC", "CP", "Care Leaver", "CIN", "Care Leaver", "CiC", "CIN", "CP")


def year(number: int, *, auditors: int) -> Year:
    holders = [holder for holder, load in enumerate(LOADS) for _ in range(load)]
    cases = [
        case(pk, status=(RICH if holder % 3 == 0 else LEAN)[pk % 10], holder=100 + holder)
        for pk, holder in enumerate(holders)
    ]
    history: list[Past] = []
    for month in range(12):
        rules = Rules(date(2026, month + 1, 1))
        sample = draw(
            cases, [auditor(pk) for pk in range(auditors)], per_auditor=1, seed=f"{number}/{month}", history=history,
            rules=rules,
        )  # fmt: skip
        history += [
            Past(one.id, one.team, one.status, one.holder_key, rules.day)
            for one in (cases[pick.case_id] for pick in sample.picks)
        ]
    assert len(history) == len({past.case for past in history}) == 12 * auditors
    return Year(cases, history)


@pytest.mark.parametrize("auditors", [1, 4])
def test_over_a_year_statuses_and_case_holders_are_audited_in_proportion(auditors: int) -> None:
    years = [year(number, auditors=auditors) for number in range(40)]
    for kind in (lambda thing: thing.status, lambda thing: thing.holder_key):
        shares = Counter(kind(one) for one in years[0].cases)
        figures = []
        for one in years:
            audits = Counter(kind(past) for past in one.history)
            due = {key: len(one.history) * share / len(one.cases) for key, share in shares.items()}
            assert all(abs(audits[key] - times) < 1.5 for key, times in due.items())
            # Whoever was due at least once was audited.
            assert all(audits[key] for key, times in due.items() if times >= 1), (
                "somebody who was due was never audited"
            )
            figures.append(chi_square([kind(past) for past in one.history], shares) / (len(shares) - 1))
        # A lottery without strata would come to 1. This one makes up for what chance left behind.
        assert max(figures) < 1
        assert sum(figures) / len(figures) < 0.35


def test_over_many_years_no_status_or_sizeable_caseload_is_favoured() -> None:
    years = [year(number, auditors=4) for number in range(40, 80)]
    for kind in (lambda thing: thing.status, lambda thing: thing.holder_key):
        shares = Counter(kind(one) for one in years[0].cases)
        audits = Counter(kind(past) for one in years for past in one.history)
        for key, share in shares.items():
            due = audits.total() * share / shares.total()
            # Within a tenth, or for the smallest within a third of an audit a year.
            assert abs(audits[key] - due) < max(due / 10, len(years) / 3)
