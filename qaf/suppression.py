"""Hiding small numbers, so that a table about teams never tells of single children. Pure.

A table is a set of cells and the sums a reader knows to hold between them: a service is the sum of its teams, a
row's total the sum of its grades. Hiding the small cells is not enough: whoever knows all other cells of a sum can
work the hidden one out. So more cells are hidden, until no small one can be worked out from any combination of
what is shown.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Sum = tuple[Key, Sequence[Key]]


def suppress(
    values: Mapping[Key, int],
    sums: Sequence[Sum[Key]],
    *,
    protected: Collection[Key],
    below: int,
    unseen: Collection[Key] = (),
    fixed: Collection[Key] = (),
) -> frozenset[Key]:
    """Which cells to hide so that no protected count of 1 to ``below`` - 1 can be seen or worked out.

    ``sums`` are (total, parts) that hold between cells; ``protected`` the cells whose small counts matter; ``unseen``
    cells that are not in any table at all, yet can be worked out; ``fixed`` cells a reader knows whatever is hidden.
    A nought is shown: it is about nobody. Gives the hidden cells, without the unseen ones. Raises ValueError when a
    sum does not hold.
    """
    for total, parts in sums:
        if values[total] != sum(values[part] for part in parts):
            raise ValueError(f"{total!r} is not the sum of its parts.")
    small = {key for key in protected if 0 < values[key] < below}
    table = _Table(values, sums, frozenset(fixed))
    hidden = set(unseen) | small
    while exposed := table.exposed(small, hidden):
        # What was hidden to shield another must not be worked out either; hiding it would have been in vain.
        shields = known(values, sums, hidden) - set(unseen)
        if not table.hide_more(exposed | shields, hidden):
            break
    # What is in no table and follows from the tables anyway need not be reckoned with over and over.
    hidden -= known(values, sums, hidden) & set(unseen)
    # The way there may have hidden more than the end needs: show again what can be shown, large counts first.
    for keys, own in _connected(sums, hidden):
        part = _Table({key: values[key] for total, parts in own for key in (total, *parts)}, own, frozenset(fixed))
        away = set(keys)
        for key in sorted(keys - small - set(unseen), key=lambda one: (-values[one], table.place[one])):
            if not part.exposed(small & keys, away - {key}):
                away.remove(key)
        hidden -= keys - away
    return frozenset(hidden - set(unseen))


def known(values: Mapping[Key, int], sums: Sequence[Sum[Key]], hidden: Collection[Key]) -> set[Key]:
    """The hidden cells whose value a reader can work out from the others and the sums, knowing none is negative."""
    unknown = set(hidden)
    while True:
        found = _solved(sums, unknown) | _forced_noughts(values, sums, unknown)
        if not found:
            return set(hidden) - unknown
        unknown -= found


def _connected(sums: Sequence[Sum[Key]], hidden: Collection[Key]) -> list[tuple[set[Key], list[Sum[Key]]]]:
    """The hidden cells in groups that no sum links to one another, each with the sums that hold its cells.

    Whether a cell can be shown hangs on its own group alone.
    """
    leader = {key: key for key in hidden}

    def leader_of(key: Key) -> Key:
        while leader[key] != key:
            leader[key] = key = leader[leader[key]]
        return key

    there = [(entry, [key for key in (entry[0], *entry[1]) if key in leader]) for entry in sums]
    for _, keys in there:
        for key in keys[1:]:
            leader[leader_of(key)] = leader_of(keys[0])
    groups: dict[Key, tuple[set[Key], list[Sum[Key]]]] = {}
    for key in hidden:
        groups.setdefault(leader_of(key), (set(), []))[0].add(key)
    for entry, keys in there:
        if keys:
            groups[leader_of(keys[0])][1].append(entry)
    return list(groups.values())


def _forced_noughts(values: Mapping[Key, int], sums: Sequence[Sum[Key]], unknown: set[Key]) -> set[Key]:
    """Unknown parts of a known total that leaves nothing for them: all of them are 0."""
    found: set[Key] = set()
    for total, parts in sums:
        if total in unknown:
            continue
        rest = [part for part in parts if part in unknown]
        if rest and sum(values[part] for part in rest) == 0:
            found.update(rest)
    return found


# Reckoning is done modulo this prime instead of in fractions, which is many times faster. The sums only have the
# factors 1 and -1, so no pivot is a multiple of a prime this large.
PRIME = 2**61 - 1


def _solved(sums: Sequence[Sum[Key]], unknown: set[Key]) -> set[Key]:
    """The unknowns that the sums fix on their own: Gauss and Jordan, on rows with few entries.

    An unknown is fixed exactly if the reduced rows have one in which it stands alone.
    """
    pivots: dict[Key, dict[Key, int]] = {}
    # The pivots in whose rows a column occurs, so that a new pivot is taken out of those alone.
    users: dict[Key, set[Key]] = {}
    for total, parts in sums:
        row: dict[Key, int] = {part: 1 for part in parts if part in unknown}
        if total in unknown:
            row[total] = PRIME - 1
        for key in [key for key in row if key in pivots]:
            _subtract(row, pivots[key], row[key])
        if not row:
            continue
        pivot = next(iter(row))
        if row[pivot] != 1:
            scale = pow(row[pivot], -1, PRIME)
            row = {key: number * scale % PRIME for key, number in row.items()}
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
    return {pivot for pivot, row in pivots.items() if len(row) == 1}


def _subtract(row: dict[Key, int], other: Mapping[Key, int], times: int) -> None:
    for key, number in other.items():
        left = (row.get(key, 0) - times * number) % PRIME
        if left:
            row[key] = left
        else:
            row.pop(key, None)


class _Table(Generic[Key]):
    """The cells and sums, and the two questions that hiding asks of them."""

    def __init__(self, values: Mapping[Key, int], sums: Sequence[Sum[Key]], fixed: frozenset[Key]) -> None:
        self.values, self.sums, self.fixed = values, sums, fixed
        self.place = {key: place for place, key in enumerate(values)}
        self.sums_with: dict[Key, list[Sum[Key]]] = {key: [] for key in values}
        for entry in sums:
            for key in (entry[0], *entry[1]):
                self.sums_with[key].append(entry)

    def exposed(self, small: set[Key], hidden: set[Key]) -> set[Key]:
        """Small cells that can be worked out, also by a reader who takes every hidden cell for at least 1."""
        exposed = known(self.values, self.sums, hidden) & small
        for total, parts in self.sums:
            away = [part for part in parts if part in hidden]
            if total not in hidden and all(self.values[part] == 1 for part in away):
                exposed.update(small.intersection(away))
        return exposed

    def hide_more(self, keys: set[Key], hidden: set[Key]) -> bool:
        """Hide one more cell for the sake of each of these; whether there was any left to hide."""
        found = False
        for key in sorted(keys, key=self.place.__getitem__):
            extra = self._next_to_hide(key, hidden)
            if extra is not None:
                hidden.add(extra)
                found = True
        return found

    def _next_to_hide(self, key: Key, hidden: set[Key]) -> Key | None:
        """From the sum that gives ``key`` away the soonest: a part before the total, the smallest count first.

        A nought comes last of the parts. A cell whose other sums have hidden cells already is preferred, since
        hiding it asks for no further ones.
        """

        def away(entry: Sum[Key]) -> int:
            return sum(cell in hidden for cell in (entry[0], *entry[1]))

        for total, parts in sorted(self.sums_with[key], key=away):
            rest = [part for part in parts if part not in hidden and part not in self.fixed]
            if rest:
                return min(
                    rest,
                    key=lambda part: (
                        self.values[part] == 0,
                        sum(away(entry) == 0 for entry in self.sums_with[part]),
                        self.values[part],
                        self.place[part],
                    ),
                )
            if total not in hidden and total not in self.fixed:
                return total
        return None
