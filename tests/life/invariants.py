"""What must hold of every audit after every step, whatever the step was.

``Snapshot`` reads all audits as they stand; ``hold`` looks at one snapshot and ``follow`` at two, one after the other.
Each function is a sentence of docs/architecture.md, *What always holds*.
"""

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType

from audits.models import (
    Action,
    Audit,
    AuditUserObjectPermission,
    Contribution,
    FormVersion,
    Judgement,
    Recipient,
    SectionAnswers,
    SectionRevision,
    State,
)
from moderation.models import Concern, Moderation
from qaf.deadlines.models import Deadline
from qaf.notices.models import Notice, OutboxEmail
from qaf.trail.models import Entry, Head
from tests.life.reading import Question
from tests.life.rights import Crowd, Rights

STEP_KINDS = {"audit", "qa_check", "moderation", "distribution", "feedback", "closing"}
# Which step an open audit can wait in, in each of its states.
STEPS_OF = {
    State.ALLOCATED: {"audit"},
    State.IN_PROGRESS: {"audit"},
    State.SUBMITTED: {"qa_check"},
    State.CHECKED: set(),  # passed through within one transaction
    State.MODERATING: {"moderation"},
    State.MODERATED: {"distribution"},
    State.DISTRIBUTED: {"feedback", "closing"},
}
# What the owner of a step must be able to do.
ACT_OF_STEP = {
    "audit": "submit",
    "qa_check": "check",
    "distribution": "distribute",
    "feedback": "feedback",
    "closing": "close",
}
DUTIES = {"case_direction", "action_review", "reaudit_allocation", "further_reaudit"}
SETTLED = {State.MODERATED, State.DISTRIBUTED, State.CLOSED}
ENDED = {State.CLOSED, State.CANCELLED}
AUDIT_COLUMNS = (
    "pk", "reference", "state", "step", "step_owner_id", "due_on", "auditor_id", "case_holder_id", "auditor_grade",
    "final_grade", "raises_alert", "meets_standard", "reaudit_of_id", "type__process__moderation",
    "type__part", "form_version_id",
)  # fmt: skip


@dataclass
class Snapshot:
    """Every audit with what hangs on it, by the audit's primary key."""

    audits: dict[int, dict[str, Any]]
    judgements: dict[int, list[Any]]
    moderations: dict[int, Any]
    parts: dict[int, dict[str, set[int]]]
    open_deadlines: dict[int, list[Any]]
    actions: dict[int, dict[int, str]]
    sequence: int
    last_notice: int
    last_email: int
    # Whoever was asked to write in the auditor's part, or wrote there; and whom it was sent to.
    asked: dict[int, set[int]]
    helpers: dict[int, set[int]]
    recipients: dict[int, set[int]]
    # By their own primary key, each with its open deadlines.
    concerns: dict[int, Any]
    of_concerns: dict[int, list[Any]]


