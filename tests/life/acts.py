"""The acts of an audit's life: each by anybody, each knowing what it takes to succeed."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from audits.models import Action, Audit, Contribution, SectionAnswers, State
from audits.workflow import (
    actions,
    allocation,
    contributions,
    directions,
    distribution,
    filling,
    reaudits,
    recipients,
    steps,
    submission,
)
from audits.workflow.subjects import Subject
from moderation import workflow as moderating
from moderation.eligibility import is_eligible, why_never
from moderation.models import Concern, Moderation
from moderation.workflow import Finding, concerns
from qaf.people.roles import Role
from tests.life.driver import Life
from tests.life.rights import ENDED, Rights
from tests.life.setting import CHILD

WORDS = f"{CHILD} was seen, and said so."
PART_ACTS = {"qa_check": "check", "moderation": "review", "distribution": "distribute", "feedback": "feedback"}
GRADES = ("G", "I", "RI", "O")
KINDS = ("child-case", "deep-dive", "observed", "confidential")


class Acts(Life):
    """Everything that can be done with an audit; each gives what came of it, or None when it was refused."""

    def allocate(self, kind: str, case: int, auditor: str, by: str) -> Audit | None:
        chosen, who, officer = self.world.types[kind], self.person(auditor), self.person(by)
        if chosen.about == "case":
            subject = Subject.of_case(self.case(case))
        else:
            subject = Subject(self.world.team, None, self.person("practitioner"), "", f"{CHILD}'s worker")
        team = self.world.team
        like = Audit(team=team, service=team.service, agency=team.service.agency, confidential=chosen.confidential)
        running = Audit.objects.filter(case=subject.case, type=chosen).exclude(state__in=ENDED)
        expected = (
            Rights(self.crowd, officer.pk, like, None, set()).may("allocate")
            and who.is_active
            and Role.AUDITOR in self.crowd.roles_over(who.pk, like)
            and who != subject.practitioner
            and (subject.case is None or not running.exists())
        )
        made: Audit | None = self.attempt(
            "allocate",
            expected,
            lambda: allocation.allocate(subject=subject, type=chosen, auditor=who, by=officer, selection="By hand."),
            by=officer,
        )
        return made

    # The form

    def fill(self, pk: int, section: str, by: str, *, grade: str = "G", whole: bool = True, late: bool = False) -> Any:
        """Save a section, whole or with nothing but a first word; ``late``: from a page that saw another revision."""
        audit, who = self.now(pk), self.person(by)
        part, rights = audit.form.section(section).part, self.rights(by, pk)
        if part == audit.part:
            expected = rights.may("fill") or rights.contribute(section)
        else:
            expected = part in PART_ACTS and rights.may(PART_ACTS[part])
        row = SectionAnswers.objects.filter(audit=audit, section=section).first()
        seen = (row.revision if row else 0) + (1 if late else 0)
        document = {"answers": self._answers(audit, section, grade) if whole else {}, "raw": {}}
        if not whole:
            document["answers"] = {audit.form.section(section).questions[0].key: WORDS} if section == "work" else {}
        return self.attempt(
            "fill",
            expected,
            lambda: filling.save_section(audit, section=section, document=document, seen_revision=seen, by=who),
            by=who,
        )

    def _answers(self, audit: Audit, section: str, grade: str) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for question in audit.form.section(section).questions:
            match question.kind:
                case "judgement":
                    made[question.key] = grade
                case "yes_no":
                    made[question.key] = {"answer": "yes", "comment": WORDS}
                case "rows":
                    owner = self.name_of(audit.case_holder_id) and str(audit.case_holder)
                    made[question.key] = [{"action": WORDS, "owner": owner or "Somebody", "due": "2026-12-01"}]
                case _:
                    made[question.key] = f"{WORDS} {grade}"
        return made

    def missing_section(self, pk: int, part: str) -> str | None:
        """The first section of a part that still lacks something."""
        missing = self.missing(pk, part)
        return missing[0].section.key if missing else None

    def ask(self, pk: int, section: str, person: str, by: str) -> Any:
        audit, who, asked = self.now(pk), self.person(by), self.person(person)
        applies = section in {one.key for one in audit.form.sections_of(audit.part)}
        can_be_asked = asked.is_active and asked.pk not in (audit.auditor_id, audit.case_holder_id)
        expected = self.rights(by, pk).may("ask") and applies and can_be_asked
        made = self.attempt(
            "ask",
            expected,
            lambda: contributions.ask(audit, section=section, person=asked, note=WORDS, by=who),
            by=who,
        )
        if made is not None:
            self.asked.setdefault(pk, set()).add((section, asked.pk))
        return made

    def answer_request(self, pk: int, number: int, by: str, *, withdraw: bool) -> Any:
        """Say that a section one was asked for is done, or take the request back."""
        rows = list(Contribution.objects.filter(audit=pk).order_by("pk"))
        if not rows:
            return None
        row, who, rights = rows[number % len(rows)], self.person(by), self.rights(by, pk)
        if withdraw:
            made = self.attempt(
                "withdraw", rights.may("ask"), lambda: contributions.withdraw(row, by=who) or True, by=who
            )
            if made:
                self.asked.get(pk, set()).discard((row.section, row.person_id))
            return made
        expected = row.person_id == who.pk and rights.contribute(row.section)
        return self.attempt("mark done", expected, lambda: contributions.mark_done(row, by=who), by=who)

    # From the auditor to the moderator

    def submit(self, pk: int, by: str, *, old: bool = False) -> Any:
        audit, who = self.page_of(pk, old=old), self.person(by)
        whole = not self.missing(pk, audit.part)
        expected = self.rights(by, pk).may("submit") and whole
        return self.attempt("submit", expected, lambda: submission.submit(audit, by=who), by=who)

    def check_audit(self, pk: int, by: str, *, old: bool = False) -> Any:
        audit, who = self.page_of(pk, old=old), self.person(by)
        expected = self.rights(by, pk).may("check") and self.missing_section(pk, "qa_check") is None
        return self.attempt("check", expected, lambda: submission.pass_check(audit, by=who), by=who)

    def send_back(self, pk: int, by: str, *, old: bool = False, reasons: str = WORDS) -> Any:
        audit, who = self.page_of(pk, old=old), self.person(by)
        expected = self.rights(by, pk).may("send_back") and bool(reasons)
        do = lambda: submission.return_to_auditor(audit, reasons=reasons, by=who)  # noqa: E731
        return self.attempt("send back", expected, do, by=who)

    # Moderation

    def moderation(self, pk: int) -> Moderation | None:
        return Moderation.objects.select_related("audit__type__process", "moderator").filter(audit=pk).first()

    def find(self, pk: int, by: str, *, grade: str = "", whole: bool = True, late: bool = False) -> Any:
        """Save what the moderator found of every domain, with one grade throughout or the auditor's."""
        moderation, who = self.moderation(pk), self.person(by)
        if moderation is None:
            return None
        found = [
            Finding(
                one.domain,
                evidence="sufficient",
                sampled=WORDS,
                grade=grade or one.auditor_grade,
                reason=WORDS if whole else "",
                analysis=WORDS,
            )
            for one in moderation.audit.judgements.all()
        ]
        expected = self.rights(by, pk).may("review") and not late
        seen = moderation.revision + (1 if late else 0)
        return self.attempt(
            "find",
            expected,
            lambda: moderating.save_findings(moderation, findings=found, comment=WORDS, seen_revision=seen, by=who),
            by=who,
        )

    def decide(self, pk: int, by: str, *, moderation: Moderation | None = None) -> Any:
        """``moderation`` is the copy of a page that was opened before."""
        fresh, who = self.moderation(pk), self.person(by)
        if fresh is None:
            return None
        # Nor whom the auditor manages by now, though they were not managed when it was given to them.
        allowed = self.rights(by, pk).may("review") and not why_never(who, self.now(pk))
        expected = allowed and not moderating.what_is_lacking(fresh)
        return self.attempt("decide", expected, lambda: moderating.decide(moderation or fresh, by=who), by=who)

    def reopen(self, pk: int, by: str, *, reason: str = WORDS, moderation: Moderation | None = None) -> Any:
        fresh, who = self.moderation(pk), self.person(by)
        if fresh is None:
            return None
        reaudit = self.now(pk).reaudit
        # A re-audit that somebody has begun stands on this grade.
        free = reaudit is None or reaudit.state == State.ALLOCATED
        expected = self.rights(by, pk).may("reopen") and bool(reason) and free
        do = lambda: moderating.reopen(moderation or fresh, reason=reason, by=who)  # noqa: E731
        return self.attempt("reopen", expected, do, by=who)

    def hand_over(self, pk: int, to: str, by: str, *, reason: str = WORDS) -> Any:
        moderation, who, other = self.moderation(pk), self.person(by), self.person(to)
        if moderation is None:
            return None
        audit = self.now(pk)
        can = is_eligible(other, audit) and moderation.moderator_id != other.pk
        expected = self.rights(by, pk).may("hand_over") and can and bool(reason)
        do = lambda: moderating.hand_over(moderation, to=other, reason=reason, by=who)  # noqa: E731
        return self.attempt("hand over", expected, do, by=who)

    # From the decision to the end

    def distribute(self, pk: int, by: str, *, old: bool = False, to: tuple[str, ...] | None = None) -> Any:
        """Send it to whom the case suggests, or to those named."""
        audit, who = self.page_of(pk, old=old), self.person(by)
        if to is None:
            chosen = distribution.propose_recipients(audit)
        else:
            chosen = [distribution.Proposal(self.person(name), "Other professional") for name in to]
        fresh = self.now(pk)
        can = bool(chosen) and all(recipients.refusal(fresh, one.person) is None for one in chosen)
        expected = self.rights(by, pk).may("distribute") and can and self.missing_section(pk, "distribution") is None
        do = lambda: distribution.distribute(audit, recipients=chosen, by=who)  # noqa: E731
        return self.attempt("distribute", expected, do, by=who)

    def share(self, pk: int, to: str, by: str) -> Any:
        audit, who, other = self.now(pk), self.person(by), self.person(to)
        new = not audit.recipients.filter(person=other).exists() and recipients.refusal(audit, other) is None
        expected = self.rights(by, pk).may("share") and new
        proposal = recipients.Proposal(other, "Other professional")
        do = lambda: recipients.add_recipients(audit, recipients=[proposal], by=who)  # noqa: E731
        return self.attempt("share", expected, do, by=who)

    def take_back(self, pk: int, number: int, by: str) -> Any:
        audit, who = self.now(pk), self.person(by)
        rows = list(audit.recipients.order_by("pk"))
        if not rows:
            return None
        row = rows[number % len(rows)]
        do = lambda: recipients.withdraw_recipient(audit, row, reason=WORDS, by=who)  # noqa: E731
        return self.attempt("take back", self.rights(by, pk).may("share"), do, by=who)

    def feedback(self, pk: int, by: str, *, old: bool = False) -> Any:
        audit, who = self.page_of(pk, old=old), self.person(by)
        expected = self.rights(by, pk).may("feedback") and self.missing_section(pk, "feedback") is None
        return self.attempt("feedback", expected, lambda: distribution.give_feedback(audit, by=who), by=who)

    def close(self, pk: int, by: str, *, old: bool = False, reason: str = WORDS) -> Any:
        audit, who = self.page_of(pk, old=old), self.person(by)
        expected = self.rights(by, pk).may("close") and bool(reason)
        return self.attempt("close", expected, lambda: distribution.close(audit, reason=reason, by=who), by=who)

    def cancel(self, pk: int, by: str, *, old: bool = False, reason: str = WORDS) -> Any:
        audit, who = self.page_of(pk, old=old), self.person(by)
        expected = self.rights(by, pk).may("cancel") and bool(reason)
        return self.attempt("cancel", expected, lambda: allocation.cancel(audit, reason=reason, by=who), by=who)

    def extend(self, pk: int, days: int, by: str, *, old: bool = False) -> Any:
        audit, who = self.page_of(pk, old=old), self.person(by)
        fresh = self.now(pk)
        to_day = (fresh.due_on or timezone.localdate()) + timedelta(days=days)
        expected = self.rights(by, pk).may("extend") and days > 0 and fresh.step_owner_id is not None
        do = lambda: steps.extend_step(audit, to_day=to_day, reason=WORDS, by=who)  # noqa: E731
        return self.attempt("extend", expected, do, by=who)

    # What the lowest grade asks for

    def direct(self, pk: int, by: str, *, review: bool = False, late: bool = False) -> Any:
        """Write the case direction, or the review of the actions in it."""
        audit, who = self.now(pk), self.person(by)
        stored = getattr(audit, "case_direction", None)
        seen = (stored.revision if stored else 0) + (1 if late else 0)
        text = f"{WORDS} {self.before.sequence}"
        write = directions.review_actions if review else directions.write_case_direction
        expected = self.rights(by, pk).may("direct") and not late and (stored is not None or not review)
        do = lambda: write(audit, text=text, seen_revision=seen, by=who)  # noqa: E731
        return self.attempt("review actions" if review else "direct", expected, do, by=who)

    def reaudit(self, pk: int, auditor: str, by: str) -> Any:
        audit, who, other = self.now(pk), self.person(by), self.person(auditor)
        do = lambda: reaudits.allocate_reaudit(audit, auditor=other, by=who)  # noqa: E731
        # Who may is as for any other allocation; the rest is what this audit calls for.
        calls = audit.raises_alert and audit.final_grade and audit.reaudit is None
        kind = reaudits.reaudit_type_of(audit)
        running = Audit.objects.filter(case=audit.case, type=kind).exclude(state__in=ENDED)
        expected = bool(
            calls
            and kind is not None
            and audit.state != State.CANCELLED
            and self.rights(by, pk).may("allocate")
            and other.is_active
            and Role.AUDITOR in self.crowd.roles_over(other.pk, audit)
            and other.pk not in {*reaudits.auditors_so_far(audit), audit.case_holder_id}
            and (audit.case is None or (other != audit.case.case_holder and not running.exists()))
        )
        return self.attempt("re-audit", expected, do, by=who)

    def move(self, pk: int, number: int, move: str, by: str) -> Any:
        rows = list(Action.objects.filter(audit=pk).select_related("audit").order_by("pk"))
        if not rows:
            return None
        row, who, rights = rows[number % len(rows)], self.person(by), self.rights(by, pk)
        leads = (row.state, move) in {
            ("open", "complete"), ("open", "withdraw"), ("done", "verify"), ("done", "reject"),
        }  # fmt: skip
        may = rights.may("review_actions") or (move == "complete" and row.owner_id == who.pk)
        last = row.updates.filter(state="done").last()
        own = move == "verify" and last is not None and last.by_id == who.pk
        do = lambda: actions.move(row, move=move, note=WORDS, by=who)  # noqa: E731
        return self.attempt("move", may and leads and not own, do, by=who)

    # Concerns

    def raise_concern(self, pk: int, by: str) -> Any:
        """Whether somebody is there to be told is not asked here: with the right it may be refused all the same."""
        audit, who = self.now(pk), self.person(by)
        expected = None if self.rights(by, pk).may("raise_concern") else False
        worry = f"{WORDS} {self.before.sequence}"
        do = lambda: concerns.raise_concern(audit, worry=worry, done_at_once="", by=who)  # noqa: E731
        return self.attempt("raise concern", expected, do, by=who)

    def answer_concern(self, pk: int, act: str, by: str) -> Any:
        """Acknowledge or resolve it; its auditor, its case-holder and whoever holds no such post never do."""
        concern, who = Concern.objects.select_related("audit").get(pk=pk), self.person(by)
        roles = self.crowd.roles_of(who.pk) & {Role.SERVICE_MANAGER, Role.QA_MANAGER}
        never = who.pk in (concern.audit.auditor_id, concern.audit.case_holder_id) or not who.is_active
        in_turn = concern.state == {"acknowledge": "raised", "resolve": "acknowledged"}[act]
        expected = None if roles and in_turn and not never else False
        if act == "acknowledge":
            do = lambda: concerns.acknowledge(concern, response=WORDS, by=who)  # noqa: E731
        else:
            do = lambda: concerns.resolve(concern, outcome=WORDS, by=who)  # noqa: E731
        return self.attempt(f"{act} concern", expected, do, by=who)
