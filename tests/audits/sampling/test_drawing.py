"""Drawing a fair sample: what must always hold. How fair it is stands in `test_fairness.py`."""

import random
from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from audits.sampling import Auditor, Candidate, Past, Rules, draw, is_own_case, why_not
from tests.audits.sampling.setting import AUDITORS, CASES, HISTORY, RULES, TODAY, audited, auditor, case, drawn


def test_it_works() -> None:
    sample = drawn([case(1), case(2)], auditor())
    (pick,) = sample.picks
    assert pick.case_id in (1, 2)
    assert pick.auditor_id == 1
    assert sample.eligible == 2
    assert sample.shortfalls == ()


def test_the_reason_says_from_how_many_and_why_in_plain_words() -> None:
    sample = drawn([case(1, status="CP"), case(2)], auditor(), seed="abc", history=[audited(3)])
    assert sample.picks[0].reason == (
        "Drawn from 2 eligible cases of East team, 1 with the status CP and 2 of this case-holder. In the last 12 "
        "months the unit had 1 audit, none with the status CP and 1 of this case-holder. Seed abc."
    )


def test_nobody_is_given_their_own_case() -> None:
    sample = drawn([case(1, holder=1)], auditor(1))
    assert sample.picks == ()
    assert sample.shortfalls[0].reason == "Of 1 case of East team: 1 their own."


def test_a_case_listed_under_the_auditors_name_is_their_own_even_when_the_list_led_to_nobody() -> None:
    assert is_own_case(case(1, holder=None, holder_name="ade  OKORO"), auditor(name="Ade Okoro"))
    assert not is_own_case(case(1, holder=None, holder_name=""), auditor(name=""))


def test_a_case_of_another_unit_is_never_drawn() -> None:
    assert drawn([case(1, team=2)], auditor(1, 1)).picks == ()


def test_a_case_open_within_four_weeks_can_be_drawn_and_one_closed_before_cannot() -> None:
    assert why_not(case(1, closed_on=TODAY - timedelta(weeks=4)), auditor(), {}, RULES) is None
    assert why_not(case(1, closed_on=TODAY - timedelta(weeks=4, days=1)), auditor(), {}, RULES) == "closed too long ago"


def test_a_case_rests_for_twelve_months_after_its_audit() -> None:
    for day, reason in ((date(2025, 11, 24), "audited in the last 12 months"), (date(2025, 11, 23), None)):
        assert why_not(case(1), auditor(), {1: audited(1, on=day)}, RULES) == reason


def test_a_case_that_is_being_audited_is_not_drawn_however_long_ago_that_began() -> None:
    sample = drawn([case(1)], auditor(), history=[audited(1, on=date(2024, 1, 1), running=True)])
    assert sample.shortfalls[0].reason == "Of 1 case of East team: 1 being audited now."


def test_the_status_audited_least_comes_first() -> None:
    history = [audited(pk, status="CIN", holder=pk) for pk in range(50, 55)] + [audited(60, status="CP", holder=60)]
    cases = [case(1, status="CIN", holder=7), case(2, status="CP", holder=8)]
    for seed in "abcdef":
        assert drawn(cases, auditor(), seed=seed, history=history).picks[0].case_id == 2


def test_the_case_holder_audited_least_comes_first() -> None:
    history = [audited(50, holder=7), audited(51, holder=7)]
    cases = [case(1, holder=7), case(2, holder=8)]
    for seed in "abcdef":
        assert drawn(cases, auditor(), seed=seed, history=history).picks[0].case_id == 2


def test_audits_of_more_than_a_year_ago_no_longer_count_against_a_holder() -> None:
    history = [audited(50, holder=7, on=date(2024, 5, 1))]
    picked = {
        drawn([case(1, holder=7), case(2, holder=8)], auditor(), seed=str(n), history=history).picks[0].case_id
        for n in range(40)
    }
    assert picked == {1, 2}


def test_one_draw_goes_round_the_case_holders_before_it_comes_to_one_again() -> None:
    cases = [case(pk, holder=pk % 4) for pk in range(40, 80)]
    sample = drawn(cases, auditor(99), per=4)
    by_pk = {one.id: one for one in cases}
    assert {by_pk[pick.case_id].holder for pick in sample.picks} == {0, 1, 2, 3}


def test_whoever_goes_short_is_named_with_the_reason() -> None:
    (short,) = drawn([case(1)], auditor(), per=3).shortfalls
    assert (short.wanted, short.got) == (3, 1)
    assert "drawn for others or for them already" in short.reason


def test_an_auditor_without_any_case_is_told_so() -> None:
    assert drawn([], auditor()).shortfalls[0].reason == "There are no cases of East team to draw from."


def test_another_seed_gives_another_draw() -> None:
    cases = [case(pk, holder=pk) for pk in range(200)]
    assert len({drawn(cases, auditor(300), seed=str(n)).picks[0].case_id for n in range(20)}) > 10


def test_auditors_can_be_given_different_numbers() -> None:
    cases = [case(pk, holder=pk) for pk in range(20, 40)]
    sample = drawn(cases, auditor(1), auditor(2), auditor(3), per=2, wanted={2: 5, 3: 0})
    assert Counter(pick.auditor_id for pick in sample.picks) == {1: 2, 2: 5}
    assert sample.shortfalls == ()