class Reader:
    """Takes snapshots of the database it was made with."""

    def __init__(self) -> None:
        self._audits = Question(Audit.objects.order_by("pk"), *AUDIT_COLUMNS)
        grades = ("auditor_grade", "moderated_grade", "panel_grade", "final_grade")
        self._judgements = Question(Judgement.objects.order_by("pk"), "audit_id", "domain", "is_overall", *grades)
        decisions = ("pk", "audit_id", "state", "moderator_id", "decided_at")
        self._moderations = Question(Moderation.objects.order_by("pk"), *decisions)
        held = ("content_object_id", "permission__codename", "user_id")
        self._held = Question(AuditUserObjectPermission.objects.order_by(), *held)
        self._actions = Question(Action.objects.order_by("pk"), "audit_id", "pk", "state")
        self._asked = Question(Contribution.objects.order_by(), "audit_id", "person_id")
        self._recipients = Question(Recipient.objects.order_by(), "audit_id", "person_id")
        self._writers = (
            Question(SectionAnswers.objects.order_by(), "audit_id", "section", "saved_by_id"),
            Question(SectionRevision.objects.order_by(), "answers__audit_id", "answers__section", "saved_by_id"),
        )
        self._deadlines, self._deadlines_of_concerns = _open_deadlines(Audit), _open_deadlines(Concern)
        self._concerns = Question(Concern.objects.order_by("pk"), "pk")
        self._sequence = Question(Head.objects.order_by("pk"), "sequence")
        self._last_notice, self._last_email = (
            Question(model.objects.order_by("-pk")[:1], "pk") for model in (Notice, OutboxEmail)
        )

    def take_snapshot(self) -> Snapshot:
        parts: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        for audit, code, person in self._held.rows():
            parts[audit][code].add(person)
        actions: dict[int, dict[int, str]] = defaultdict(dict)
        for audit, pk, state in self._actions.rows():
            actions[audit][pk] = state
        audits, asked = {row["pk"]: row for row in self._audits.dicts()}, _people(self._asked)
        return Snapshot(
            audits=audits,
            judgements=_by("audit_id", self._judgements),
            moderations={one.audit_id: one for one in self._moderations.named()},
            parts=parts,
            open_deadlines=_by("subject_id", self._deadlines),
            actions=actions,
            sequence=self._sequence.last(),
            last_notice=self._last_notice.last(),
            last_email=self._last_email.last(),
            asked=asked,
            helpers=self._helpers(audits, asked),
            recipients=_people(self._recipients),
            concerns=self._all_concerns(),
            of_concerns=_by("subject_id", self._deadlines_of_concerns),
        )

    def _helpers(self, audits: dict[int, dict[str, Any]], asked: dict[int, set[int]]) -> dict[int, set[int]]:
        found = {pk: set(asked[pk]) for pk in audits}
        for question in self._writers:
            for pk, section, person in question.rows():
                form = FormVersion.parsed_by_pk(audits[pk]["form_version_id"])
                if form.section(section).part == audits[pk]["type__part"]:
                    found[pk].add(person)
        return {pk: people - {None, audits[pk]["auditor_id"]} for pk, people in found.items()}

    def _all_concerns(self) -> dict[int, Concern]:
        if not self._concerns.rows():
            return {}
        return {one.pk: one for one in Concern.objects.select_related("service_manager", "qa_manager").order_by("pk")}


def _open_deadlines(model: Any) -> Question:
    about = ContentType.objects.get_for_model(model)
    rows = Deadline.objects.open().filter(subject_type=about).order_by("pk")
    return Question(rows, "pk", "subject_id", "kind", "owner_id", "due_on")


def _by(column: str, question: Question) -> dict[int, list[Any]]:
    found = defaultdict(list)
    for row in question.named():
        found[getattr(row, column)].append(row)
    return found


def _people(question: Question) -> dict[int, set[int]]:
    found = defaultdict(set)
    for audit, person in question.rows():
        found[audit].add(person)
    return found


def hold(now: Snapshot, people: dict[int, str]) -> None:
    """Assert what must hold of each audit at any moment."""
    for pk, audit in now.audits.items():
        moderation, judgements = now.moderations.get(pk), now.judgements[pk]
        _one_decision(audit, moderation, judgements)
        _no_self_moderation(audit, moderation, now.helpers[pk], people)
        _final_grade_follows(audit, judgements)
        _one_person_and_one_deadline(audit, now.open_deadlines[pk])
        _parts_match(audit, moderation, now)
        _duties_match(audit, now.open_deadlines[pk], now)
    for pk, concern in now.concerns.items():
        stands = [(one.owner_id, one.due_on) for one in now.of_concerns[pk]]
        expected = [(concern.owner_id, concern.due_on)] if concern.is_open else []
        assert stands == expected, f"{concern} is {concern.state} and waits for {stands}"


def _one_decision(audit: dict[str, Any], moderation: Any, judgements: list[Any]) -> None:
    decided = moderation is not None and moderation.state == Moderation.State.DECIDED
    moderated = {bool(one.moderated_grade) for one in judgements}
    assert moderated <= {decided}, f"{audit['reference']}: moderated grades and the decision do not go together"
    assert decided == bool(moderation and moderation.decided_at), audit["reference"]
    if audit["state"] == State.MODERATING:
        assert moderation is not None, f"{audit['reference']} is being moderated by nobody knows whom"
        assert not decided, f"{audit['reference']} is being moderated and decided"
    if audit["state"] in SETTLED and audit["type__process__moderation"]:
        assert decided, f"{audit['reference']} is {audit['state']} without a decision"
    if audit["state"] not in {*SETTLED, State.CANCELLED}:
        assert not decided, f"{audit['reference']} is {audit['state']} and decided"


