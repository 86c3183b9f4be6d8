"""Drawing from strata, turn by turn: each auditor is given one case a turn, and coverage is counted up in between.

A case of status s and case-holder h has the weight f(s) × f(h), with f(x) = max(0, 1 + A × p_x - a_x)⁶: p_x is the
share of x among the unit's eligible cases, A counts the unit's audits of twelve months and of this draw, a_x those of
x, so that A × p_x - a_x is how many audits x is behind its share. Without history every weight is 1; what is a whole
audit ahead of its share has the weight 0 and waits. `docs/sampling.md` says why the sixth power.

Each case waits for an exponential time that its lot gave, and its weight is how fast that time runs: the first to
come is drawn, which has the chance weight ÷ sum of weights (Efraimidis and Spirakis, *Weighted random sampling with a
reservoir*, 2006). What is left of the others' times is again exponential, so that one lot a case serves the whole draw
however weights change.
"""

from dataclasses import dataclass

import numpy as np

from audits.sampling.columns import NOBODY, Auditors, Columns, Flags, Ints
from audits.sampling.lots import Floats, Lots, lots, waits
from audits.sampling.strata import Strata, ranges


@dataclass(frozen=True)
class Picks:
    """Picks in the order of turns: which case and which auditor (as places in their columns), and what explains it.

    ``eligible`` cases the unit had when the draw began, of which ``before`` were drawn earlier in it and ``own`` are
    the auditor's own. Of them ``of_status`` and ``of_holder`` are like the drawn one; of the unit's ``audits``, this
    draw's included, ``audits_of_status`` and ``audits_of_holder`` were. ``least`` says that every weight was 0 and the
    least covered came first.
    """

    case: Ints
    auditor: Ints
    eligible: Ints
    before: Ints
    own: Ints
    of_status: Ints
    of_holder: Ints
    audits: Ints
    audits_of_status: Ints
    audits_of_holder: Ints
    least: Ints


def turns(auditors: Auditors, seed: str) -> Ints:
    """Whose turn it is, place by place: everybody once in an order by lot, then whoever wants a second, and so on."""
    by_lot = np.argsort(lots(f"{seed}\x1fauditors", auditors.id))
    wanted = auditors.wanted[by_lot]
    most = int(wanted.max(initial=0))
    return np.concatenate([by_lot[wanted > turn] for turn in range(most)] or [np.empty(0, dtype=np.int64)])


def own_pairs(columns: Columns, strata: Strata) -> tuple[Ints, Ints]:
    """For each auditor the pairs of their own cases in their unit: as a person, and as a name in a list."""
    auditors, most = columns.auditors, max(columns.holders, 1)
    return (
        strata.pairs(auditors.unit, auditors.person, most),
        strata.pairs(auditors.unit, auditors.namesake, most),
    )


def pick(columns: Columns, strata: Strata, *, seed: str) -> Picks:
    """Draw for all auditors what they want, as far as there are cases. The same in gives the same out."""
    return _Draw(columns, strata, seed).made(turns(columns.auditors, seed))


