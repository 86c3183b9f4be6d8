"""Lots and waiting times: the same everywhere, and as chance would have them."""

import math

import numpy as np

from audits.sampling.lots import lots, waits
from tests.audits.sampling.setting import auditor, case, chi_square, drawn

PINNED_LOTS = ["0xf7be7e8b0c1db62c", "0x4b33b20dd9a163a0", "0x74d520997e6fe90"]
PINNED_WAITS = ["0x1.b7958e3f58b6fp+1", "0x1.6424d19c79026p-2", "0x1.da1fe5136d172p-6"]
PINNED_PICKS = [(3, 181), (2, 106), (1, 174), (3, 159), (2, 196), (1, 135)]


def test_lots_are_the_same_on_every_machine() -> None:
    assert [hex(lot) for lot in lots("ab12cd34", np.array([1, 2, 3]))] == PINNED_LOTS


def test_waiting_times_are_the_same_to_the_last_bit() -> None:
    assert [float(wait).hex() for wait in waits(lots("ab12cd34", np.array([1, 2, 3])))] == PINNED_WAITS


def test_a_draw_made_once_comes_out_the_same_for_ever() -> None:
    cases = [case(pk, team=pk % 3, holder=pk % 7, status=("CIN", "CP")[pk % 2]) for pk in range(100, 200)]
    sample = drawn(cases, auditor(1, 0), auditor(2, 1, 2), auditor(3, 0, 1, 2), per=2, seed="ab12cd34")
    assert [(pick.auditor_id, pick.case_id) for pick in sample.picks] == PINNED_PICKS


def test_waiting_times_are_the_logarithm_that_they_should_be() -> None:
    of = np.array([0, 1 << 11, 2**40, 2**62, 2**63, 2**63 + 2**61, 2**64 - 1], dtype=np.uint64)
    exact = [-math.log1p(-(int(lot) >> 11) * 2.0**-53) for lot in of]
    np.testing.assert_allclose(waits(of), exact, rtol=1e-14)
    assert waits(of)[0] == 0


def test_no_two_ids_have_the_same_lot_and_every_bit_is_as_often_on_as_off() -> None:
    found = lots("s", np.arange(100_000))
    assert len(np.unique(found)) == 100_000
    # Sixty-four chi-squares of one degree: the greatest is below 17 in 997 of 1,000 honest lotteries.
    for bit in range(64):
        on = (found >> np.uint64(bit)) & np.uint64(1)
        assert chi_square(on.tolist(), {0: 0.5, 1: 0.5}) < 17


def test_lots_of_neighbouring_ids_and_seeds_have_nothing_to_do_with_one_another() -> None:
    one, next_id, next_seed = (
        lots(seed, ids).astype(np.float64)
        for seed, ids in (("1", np.arange(50_000)), ("1", np.arange(1, 50_001)), ("2", np.arange(50_000)))
    )
    # Five standard deviations of a correlation of so many pairs.
    assert abs(np.corrcoef(one, next_id)[0, 1]) < 5 / math.sqrt(50_000)
    assert abs(np.corrcoef(one, next_seed)[0, 1]) < 5 / math.sqrt(50_000)