def _no_self_moderation(audit: dict[str, Any], moderation: Any, helpers: set[int], people: dict[int, str]) -> None:
    if moderation is None or moderation.moderator_id is None:
        return
    never = {audit["auditor_id"], audit["case_holder_id"]}
    assert moderation.moderator_id not in never, f"{people[moderation.moderator_id]} moderates their own audit"
    assert moderation.moderator_id not in helpers, f"{people[moderation.moderator_id]} moderates what they wrote"


def _final_grade_follows(audit: dict[str, Any], judgements: list[Any]) -> None:
    if audit["state"] == State.CANCELLED:
        return
    settled = audit["state"] in SETTLED
    for one in judgements:
        stands = one.panel_grade or one.moderated_grade or one.auditor_grade
        assert one.final_grade == (stands if settled else ""), f"{audit['reference']}, {one.domain}: {one}"
    overall = next((one for one in judgements if one.is_overall), None)
    if overall is None:
        return
    assert audit["final_grade"] == overall.final_grade, f"{audit['reference']}: {audit['final_grade']}, {overall}"
    if audit["state"] not in {State.ALLOCATED, State.IN_PROGRESS}:
        standing = audit["final_grade"] or audit["auditor_grade"]
        marks = (audit["raises_alert"], audit["meets_standard"])
        assert marks == (standing == "I", standing in {"O", "G"}), f"{audit['reference']}: {standing}, {marks}"


def _one_person_and_one_deadline(audit: dict[str, Any], deadlines: list[Any]) -> None:
    of_steps = [one for one in deadlines if one.kind in STEP_KINDS]
    if audit["state"] in ENDED:
        assert not of_steps, f"{audit['reference']} is {audit['state']} and waits for {of_steps}"
        assert (audit["step"], audit["step_owner_id"], audit["due_on"]) == ("", None, None), audit
        return
    assert audit["step"] in STEPS_OF[audit["state"]], f"{audit['reference']}: {audit['state']}, {audit['step']}"
    assert audit["due_on"] is not None, audit
    # Nobody holds the role: the step then shows on the home page of QA as waiting for nobody.
    owners = [audit["step_owner_id"]] if audit["step_owner_id"] else []
    stands = [(one.kind, one.owner_id, one.due_on) for one in of_steps]
    assert stands == [(audit["step"], owner, audit["due_on"]) for owner in owners], f"{audit['reference']}: {stands}"


def _parts_match(audit: dict[str, Any], moderation: Any, now: Snapshot) -> None:
    name, state, parts, asked = audit["reference"], audit["state"], now.parts[audit["pk"]], now.asked[audit["pk"]]
    assert parts["fill_audit"] == {audit["auditor_id"]}, f"{name}: somebody else fills it"
    moderator = {moderation.moderator_id} - {None} if moderation is not None else set()
    if state == State.MODERATING:
        assert parts["moderate_audit"] == moderator, f"{name}: {parts}"
    else:
        assert parts["moderate_audit"] <= (moderator if state != State.CANCELLED else set()), f"{name}: {parts}"
    answers = {audit["case_holder_id"]} if audit["step"] == "feedback" else set()
    assert parts["answer_audit"] == answers, f"{name}: {state}, answered by {parts['answer_audit']}"
    with_auditor = state in {State.ALLOCATED, State.IN_PROGRESS}
    assert parts["contribute_audit"] <= (asked if with_auditor else set()), f"{name}: {state}, {parts}"
    assert audit["case_holder_id"] is None or audit["case_holder_id"] not in parts["direct_audit"], name
    later = {one["pk"]: one for one in now.audits.values() if one["reaudit_of_id"] == audit["pk"]}
    while more := {one["pk"] for one in now.audits.values() if one["reaudit_of_id"] in later} - later.keys():
        later |= {pk: now.audits[pk] for pk in more}
    reads = now.recipients[audit["pk"]] | {one["auditor_id"] for one in later.values()}
    assert parts["read_audit"] <= reads, f"{name} is read by somebody whom it was not sent to"


