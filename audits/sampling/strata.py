"""Which cases can be drawn, sorted into strata, and how well each is covered. Nothing here depends on the seed.

A *cell* holds the eligible cases of one status and one case-holder in teams that the same units share: within it no
case differs from another but by its lot. A *row* is a cell as one unit sees it; where no team belongs to two units,
rows and cells are the same. A *pair* is a unit and a case-holder, a *stratum* a unit and a status.
"""

from dataclasses import dataclass

import numpy as np

from audits.sampling.columns import NOBODY, Audits, Cases, Columns, Flags, Ints
from audits.sampling.terms import Rules


def sorted_by(codes: Ints, most: int) -> Ints:
    """The stable order of codes below ``most``: sixteen bits at a time, which NumPy sorts without comparing."""
    order: Ints | None = None
    for shift in range(0, max(int(most - 1).bit_length(), 1), 16):
        digits = ((codes if order is None else codes[order]) >> shift).astype(np.uint16)
        found = np.argsort(digits, kind="stable")
        order = found if order is None else order[found]
    assert order is not None  # noqa: S101 -- the loop runs at least once
    return order


def ranges(starts: Ints, sizes: Ints) -> Ints:
    """Several runs of numbers, one after the other: from each start, so many."""
    ends = np.cumsum(sizes)
    found: Ints = np.repeat(starts - (ends - sizes), sizes)
    found += np.arange(len(found))
    return found


def runs(codes: Ints) -> tuple[Ints, Ints]:
    """Where each run of equal codes begins, and how long it is."""
    new = np.empty(len(codes), dtype=np.bool_)
    new[:1] = True
    np.not_equal(codes[1:], codes[:-1], out=new[1:])
    starts = np.flatnonzero(new)
    return starts, np.diff(starts, append=len(codes))


@dataclass(frozen=True)
class Sharing:
    """Which units share which teams.

    ``atom`` of each team is a number for the set of units that it belongs to, NOBODY for none. ``starts``, ``sizes``
    and ``units`` list the units of each atom. ``component`` of each unit tells apart units that no chain of shared
    teams joins: what is drawn for one can never stand in the way of another.
    """

    atom: Ints
    starts: Ints
    sizes: Ints
    units: Ints
    component: Ints
    disjoint: bool

    def spread(self, atoms: Ints) -> tuple[Ints | slice, Ints]:
        """For things in these atoms: which thing, in which unit, once for each unit that sees it."""
        if self.disjoint:
            return slice(None), atoms
        sizes = self.sizes[atoms]
        return np.repeat(np.arange(len(atoms)), sizes), self.units[ranges(self.starts[atoms], sizes)]


def sharing_of(columns: Columns) -> Sharing:
    """Sort out which teams belong to the same units."""
    unit, team = columns.auditors.member_unit, columns.auditors.member_team
    atom = np.full(columns.teams, NOBODY, dtype=np.int64)
    every = np.arange(columns.units)
    if not len(team) or np.bincount(team).max() <= 1:
        atom[team] = unit
        return Sharing(atom, every, np.ones_like(every), every, every, disjoint=True)
    units_of: dict[int, list[int]] = {}
    for one, number in zip(team.tolist(), unit.tolist(), strict=True):
        units_of.setdefault(one, []).append(number)
    sets = {one: tuple(sorted(numbers)) for one, numbers in units_of.items()}
    atoms = {numbers: number for number, numbers in enumerate(sorted(set(sets.values())))}
    for one, numbers in sets.items():
        atom[one] = atoms[numbers]
    sizes = np.array([len(numbers) for numbers in atoms], dtype=np.int64)
    listed = np.array([number for numbers in atoms for number in numbers], dtype=np.int64)
    return Sharing(atom, np.cumsum(sizes) - sizes, sizes, listed, _components(columns.units, list(atoms)), False)


def _components(units: int, together: list[tuple[int, ...]]) -> Ints:
    """Units joined by a chain of sets that hold them together, under the smallest number among them."""
    leader = list(range(units))

    def find(unit: int) -> int:
        while leader[unit] != unit:
            leader[unit] = leader[leader[unit]]
            unit = leader[unit]
        return unit

    for numbers in together:
        for unit in numbers[1:]:
            first, second = sorted((find(numbers[0]), find(unit)))
            leader[second] = first
    return np.array([find(unit) for unit in range(units)], dtype=np.int64)


def eligible(cases: Cases, rules: Rules) -> Flags:
    """Which cases were open in the window and rest from no audit."""
    found: Flags = cases.closed >= rules.open_since.toordinal()
    found &= cases.audited < rules.audited_before.toordinal()
    found &= ~cases.running
    return found


@dataclass(frozen=True)
class Counts:
    """How many of something each unit, stratum and pair has."""

    unit: Ints
    stratum: Ints
    pair: Ints


@dataclass(frozen=True)
class Strata:
    """The eligible cases of a draw, sorted; and how many cases and how many audits are where.

    ``case`` lists the cases cell by cell, from ``cell_start`` so many as ``cell_size``. Rows are sorted by unit and
    case-holder: from ``unit_start`` so many as ``unit_rows`` are a unit's, and from ``pair_start`` up to the next
    unit's its pairs. ``cell_rows`` are the rows of each cell, from ``cell_rows_start`` up to the next cell's; they are
    not asked for where rows and cells are the same.
    """

    sharing: Sharing
    case: Ints
    cell_start: Ints
    cell_size: Ints
    row_cell: Ints
    row_pair: Ints
    row_stratum: Ints
    unit_start: Ints
    unit_rows: Ints
    pair_code: Ints
    pair_unit: Ints
    pair_start: Ints
    cell_rows: Ints
    cell_rows_start: Ints
    eligible: Counts
    audits: Counts

    def pairs(self, units: Ints, holders: Ints, most: int) -> Ints:
        """The number of each unit's pair with a case-holder; NOBODY where that holder has no eligible case there."""
        return _found(self.pair_code, np.where(holders == NOBODY, NOBODY, units * most + holders))


