"""Lots: chance that depends on a seed and on the thing itself, and on nothing else.

No list's order, no machine and no version of a library changes a lot: the hash is whole-number arithmetic, and the
logarithm is made of operations that IEEE 754 prescribes to the last bit.
"""

import hashlib
import math

import numpy as np
import numpy.typing as npt

Lots = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]

# The constants of splitmix64 (Steele, Lea and Flood, *Fast splittable pseudorandom number generators*, 2014).
_STEP, _FIRST, _SECOND = (np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


def lots(seed: str, ids: npt.NDArray[np.int64]) -> Lots:
    """A lot for each id: splitmix64 keyed by the SHA-256 of the seed. Different ids never have the same lot."""
    digest = hashlib.sha256(seed.encode()).digest()
    first, second = (np.uint64(int.from_bytes(digest[at : at + 8], "big")) for at in (0, 8))
    found = ids.astype(np.uint64)
    shifted = np.empty_like(found)
    found *= _STEP
    found += first
    for shift, factor in ((30, _FIRST), (27, _SECOND)):
        np.right_shift(found, np.uint64(shift), out=shifted)
        found ^= shifted
        found *= factor
    found += second
    np.right_shift(found, np.uint64(31), out=shifted)
    found ^= shifted
    return found


def waits(of: Lots) -> Floats:
    """Lots as waiting times: exponential with mean 1, the smaller the lot the shorter."""
    # 53 bits are what a float holds; 1 - v is exact and never 0.
    return _minus_log(1.0 - (of >> np.uint64(11)).astype(np.float64) * 2.0**-53)


def _minus_log(of: Floats) -> Floats:
    """-ln(u) for 0 < u <= 1, by the series of the inverse hyperbolic tangent, to within a few units of the last bit."""
    fraction, exponent = np.frexp(of)
    low = fraction < math.sqrt(0.5)
    fraction = np.where(low, fraction * 2.0, fraction)
    ratio = (fraction - 1.0) / (fraction + 1.0)
    square = ratio * ratio
    series: Floats = np.full_like(square, 1.0 / 23.0)
    for odd in range(21, 0, -2):
        series *= square
        series += 1.0 / odd
    return -((exponent - low) * math.log(2.0) + 2.0 * ratio * series)