class _Draw:
    """The state of one draw: which case comes next in each cell, and the audits counted up to now."""

    def __init__(self, columns: Columns, strata: Strata, seed: str) -> None:
        self.strata = strata
        self.statuses = max(columns.statuses, 1)
        self.unit_of = columns.auditors.unit
        self.own = own_pairs(columns, strata)
        self.lot = lots(seed, columns.cases.id[strata.case])
        self.next_at, self.wait = _first(self.lot, strata.cell_start, strata.cell_size)
        # What is left of the wait of the case that comes next in each cell.
        self.left = self.wait.copy()
        self.audits = strata.audits.unit.copy()
        self.of_status = strata.audits.stratum.copy()
        self.of_holder = strata.audits.pair.copy()
        self.by_status = np.zeros(len(self.of_status))
        self.by_holder = np.zeros(len(self.of_holder))

    def made(self, order: Ints) -> Picks:
        """One round after the other; a round holds the next turn of every group of units that share teams."""
        component = self.strata.sharing.component[self.unit_of[order]]
        grouped = np.argsort(component, kind="stable")
        counts = np.bincount(component)
        counts = counts[counts > 0]
        round_of = np.empty_like(order)
        round_of[grouped] = ranges(np.zeros_like(counts), counts)
        by_round = np.argsort(round_of, kind="stable")
        rounds = np.split(by_round, np.cumsum(np.bincount(round_of))[:-1]) if len(order) else []
        found = [self._round(order[places], places, last=places is rounds[-1]) for places in rounds]
        table = np.concatenate(found, axis=1) if found else np.empty((12, 0), dtype=np.int64)
        return Picks(*table[1:, np.argsort(table[0])])

    def _round(self, auditors: Ints, places: Ints, *, last: bool) -> Ints:
        """One case for each of these auditors, no two of whose units share a team; a column a pick, the place first."""
        strata = self.strata
        units = self.unit_of[auditors]
        by_unit = np.argsort(units)
        by_unit = by_unit[strata.unit_rows[units[by_unit]] > 0]
        auditors, places, units = auditors[by_unit], places[by_unit], units[by_unit]
        if not len(units):
            return np.empty((12, 0), dtype=np.int64)
        own = tuple(pairs[auditors] for pairs in self.own)
        self._weigh(units, own)
        sizes = strata.unit_rows[units]
        starts = np.cumsum(sizes) - sizes
        rows = _span(strata.unit_start[units], sizes)
        cells = rows if strata.sharing.disjoint else strata.row_cell[rows]
        weight = self.by_status[strata.row_stratum[rows]] * self.by_holder[strata.row_pair[rows]]
        left = np.maximum(self.left[cells], _SHORTEST)
        time, soonest = _race(left, weight, starts)
        least = np.isinf(soonest)
        if least.any():
            self._level(weight, left, rows, least, sizes, own)
            time, soonest = _race(left, weight, starts)
        passed = np.repeat(soonest, sizes)
        at = _firsts(time == passed, starts)
        drawn = np.isfinite(soonest)
        if not last:
            if not drawn.all():
                passed[np.isinf(passed)] = 0.0
            self.left[cells] -= weight * passed
        chosen = at[drawn] + rows.start if isinstance(rows, slice) else rows[at[drawn]]
        return self._take(
            chosen, units[drawn], auditors[drawn], places[drawn], [one[drawn] for one in own], least[drawn]
        )

    def _weigh(self, units: Ints, own: tuple[Ints, ...]) -> None:
        """Bring the factors of these units up to date; an auditor's own cases have none."""
        strata = self.strata
        statuses = np.full(len(units), self.statuses)
        these = _span(units * self.statuses, statuses)
        unit = np.repeat(units, statuses)
        self.by_status[these] = _factor(
            self.audits[unit], strata.eligible.unit[unit], self.of_status[these], strata.eligible.stratum[these]
        )
        starts = strata.pair_start[units]
        pairs = _span(starts, strata.pair_start[units + 1] - starts)
        unit = strata.pair_unit[pairs]
        self.by_holder[pairs] = _factor(
            self.audits[unit], strata.eligible.unit[unit], self.of_holder[pairs], strata.eligible.pair[pairs]
        )
        for one in own:
            self.by_holder[one[one != NOBODY]] = 0.0

    def _level(
        self, weight: Floats, left: Floats, rows: Ints | slice, least: Flags, sizes: Ints, own: tuple[Ints, ...]
    ) -> None:
        """Where all that is left has the weight 0, give a weight to what is least ahead of its share."""
        strata = self.strata
        where = np.flatnonzero(np.repeat(least, sizes))
        these = where + rows.start if isinstance(rows, slice) else rows[where]
        pairs, stratum = strata.row_pair[these], strata.row_stratum[these]
        unit = strata.pair_unit[pairs]
        had = (self.of_status[stratum] + self.of_holder[pairs]) * strata.eligible.unit[unit]
        due = (strata.eligible.stratum[stratum] + strata.eligible.pair[pairs]) * self.audits[unit]
        barred = np.isinf(left[where]) | np.isin(pairs, np.concatenate(own))
        ahead = np.where(barred, np.iinfo(np.int64).max, had - due)
        sizes = sizes[least]
        lowest = np.minimum.reduceat(ahead, np.cumsum(sizes) - sizes)
        weight[where] = (ahead == np.repeat(lowest, sizes)) & ~barred

    def _take(self, rows: Ints, units: Ints, auditors: Ints, places: Ints, own: list[Ints], least: Ints) -> Ints:
        """Write the picks down with what explains them, take the cases out and count their audits."""
        strata = self.strata
        cells, strata_, pairs = strata.row_cell[rows], strata.row_stratum[rows], strata.row_pair[rows]
        own_cases = sum(np.where(one == NOBODY, 0, strata.eligible.pair[one]) for one in own)
        found = np.array([
            places, strata.case[self.next_at[cells]], auditors,
            strata.eligible.unit[units], self.audits[units] - strata.audits.unit[units], own_cases,
            strata.eligible.stratum[strata_], strata.eligible.pair[pairs],
            self.audits[units], self.of_status[strata_], self.of_holder[pairs], least,
        ], dtype=np.int64)  # fmt: skip
        self._next(cells)
        self._count(cells, rows)
        return found

    def _next(self, cells: Ints) -> None:
        """Let the case with the next lot step forward in each of these cells, or nothing where none is left."""
        strata = self.strata
        used = self.wait[cells] - self.left[cells]
        self.left[cells] = np.inf
        more = strata.cell_size[cells] > 1
        cells, used = cells[more], used[more]
        if not len(cells):
            return
        starts, sizes = strata.cell_start[cells], strata.cell_size[cells]
        members = ranges(starts, sizes)
        firsts = np.cumsum(sizes) - sizes
        lot = self.lot[members]
        later = lot > np.repeat(self.lot[self.next_at[cells]], sizes)
        lot = np.where(later, lot, _LAST)
        lowest = np.minimum.reduceat(lot, firsts)
        some = np.logical_or.reduceat(later, firsts)
        at = members[_firsts(lot == np.repeat(lowest, sizes), firsts)]
        cells = cells[some]
        self.next_at[cells] = at[some]
        self.wait[cells] = waits(lowest[some])
        self.left[cells] = self.wait[cells] - used[some]

    def _count(self, cells: Ints, rows: Ints) -> None:
        """Count an audit of each of these cells in every unit that shares its teams."""
        strata = self.strata
        if not strata.sharing.disjoint:
            starts = strata.cell_rows_start[cells]
            rows = strata.cell_rows[ranges(starts, strata.cell_rows_start[cells + 1] - starts)]
        np.add.at(self.audits, strata.pair_unit[strata.row_pair[rows]], 1)
        np.add.at(self.of_status, strata.row_stratum[rows], 1)
        np.add.at(self.of_holder, strata.row_pair[rows], 1)


