"""The state machine: hypothesis draws who does what to which audit, and looks for a life in which something breaks."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import time_machine
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from audits.models import Audit, State
from moderation import workflow as moderating
from moderation.eligibility import eligible_moderators, why_never
from moderation.models import Moderation
from qaf.deadlines.sweep import sweep
from tests.life.acts import GRADES, KINDS, Acts
from tests.life.rights import ENDED, WITH_THE_AUDITOR
from tests.life.setting import World

BEGINNING = datetime(2026, 3, 2, 9, tzinfo=UTC)
MOST_AUDITS = 5
NAMES = (
    "auditor", "second auditor", "moderator", "second moderator", "officer", "QA manager", "service manager",
    "team manager", "practitioner", "officer who audits and moderates", "officer elsewhere",
)  # fmt: skip
SECTIONS = ("work", "overall", "check", "moderation", "sending", "feedback", "reaudit")
# "": whoever can, if anybody can; as often as all the others together, so that audits go on.
WHO = st.one_of(st.just(""), st.sampled_from(NAMES))
ANY = st.integers(0, MOST_AUDITS)
OLD = st.booleans()
GRADE = st.sampled_from(GRADES)
# Types with how far their audits have come, and at which grade.
BEGUN = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 11), st.sampled_from(GRADES)), min_size=1, max_size=3)
# What somebody can probably do with an audit: which act, which of those who can, and how.
LIKELY = (
    "submit", "check", "send_back", "review", "reopen", "hand_over", "distribute", "share", "feedback", "close",
    "cancel", "extend", "direct", "review_actions", "ask", "allocate",
)  # fmt: skip
LIKELY_ACT = st.tuples(st.integers(0, 5), st.sampled_from(LIKELY), st.integers(0, 3), st.sampled_from(GRADES))
# None: whom the case suggests.
RECIPIENTS = st.one_of(st.none(), st.lists(st.sampled_from(NAMES), max_size=3, unique=True))
OFTEN = st.sampled_from((True, True, True, False))


class AnyLife(RuleBasedStateMachine):
    """Several audits at once, by eleven people, in any order. Each example begins with the same world."""

    world: ClassVar[World]
    clock: ClassVar[time_machine.Traveller]
    # Over all examples: every act that was tried, and those that were done.
    steps: ClassVar[Counter[str]] = Counter()
    done: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        # One transaction holds all examples; each is rolled back to where it began.
        self.savepoint = transaction.savepoint()
        self.clock.move_to(BEGINNING)
        self.life = Acts(self.world)

    def teardown(self) -> None:
        try:
            self.life.check_trail()
        finally:
            AnyLife.steps.update(self.life.steps)
            AnyLife.done.update(self.life.done)
            transaction.savepoint_rollback(self.savepoint)

    def pick(self, which: int) -> int:
        return self.life.audits[which % len(self.life.audits)]

    def who(self, name: str, act: str, pk: int) -> str:
        """The one named, or whoever can do this, or the practitioner, who cannot."""
        return name or next(iter(self.life.who_can(act, pk)), "practitioner")

    # Audits begin

    @initialize(begun=BEGUN, then=st.lists(LIKELY_ACT, min_size=5, max_size=20))
    def first(self, begun: list[tuple[str, int, str]], then: list[tuple[int, str, int, str]]) -> None:
        """Each somewhere else in its life, so that every state is met in every example."""
        for number, (kind, acts, grade) in enumerate(begun):
            made = self.life.allocate(kind, number, ("auditor", "second auditor")[number % 2], "QA manager")
            if made is not None:
                self.go_on_for_a_while(len(self.life.audits) - 1, grade, acts)
        for likely in then:
            self.likely(likely)

    @precondition(lambda self: len(self.life.audits) < MOST_AUDITS)
    @rule(
        kind=st.sampled_from(KINDS),
        case=st.integers(0, 2),
        auditor=st.sampled_from(NAMES),
        by=st.one_of(st.just("QA manager"), st.sampled_from(NAMES)),
    )
    def allocate(self, kind: str, case: int, auditor: str, by: str) -> None:
        self.life.allocate(kind, case, auditor, by)

    # The next right thing, so that lives are long

    @precondition(lambda self: self.life.audits)
    @rule(which=ANY, grade=GRADE)
    def go_on(self, which: int, grade: str) -> None:
        self.on(self.pick(which), grade)

    @precondition(lambda self: self.life.audits)
    @rule(which=ANY, grade=GRADE, acts=st.integers(2, 6))
    def go_on_for_a_while(self, which: int, grade: str, acts: int) -> None:
        pk = self.pick(which)
        for _ in range(acts):
            if not self.on(pk, grade):
                break

    @precondition(lambda self: self.life.audits)
    @rule(act=LIKELY_ACT)
    def likely(self, act: tuple[int, str, int, str]) -> None:
        """Something that the audit is ready for, by one of those who can do it."""
        which, wanted, number, grade = act
        pk = self.pick(which)
        able = self.life.who_can(wanted, pk)
        if not able or wanted in ("submit", "check", "review", "feedback"):
            self.on(pk, grade)
            return
        by, other = able[number % len(able)], NAMES[(number + which) % len(NAMES)]
        moderators = ("moderator", "second moderator", "QA manager")
        auditors = ("second auditor", "auditor", "service manager", "officer who audits and moderates")
        acts: dict[str, Callable[[], Any]] = {
            "send_back": lambda: self.life.send_back(pk, by),
            "reopen": lambda: self.life.reopen(pk, by),
            "hand_over": lambda: self.life.hand_over(pk, moderators[number % 3], by),
            "distribute": lambda: self.life.distribute(pk, by),
            "share": lambda: self.life.share(pk, other, by) if number % 2 else self.life.take_back(pk, number, by),
            "close": lambda: self.life.close(pk, by),
            "cancel": lambda: self.life.cancel(pk, by) if number == 0 else self.on(pk, grade),
            "extend": lambda: self.life.extend(pk, 7, by),
            "direct": lambda: self.life.direct(pk, by, review=number % 2 == 1),
            "review_actions": lambda: self.life.move(pk, number, ("complete", "verify", "reject")[number % 3], by),
            "ask": lambda: self.life.ask(pk, SECTIONS[number % 2], other, by),
            "allocate": lambda: self.life.reaudit(pk, auditors[number], by),
        }
        acts[wanted]()

    def on(self, pk: int, grade: str) -> bool:
        """Bring an audit one act nearer to its end; False when it has ended or nobody can."""
        audit = self.life.now(pk)
        if audit.state in ENDED:
            return False
        acts = {
            State.SUBMITTED: ("check", "qa_check", self.life.check_audit),
            State.MODERATED: ("distribute", "distribution", self.life.distribute),
        }
        if audit.state in WITH_THE_AUDITOR:
            return self._on(pk, "submit", audit.part, self.life.submit, grade)
        if audit.state == State.MODERATING:
            return self._moderate(pk, grade)
        if audit.state == State.DISTRIBUTED:
            if self.life.who_can("feedback", pk):
                return self._on(pk, "feedback", "feedback", self.life.feedback, grade)
            return self._on(pk, "close", "", self.life.close, grade)
        act, part, do = acts[State(audit.state)]
        return self._on(pk, act, part, do, grade)

    def _on(self, pk: int, act: str, part: str, do: Any, grade: str) -> bool:
        able = self.life.who_can(act, pk)
        if not able:
            return False
        section = self.life.missing_section(pk, part) if part else None
        if section is not None:
            self.life.fill(pk, section, able[0], grade=grade)
        else:
            do(pk, able[0])
        return True

    def _moderate(self, pk: int, grade: str) -> bool:
        audit = self.life.now(pk)
        able = [name for name in self.life.who_can("review", pk) if not why_never(self.life.person(name), audit)]
        if not able:
            return self._hand_over(pk)
        moderation = Moderation.objects.select_related("audit__type__process").get(audit=pk)
        if any(not lack.section for lack in moderating.what_is_lacking(moderation)):
            self.life.find(pk, able[0], grade=grade)
            return True
        return self._on(pk, "review", "moderation", self.life.decide, grade)

    def _hand_over(self, pk: int) -> bool:
        """Nobody can decide: a QA manager names somebody who can."""
        managers, now = self.life.who_can("hand_over", pk), self.life.moderation(pk)
        able = [one for one in eligible_moderators(self.life.now(pk)) if now and one.pk != now.moderator_id]
        if not managers or not able:
            return False
        self.life.hand_over(pk, self.life.name_of(able[0].pk), managers[0])
        return True

    # Any act, by anybody, from any page

    @precondition(lambda self: self.life.audits)
    @rule(which=ANY)
    def open_a_page(self, which: int) -> None:
        """What is acted from later with ``old``."""
        self.life.steps["page"] += 1
        self.life.keep_copy(self.pick(which))

    @precondition(lambda self: self.life.audits)
    @rule(which=ANY, section=st.sampled_from(SECTIONS), by=WHO, grade=GRADE, whole=OFTEN, late=OLD)
    def fill(self, which: int, section: str, by: str, grade: str, whole: bool, late: bool) -> None:
        pk = self.pick(which)
        act = {"check": "check", "moderation": "review", "sending": "distribute", "feedback": "feedback"}
        self.life.fill(pk, section, self.who(by, act.get(section, "fill"), pk), grade=grade, whole=whole, late=late)

    @precondition(lambda self: self.life.audits)
    @rule(which=ANY, section=st.sampled_from(SECTIONS[:3]), person=st.sampled_from(NAMES), by=WHO)
    def ask(self, which: int, section: str, person: str, by: str) -> None:
        pk = self.pick(which)
        self.life.ask(pk, section, person, self.who(by, "ask", pk))

    @precondition(lambda self: self.life.audits and any(self.life.asked.values()))
    @rule(which=ANY, number=ANY, by=st.sampled_from(NAMES), withdraw=OLD)
    def answer_request(self, which: int, number: int, by: str, withdraw: bool) -> None:
        self.life.answer_request(self.pick(which), number, by, withdraw=withdraw)

    @precondition(lambda self: any(self.life.asked.values()))
    @rule(number=ANY, grade=GRADE)
    def help_out(self, number: int, grade: str) -> None:
        """Somebody who was asked fills what they were asked for."""
        found = sorted((pk, *one) for pk, asked in self.life.asked.items() for one in asked)
        pk, section, person = found[number % len(found)]
        self.life.fill(pk, section, self.life.name_of(person), grade=grade)

    @precondition(lambda self: self.life.audits)
    @rule(which=ANY, by=WHO, old=OLD)
    def submit(self, which: int, by: str, old: bool) -> None:
        pk = self.pick(which)
        self.life.submit(pk, self.who(by, "submit", pk), old=old)

    @precondition(lambda self: self.life.audits)
    @rule(which=ANY, by=WHO, old=OLD)
    def check_audit(self, which: int, by: str, old: bool) -> None:
        pk = self.pick(which)
        self.life.check_audit(pk, self.who(by, "check", pk), old=old)

    @precondition(lambda self: self.life.audits)
    @rule(which=ANY, by=WHO, old=OLD, reasons=st.sampled_from(("Put it right.", "Put it right.", " ")))
    def send_back(self, which: int, by: str, old: bool, reasons: str) -> None:
        pk = self.pick(which)
        self.life.send_back(pk, self.who(by, "send_back", pk), old=old, reasons=reasons.strip())

    @precondition(lambda self: self.life.audits)
    @rule(which=ANY, by=WHO, grade=st.sampled_from(("", *GRADES)), whole=OFTEN, late=OLD)
    def find(self, which: int, by: str, grade: str, whole: bool, late: bool) -> None:
        pk = self.pick(which)
        self.life.find(pk, self.who(by, "review", pk), grade=grade, whole=whole, late=late)

    @precondition(lambda self: self.life.audits)
    @rule(which=ANY, by=WHO)
    def decide(self, which: int, by: str) -> None:
        pk = self.pick(which)
        self.life.decide(pk, self.who(by, "review", pk))

    @precondition(lambda self: self.life.audits)
    @rule(which=ANY, first=WHO, second=WHO, between=st.sampled_from(("nothing", "hand over", "reopen")))
    def decide_from_two_pages(self, which: int, first: str, second: str, between: str) -> None:
        """Two pages of the same moderation; something may happen between what they send."""
        pk = self.pick(which)
        page = self.life.moderation(pk)
        if page is None:
            return
        two = [self.who(name, "review", pk) for name in (first, second)]
        self.life.decide(pk, two[0], moderation=page)
        if between == "hand over":
            self._hand_over(pk)
        elif between == "reopen":
            self.life.reopen(pk, self.who("", "reopen", pk), moderation=page)
        self.life.decide(pk, two[1], moderation=page)

    @precondition(lambda self: self.life.audits)
    @rule(which=ANY, by=WHO, reason=st.sampled_from(("The panel asked.", "")))
    def reopen(self, which: int, by: str, reason: str) -> None:
        pk = self.pick(which)
        self.life.reopen(pk, self.who(by, "reopen", pk), reason=reason)

    @precondition(lambda self: self.life.audits)
    @rule(which=ANY, to=st.sampled_from(NAMES), by=WHO, reason=st.sampled_from(("On leave.", "On leave.", "")))
    def hand_over(self, which: int, to: str, by: str, reason: str) -> None:
        pk = self.pick(which)
        self.life.hand_over(pk, to, self.who(by, "hand_over", pk), reason=reason)

    @precondition(lambda self: self.life.audits)
    @rule(
        which=ANY, by=WHO, old=OLD, to=st.one_of(st.none(), st.lists(st.sampled_from(NAMES), max_size=3, unique=True))
    )
    def distribute(self, which: int, by: str, old: bool, to: list[str] | None) -> None:
        pk = self.pick(which)
        self.life.distribute(pk, self.who(by, "distribute", pk), old=old, to=None if to is None else tuple(to))

    @precondition(lambda self: self.life.audits)
    @rule(which=ANY, to=st.sampled_from(NAMES), by=WHO)
    def share(self, which: int, to: str, by: str) -> None:
        pk = self.pick(which)
        self.life.share(pk, to, self.who(by, "share", pk))

    @precondition(lambda self: self.life.audits)
    @rule(which=ANY, number=ANY, by=WHO)
    def take_back(self, which: int, number: int, by: str) -> None:
        pk = self.pick(which)
        self.life.take_back(pk, number, self.who(by, "share", pk))

    @precondition(lambda self: self.life.audits)
    @rule(which=ANY, by=WHO, old=OLD)
    def feedback(self, which: int, by: str, old: bool) -> None:
        pk = self.pick(which)
        self.life.feedback(pk, self.who(by, "feedback", pk), old=old)

    @precondition(lambda self: self.life.audits)
    @rule(which=ANY, by=WHO, old=OLD, reason=st.sampled_from(("Left the council.", "")))
    def close(self, which: int, by: str, old: bool, reason: str) -> None:
        pk = self.pick(which)
        self.life.close(pk, self.who(by, "close", pk), old=old, reason=reason)

    @precondition(lambda self: self.life.audits)
    @rule(which=ANY, by=st.sampled_from(NAMES), old=OLD, reason=st.sampled_from(("The family moved.", "")))
    def cancel(self, which: int, by: str, old: bool, reason: str) -> None:
        self.life.cancel(self.pick(which), by, old=old, reason=reason)

    @precondition(lambda self: self.life.audits)
    @rule(which=ANY, days=st.sampled_from((7, 1, 0)), by=WHO, old=OLD)
    def extend(self, which: int, days: int, by: str, old: bool) -> None:
        pk = self.pick(which)
        self.life.extend(pk, days, self.who(by, "extend", pk), old=old)

    @precondition(lambda self: self.life.audits)
    @rule(which=ANY, by=WHO, review=OLD, late=OLD)
    def direct(self, which: int, by: str, review: bool, late: bool) -> None:
        pk = self.pick(which)
        self.life.direct(pk, self.who(by, "direct", pk), review=review, late=late)

    @precondition(lambda self: Audit.objects.filter(raises_alert=True).exists())
    @rule(which=ANY, auditor=st.sampled_from(NAMES), by=WHO)
    def reaudit(self, which: int, auditor: str, by: str) -> None:
        pk = self.pick(which)
        self.life.reaudit(pk, auditor, self.who(by, "allocate", pk))

    @precondition(lambda self: self.life.audits)
    @rule(which=ANY, number=ANY, move=st.sampled_from(("complete", "verify", "reject", "withdraw")), by=WHO)
    def move(self, which: int, number: int, move: str, by: str) -> None:
        pk = self.pick(which)
        self.life.move(pk, number, move, self.who(by, "review_actions", pk))

    @precondition(lambda self: self.life.audits)
    @rule(which=ANY, by=WHO)
    def raise_concern(self, which: int, by: str) -> None:
        pk = self.pick(which)
        self.life.raise_concern(pk, self.who(by, "raise_concern", pk))

    @precondition(lambda self: self.life.before.concerns)
    @rule(number=ANY, act=st.sampled_from(("acknowledge", "resolve")), by=WHO)
    def answer_concern(self, number: int, act: str, by: str) -> None:
        concerns = list(self.life.before.concerns.values())
        concern = concerns[number % len(concerns)]
        self.life.answer_concern(concern.pk, act, by or self.life.name_of(concern.owner_id) or "QA manager")

    # People come and go, and time passes

    @rule(name=st.sampled_from(NAMES), active=OFTEN)
    def sign_in_or_not(self, name: str, active: bool) -> None:
        self.life.deactivate(name, active=active)

    @rule(name=st.sampled_from(NAMES), stays=OFTEN)
    def posts_end_or_begin_anew(self, name: str, stays: bool) -> None:
        self.life.end_posts(name, ended=not stays)

    @precondition(lambda self: self.life.crowd.inactive or self.life.crowd.ended)
    @rule()
    def everybody_is_back(self) -> None:
        self.life.steps["everybody is back"] += 1
        self.life.everybody_back()

    @rule(days=st.sampled_from((1, 14, 70)))
    def nights_pass(self, days: int) -> None:
        """And the reminders of the last one go out."""
        self.clock.shift(timedelta(days=days))
        self.life.attempt("sweep", True, sweep, by=None)
        self.life.check_trail()

    @precondition(lambda self: self.life.audits)
    @rule(which=ANY, grade=GRADE)
    def to_the_end(self, which: int, grade: str) -> None:
        """However tangled its life was: with everybody back, an audit can be brought to its end by going on."""
        self.life.everybody_back()
        pk = self.pick(which)
        acts = 0
        while self.on(pk, grade):
            acts += 1
            assert acts < 40, f"{self.life.now(pk)} goes round in circles"
        assert self.life.now(pk).state in ENDED, f"{self.life.now(pk)} is stuck: {self.life.now(pk).state}"
