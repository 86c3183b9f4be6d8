"""Two people act on the same audit at the same moment: one wins, the other is told, and no text is lost.

Each on a connection of its own. PostgreSQL keeps them apart by locking the audit's row, SQLite by letting one
transaction write at a time; the outcome must be the same.
"""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from audits.models import Audit, RejectedSave, SectionAnswers, State
from audits.workflow import allocation, distribution, steps, submission
from audits.workflow.filling import Conflict, Saved, save_section
from moderation import workflow as moderation_workflow
from moderation.models import Moderation
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import User
from qaf.trail.chain import verify
from qaf.trail.models import Entry
from tests.audits import walk
from tests.audits.setting import Authority, make_authority
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 10


@pytest.fixture
def authority() -> Authority:
    return make_authority()


def one_wins(audit: Audit, results: list[Any], verb: str) -> None:
    """One did it, the other was told in a sentence; it is in the trail once."""
    losers = [one for one in results if isinstance(one, Exception)]
    assert len(losers) == 1, results
    assert isinstance(losers[0], Stale | NotAllowed), repr(losers[0])
    assert audit.reference in str(losers[0]) or "Nothing was changed" in str(losers[0])
    assert Entry.objects.filter(verb=verb, subject_id=audit.pk).count() == 1


def again(audit: Audit) -> Audit:
    """The audit as another page of another person has it."""
    return Audit.objects.get(pk=audit.pk)


def person(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_two_submissions_are_one(authority: Authority) -> None:
    for _ in range(ROUNDS):
        audit = authority.audit(authority.another_case())
        walk.fill(audit, part="audit", by=audit.auditor)
        one, two = again(audit), again(audit)
        results = at_once(
            lambda one=one: submission.submit(one, by=person(authority.auditor)),
            lambda two=two: submission.submit(two, by=person(authority.auditor)),
        )
        one_wins(audit, results, "audit.submitted")
        assert again(audit).state == State.MODERATING
        assert Moderation.objects.filter(audit=audit).count() == 1
    assert list(verify()) == []


def test_two_decisions_are_one(authority: Authority) -> None:
    for _ in range(ROUNDS):
        audit = walk.submit(authority.audit(authority.another_case()))
        moderation = Moderation.objects.get(audit=audit)
        findings = [
            moderation_workflow.Finding(one.domain, "sufficient", "Case notes.", one.auditor_grade)
            for one in audit.judgements.all()
        ]
        assert moderation.moderator is not None
        moderation_workflow.save_findings(
            moderation, findings=findings, comment="Clear.", seen_revision=moderation.revision, by=moderation.moderator
        )
        walk.fill(audit, part="moderation", by=moderation.moderator)
        one, two = (Moderation.objects.get(audit=audit) for _ in range(2))
        results = at_once(
            lambda one=one: moderation_workflow.decide(one, by=person(authority.moderator)),
            lambda two=two: moderation_workflow.decide(two, by=person(authority.moderator)),
        )
        losers = [one for one in results if isinstance(one, Exception)]
        assert [isinstance(loser, Stale) for loser in losers] == [True], results
        assert "Nothing was changed" in str(losers[0])
        assert Entry.objects.filter(verb="moderation.decided", subject_id=audit.pk).count() == 1
        assert again(audit).state == State.MODERATED
    assert list(verify()) == []


def test_two_distributions_are_one(authority: Authority) -> None:
    for _ in range(ROUNDS):
        audit = walk.moderate(walk.submit(authority.audit(authority.another_case())))
        one, two = again(audit), again(audit)
        proposals = distribution.propose_recipients(audit)
        results = at_once(
            lambda one=one, to=proposals: distribution.distribute(one, recipients=to, by=person(authority.officer)),
            lambda two=two, to=proposals: distribution.distribute(two, recipients=to, by=person(authority.qa_manager)),
        )
        one_wins(audit, results, "audit.distributed")
        assert again(audit).recipients.count() == len(proposals)
    assert list(verify()) == []


def test_two_saves_keep_both_texts(authority: Authority) -> None:
    for number in range(ROUNDS):
        audit = authority.audit(authority.another_case())

        def save(text: str, audit: Audit = audit) -> Saved | Conflict:
            return save_section(
                again(audit),
                section="improvement",
                document={"answers": {"one": text}, "raw": {}},
                seen_revision=0,
                by=person(authority.auditor),
            )

        texts = [f"First tab {number}", f"Second tab {number}"]
        results = at_once(lambda: save(texts[0]), lambda: save(texts[1]))  # noqa: B023
        assert Counter(type(one) for one in results) == {Saved: 1, Conflict: 1}, results
        answers = SectionAnswers.objects.get(audit=audit, section="improvement")
        rejected = RejectedSave.objects.get(answers=answers)
        kept = [answers.document["answers"]["one"], rejected.document["answers"]["one"]]
        assert sorted(kept) == sorted(texts)


def test_a_save_and_a_submission_have_an_order(authority: Authority) -> None:
    for number in range(ROUNDS):
        audit = authority.audit(authority.another_case())
        walk.fill(audit, part="audit", by=audit.auditor)
        row = SectionAnswers.objects.filter(audit=audit, section="improvement").first()
        document = dict(row.document) if row else {"answers": {}, "raw": {}}
        key = next(iter(document["answers"]), "one")
        document = {"answers": {**document["answers"], key: f"The last words {number}"}, "raw": {}}
        results = at_once(
            lambda audit=audit: submission.submit(again(audit), by=person(authority.auditor)),
            lambda audit=audit, document=document, seen=row.revision if row else 0: save_section(
                again(audit), section="improvement", document=document, seen_revision=seen, by=person(authority.auditor)
            ),
        )
        submitted, saved = results
        assert isinstance(submitted, Audit), repr(submitted)
        stored = SectionAnswers.objects.filter(audit=audit, section="improvement").first()
        has_it = stored is not None and stored.document["answers"].get(key) == f"The last words {number}"
        # Either it came first and is part of what was submitted, or it is refused and the page shows it again.
        assert has_it if isinstance(saved, Saved) else isinstance(saved, Stale) and not has_it, repr(saved)


def test_a_cancelled_audit_is_not_submitted_as_well(authority: Authority) -> None:
    for _ in range(ROUNDS):
        audit = authority.audit(authority.another_case())
        walk.fill(audit, part="audit", by=audit.auditor)
        results = at_once(
            lambda audit=audit: submission.submit(again(audit), by=person(authority.auditor)),
            lambda audit=audit: allocation.cancel(again(audit), reason="Moved away.", by=person(authority.officer)),
        )
        submitted, cancelled = results
        assert isinstance(cancelled, Audit), "an open audit can be cancelled, submitted or not"
        assert isinstance(submitted, Audit | Refused), repr(submitted)
        assert again(audit).state == State.CANCELLED
    assert list(verify()) == []


def test_a_deadline_is_extended_outside_of_any_other_transaction(authority: Authority) -> None:
    audit = authority.audit()
    assert audit.due_on is not None
    day = audit.due_on + timedelta(days=7)
    results = at_once(
        *[
            lambda: steps.extend_step(again(audit), to_day=day, reason="On leave.", by=person(authority.officer))
            for _ in range(2)
        ]
    )
    assert sorted(type(one).__name__ for one in results) == ["Audit", "Refused"], results
    assert Entry.objects.filter(verb="audit.extended", subject_id=audit.pk).count() == 1
    assert again(audit).due_on == day
    assert list(verify()) == []
