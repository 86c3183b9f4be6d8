"""Half a year of audits, played event by event in the order of their days."""

import heapq
import itertools
import random
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from audits.access import MODERATE
from audits.demo.authority import CaseBook, person
from audits.demo.clock import clock_at
from audits.demo.writing import Writer
from audits.models import (
    Action,
    Audit,
    AuditType,
    AuditUserObjectPermission,
    Case,
    CaseDirection,
    Recipient,
    State,
)
from audits.queries.answers import answers_and_raws, answers_for, facts_of
from audits.workflow import actions, allocation, directions, distribution, draws, steps, submission
from audits.workflow.filling import save_section
from audits.workflow.parts import qa_officer_for, service_manager_for, team_managers_of
from audits.workflow.subjects import Subject
from qaf.deadlines.calendar import working_days_after
from qaf.errors import Refused
from qaf.notices.models import Notice, OutboxEmail
from qaf.people.models import Team, User

# Decides an audit's moderation: the audit, and the overall grade the moderator comes to. The floor above brings it.
Moderate = Callable[[Audit, str], None]
# A life: what happens next, done on the moment it asked for; it asks for each next moment.
Life = Generator[datetime, None, None]


@dataclass
class Stage:
    """The events still to come, the earliest first; whatever lies after ``until`` has not happened yet."""

    words: dict[str, Any]
    chance: random.Random
    moderate: Moderate
    until: datetime
    _queue: list[tuple[datetime, int, Life]] = field(default_factory=list)
    _count: "itertools.count[int]" = field(default_factory=itertools.count)

    def at(self, day: date) -> datetime:
        """A moment in the office hours of a day."""
        moment = datetime.combine(day, time(9)) + timedelta(minutes=self.chance.randint(0, 8 * 60))
        return timezone.make_aware(moment)

    def after(self, working_days: int) -> datetime:
        """A moment so many working days from now, or never (999)."""
        if working_days >= 999:
            return self.until + timedelta(days=1)
        return max(self.at(working_days_after(timezone.localdate(), working_days)), timezone.now())

    def begin(self, life: Life) -> None:
        """Let a life ask for its first moment."""
        self._ask(life)

    def _ask(self, life: Life) -> None:
        moment = next(life, None)
        if moment is not None:
            heapq.heappush(self._queue, (moment, next(self._count), life))

    def play(self) -> None:
        """Do everything that has happened by now, in order."""
        while self._queue:
            moment, _, life = heapq.heappop(self._queue)
            if moment > self.until:
                return
            last = _last_rows()
            with clock_at(moment):
                self._ask(life)
            _date_rows(last, moment, old=self.until - moment > timedelta(days=14))


def _last_rows() -> dict[Any, int]:
    return {
        model: model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0 for model in (Notice, Recipient)
    }


def _date_rows(last: dict[Any, int], moment: datetime, *, old: bool) -> None:
    """Date the rows whose default is the true clock; notices of more than two weeks ago were read the next day."""
    new = Notice.objects.filter(pk__gt=last[Notice])
    new.update(created_at=moment, **({"read_at": moment + timedelta(days=1)} if old else {}))
    Recipient.objects.filter(pk__gt=last[Recipient]).update(
        sent_at=moment, **({"opened_at": moment + timedelta(days=1)} if old else {})
    )


def count_emails_as_sent() -> None:
    """The e-mails of the demonstration's past are not sent again when its server starts."""
    OutboxEmail.objects.filter(state=OutboxEmail.State.WAITING).update(
        state=OutboxEmail.State.SENT, sent_at=F("created_at"), attempts=1
    )


def import_lists(stage: Stage, book: CaseBook, day: date, *, by: User) -> Life:
    yield stage.at(day).replace(hour=8)
    book.bring_in(timezone.localdate(), by=by)