def _duties_match(audit: dict[str, Any], deadlines: list[Any], now: Snapshot) -> None:
    """The duties of the lowest grade are there only while it stands."""
    duties = {one.kind for one in deadlines if one.kind in DUTIES}
    if audit["state"] not in SETTLED or not audit["raises_alert"]:
        assert not duties, f"{audit['reference']}: {audit['state']} at {audit['final_grade']} with {duties}"
    standing = [
        one for one in now.audits.values() if one["reaudit_of_id"] == audit["pk"] and one["state"] != State.CANCELLED
    ]
    assert len(standing) <= 1, f"{audit['reference']} has {len(standing)} re-audits"
    if standing:
        assert "reaudit_allocation" not in duties, f"{audit['reference']} has a re-audit and waits for one"


def follow(before: Snapshot, now: Snapshot, *, crowd: Crowd, by: int | None, forbidden: str) -> None:
    """Assert what must hold from one step to the next: ``by`` did something; ``forbidden`` may stand nowhere."""
    about = ContentType.objects.get_for_model(Audit)
    of = ContentType.objects.get_for_model(Concern)
    entries: list[Entry] = []
    if now.sequence != before.sequence:
        entries = list(Entry.objects.filter(sequence__gt=before.sequence).order_by("sequence"))
    verbs = defaultdict(set)
    for entry in entries:
        assert forbidden not in json.dumps(entry.details), f"{entry.verb} holds a child's data: {entry.details}"
        if entry.subject_type_id == about.pk:
            verbs[entry.subject_id].add(entry.verb)
    notices: list[Notice] = []
    if now.last_notice != before.last_notice:
        notices = list(Notice.objects.filter(pk__gt=before.last_notice))
    for notice in notices:
        assert forbidden not in f"{notice.key} {notice.text} {notice.path}", f"a notice holds a child's data: {notice}"
    emails: list[OutboxEmail] = []
    if now.last_email != before.last_email:
        emails = list(OutboxEmail.objects.filter(pk__gt=before.last_email))
    for email in emails:
        assert forbidden not in f"{email.key} {email.subject} {email.body}", f"an e-mail holds a child's data: {email}"
    for pk, concern in now.concerns.items():
        was = before.concerns.get(pk)
        if was is None or was.state != concern.state:
            verbs_of = [entry.verb for entry in entries if (entry.subject_type_id, entry.subject_id) == (of.pk, pk)]
            assert f"concern.{concern.state}" in verbs_of, f"{concern} became {concern.state} without an entry"
    told = {(notice.person_id, notice.text.split(":")[0]) for notice in notices}
    for pk, audit in now.audits.items():
        _no_transition_without_an_entry(before, now, pk, verbs[pk])
        _whose_turn_it_is_knows(before.audits.get(pk), audit, told, by)
        _whose_turn_it_is_can_act(before.audits.get(pk), audit, now.helpers[pk], crowd)
        _duties_do_not_fall_away_in_silence(before, now, pk, told, by)


def _no_transition_without_an_entry(before: Snapshot, now: Snapshot, pk: int, verbs: set[str]) -> None:
    was, audit = before.audits.get(pk, {}), now.audits[pk]
    if was != audit:
        assert verbs, f"{audit['reference']} changed without an entry: {was} became {audit}"
    wanted = _verbs_of(was.get("state"), audit["state"])
    assert wanted <= verbs, f"{audit['reference']}: {was.get('state')} became {audit['state']} with {verbs}"
    then, moderation = before.moderations.get(pk), now.moderations.get(pk)
    if then != moderation:
        assert any(verb.startswith("moderation.") for verb in verbs), (
            f"{audit['reference']}: {then} became {moderation}"
        )
    if before.actions.get(pk) and before.actions[pk] != now.actions[pk]:
        assert "action.moved" in verbs, f"{audit['reference']}: an action moved without an entry"


