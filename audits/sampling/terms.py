"""What a draw is made of and what it gives, one thing at a time."""

from dataclasses import dataclass
from datetime import date, timedelta

Key = int | str

# Over so long every status and every case-holder is to be covered in proportion: a year.
COUNTED_MONTHS = 12


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
    """On which day the draw is made, and its windows: which cases are open, resting, and which audits count."""

    day: date
    open_within_weeks: int = 4
    pause_months: int = 12

    @property
    def open_since(self) -> date:
        return self.day - timedelta(weeks=self.open_within_weeks)

    @property
    def audited_before(self) -> date:
        """An audit allocated on or after this day still rests its case."""
        return self._months_ago(self.pause_months)

    @property
    def counted_since(self) -> date:
        """An audit allocated on or after this day counts for how well a status and a case-holder are covered."""
        return self._months_ago(COUNTED_MONTHS)

    @property
    def history_since(self) -> date:
        """The first day whose audits bear on the draw in either way."""
        return min(self.audited_before, self.counted_since)

    def _months_ago(self, months: int) -> date:
        year, month = divmod(self.day.year * 12 + self.day.month - 1 - months, 12)
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