def draw(stage: Stage, spec: dict[str, Any], *, day: date, type: AuditType, by: User) -> Life:
    """One draw; each audit drawn begins its own life, in the order of the auditors listed."""
    yield stage.at(day)
    people = [person(key) for key in spec["auditors"]]
    order = draws.make_order(
        type=type, teams=[], auditors=people, per_auditor=spec.get("per_auditor", 1), seed=spec["seed"], by=by
    )
    _, audits = draws.allocate_draw(order, by=by)
    audits.sort(key=lambda audit: people.index(audit.auditor))
    for audit, life in zip(audits, spec["lives"], strict=False):
        stage.begin(live(stage, audit.pk, life))


def choose(stage: Stage, spec: dict[str, Any], *, day: date, type: AuditType, by: User) -> Life:
    """One case that somebody chose: of a case-holder, or of a team."""
    yield stage.at(day)
    free = (
        Case.objects.filter(closed_on=None)
        .exclude(pk__in=Audit.objects.filter(case__isnull=False).values("case"))
        .order_by("pk")
    )
    auditor = person(spec["auditor"])
    if "holder" in spec:
        free = free.filter(case_holder=person(spec["holder"]))
    else:
        free = free.filter(team__code=spec["team"]).exclude(case_holder=None)
    case = free.exclude(case_holder=auditor).first()
    if case is None:
        return
    audit = draws.allocate_one(case, type=type, auditor=auditor, reason=spec["reason"], by=by)
    stage.begin(live(stage, audit.pk, spec["life"]))


def open_other(stage: Stage, spec: dict[str, Any], *, day: date, by: User) -> Life:
    """An audit about something else than a case: a practitioner's work, another record, or an agency."""
    yield stage.at(day)
    practitioner = person(spec["practitioner"]) if "practitioner" in spec else None
    audit = draws.allocate_other(
        Subject(Team.objects.get(code=spec["team"]), practitioner=practitioner, text=spec.get("about", "")),
        type=AuditType.objects.get(key=spec["type"]),
        auditor=person(spec["auditor"]),
        reason=spec["reason"],
        by=by,
    )
    stage.begin(live(stage, audit.pk, spec["life"]))


def _audit(pk: int) -> Audit:
    # Fresh each time: others act on it between two of its moments.
    return Audit.objects.select_related("type__process", "auditor", "case__case_holder", "case_holder", "team").get(
        pk=pk
    )


def _write(stage: Stage, audit: Audit, part: str, *, grade: str, by: User, only: int | None = None) -> None:
    """Fill a part of the form in; ``only`` the first so many sections."""
    writer = Writer(
        stage.words,
        stage.chance,
        grade=grade,
        today=timezone.localdate(),
        holder=str(audit.case_holder or (audit.case.case_holder_name if audit.case else "")),
    )
    before, _ = answers_and_raws(audit) if part == audit.part else answers_for(audit, part)
    rows = {row.section: row.revision for row in audit.sections.all()}
    written = writer.fill(audit.form, part, facts_of(audit), before)
    for key, own in list(written.items())[:only]:
        save_section(audit, section=key, document={"answers": own, "raw": {}}, seen_revision=rows.get(key, 0), by=by)


