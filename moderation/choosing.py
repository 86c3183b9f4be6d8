"""Choosing who moderates an audit: the rules, who is excluded and why, and in which order the others come (pure).

Bristol QAF, *Moderation*: the relevant service manager moderates what the managers below audited; the quality
assurance service manager what a service manager audited. Which rule says so, and whom another framework names, is
data (``Rule``); what may never happen, whatever the rules say, is in ``why_excluded``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

MODERATOR, QA_MANAGER, QA_OFFICER = "moderator", "qa_manager", "qa_officer"
TEAM_MANAGER, SERVICE_MANAGER = "team_manager", "service_manager"
# Whoever manages, and how far up: nobody is managed by their equal.
_RANKS = {TEAM_MANAGER: 1, SERVICE_MANAGER: 2}
# Behind every level there is.
_NOWHERE = 9


@dataclass(frozen=True)
class Place:
    """A team, a service, an agency, or with nothing named the whole organisation; each with what it lies in."""

    team: int | None = None
    service: int | None = None
    agency: int | None = None

    @property
    def level(self) -> int:
        """0 a team, 1 a service, 2 an agency, 3 the whole organisation."""
        return next((at for at, one in enumerate((self.team, self.service, self.agency)) if one is not None), 3)

    def covers(self, other: Place) -> bool:
        """Whether the other place is this one or lies in it."""
        if self.level == 3:
            return True
        if self.level < other.level:
            return False
        mine = (self.team, self.service, self.agency)[self.level]
        return mine == (other.team, other.service, other.agency)[self.level]


@dataclass(frozen=True)
class Held:
    """A role that somebody holds today, and where."""

    role: str
    place: Place


@dataclass(frozen=True)
class Rule:
    """Who moderates when somebody with ``auditor_role`` (empty: anybody) audits ``type`` (None: any)."""

    key: int
    moderator_role: str
    scope: str = "nearest"
    auditor_role: str = ""
    type: int | None = None
    alternate_role: str = ""
    alternate_scope: str = "nearest"
    shares_load: bool = True

    def fits(self, roles: frozenset[str], type: int | None) -> bool:
        return self.auditor_role in ("", *roles) and self.type in (None, type)

    def covers(self, other: Rule) -> bool:
        """Whether this rule fits every audit that the other one fits."""
        return self.auditor_role in ("", other.auditor_role) and self.type in (None, other.type)

    @property
    def roles(self) -> frozenset[str]:
        """The roles that the rule names for a moderator."""
        return frozenset({self.moderator_role, self.alternate_role} - {""})


# What holds when no rule fits, or a site has none: the framework's own. Each goes to the nearest, the longest in post.
FALLBACK = (
    Rule(key=0, auditor_role=SERVICE_MANAGER, moderator_role=QA_MANAGER, shares_load=False),
    Rule(key=0, moderator_role=MODERATOR, alternate_role=QA_MANAGER, shares_load=False),
)


@dataclass(frozen=True)
class Subject:
    """What has to be moderated: by whom it was audited, whose case it is, where, and who else wrote in it."""

    place: Place
    type: int | None
    auditor: int
    auditor_held: tuple[Held, ...] = ()
    case_holder: int | None = None
    # In one spelling, where the case list's name led to nobody who signs in; empty when it did.
    holder_name: str = ""
    contributors: frozenset[int] = frozenset()
    # Who audits for another agency in the same fieldwork.
    for_others: frozenset[int] = frozenset()
    confidential: bool = False

    @property
    def auditor_roles(self) -> frozenset[str]:
        # Wherever they hold it. Bristol QAF, *Moderation*: service managers within or outside the service.
        return frozenset(held.role for held in self.auditor_held)


@dataclass(frozen=True)
class Candidate:
    """Somebody who might moderate. ``load``: undecided moderations; ``last_given``: when they were last given one."""

    key: int
    held: tuple[Held, ...] = ()
    active: bool = True
    # In the spelling of the subject's ``holder_name``.
    name: str = ""
    load: int = 0
    last_given: datetime | None = None
    # The place of each post in the order in which the posts began: the longest in post first.
    seniority: int = 0


@dataclass(frozen=True)
class Chosen:
    """Somebody who may moderate: called for by the rule, as its alternate, or as a QA manager when nobody else may."""

    candidate: Candidate
    as_what: str  # "first", "alternate", "last resort"
    level: int


@dataclass(frozen=True)
class Excluded:
    candidate: Candidate
    reason: str


@dataclass(frozen=True)
class Choice:
    """The rule that applied, everybody it gives in order, everybody else with the reason."""

    rule: Rule
    chosen: tuple[Chosen, ...]
    excluded: tuple[Excluded, ...]


def rule_for(rules: Sequence[Rule], subject: Subject) -> Rule:
    """The first rule that fits, else the framework's own."""
    return next(rule for rule in (*rules, *FALLBACK) if rule.fits(subject.auditor_roles, subject.type))


def hidden(rules: Sequence[Rule]) -> dict[int, int]:
    """The rules that are never reached, each with the earlier one that fits all they fit: positions in the list."""
    found: dict[int, int] = {}
    for at, rule in enumerate(rules):
        earlier = next((before for before in range(at) if rules[before].covers(rule)), None)
        if earlier is not None:
            found[at] = earlier
    return found


def place_for(rules: Sequence[Rule], new: Rule) -> int:
    """The last place in the list at which a new rule is still reached."""
    return next((at for at, rule in enumerate(rules) if rule.covers(new)), len(rules))


def lies_in(scope: str, post: Place, audit: Place) -> bool:
    """Whether a post lies where a rule wants it, seen from the audit's team."""
    if scope == "nearest":
        return post.covers(audit)
    if scope == "other_service":
        return post.level == 1 and post.agency == audit.agency and post.service != audit.service
    wanted = {"team": 0, "service": 1, "agency": 2, "organisation": 3}[scope]
    return post.level == wanted and post.covers(audit)