def test_a_shortfall_is_counted_against_the_number_given_to_that_auditor() -> None:
    (short,) = drawn([case(1), case(2)], auditor(1), auditor(2), per=1, wanted={2: 3}).shortfalls
    assert (short.auditor_id, short.wanted, short.got) == (2, 3, 1)


def test_a_child_who_moved_to_another_team_rests_there_too_and_the_audit_counts_where_it_was_made() -> None:
    moved = audited(1, team=2, status="CP", holder=9)
    sample = drawn([case(1, team=1), case(2, team=1)], auditor(1, 1), per=2, history=[moved])
    assert [pick.case_id for pick in sample.picks] == [2]
    assert "the unit had no audit" in sample.picks[0].reason
    assert sample.shortfalls[0].reason == (
        "Of 2 cases of East team: 1 audited in the last 12 months; 1 open to this auditor, but drawn for others or for "
        "them already."
    )


def test_when_the_pause_is_short_the_audits_of_the_year_still_count() -> None:
    rules = Rules(TODAY, pause_months=1)
    history = [audited(1, holder=7), audited(2, holder=7)]
    cases = [case(1, holder=7), case(2, holder=7), case(3, holder=8), case(4, holder=8)]
    for seed in "abcdef":
        sample = draw(cases, [auditor()], per_auditor=1, seed=seed, history=history, rules=rules)
        assert sample.eligible == 4
        assert sample.picks[0].case_id in (3, 4)


def test_the_reason_counts_what_was_drawn_before_and_what_is_the_auditors_own() -> None:
    cases = [case(1, holder=5), case(2, holder=None), case(3, holder=None)]
    first, second = drawn(cases, auditor(5), per=2).picks
    assert first.reason == (
        "Drawn from 3 eligible cases of East team (1 the auditor's own), 3 with the status CIN and 2 without a named "
        "case-holder. In the last 12 months the unit had no audit. Seed s."
    )
    assert second.reason == (
        "Drawn from 3 eligible cases of East team (1 drawn before, 1 the auditor's own), 3 with the status CIN and 2 "
        "without a named case-holder. In the last 12 months, this draw included, the unit had 1 audit, 1 with the "
        "status CIN and 1 without a named case-holder. Seed s."
    )


def test_where_all_that_is_left_is_ahead_of_its_share_the_least_so_comes_first_and_the_reason_says_so() -> None:
    history = [audited(pk, status="CP", holder=7) for pk in (50, 51, 52)]
    # Only the auditor's own case is not ahead of its share, and they cannot be given that.
    cases = [case(1, holder=1, status="CIN"), case(2, holder=7, status="CP"), case(3, holder=7, status="CP")]
    sample = drawn(cases, auditor(1), history=history)
    assert sample.picks[0].case_id in (2, 3)
    assert "All that was left was ahead of its share, so the least so came first." in sample.picks[0].reason


def test_a_case_is_eligible_when_at_least_one_of_its_units_auditors_may_have_it() -> None:
    cases = [case(1, holder=1), case(2, holder=2), case(3, holder=3)]
    assert drawn(cases, auditor(1)).eligible == 2
    assert drawn(cases, auditor(1), auditor(2)).eligible == 3


@given(CASES, AUDITORS, HISTORY, st.integers(1, 4), st.text(max_size=5), st.randoms(use_true_random=False))
def test_whatever_is_drawn_may_be_drawn_and_comes_out_the_same_in_any_order(
    cases: list[Candidate],
    auditors: list[Auditor],
    history: list[Past],
    per: int,
    seed: str,
    shuffler: random.Random,
) -> None:
    sample = draw(cases, auditors, per_auditor=per, seed=seed, history=history, rules=RULES)
    by_case, by_auditor = {one.id: one for one in cases}, {one.id: one for one in auditors}
    got = Counter(pick.auditor_id for pick in sample.picks)
    assert len({pick.case_id for pick in sample.picks}) == len(sample.picks)
    assert all(times <= per for times in got.values())
    for pick in sample.picks:
        one, who = by_case[pick.case_id], by_auditor[pick.auditor_id]
        assert one.team in who.teams
        assert not is_own_case(one, who)
        assert one.closed_on is None or one.closed_on >= RULES.open_since
        of_case = [past for past in history if past.case == one.id]
        assert not any(past.running or past.on >= RULES.audited_before for past in of_case)
    assert {short.auditor_id for short in sample.shortfalls} == {one.id for one in auditors if got[one.id] < per}
    for items in (cases, auditors, history):
        shuffler.shuffle(items)
    again = draw(cases, auditors, per_auditor=per, seed=seed, history=history, rules=RULES)
    assert again.picks == sample.picks


@given(CASES, AUDITORS, st.integers(1, 4))
def test_nobody_goes_short_while_a_case_is_left_for_them(
    cases: list[Candidate], auditors: list[Auditor], per: int
) -> None:
    sample = draw(cases, auditors, per_auditor=per, seed="s", history=[], rules=RULES)
    taken = {pick.case_id for pick in sample.picks}
    short = {one.auditor_id for one in sample.shortfalls}
    for who in auditors:
        left = [
            one for one in cases
            if one.team in who.teams and one.id not in taken and why_not(one, who, {}, RULES) is None
        ]  # fmt: skip
        assert not (left and who.id in short)