def _found(sorted_codes: Ints, codes: Ints) -> Ints:
    """Where in sorted codes each of these stands, NOBODY for those that do not."""
    if not len(sorted_codes):
        return np.full(len(codes), NOBODY, dtype=np.int64)
    at = np.minimum(np.searchsorted(sorted_codes, codes), len(sorted_codes) - 1)
    return np.where(sorted_codes[at] == codes, at, NOBODY)


def strata_of(columns: Columns, rules: Rules) -> Strata:
    """Sort the eligible cases of all units into strata and count the audits of the last twelve months."""
    sharing, holders, statuses = sharing_of(columns), max(columns.holders, 1), max(columns.statuses, 1)
    case, code = _cases(columns, sharing, rules)
    cell_start, cell_size = runs(code)
    row_cell, row_unit, row_code, row_status = _rows(code[cell_start], sharing, columns)
    row_stratum = row_unit * statuses + row_status
    pair_first, pair_rows = runs(row_code)
    pair_code, pair_unit = row_code[pair_first], row_unit[pair_first]
    row_pair = np.repeat(np.arange(len(pair_first)), pair_rows)
    unit_start, unit_rows = _numbers(row_unit, columns.units)
    cell_rows_start, cell_rows = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    if not sharing.disjoint:
        cell_rows = sorted_by(row_cell, max(len(cell_start), 1))
        cell_rows_start = np.append(_numbers(row_cell, len(cell_start))[0], len(row_cell))
    size = cell_size[row_cell]
    return Strata(
        sharing=sharing,
        case=case,
        cell_start=cell_start,
        cell_size=cell_size,
        row_cell=row_cell,
        row_pair=row_pair,
        row_stratum=row_stratum,
        unit_start=unit_start,
        unit_rows=unit_rows,
        pair_code=pair_code,
        pair_unit=pair_unit,
        pair_start=np.append(_numbers(pair_unit, columns.units)[0], len(pair_code)),
        cell_rows=cell_rows,
        cell_rows_start=cell_rows_start,
        eligible=Counts(
            _summed(row_unit, size, columns.units),
            _summed(row_stratum, size, columns.units * statuses),
            _summed(row_pair, size, len(pair_code)),
        ),
        audits=_audits(columns.past, sharing, pair_code, columns, rules, codes=max(columns.units, 1) * holders),
    )


def _cases(columns: Columns, sharing: Sharing, rules: Rules) -> tuple[Ints, Ints]:
    """The eligible cases that a unit has, sorted by cell, and a code of each one's atom, holder and status."""
    cases, holders, statuses = columns.cases, max(columns.holders, 1), max(columns.statuses, 1)
    atom = sharing.atom[cases.team]
    case = np.flatnonzero(eligible(cases, rules) & (atom != NOBODY))
    code = (atom[case] * holders + cases.holder[case]) * statuses + cases.status[case]
    order = sorted_by(code, max(len(sharing.sizes), 1) * holders * statuses)
    return case[order], code[order]


def _rows(cell_code: Ints, sharing: Sharing, columns: Columns) -> tuple[Ints, Ints, Ints, Ints]:
    """The rows in their order: of each its cell, its unit, a code of unit and holder, and its status."""
    holders, statuses = max(columns.holders, 1), max(columns.statuses, 1)
    cell, unit = sharing.spread(cell_code // (holders * statuses))
    code = unit * holders + (cell_code // statuses % holders)[cell]
    status = (cell_code % statuses)[cell]
    if sharing.disjoint:
        return np.arange(len(cell_code)), unit, code, status
    order = sorted_by(code, max(columns.units, 1) * holders)
    return np.arange(len(cell_code))[cell][order], unit[order], code[order], status[order]


def _numbers(codes: Ints, most: int) -> tuple[Ints, Ints]:
    """For each code below ``most``: where it begins when codes are sorted, and how often it stands there."""
    counts = np.bincount(codes, minlength=most)
    return np.cumsum(counts) - counts, counts


def _summed(codes: Ints, sizes: Ints, most: int) -> Ints:
    return np.bincount(codes, weights=sizes, minlength=most).astype(np.int64)


def _audits(past: Audits, sharing: Sharing, pair_code: Ints, columns: Columns, rules: Rules, *, codes: int) -> Counts:
    """How many audits of the last twelve months each unit, stratum and pair had."""
    atom = sharing.atom[past.team]
    bearing = np.flatnonzero((past.on >= rules.counted_since.toordinal()) & (atom != NOBODY))
    thing, unit = sharing.spread(atom[bearing])
    which = bearing[thing]
    statuses, units = max(columns.statuses, 1), columns.units
    code = unit * max(columns.holders, 1) + past.holder[which]
    # In their order and once each, codes are found several times as fast.
    starts, counts = runs(code := code[sorted_by(code, codes)])
    at = _found(pair_code, code[starts])
    of_pair = np.zeros(len(pair_code), dtype=np.int64)
    of_pair[at[at != NOBODY]] = counts[at != NOBODY]
    return Counts(
        np.bincount(unit, minlength=units),
        np.bincount(unit * statuses + past.status[which], minlength=units * statuses),
        of_pair,
    )
