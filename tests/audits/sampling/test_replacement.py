"""One further case for an auditor, in place of an unsuitable one."""

from audits.sampling import Pick, Shortfall, replacement
from tests.audits.sampling.setting import RULES, audited, auditor, case

CASES = [case(pk, holder=100 + pk % 3) for pk in range(1, 31)]


def replaced(*, seed: str = "s", taken: tuple[int, ...] = (4, 9), unsuitable: tuple[int, ...] = (4,)) -> Pick:
    found = replacement(CASES, auditor(), seed=seed, history=[], rules=RULES, taken=taken, unsuitable=unsuitable)
    assert isinstance(found, Pick)
    return found


def test_it_works() -> None:
    pick = replaced()
    assert pick.auditor_id == 1
    assert pick.case_id not in (4, 9)


def test_the_reason_explains_the_draw_and_says_nothing_of_the_case_replaced() -> None:
    history = [audited(99, holder=101)]
    found = replacement(CASES[:2], auditor(), seed="abc", history=history, rules=RULES, unsuitable=[1])
    assert found == Pick(
        2,
        1,
        "Drawn in place of an unsuitable case, from the only eligible case of East team. In the last 12 months the "
        "unit had 1 audit, 1 with the status CIN and none of this case-holder. Seed abc, replacement 1.",
    )


def test_the_same_replacement_comes_out_again_and_another_seed_gives_another() -> None:
    assert replaced() == replaced(taken=(9, 4))
    assert len({replaced(seed=str(n)).case_id for n in range(30)}) > 10


def test_each_further_replacement_is_a_draw_of_its_own() -> None:
    first = replaced()
    second = replaced(taken=(4, 9, first.case_id), unsuitable=(4, first.case_id))
    assert second.case_id not in (4, 9, first.case_id)
    assert second.reason.endswith("Seed s, replacement 2.")


def test_two_auditors_who_replace_a_case_draw_by_lots_of_their_own() -> None:
    picked = {
        replacement(CASES, auditor(pk), seed="s", history=[], rules=RULES, unsuitable=[4]).case_id  # type: ignore[union-attr]
        for pk in range(40, 60)
    }
    assert len(picked) > 5


def test_what_was_taken_counts_as_audited() -> None:
    cases = [case(1, holder=7), case(2, holder=7), case(3, holder=8), case(4, holder=8)]
    for seed in "abcdef":
        found = replacement(cases, auditor(), seed=seed, history=[], rules=RULES, taken=[1, 2], unsuitable=[3])
        assert isinstance(found, Pick)
        assert found.case_id == 4
        assert "the unit had 2 audits, 2 with the status CIN and none of this case-holder" in found.reason


def test_the_running_audit_of_an_unsuitable_case_does_not_count() -> None:
    running = [audited(1, running=True), audited(2, running=True)]
    found = replacement(CASES, auditor(), seed="s", history=running, rules=RULES, taken=[1, 2], unsuitable=[1])
    assert isinstance(found, Pick)
    assert "the unit had 1 audit" in found.reason


def test_where_no_case_is_left_it_says_why() -> None:
    found = replacement(CASES[:2], auditor(), seed="s", history=[], rules=RULES, taken=[2], unsuitable=[1])
    assert found == Shortfall(1, 1, 0, "Of 1 case of East team: 1 being audited now.")
