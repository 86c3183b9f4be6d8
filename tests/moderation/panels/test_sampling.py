"""Drawing the cases of a panel: what must always hold, and what "fair" means."""

import random
from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from moderation.panel_sampling import (
    DIFFERING,
    DOMAIN,
    FEWEST_JUDGEMENTS,
    INNOVATIVE,
    RANDOM,
    Candidate,
    Sample,
    Sizes,
    draw,
    shuffled,
)

DOMAINS = ("assessment", "planning", "supervision")
TITLES = {"assessment": "Assessment", "planning": "Planning", "supervision": "Supervision", "overall": "Overall"}


def plain(key: int, **more: object) -> Candidate:
    values = {"gap": 0, "gap_domain": "", "overall": "overall", "disagreeing": frozenset(), "innovative": False}
    return Candidate(key=key, **(values | more))  # type: ignore[arg-type]


@st.composite
def candidate(draw_one: st.DrawFn, key: int = 0) -> Candidate:
    differing = draw_one(st.frozensets(st.sampled_from(DOMAINS)))
    gap = draw_one(st.integers(1, 3)) if differing else 0
    return Candidate(
        key=key,
        gap=gap,
        gap_domain=min(differing) if differing else "",
        overall=draw_one(st.sampled_from(["overall", "overall", "overall", ""])),
        disagreeing=differing,
        innovative=draw_one(st.booleans()),
    )


pools = st.lists(candidate(), max_size=25).map(lambda all_: [replace(one, key=key) for key, one in enumerate(all_, 1)])
sizes_ = st.builds(Sizes, *(st.integers(0, 6),) * 4)


def drawn(pool: list[Candidate], sizes: Sizes, seed: int = 48213, judged: dict[str, int] | None = None) -> Sample:
    judged = dict.fromkeys(DOMAINS, max(len(pool), 1)) if judged is None else judged
    return draw(pool, sizes, seed=seed, domain_titles=TITLES, judged=judged, period="in a test")


@given(pool=pools, sizes=sizes_, seed=st.integers(0, 2**31), shuffle=st.randoms(use_true_random=False))
def test_every_case_is_what_it_was_drawn_as(
    pool: list[Candidate], sizes: Sizes, seed: int, shuffle: random.Random
) -> None:
    sample = drawn(pool, sizes, seed)
    by_key = {one.key: one for one in pool}
    assert len({case.key for case in sample.cases}) == len(sample.cases)
    kinds = Counter(case.kind for case in sample.cases)
    wanted = {RANDOM: sizes.random, DIFFERING: sizes.differing, DOMAIN: sizes.domains, INNOVATIVE: sizes.innovative}
    assert all(kinds[kind] <= size for kind, size in wanted.items())
    assert [case.kind for case in sample.cases] == sorted((c.kind for c in sample.cases), key=list(wanted).index)
    taken: set[int] = set()
    for kind, fits in (
        (RANDOM, lambda one, case: case.domain == one.overall != ""),
        (DIFFERING, lambda one, case: one.gap >= 2 and case.domain == one.gap_domain),
        (DOMAIN, lambda one, case: case.domain in one.disagreeing),
        (INNOVATIVE, lambda one, case: one.innovative and case.domain == one.overall != ""),
    ):
        mine = [case for case in sample.cases if case.kind == kind]
        assert all(fits(by_key[case.key], case) for case in mine)
        # Nobody who could have been drawn as this was left out while the kind went short.
        left = {
            RANDOM: lambda one: bool(one.overall),
            DIFFERING: lambda one: one.gap >= 2,
            DOMAIN: lambda one: bool(one.disagreeing) and len(pool) >= FEWEST_JUDGEMENTS,
            INNOVATIVE: lambda one: one.innovative and bool(one.overall),
        }[kind]
        open_to_it = [one for one in pool if left(one) and one.key not in taken]
        assert len(mine) == min(wanted[kind], len(open_to_it))
        taken |= {case.key for case in mine}
    again = list(pool)
    shuffle.shuffle(again)
    assert drawn(again, sizes, seed) == sample


def test_another_seed_draws_another_sample() -> None:
    pool = [plain(key) for key in range(1, 101)]
    samples = {tuple(case.key for case in drawn(pool, Sizes(4, 0, 0, 0), seed).cases) for seed in range(20)}
    assert len(samples) == 20