_LAST = np.uint64(2**64 - 1)
# Never 0, so that what has no weight never comes.
_SHORTEST = 1e-300


def _span(starts: Ints, sizes: Ints) -> Ints | slice:
    """Several runs of places: a plain slice, which copies nothing, where they follow on one another."""
    first, last = int(starts[0]), int(starts[-1] + sizes[-1])
    return slice(first, last) if last - first == sizes.sum() else ranges(starts, sizes)


def _race(left: Floats, weight: Floats, starts: Ints) -> tuple[Floats, Floats]:
    """When each cell's next case would come, and the soonest of each unit; infinity for what has no weight."""
    with np.errstate(divide="ignore"):
        time = left / weight
    return time, np.minimum.reduceat(time, starts)


def _factor(audits: Ints, eligible: Ints, audits_of: Ints, eligible_of: Ints) -> Floats:
    """f(x) = max(0, 1 + A × p - a)⁶, with p = eligible_of ÷ eligible. Powers by multiplying, exact on every machine."""
    whole = eligible + audits * eligible_of - audits_of * eligible
    behind = np.maximum(whole, 0) / np.maximum(eligible, 1)
    square = behind * behind
    return square * square * square


def _firsts(hit: Flags, starts: Ints) -> Ints:
    """For each run the first place that is hit."""
    hits = np.flatnonzero(hit)
    # Lots differ, so that nearly always each run has one.
    return hits if len(hits) == len(starts) else hits[np.searchsorted(hits, starts)]


def _first(lot: Lots, starts: Ints, sizes: Ints) -> tuple[Ints, Floats]:
    """For each cell the case with the lowest lot, and how long it waits."""
    if not len(starts):
        return np.empty(0, dtype=np.int64), np.empty(0)
    lowest = np.minimum.reduceat(lot, starts)
    return _firsts(lot == np.repeat(lowest, sizes), starts), waits(lowest)