def manages(manager: Sequence[Held], person: Sequence[Held]) -> bool:
    """Whether the one manages the other: their team, their service, or as a QA manager the QA officers.

    Somebody of the same standing over the same place is not managed, nor is a QA manager as such: the framework sends
    them what service managers audited because they stand outside the services. A QA manager manages the QA officers
    alone. That reminders go on to a QA manager when nobody else is known (``next_manager``) makes nobody their staff,
    or no head of service could moderate what a QA manager audited (Bristol QAF, Appendix 1: LADO).
    """
    return any(_manages(over, post, person) for over in manager for post in person)


def _manages(over: Held, post: Held, person: Sequence[Held]) -> bool:
    if over.role == QA_MANAGER:
        return post.role == QA_OFFICER and over.place.covers(post.place)
    if over.role not in _RANKS or post.role == QA_MANAGER or not over.place.covers(post.place):
        return False
    if over.role == TEAM_MANAGER and post.place.level > 0:
        # A team manager over a service manages its teams, not the service.
        return False
    return not any(_RANKS.get(own.role, 0) >= _RANKS[over.role] and own.place.covers(over.place) for own in person)


def why_excluded(candidate: Candidate, subject: Subject) -> str:
    """Why this person may never moderate this audit, whatever the rules say; empty when nothing stands against it."""
    if not candidate.active:
        return "They can no longer sign in."
    if not candidate.held:
        return "They hold no post today."
    if candidate.key == subject.auditor:
        return "They audited it themselves."
    if candidate.key == subject.case_holder or (subject.holder_name and candidate.name == subject.holder_name):
        return "It is about their own work."
    if candidate.key in subject.contributors:
        return "They wrote a part of the audit."
    if candidate.key in subject.for_others:
        # Coventry QA framework 2025-27, 6.2.1: findings that are triangulated are made apart from one another.
        return "They audit for another agency, and the fieldwork is not closed."
    if subject.confidential and not _covering(candidate, QA_MANAGER, subject):
        # Known to QA managers alone, so nobody else is given it to read.
        return "The audit is confidential: only a QA manager over its team may moderate it."
    if manages(subject.auditor_held, candidate.held):
        return "The auditor manages them."
    return ""


def _covering(candidate: Candidate, role: str, subject: Subject) -> bool:
    return any(held.role == role and held.place.covers(subject.place) for held in candidate.held)


def why_not_named(candidate: Candidate, subject: Subject, rule: Rule) -> str:
    """Why this person cannot even be named by hand; empty when they can.

    Beyond whom the rule gives, anybody who moderates in the audit's agency can be named, as can a QA manager over it.
    """
    if reason := why_excluded(candidate, subject):
        return reason
    if subject.confidential or _level(candidate, rule, subject)[1]:
        return ""
    agency = Place(agency=subject.place.agency)
    moderates = [held for held in candidate.held if held.role in (MODERATOR, QA_MANAGER)]
    if not moderates:
        return "They hold no post as a moderator, and the rule for this audit names none of theirs."
    if not any(agency.covers(held.place) or held.place.level == 3 for held in moderates):
        return "They moderate in another agency."
    return ""


def choose(rules: Sequence[Rule], subject: Subject, candidates: Sequence[Candidate]) -> Choice:
    """Everybody who may moderate, the right one first; everybody else with why not.

    In order: whom the rule wants, its alternates, then QA managers over the audit's team. Within each, when the load is
    shared: the fewest undecided moderations, then the nearest post, then whoever was not given one for the longest.
    When it is not shared: the nearest post, then the longest in post. The order of ``candidates`` changes nothing.
    """
    rule = rule_for(rules, subject)
    chosen: list[tuple[tuple[float, ...], Chosen]] = []
    excluded: list[Excluded] = []
    for candidate in sorted(candidates, key=lambda one: one.key):
        if reason := why_excluded(candidate, subject):
            excluded.append(Excluded(candidate, reason))
            continue
        level, as_what = _level(candidate, rule, subject)
        if not as_what:
            excluded.append(Excluded(candidate, "No post of theirs is one that the rule asks for."))
            continue
        shares = rule.shares_load or as_what == "last resort"
        rank = (_ORDER[as_what], *_rank(candidate, level, shares))
        chosen.append((rank, Chosen(candidate, as_what, level)))
    chosen.sort(key=lambda one: one[0])
    return Choice(rule, tuple(one for _, one in chosen), tuple(excluded))


_ORDER = {"first": 0, "alternate": 1, "last resort": 2}


def _level(candidate: Candidate, rule: Rule, subject: Subject) -> tuple[int, str]:
    """How near the post lies by which this person may moderate, and as what; an empty word when by none."""
    asked = [] if subject.confidential else [(rule.moderator_role, rule.scope, "first")]
    if rule.alternate_role and not subject.confidential:
        asked.append((rule.alternate_role, rule.alternate_scope, "alternate"))
    for role, scope, as_what in (*asked, (QA_MANAGER, "nearest", "last resort")):
        levels = [
            held.place.level
            for held in candidate.held
            if held.role == role and lies_in(scope, held.place, subject.place)
        ]
        if levels:
            return min(levels), as_what
    return _NOWHERE, ""


def _rank(candidate: Candidate, level: int, shares: bool) -> tuple[float, ...]:
    if not shares:
        return (level, candidate.seniority, candidate.key)
    # Never given one: before everybody who was.
    last = candidate.last_given.timestamp() if candidate.last_given else float("-inf")
    return (candidate.load, level, last, candidate.seniority, candidate.key)
