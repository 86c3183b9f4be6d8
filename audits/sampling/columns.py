"""The same things as columns of numbers: what a draw of a hundred thousand cases works on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from audits.sampling.terms import Auditor, Candidate, Key, Past, plain_name

Ints = npt.NDArray[np.int64]
Days = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

# Days are ordinals (``date.toordinal``). An open case closes on the last of days; one never audited was so on day 0.
OPEN = np.iinfo(np.int32).max
NEVER = 0
# A case-holder's number that no case has.
NOBODY = -1


@dataclass(frozen=True)
class Cases:
    """Cases: team, status and holder as numbers from 0; ``audited`` is the day of the last audit's allocation."""

    id: Ints
    team: Ints
    status: Ints
    holder: Ints
    closed: Days
    audited: Days
    running: Flags


@dataclass(frozen=True)
class Audits:
    """Audits allocated before, numbered as the cases are."""

    team: Ints
    status: Ints
    holder: Ints
    on: Days


@dataclass(frozen=True)
class Auditors:
    """Auditors: their unit's number, how many cases they want, and the two numbers under which they may hold cases.

    ``person`` is theirs as a case-holder, ``namesake`` that of whoever a list calls by their name without leading to
    a person; NOBODY when no case has it. ``member_unit`` and ``member_team`` say side by side which teams make which
    unit; every pair stands there once.
    """

    id: Ints
    unit: Ints
    wanted: Ints
    person: Ints
    namesake: Ints
    member_unit: Ints
    member_team: Ints


@dataclass(frozen=True)
class Columns:
    """Everything a draw works on, and how many teams, statuses, holders and units there are."""

    cases: Cases
    past: Audits
    auditors: Auditors
    teams: int
    statuses: int
    holders: int
    units: int


@dataclass(frozen=True)
class Names:
    """What the numbers of statuses and holders stand for. Both are sorted, so that no list's order matters."""

    statuses: tuple[str, ...]
    holders: tuple[Key, ...]


def _numbered(keys: Iterable[Key]) -> dict[Key, int]:
    return {key: number for number, key in enumerate(sorted(set(keys), key=lambda key: (isinstance(key, str), key)))}


def _ints(values: Iterable[int], count: int) -> Ints:
    return np.fromiter(values, dtype=np.int64, count=count)


def columns_of(
    cases: Sequence[Candidate],
    auditors: Sequence[Auditor],
    *,
    wanted: Mapping[int, int],
    history: Sequence[Past],
    latest: Mapping[int, Past],
) -> tuple[Columns, Names]:
    """The columns of these things; ``latest`` is the audit that counts for each case's rest."""
    holder_of_case = [case.holder_key for case in cases]
    holders = _numbered([*holder_of_case, *(past.holder_key for past in history)])
    statuses = _numbered([*(case.status for case in cases), *(past.status for past in history)])
    teams = _numbered([*(case.team for case in cases), *(past.team for past in history)])
    for auditor in auditors:
        for team in auditor.teams:
            teams.setdefault(team, len(teams))
    units = {unit: number for number, unit in enumerate(sorted({auditor.teams for auditor in auditors}, key=sorted))}
    columns = Columns(
        cases=_cases(cases, [holders[key] for key in holder_of_case], teams, statuses, latest),
        past=Audits(
            team=_ints((teams[past.team] for past in history), len(history)),
            status=_ints((statuses[past.status] for past in history), len(history)),
            holder=_ints((holders[past.holder_key] for past in history), len(history)),
            on=np.fromiter((past.on.toordinal() for past in history), dtype=np.int32, count=len(history)),
        ),
        auditors=_auditors(auditors, units, teams, holders, wanted),
        teams=len(teams),
        statuses=len(statuses),
        holders=len(holders),
        units=len(units),
    )
    return columns, Names(tuple(map(str, statuses)), tuple(holders))


def _cases(
    cases: Sequence[Candidate],
    holders: list[int],
    teams: Mapping[Key, int],
    statuses: Mapping[Key, int],
    latest: Mapping[int, Past],
) -> Cases:
    count = len(cases)
    past = [latest.get(case.id) for case in cases]

    def days(of: Iterable[date | None], otherwise: int) -> Days:
        return np.fromiter((otherwise if day is None else day.toordinal() for day in of), dtype=np.int32, count=count)

    return Cases(
        id=_ints((case.id for case in cases), count),
        team=_ints((teams[case.team] for case in cases), count),
        status=_ints((statuses[case.status] for case in cases), count),
        holder=_ints(holders, count),
        closed=days((case.closed_on for case in cases), OPEN),
        audited=days((None if one is None else one.on for one in past), NEVER),
        running=np.fromiter((one is not None and one.running for one in past), dtype=np.bool_, count=count),
    )


def _auditors(
    auditors: Sequence[Auditor],
    units: Mapping[frozenset[int], int],
    teams: Mapping[Key, int],
    holders: Mapping[Key, int],
    wanted: Mapping[int, int],
) -> Auditors:
    count = len(auditors)
    members = [(number, teams[team]) for unit, number in units.items() for team in sorted(unit)]
    names = [plain_name(auditor.name) for auditor in auditors]
    return Auditors(
        id=_ints((auditor.id for auditor in auditors), count),
        unit=_ints((units[auditor.teams] for auditor in auditors), count),
        wanted=_ints((wanted[auditor.id] for auditor in auditors), count),
        person=_ints((holders.get(auditor.id, NOBODY) for auditor in auditors), count),
        namesake=_ints((holders.get(name, NOBODY) if name else NOBODY for name in names), count),
        member_unit=_ints((unit for unit, _ in members), len(members)),
        member_team=_ints((team for _, team in members), len(members)),
    )
