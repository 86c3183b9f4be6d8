"""Hiding small numbers, so that a table about teams never tells of single children. Pure.

A table is a set of cells and the sums a reader knows to hold between them: a service is the sum of its teams, a
row's total the sum of its grades. Hiding the small cells is not enough: whoever knows all other cells of a sum can
work the hidden one out. So more cells are hidden, until no small one can be worked out from any combination of
what is shown.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Generic

from qaf.reckoning import Key, Reckoning, Sum


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
        wanted = sorted(keys - small - set(unseen), key=lambda one: (-values[one], table.place[one]))
        again = _shown_again(part, wanted, small & keys, keys)
        hidden -= again
    return frozenset(hidden - set(unseen))


# On a large table in which nearly all counts are small, most rounds show hardly any cell more.
MOST_ROUNDS = 100


def _shown_again(part: _Table[Key], wanted: Sequence[Key], small: set[Key], hidden: set[Key]) -> set[Key]:
    """Which of the wanted cells can be shown one after the other, each beside those before it.

    The same as asking ``exposed`` about each in turn, which takes minutes on a large table. Showing less gives less
    away, so what many together leave unexposed each of them does; and what the sums alone forbid is found first.
    After ``MOST_ROUNDS`` the rest stays hidden.
    """
    shown: set[Key] = set()
    start = 0
    for _ in range(MOST_ROUNDS):
        telling = _Telling(part, small, hidden - shown)
        # The cells that are likely to be shown, by their place, as far as they go together.
        places = [place for place in range(start, len(wanted)) if telling.tell(wanted[place])]
        fits, fails = 0, len(places) + 1
        tried = len(places)
        while fits + 1 < fails:
            if part.exposes(small, hidden - shown - {wanted[place] for place in places[:tried]}):
                fails = tried
            else:
                fits = tried
            tried = (fits + fails) // 2
        shown.update(wanted[place] for place in places[:fits])
        if fits == len(places):
            return shown
        start = places[fits] + 1
    return shown


def known(values: Mapping[Key, int], sums: Sequence[Sum[Key]], hidden: Collection[Key]) -> set[Key]:
    """The hidden cells whose value a reader can work out from the others and the sums, knowing none is negative."""
    unknown = set(hidden)
    reckoning = Reckoning(sums, unknown)
    while True:
        solved = {pivot for pivot, row in reckoning.pivots.items() if len(row) == 1} & unknown
        unknown -= solved
        noughts = _forced_noughts(values, sums, unknown)
        if not (solved or noughts):
            return set(hidden) - unknown
        unknown -= noughts
        for key in noughts:
            reckoning.add(reckoning.reduced({key: 1}))


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


class _Telling(Generic[Key]):
    """Telling hidden cells one after the other, as long as no small one follows from the sums or from noughts."""

    def __init__(self, table: _Table[Key], small: set[Key], unknown: set[Key]) -> None:
        self.table, self.small, self.unknown, self.hidden = table, small, set(unknown), set(unknown)
        self.reckoning = Reckoning(table.sums, unknown)

    def tell(self, key: Key) -> bool:
        """Tell a cell and the noughts that it leaves, unless that tells a small one; whether it was told."""
        told = not self._leaves_ones(key) and self._tell_with_noughts(key)
        if told:
            self.hidden.discard(key)
        return told

    def _leaves_ones(self, key: Key) -> bool:
        """Whether all that is left hidden of a shown total is ones, a small cell among them."""
        for total, parts in self.table.sums_with[key]:
            if total == key or total not in self.hidden:
                rest = [part for part in parts if part != key and part in self.hidden]
                if all(self.table.values[part] == 1 for part in rest) and not self.small.isdisjoint(rest):
                    return True
        return False

    def _tell_with_noughts(self, key: Key) -> bool:
        before: tuple[Reckoning[Key], set[Key]] | None = None
        waiting = [key]
        while waiting:
            one = waiting.pop()
            if one not in self.unknown:
                continue
            row, also = self.reckoning.told_with(one)
            if not self.small.isdisjoint(also):
                if before:
                    self.reckoning, self.unknown = before
                return False
            told = (also | {one}) & self.unknown
            noughts = self._noughts_after(told)
            if noughts and before is None:
                before = self.reckoning.copy(), set(self.unknown)
            self.reckoning.add(row)
            self.unknown -= told
            waiting += noughts
        return True

    def _noughts_after(self, told: set[Key]) -> list[Key]:
        """The noughts that are all that is left unknown of a known total once these cells are told."""
        found: list[Key] = []
        for total, parts in [entry for key in told for entry in self.table.sums_with[key]]:
            if total in told or total not in self.unknown:
                rest = [part for part in parts if part not in told and part in self.unknown]
                if rest and not any(self.table.values[part] for part in rest):
                    found += rest
        return found


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
        return known(self.values, self.sums, hidden) & small | self._all_ones(small, hidden)

    def _all_ones(self, small: set[Key], hidden: set[Key]) -> set[Key]:
        """Small cells of a shown total whose hidden parts are all 1."""
        found: set[Key] = set()
        for total, parts in self.sums:
            if total in hidden:
                continue
            away = [part for part in parts if part in hidden]
            if all(self.values[part] == 1 for part in away):
                found.update(small.intersection(away))
        return found

    def exposes(self, small: set[Key], hidden: set[Key]) -> bool:
        """Whether ``exposed`` would find any; what is soon looked at comes first."""
        return bool(self._all_ones(small, hidden) or known(self.values, self.sums, hidden) & small)

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
