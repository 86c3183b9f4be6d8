"""A draw in plain sentences: why this case, and why somebody went short. They name no child."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from audits.sampling.columns import NOBODY, Columns, Flags, Ints, Names
from audits.sampling.rounds import Picks
from audits.sampling.terms import COUNTED_MONTHS, Auditor, Rules, Shortfall

# What can be said of a case of somebody's unit, in the order in which it is asked.
CLOSED, RUNNING, RESTING, COULD = range(4)


def reasons(
    picks: Picks, auditors: Sequence[Auditor], holders: Ints, names: Names, *, seed: str, statuses: Ints
) -> Iterator[str]:
    """For each pick the sentences kept with its audit. ``statuses`` and ``holders`` are those of the cases drawn."""
    columns = (
        picks.auditor, picks.eligible, picks.before, picks.own, picks.of_status, picks.of_holder, picks.audits,
        picks.audits_of_status, picks.audits_of_holder, picks.least, statuses, holders,
    )  # fmt: skip
    for who, eligible, before, own, status, holder, audits, by_status, by_holder, least, named, held_by in zip(
        *(column.tolist() for column in columns), strict=True
    ):
        label = f"with the status {names.statuses[named]}"
        held = "of this case-holder" if names.holders[held_by] != "" else "without a named case-holder"
        covered = f"{_counted(audits, 'audit')}, {by_status or 'none'} {label} and {by_holder or 'none'} {held}"
        yield (
            f"Drawn from {_from(eligible, auditors[who].unit, before, own)}"
            f"{f', {status:,} {label} and {holder:,} {held}' if eligible > 1 else ''}. "
            f"In the last {COUNTED_MONTHS} months{', this draw included,' if before else ''} the unit had "
            f"{covered if audits else 'no audit'}. "
            f"{'All that was left was ahead of its share, so the least so came first. ' if least else ''}"
            f"Seed {seed}."
        )


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what if count == 1 else what + 's'}"


def _from(eligible: int, unit: str, before: int, own: int) -> str:
    if eligible == 1:
        return f"the only eligible case of {unit}"
    less = [f"{before:,} drawn before"] * bool(before) + [f"{own:,} the auditor's own"] * bool(own)
    return f"{_counted(eligible, 'eligible case')} of {unit}" + f" ({', '.join(less)})" * bool(less)


def shortfalls(
    auditors: Sequence[Auditor], columns: Columns, picks: Picks, rules: Rules, *, wanted: Mapping[int, int]
) -> Iterator[Shortfall]:
    """Everybody who got fewer cases than they should, with what became of the cases of their unit."""
    got = np.bincount(picks.auditor, minlength=len(auditors)).tolist()
    short = [place for place, auditor in enumerate(auditors) if got[place] < wanted[auditor.id]]
    if not short:
        return
    standing = _standing(columns, rules)
    units = _by_unit(columns, standing)
    own = _own(columns, standing, short)
    for place in short:
        counts = units[int(columns.auditors.unit[place])].copy()
        for kind in own[place]:
            counts[kind] -= 1
        auditor = auditors[place]
        reason = _why_short(auditor.unit, counts.tolist(), len(own[place]), rules)
        yield Shortfall(auditor.id, wanted[auditor.id], got[place], reason)


def _standing(columns: Columns, rules: Rules) -> Ints:
    """Of each case whether it was closed too long ago, is being audited, rests, or could be drawn."""
    cases = columns.cases
    asked: list[Flags] = [
        cases.closed < rules.open_since.toordinal(), cases.running, cases.audited >= rules.audited_before.toordinal()
    ]  # fmt: skip
    return np.select(asked, [CLOSED, RUNNING, RESTING], COULD)


def _by_unit(columns: Columns, standing: Ints) -> Ints:
    """How many cases of each standing every unit has."""
    of_team = np.bincount(columns.cases.team * 4 + standing, minlength=columns.teams * 4).reshape(-1, 4)
    found = np.zeros((columns.units, 4), dtype=np.int64)
    np.add.at(found, columns.auditors.member_unit, of_team[columns.auditors.member_team])
    return found


def _own(columns: Columns, standing: Ints, short: Iterable[int]) -> dict[int, list[int]]:
    """For each of these auditors the standing of each case of theirs in their unit, but for those closed."""
    auditors, cases = columns.auditors, columns.cases
    keys = {place: {int(auditors.person[place]), int(auditors.namesake[place])} - {NOBODY} for place in short}
    held: dict[int, list[tuple[int, int]]] = {}
    holding = np.array(sorted(set().union(*keys.values())), dtype=np.int64)
    found = np.flatnonzero(np.isin(cases.holder, holding) & (standing != CLOSED))
    for holder, team, kind in zip(
        cases.holder[found].tolist(), cases.team[found].tolist(), standing[found].tolist(), strict=True
    ):
        held.setdefault(holder, []).append((team, kind))
    teams: dict[int, set[int]] = {}
    for unit, team in zip(auditors.member_unit.tolist(), auditors.member_team.tolist(), strict=True):
        teams.setdefault(unit, set()).add(team)
    return {
        place: [
            kind
            for holder in keys[place]
            for team, kind in held.get(holder, [])
            if team in teams.get(int(auditors.unit[place]), ())
        ]
        for place in keys
    }


def _why_short(unit: str, counts: list[int], own: int, rules: Rules) -> str:
    total = sum(counts) + own
    if not total:
        return f"There are no cases of {unit} to draw from."
    said = {
        "closed too long ago": counts[CLOSED],
        "their own": own,
        "being audited now": counts[RUNNING],
        f"audited in the last {rules.pause_months} months": counts[RESTING],
        "open to this auditor, but drawn for others or for them already": counts[COULD],
    }
    listed = "; ".join(f"{n:,} {what}" for what, n in sorted(said.items(), key=lambda item: -item[1]) if n)
    return f"Of {total:,} {'cases' if total > 1 else 'case'} of {unit}: {listed}."
