"""Cases, auditors and audits by the handful, and what a chi-square may be."""

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date, timedelta

from hypothesis import strategies as st

from audits.sampling import Auditor, Candidate, Past, Rules, Sample, draw

TODAY = date(2026, 11, 24)
RULES = Rules(TODAY)
STATUSES = ("CIN", "CP", "PLO", "CiC", "Care Leaver")


def case(pk: int, *, team: int = 1, status: str = "CIN", holder: int | None = 100, **more: object) -> Candidate:
    return Candidate(pk, team, status, holder, **more)  # type: ignore[arg-type]


def auditor(pk: int = 1, *teams: int, name: str = "Ade Okoro") -> Auditor:
    return Auditor(pk, name, frozenset(teams or (1,)), "East team")


def audited(pk: int, *, on: date = TODAY - timedelta(days=100), running: bool = False, **of: object) -> Past:
    one = case(pk, **of)  # type: ignore[arg-type]
    return Past(one.id, one.team, one.status, one.holder_key, on, running)


def drawn(
    cases: list[Candidate],
    *auditors: Auditor,
    per: int = 1,
    seed: str = "s",
    history: Sequence[Past] = (),
    wanted: Mapping[int, int] | None = None,
) -> Sample:
    return draw(cases, auditors, per_auditor=per, seed=seed, history=history, rules=RULES, wanted=wanted)


def chi_square(seen: Iterable[Hashable], chances: Mapping[Hashable, float]) -> float:
    """How far what was seen lies from what these chances (in any unit) let expect."""
    count = Counter(seen)
    assert set(count) <= {key for key, chance in chances.items() if chance}
    each = count.total() / sum(chances.values())
    return sum((count[key] - each * chance) ** 2 / (each * chance) for key, chance in chances.items() if chance)


def between(freedom: int) -> tuple[float, float]:
    """Between what a chi-square of so many degrees of freedom lies 998 times in 1,000 (Wilson and Hilferty)."""
    spread = 2 / (9 * freedom)
    low, high = (freedom * (1 - spread + z * math.sqrt(spread)) ** 3 for z in (-3.09, 3.09))
    return low, high


CASES = st.lists(
    st.builds(
        Candidate,
        id=st.integers(1, 60),
        team=st.integers(1, 3),
        status=st.sampled_from(STATUSES),
        holder=st.none() | st.integers(1, 8),
        holder_name=st.sampled_from(["", "Ade Okoro", "Bo Lindqvist"]),
        closed_on=st.none() | st.dates(date(2026, 9, 1), TODAY),
    ),
    max_size=40,
    unique_by=lambda one: one.id,
)
AUDITORS = st.lists(
    st.builds(
        Auditor,
        id=st.integers(1, 8),
        name=st.sampled_from(["Ade Okoro", "Bo Lindqvist", "Cy Abara"]),
        teams=st.frozensets(st.integers(1, 3), min_size=1),
        unit=st.just("a unit"),
    ),
    max_size=6,
    unique_by=lambda one: one.id,
)
HISTORY = st.lists(
    st.builds(
        Past,
        case=st.integers(1, 60),
        team=st.integers(1, 3),
        status=st.sampled_from(STATUSES),
        holder_key=st.integers(1, 8),
        on=st.dates(date(2025, 6, 1), TODAY),
        running=st.booleans(),
    ),
    max_size=20,
)