def _verbs_of(was: str | None, state: str) -> set[str]:
    """The entries that a change of state must have left."""
    if was == state:
        return set()
    wanted: dict[tuple[str | None, str], set[str]] = {
        (None, State.ALLOCATED): {"audit.allocated"},
        (State.ALLOCATED, State.IN_PROGRESS): {"audit.begun"},
        (State.SUBMITTED, State.IN_PROGRESS): {"audit.returned"},
        (State.MODERATED, State.MODERATING): {"audit.moderation_reopened", "moderation.reopened"},
    }
    if (was, state) in wanted:
        return wanted[was, state]
    found = {
        State.SUBMITTED: {"audit.submitted"},
        State.MODERATING: {"moderation.opened"},
        State.MODERATED: {"audit.settled"},
        State.DISTRIBUTED: {"audit.distributed"},
        State.CLOSED: {"audit.closed"},
        State.CANCELLED: {"audit.cancelled"},
    }[State(state)]
    if was in {State.ALLOCATED, State.IN_PROGRESS} and state != State.CANCELLED:
        found = found | {"audit.submitted"}
    if was == State.MODERATING and state != State.CANCELLED:
        found = found | {"moderation.decided"}
    return found


def _is_new_turn(was: Any, audit: dict[str, Any]) -> bool:
    """Whether the audit came to another step or person. That its auditor began to write is none."""
    if not audit["step"]:
        return False
    if was and was["state"] == State.ALLOCATED and audit["state"] == State.IN_PROGRESS:
        return False
    turns = [tuple(one[key] for key in ("state", "step", "step_owner_id")) for one in (was, audit) if one]
    return len(set(turns)) == len(turns)


def _whose_turn_it_is_knows(was: Any, audit: dict[str, Any], told: set[tuple[int, str]], by: int | None) -> None:
    """Whoever the next step falls to has been told, unless they brought it about themselves."""
    owner = audit["step_owner_id"]
    if owner is not None and owner != by and _is_new_turn(was, audit):
        assert (owner, audit["reference"]) in told, f"{audit['reference']}: {audit['step']} fell to {owner}, not told"


def _whose_turn_it_is_can_act(was: Any, audit: dict[str, Any], helpers: set[int], crowd: Crowd) -> None:
    """Whoever the next step falls to can do it; it falls to nobody only where nobody can."""
    if not _is_new_turn(was, audit):
        return
    row = Audit.objects.select_related("type__process").get(pk=audit["pk"])
    moderation = Moderation.objects.filter(audit=row).first()
    can = {pk for pk in sorted(crowd.posts) if _can_take(Rights(crowd, pk, row, moderation, set()))}
    owner, turn = audit["step_owner_id"], f"{audit['reference']}, {audit['step']}"
    if owner is not None:
        assert owner in can, f"{turn}: it waits for {owner}, who cannot act"
    else:
        able = can - helpers
        assert not able, f"{turn}: it waits for nobody, though {able} could act"


def _can_take(rights: Rights) -> bool:
    if rights.audit.step == "moderation":
        return rights.may("review") or rights.may("hand_over")
    return rights.may(ACT_OF_STEP[rights.audit.step])


def _duties_do_not_fall_away_in_silence(
    before: Snapshot, now: Snapshot, pk: int, told: set[tuple[int, str]], by: int | None
) -> None:
    """Whoever a duty is taken from is told, unless they brought it about themselves."""
    still = {one.pk for one in now.open_deadlines[pk]}
    gone = [one for one in before.open_deadlines.get(pk, []) if one.kind in DUTIES and one.pk not in still]
    if not gone:
        return
    dropped = set(Deadline.objects.filter(pk__in=[one.pk for one in gone], met_at=None).values_list("pk", flat=True))
    for one in gone:
        if one.pk in dropped and one.owner_id != by:
            name = now.audits[pk]["reference"]
            assert (one.owner_id, name) in told, f"{name}: the duty “{one.kind}” fell away and its owner was not told"