def live(stage: Stage, pk: int, spec: dict[str, Any]) -> Life:
    """One audit from the day after its allocation as far as it gets."""
    if "cancelled" in spec:
        yield stage.after(spec["cancelled"])
        audit = _audit(pk)
        allocation.cancel(audit, reason=stage.words["cancel_reason"], by=_officer(audit))
        return
    days, grade = iter(spec["days"]), spec.get("grade", "G")
    if spec.get("begun"):
        yield stage.after(2)
        audit = _audit(pk)
        _write(stage, audit, audit.part, grade=grade, by=audit.auditor, only=6)
    if "extended" in spec:
        yield stage.after(1)
        audit = _audit(pk)
        to_day = working_days_after(audit.due_on or timezone.localdate(), spec["extended"])
        steps.extend_step(audit, to_day=to_day, reason=stage.words["extension_reason"], by=_officer(audit))
    yield stage.after(next(days))
    audit = _audit(pk)
    _write(stage, audit, audit.part, grade=grade, by=audit.auditor)
    audit = submission.submit(_audit(pk), by=audit.auditor)
    if audit.state == State.SUBMITTED:
        yield stage.after(next(days))
        if "returned" in spec:
            submission.return_to_auditor(_audit(pk), reasons=spec["returned"], by=_officer(audit))
            return
        _write(stage, _audit(pk), "qa_check", grade=grade, by=_officer(audit))
        submission.pass_check(_audit(pk), by=_officer(audit))
    if audit.process.moderation:
        yield stage.after(next(days))
        _write(stage, _audit(pk), "moderation", grade=grade, by=_moderator(audit))
        stage.moderate(_audit(pk), spec.get("moderated", grade))
        _follow_lowest_grade(stage, pk, spec)
    if audit.process.distribution is False:
        return
    yield stage.after(next(days))
    audit = _audit(pk)
    _write(stage, audit, "distribution", grade=grade, by=_officer(audit))
    distribution.distribute(audit, recipients=distribution.propose_recipients(audit), by=_officer(audit))
    audit = _audit(pk)
    if audit.state == State.CLOSED:
        return
    yield stage.after(next(days))
    if audit.step != "feedback" or audit.case_holder is None:
        distribution.close(_audit(pk), reason="Feedback was taken by telephone.", by=_officer(audit))
    else:
        _write(stage, _audit(pk), "feedback", grade=grade, by=audit.case_holder)
        distribution.give_feedback(_audit(pk), by=audit.case_holder)
    stage.begin(_do_actions(stage, pk))


def _officer(audit: Audit) -> User:
    officer = qa_officer_for(audit)
    if officer is None:
        raise Refused("The demonstration needs a QA officer over every team. Check fixtures/demo/authority.yaml.")
    return officer


def _moderator(audit: Audit) -> User:
    part = AuditUserObjectPermission.objects.filter(content_object=audit, permission__codename=MODERATE)
    holder = part.select_related("user").first()
    if holder is None:
        raise Refused("The demonstration needs a moderator for every audit. Check fixtures/demo/authority.yaml.")
    return holder.user


def _follow_lowest_grade(stage: Stage, pk: int, spec: dict[str, Any]) -> None:
    audit = _audit(pk)
    if not audit.raises_alert:
        return
    stage.begin(_direct(stage, pk, spec))
    reaudit = Audit.objects.filter(reaudit_of=audit).first()
    if reaudit is not None:
        stage.begin(live(stage, reaudit.pk, spec["reaudit"]))


def _direct(stage: Stage, pk: int, spec: dict[str, Any]) -> Life:
    """The service manager's case direction, and the review of the actions."""
    yield stage.after(spec["direction"])
    manager = service_manager_for(_audit(pk))
    if manager is None:
        raise Refused("The demonstration needs a service manager over every team. Check fixtures/demo/authority.yaml.")
    directions.write_case_direction(_audit(pk), text=stage.words["case_direction"], seen_revision=0, by=manager)
    CaseDirection.objects.filter(audit=pk).update(at=timezone.now())
    yield stage.after(spec["review"])
    directions.review_actions(_audit(pk), text=stage.words["action_review"], seen_revision=1, by=manager)


def _do_actions(stage: Stage, pk: int) -> Life:
    """The worker does most of the actions; their team manager sees to some of them."""
    for action in list(Action.objects.filter(audit=pk)):
        yield stage.after(stage.chance.randint(5, 15))
        audit = _audit(pk)
        managers = team_managers_of(audit)
        if action.owner is None or stage.chance.random() < 0.2:
            continue
        action.refresh_from_db()
        actions.move(action, move="complete", note=stage.words["action_done"], by=action.owner)
        if managers and managers[0] != action.owner and stage.chance.random() < 0.7:
            yield stage.after(3)
            action.refresh_from_db()
            actions.move(action, move="verify", note=stage.words["action_seen"], by=managers[0])
