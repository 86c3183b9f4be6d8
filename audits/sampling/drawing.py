"""Draws of cases as the rest of the house asks for them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from audits.sampling.columns import NOBODY, Columns, columns_of
from audits.sampling.rounds import Picks, own_pairs, pick
from audits.sampling.strata import Strata, strata_of
from audits.sampling.terms import Auditor, Candidate, Past, Pick, Rules, Sample, Shortfall
from audits.sampling.words import reasons, shortfalls


def draw_columns(columns: Columns, *, seed: str, rules: Rules) -> Picks:
    """Draw from columns of numbers: a hundred thousand cases for two thousand auditors in some milliseconds."""
    return pick(columns, strata_of(columns, rules), seed=seed)


def draw(
    cases: Iterable[Candidate],
    auditors: Sequence[Auditor],
    *,
    per_auditor: int,
    seed: str,
    history: Iterable[Past],
    rules: Rules,
    wanted: Mapping[int, int] | None = None,
) -> Sample:
    """Draw ``per_auditor`` cases for each auditor, or as many as ``wanted`` says for those that it names.

    Auditors take turns, in an order that the seed gives. On each turn a case is drawn by lot, the likelier the further
    its legal status and its case-holder are behind their share of the unit's audits of the last twelve months and of
    this draw (`audits.sampling.rounds`). No case is drawn twice, and nobody is given their own.
    The same cases, auditors, history and seed give the same sample in whatever order they are listed.
    """
    found = list({case.id: case for case in cases}.values())
    past = list(history)
    numbers = {auditor.id: (wanted or {}).get(auditor.id, per_auditor) for auditor in auditors}
    columns, names = columns_of(found, auditors, wanted=numbers, history=past, latest=_latest(past))
    strata = strata_of(columns, rules)
    picks = pick(columns, strata, seed=seed)
    why = reasons(
        picks, auditors, columns.cases.holder[picks.case], names, seed=seed, statuses=columns.cases.status[picks.case]
    )
    return Sample(
        picks=tuple(
            Pick(found[case].id, auditors[auditor].id, reason)
            for case, auditor, reason in zip(picks.case.tolist(), picks.auditor.tolist(), why, strict=True)
        ),
        shortfalls=tuple(shortfalls(auditors, columns, picks, rules, wanted=numbers)),
        eligible=_eligible(columns, strata),
    )


def replacement(
    cases: Iterable[Candidate],
    auditor: Auditor,
    *,
    seed: str,
    history: Iterable[Past],
    rules: Rules,
    taken: Collection[int] = (),
    unsuitable: Collection[int] = (),
) -> Pick | Shortfall:
    """Draw one further case for an auditor whose case turned out unsuitable, or say why there is none.

    ``taken`` are the ids of cases drawn already: they are left out and count as audits. ``unsuitable`` are those of
    the cases found unsuitable in this draw, the one to replace among them: they are left out, and an audit of theirs
    that is still running does not count. ``seed`` is that of the draw; the lots are new ones, which depend on the
    auditor and on how many cases have turned out unsuitable. The reason says nothing of the case replaced.
    """
    left_out, drawn = set(unsuitable), set(taken)
    found = [case for case in cases if case.id not in left_out]
    past = [one for one in history if not (one.running and one.case in left_out)]
    known = {one.case for one in past if one.running}
    past += [
        Past(case.id, case.team, case.status, case.holder_key, rules.day, running=True)
        for case in found
        if case.id in drawn and case.id not in known
    ]
    turn = f"{seed}, replacement {len(left_out)} for auditor {auditor.id}"
    sample = draw(found, [auditor], per_auditor=1, seed=turn, history=past, rules=rules)
    if not sample.picks:
        return sample.shortfalls[0]
    (one,) = sample.picks
    reason = one.reason.replace("Drawn from", "Drawn in place of an unsuitable case, from", 1)
    return replace(one, reason=reason.replace(f"Seed {turn}.", f"Seed {seed}, replacement {len(left_out)}."))


def _latest(history: Iterable[Past]) -> dict[int, Past]:
    """The audit that counts for each case: a running one, else the last."""
    latest: dict[int, Past] = {}
    for past in sorted(history, key=lambda one: (one.running, one.on)):
        latest[past.case] = past
    return latest


def _eligible(columns: Columns, strata: Strata) -> int:
    """How many cases could have been drawn for somebody: eligible, and not held by everybody who audits the unit."""
    others = np.bincount(columns.auditors.unit, minlength=columns.units)[strata.pair_unit]
    for own in own_pairs(columns, strata):
        np.subtract.at(others, own[own != NOBODY], 1)
    open_cells = strata.row_cell[others[strata.row_pair] > 0]
    return int(strata.cell_size[np.unique(open_cells)].sum())
