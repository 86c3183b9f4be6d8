"""What sums tell of unknown numbers: Gauss and Jordan, on rows with few entries, one row after another. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Sum = tuple[Key, Sequence[Key]]

# Reckoning is done modulo this prime instead of in fractions, which is many times faster. The sums only have the
# factors 1 and -1, so no pivot is a multiple of a prime this large.
PRIME = 2**61 - 1


class Reckoning(Generic[Key]):
    """What the sums tell of the unknowns: Gauss and Jordan, on rows with few entries.

    An unknown is fixed exactly if the reduced rows have one in which it stands alone.
    """

    def __init__(self, sums: Sequence[Sum[Key]], unknown: set[Key]) -> None:
        self.pivots: dict[Key, dict[Key, int]] = {}
        # The pivots in whose rows a column occurs, so that a new pivot is taken out of those alone.
        self.users: dict[Key, set[Key]] = {}
        for total, parts in sums:
            row: dict[Key, int] = {part: 1 for part in parts if part in unknown}
            if total in unknown:
                row[total] = PRIME - 1
            self.add(self.reduced(row))

    def copy(self) -> Reckoning[Key]:
        other: Reckoning[Key] = Reckoning([], set())
        other.pivots = {pivot: dict(row) for pivot, row in self.pivots.items()}
        other.users = {key: set(pivots) for key, pivots in self.users.items()}
        return other

    def reduced(self, row: dict[Key, int]) -> dict[Key, int]:
        """The row without pivots."""
        for key in [key for key in row if key in self.pivots]:
            _subtract(row, self.pivots[key], row[key])
        return row

    def add(self, row: dict[Key, int]) -> None:
        """Take in a reduced row."""
        if not row:
            return
        pivot = next(iter(row))
        if row[pivot] != 1:
            scale = pow(row[pivot], -1, PRIME)
            row = {key: number * scale % PRIME for key, number in row.items()}
        pivots, users = self.pivots, self.users
        for user in users.pop(pivot, set()):
            before = set(pivots[user])
            _subtract(pivots[user], row, pivots[user][pivot])
            for key in pivots[user].keys() - before:
                users.setdefault(key, set()).add(user)
            for key in before - pivots[user].keys():
                users.get(key, set()).discard(user)
        pivots[pivot] = row
        for key in row.keys() - {pivot}:
            users.setdefault(key, set()).add(pivot)

    def told_with(self, key: Key) -> tuple[dict[Key, int], set[Key]]:
        """The reduced row that tells one of the unknowns, and what else it tells on its own."""
        row = self.reduced({key: 1})
        if not row:
            return row, set()
        first = next(iter(row))
        # A row that is a multiple of this one but for its own pivot then stands alone.
        told = {
            pivot
            for pivot in self.users.get(first, set())
            if len(self.pivots[pivot]) == len(row) + 1 and _is_multiple(self.pivots[pivot], row, first)
        }
        return row, told | {first} if len(row) == 1 else told


def _is_multiple(row: Mapping[Key, int], other: Mapping[Key, int], first: Key) -> bool:
    """Whether a row holds a multiple of the other."""
    times = row[first] * pow(other[first], -1, PRIME) % PRIME
    return all(row.get(key, 0) == number * times % PRIME for key, number in other.items())


def _subtract(row: dict[Key, int], other: Mapping[Key, int], times: int) -> None:
    for key, number in other.items():
        left = (row.get(key, 0) - times * number) % PRIME
        if left:
            row[key] = left
        else:
            row.pop(key, None)