def test_every_audit_is_as_likely_as_another_to_be_drawn_at_random() -> None:
    # Whether they differ or are marked must not matter to the random kind. Chi-square with 19 degrees of freedom:
    # 43.8 is passed by a fair draw once in a thousand tries, and the seeds here are always the same ones.
    pool = [plain(key, gap=key % 4, gap_domain="planning", innovative=key % 3 == 0) for key in range(1, 21)]
    counts: Counter[int] = Counter()
    for seed in range(4000):
        sample = drawn(pool, Sizes(3, 2, 0, 2), seed)
        counts.update(case.key for case in sample.cases if case.kind == RANDOM)
    expected = 4000 * 3 / 20
    assert sum((counts[key] - expected) ** 2 / expected for key in range(1, 21)) < 43.8


def test_the_domain_that_disagrees_most_comes_first_and_then_the_next() -> None:
    # Of ten judgements each: planning was changed five times, assessment twice, supervision once.
    pool = [
        plain(key, disagreeing=frozenset(domains))
        for key, domains in enumerate(
            [["planning"]] * 3
            + [["planning", "assessment"]]
            + [["planning", "supervision"]]
            + [["assessment"]]
            + [[]] * 4,
            start=1,
        )
    ]
    judged = dict.fromkeys(DOMAINS, 10)
    assert [case.domain for case in drawn(pool, Sizes(0, 0, 2, 0), judged=judged).cases] == ["planning", "assessment"]
    assert [case.domain for case in drawn(pool, Sizes(0, 0, 1, 0), judged=judged).cases] == ["planning"]
    shares = {"planning": 10, "assessment": 4, "supervision": 10}
    assert drawn(pool, Sizes(0, 0, 1, 0), judged=shares).cases[0].domain == "planning"
    # Four judgements say nothing about how well people agree, whatever the share.
    assert "assessment" not in {case.domain for case in drawn(pool, Sizes(0, 0, 6, 0), judged=shares).cases}


def test_the_draw_is_explained_in_words() -> None:
    pool = [
        *[plain(key) for key in range(1, 9)],
        plain(9, gap=2, gap_domain="planning", disagreeing=frozenset(["planning"])),
        plain(10, gap=3, gap_domain="overall", innovative=True),
    ]
    sample = draw(
        pool,
        Sizes(2, 1, 2, 2),
        seed=3,
        domain_titles=TITLES,
        judged=dict.fromkeys(DOMAINS, 10),
        period="between 1 September and 30 November 2026",
    )
    assert sample.explanation[0] == (
        "Drawn from 10 audits with grades settled between 1 September and 30 November 2026, seed 3."
    )
    assert sample.explanation[1] == "At random: 2 of 10."
    drawn_as = {case.key: case for case in sample.cases}
    assert {9, 10} <= set(drawn_as)
    assert drawn_as[10].why == "Auditor and moderator lie 3 grades apart on Overall."
    assert sample.explanation[2:] == (
        "Two grades or more apart: 1 of 2.",
        "From the domains that disagree most: 1 of 1; 2 were asked for. Grades changed: Planning, 1 of 10.",
        "Marked innovative: 0 of 0, beside 1 that was drawn already; 2 were asked for.",
    )


def test_the_order_that_members_see_tells_nothing_of_the_kinds() -> None:
    pool = [*[plain(key) for key in range(1, 9)], *[plain(key, gap=2, gap_domain="overall") for key in range(9, 13)]]
    sizes = Sizes(2, 2, 0, 0)
    places = Counter[int]()
    for seed in range(60):
        cases = drawn(pool, sizes, seed).cases
        mixed = shuffled(cases, seed)
        assert sorted(mixed, key=repr) == sorted(cases, key=repr)
        assert mixed == shuffled(cases[::-1], seed)
        places.update(place for place, case in enumerate(mixed) if case.kind == "differing")
    # In sixty draws about thirty times at each of the four places.
    assert all(15 <= places[place] <= 45 for place in range(4))


def test_nothing_to_draw_from_is_said_and_not_an_error() -> None:
    sample = drawn([], Sizes(1, 1, 1, 1), judged={})
    assert sample.cases == ()
    assert sample.explanation == (
        "Drawn from 0 audits with grades settled in a test, seed 48213.",
        "At random: 0 of 0; 1 was asked for.",
        "Two grades or more apart: 0 of 0; 1 was asked for.",
        "From the domains that disagree most: 0 of 0; 1 was asked for. No domain with 5 judgements or more has a "
        "changed grade.",
        "Marked innovative: 0 of 0; 1 was asked for.",
    )
