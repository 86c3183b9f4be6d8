"""Drawing a fair sample of cases for auditors. Pure: no database, no clock, and the same seed gives the same draw.

Bristol QAF, *Collaborative Case File Audit*: cases open within the last four weeks in the auditor's own unit are
drawn at random, varying case-holder and legal status.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

Key = int | str


@dataclass(frozen=True)
class Candidate:
    """A case as a draw sees it. ``holder`` is the case-holder's key, or None when nobody holds it or is known."""

    id: int
    team: int
    status: str
    holder: int | None = None
    holder_name: str = ""
    closed_on: date | None = None

    @property
    def holder_key(self) -> Key:
        """What tells one case-holder from another: the person, else the name that the list gave them."""
        return self.holder if self.holder is not None else plain_name(self.holder_name)


@dataclass(frozen=True)
class Auditor:
    """Somebody to draw for: the teams whose cases they audit, and what that unit is called."""

    id: int
    name: str
    teams: frozenset[int]
    unit: str


@dataclass(frozen=True)
class Past:
    """An audit that was allocated before: of which case, whose, with which status, in which team, on which day."""

    case: int
    team: int
    status: str
    holder_key: Key
    on: date
    running: bool = False


@dataclass(frozen=True)
class Rules:
    """On which day the draw is made, and the two windows."""

    day: date
    open_within_weeks: int = 4
    pause_months: int = 12

    @property
    def open_since(self) -> date:
        return self.day - timedelta(weeks=self.open_within_weeks)

    @property
    def audited_before(self) -> date:
        """An audit allocated on or after this day still rests its case."""
        year, month = divmod(self.day.year * 12 + self.day.month - 1 - self.pause_months, 12)
        last = (date(year + month // 11, (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
        return date(year, month + 1, min(self.day.day, last))


@dataclass(frozen=True)
class Pick:
    """This case for this auditor, with the sentence that explains it."""

    case_id: int
    auditor_id: int
    reason: str


@dataclass(frozen=True)
class Shortfall:
    """An auditor who got fewer cases than were asked for, and why."""

    auditor_id: int
    wanted: int
    got: int
    reason: str


@dataclass(frozen=True)
class Sample:
    """What a draw gives: the picks, whoever went short, and how many cases could have been drawn at all."""

    picks: tuple[Pick, ...]
    shortfalls: tuple[Shortfall, ...]
    eligible: int


def plain_name(name: str) -> str:
    """A name in one spelling, to compare it with another."""
    return " ".join(name.split()).casefold()


def is_own_case(candidate: Candidate, auditor: Auditor) -> bool:
    """Whether the auditor holds the case, by person or, where the list's name led to nobody, by that name."""
    if candidate.holder is not None:
        return candidate.holder == auditor.id
    return bool(candidate.holder_name) and plain_name(candidate.holder_name) == plain_name(auditor.name)


def _lot(seed: str, *parts: object) -> int:
    """A number that only chance gave: of the seed and the thing itself, so that no order of a list matters."""
    text = "\x1f".join(map(str, (seed, *parts)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def why_not(candidate: Candidate, auditor: Auditor, history: dict[int, Past], rules: Rules) -> str | None:
    """Why a case of the auditor's unit cannot be drawn for them; None when it can."""
    if candidate.closed_on is not None and candidate.closed_on < rules.open_since:
        return "closed too long ago"
    if is_own_case(candidate, auditor):
        return "their own"
    past = history.get(candidate.id)
    if past is not None and past.running:
        return "being audited now"
    if past is not None and past.on >= rules.audited_before:
        return f"audited in the last {rules.pause_months} months"
    return None


def draw(
    cases: Iterable[Candidate],
    auditors: Sequence[Auditor],
    *,
    per_auditor: int,
    seed: str,
    history: Iterable[Past],
    rules: Rules,
) -> Sample:
    """Draw ``per_auditor`` cases for each auditor.

    Auditors take turns, in an order that the seed gives. On each turn the case is drawn by lot among those whose
    legal status and case-holder, counted together, were audited least in the auditor's unit during the resting
    time, this draw included. No case is drawn twice. The same cases, auditors, history and seed give the same
    sample in whatever order they are listed.
    """
    by_id = {case.id: case for case in cases}
    past = list(history)
    latest = _latest(past)
    open_to = {
        auditor.id: {
            case.id
            for case in by_id.values()
            if case.team in auditor.teams and why_not(case, auditor, latest, rules) is None
        }
        for auditor in auditors
    }
    counts = _Counts(past, rules, (auditor.teams for auditor in auditors))
    taken: set[int] = set()
    picks: list[Pick] = []
    turns = sorted(auditors, key=lambda auditor: _lot(seed, "auditor", auditor.id))
    for _ in range(per_auditor):
        for auditor in turns:
            left = [by_id[pk] for pk in open_to[auditor.id] - taken]
            if not left:
                continue
            pick = min((counts.of(case, auditor), _lot(seed, auditor.id, case.id), case.id, case) for case in left)[-1]
            picks.append(Pick(pick.id, auditor.id, _reason(pick, auditor, counts, len(left), seed, rules)))
            taken.add(pick.id)
            counts.add(pick)
    return Sample(
        picks=tuple(picks),
        shortfalls=tuple(_shortfalls(auditors, picks, by_id.values(), latest, per_auditor, rules)),
        eligible=len(set().union(*open_to.values())) if open_to else 0,
    )


def _latest(history: Iterable[Past]) -> dict[int, Past]:
    """The audit that counts for each case: a running one, else the last."""
    latest: dict[int, Past] = {}
    for past in sorted(history, key=lambda one: (one.running, one.on)):
        latest[past.case] = past
    return latest


class _Counts:
    """How often each status and each case-holder was audited in a unit, in the resting time and in this draw."""

    def __init__(self, history: Iterable[Past], rules: Rules, units: Iterable[frozenset[int]]) -> None:
        recent = [past for past in history if past.on >= rules.audited_before]
        self._statuses = {
            unit: Counter(past.status for past in recent if past.team in unit) for unit in frozenset(units)
        }
        self._holders = {
            unit: Counter(past.holder_key for past in recent if past.team in unit) for unit in self._statuses
        }

    def status(self, case: Candidate, auditor: Auditor) -> int:
        return self._statuses[auditor.teams][case.status]

    def holder(self, case: Candidate, auditor: Auditor) -> int:
        return self._holders[auditor.teams][case.holder_key]

    def of(self, case: Candidate, auditor: Auditor) -> int:
        return self.status(case, auditor) + self.holder(case, auditor)

    def add(self, case: Candidate) -> None:
        for unit in self._statuses:
            if case.team in unit:
                self._statuses[unit][case.status] += 1
                self._holders[unit][case.holder_key] += 1


def _times(count: int) -> str:
    return {0: "not at all", 1: "once", 2: "twice"}.get(count, f"{count} times")


def _reason(case: Candidate, auditor: Auditor, counts: _Counts, left: int, seed: str, rules: Rules) -> str:
    """The plain sentences kept with the audit. They name no child."""
    from_where = f"{left} eligible cases" if left != 1 else "the only eligible case"
    return (
        f"Drawn from {from_where} of {auditor.unit}. In the last {rules.pause_months} months {case.status} had been "
        f"audited {_times(counts.status(case, auditor))} there and this case-holder "
        f"{_times(counts.holder(case, auditor))}, together as little as any that could be drawn. Seed {seed}."
    )


def _shortfalls(
    auditors: Sequence[Auditor],
    picks: Sequence[Pick],
    cases: Iterable[Candidate],
    latest: dict[int, Past],
    wanted: int,
    rules: Rules,
) -> Iterable[Shortfall]:
    got = Counter(pick.auditor_id for pick in picks)
    cases = list(cases)
    for auditor in auditors:
        if got[auditor.id] < wanted:
            reason = _why_short(auditor, cases, latest, rules)
            yield Shortfall(auditor.id, wanted, got[auditor.id], reason)


def _why_short(auditor: Auditor, cases: list[Candidate], latest: dict[int, Past], rules: Rules) -> str:
    unit = [case for case in cases if case.team in auditor.teams]
    if not unit:
        return f"There are no cases of {auditor.unit} to draw from."
    reasons = Counter(
        why_not(case, auditor, latest, rules) or "open to this auditor, but drawn for others or for them already"
        for case in unit
    )
    listed = "; ".join(f"{count} {reason}" for reason, count in sorted(reasons.items(), key=lambda item: -item[1]))
    cases_of_unit = f"{len(unit)} cases" if len(unit) > 1 else "1 case"
    return f"Of {cases_of_unit} of {auditor.unit}: {listed}."
