"""Who gets a finished audit: whom the case proposes, who may have it, adding, reminding and taking it back."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.access import ANSWER, READ, may, parts
from audits.models import Audit, Reason, Recipient, SectionAnswers, State
from audits.naming import MOST, addresses_in, names_in
from audits.queries.named import CHAIR, people_named
from audits.workflow import distribution, recipients
from audits.workflow.recipients import CannotReceive, Proposal, add_recipients, remind, withdraw_recipient
from qaf.deadlines.models import Deadline
from qaf.errors import NotAllowed, Refused, Stale
from qaf.notices.models import Notice, OutboxEmail
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.models import Entry
from tests.audits import walk
from tests.audits.factories import make_audit
from tests.audits.setting import Authority, someone
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def names_the_chair(audit: Audit, text: str) -> None:
    answers = SectionAnswers.objects.get(audit=audit, section="details")
    answers.document["answers"]["chair"] = text
    answers.save()


def proposed(audit: Audit) -> dict[str, str]:
    return {str(one.person): one.reason for one in distribution.propose_recipients(audit)}


def again(audit: Audit) -> Audit:
    return Audit.objects.get(pk=audit.pk)


def told(person: User) -> list[str]:
    return [notice.text for notice in Notice.objects.filter(person=person).order_by("pk")]


def of(audit: Audit, person: User) -> Recipient:
    return Recipient.objects.get(audit=audit, person=person)


def test_the_case_proposes_manager_worker_auditor_and_chair(authority: Authority) -> None:
    audit = make_audit(authority, State.MODERATED)
    usual = {"Tay Team-Manager": "Team manager", "Pat Practitioner": "Case-holder", "Ade Auditor": "Auditor"}
    assert proposed(audit) == usual
    # The service manager can be chosen, and is proposed at the lowest grade.
    by_choice = [one.person for one in recipients.all_proposals(audit) if one.by_choice]
    assert by_choice == [authority.service_manager]
    audit.raises_alert = True
    assert proposed(audit) == usual | {"Sal Service-Manager": "Service manager"}
    audit.raises_alert = False

    chair = UserFactory.create(name="Rae  Reviewing", email="rae@example.org")
    User.objects.filter(pk=chair.pk).update(name="Rae Reviewing")
    for text in ("rae reviewing", "Rae Reviewing (IRO)", "CP chair: Rae Reviewing", "call RAE@example.org please"):
        names_the_chair(audit, text)
        assert proposed(audit) == usual | {"Rae Reviewing": CHAIR}, text
    # Nobody, a first name alone, or more than one: it is left to the officer.
    UserFactory.create(name="Rae Reviewing")
    for text in ("Rae Reviewing", "Rae", "Somebody Unknown"):
        names_the_chair(audit, text)
        assert proposed(audit) == usual, text
        assert [(one.text, one.person) for one in people_named(audit)] == [(text, None)]
    User.objects.filter(name="Rae Reviewing").exclude(pk=chair.pk).update(is_active=False)
    names_the_chair(audit, "Rae Reviewing")
    assert proposed(audit) == usual | {"Rae Reviewing": CHAIR}
    # Named in the form, the service manager is no longer by choice.
    names_the_chair(audit, "Sal Service-Manager")
    assert proposed(audit) == usual | {"Sal Service-Manager": CHAIR}


@given(st.text(max_size=200))
def test_reading_names_out_of_any_text_ends_and_gives_whole_names(text: str) -> None:
    names, addresses = names_in(text), addresses_in(text)
    assert len(names) <= MOST
    assert len(addresses) <= MOST
    for name in names:
        assert name == " ".join(name.split())
        assert len(name.split()) > 1
        assert "@" not in name or not addresses_in(name)
    assert all("@" in address and not address.isspace() for address in addresses)


def test_names_stand_apart_from_roles_and_from_one_another() -> None:
    assert names_in("Jo Khan (IRO), Ann Bell and Bo O'Neil-Hart / CP Chair") == (
        "Jo Khan",
        "Ann Bell",
        "Bo O'Neil-Hart",
        "CP Chair",
    )
    assert addresses_in("Jo Khan <Jo.Khan@Example.org>; ann@example.org.") == ("jo.khan@example.org", "ann@example.org")
    assert names_in("Jo Khan <Jo.Khan@Example.org>") == ("Jo Khan",)


def test_a_confidential_audit_is_sent_to_nobody_who_may_not_know_of_it(authority: Authority) -> None:
    audit = make_audit(authority, State.MODERATED)
    Audit.objects.filter(pk=audit.pk).update(confidential=True)
    audit = again(audit)
    outsider = UserFactory.create(name="Rae Reviewing")
    names_the_chair(audit, "Rae Reviewing")
    assert set(proposed(audit)) == {"Pat Practitioner", "Ade Auditor"}
    with pytest.raises(CannotReceive):
        distribution.distribute(audit, recipients=[Proposal(outsider, CHAIR)], by=authority.qa_manager)
    assert again(audit).state == State.MODERATED
    assert not Notice.objects.filter(person=outsider).exists()
    other_manager = someone(Role.QA_MANAGER, "Val Manager")
    chosen = [Proposal(other_manager, "Other professional"), *distribution.propose_recipients(audit)]
    distribution.distribute(audit, recipients=chosen, by=authority.qa_manager)
    with pytest.raises(CannotReceive):
        add_recipients(audit, recipients=[Proposal(outsider, CHAIR)], by=authority.qa_manager)
    assert not parts(outsider, again(audit))


def test_somebody_is_added_later_reminded_and_taken_out_again(authority: Authority) -> None:
    audit = make_audit(authority, State.DISTRIBUTED)
    rae = UserFactory.create(name="Rae Reviewing")
    with pytest.raises(NotAllowed):
        add_recipients(audit, recipients=[Proposal(rae, CHAIR)], by=authority.team_manager)
    with pytest.raises(Refused, match="does not have the audit yet"):
        add_recipients(audit, recipients=[Proposal(authority.team_manager, "Deputy manager")], by=authority.officer)
    add_recipients(audit, recipients=[Proposal(rae, CHAIR)], by=authority.officer)
    assert may(rae, "read", again(audit))
    assert told(rae) == [f"{audit.reference}: A finished audit was sent to you to read."]
    mail = OutboxEmail.objects.get(person=rae)
    assert "XY" not in mail.subject + mail.body

    # At most one reminder a day, none to somebody who has opened it.
    assert remind(audit, of(audit, rae), by=authority.officer)
    assert not remind(audit, of(audit, rae), by=authority.officer)
    assert len(told(rae)) == 2
    assert Entry.objects.filter(verb="audit.recipient_reminded").count() == 1
    Recipient.objects.filter(person=rae).update(opened_at=audit.distributed_at)
    with pytest.raises(Refused, match="nothing to remind"):
        remind(audit, of(audit, rae), by=authority.officer)
    # The worker is reminded of the feedback although they have opened it.
    Recipient.objects.filter(person=authority.practitioner).update(opened_at=audit.distributed_at)
    assert remind(audit, of(audit, authority.practitioner), by=authority.officer)
    assert told(authority.practitioner)[-1].endswith("and give your feedback.")

    wrong = of(audit, rae)
    with pytest.raises(Refused, match="Say why"):
        withdraw_recipient(audit, wrong, reason=" ", by=authority.officer)
    withdraw_recipient(audit, wrong, reason="Another Rae was meant.", by=authority.officer)
    assert not may(rae, "see", again(audit))
    assert told(rae)[-1].endswith("has been taken back.")
    assert Reason.objects.get(audit=audit, kind="access withdrawn").text == "Another Rae was meant."
    entry = Entry.objects.get(verb="audit.recipient_withdrawn")
    assert entry.details["opened"] is True
    assert "Another Rae" not in str(entry.details)
    with pytest.raises(Stale):
        withdraw_recipient(audit, wrong, reason="Twice.", by=authority.officer)
    # Sent once more, they are told once more.
    add_recipients(audit, recipients=[Proposal(rae, CHAIR)], by=authority.officer)
    assert len(told(rae)) == 4


def test_a_worker_who_is_taken_out_or_put_in_moves_the_feedback(authority: Authority) -> None:
    audit = make_audit(authority, State.DISTRIBUTED)
    worker = authority.practitioner
    assert (audit.step, audit.step_owner) == ("feedback", worker)
    withdraw_recipient(audit, of(audit, worker), reason="They have left the team.", by=authority.officer)
    audit = again(audit)
    assert (audit.step, audit.step_owner) == ("closing", authority.officer)
    assert not {READ, ANSWER} & parts(worker, audit)
    assert [one.kind for one in Deadline.objects.about(audit).open()] == ["closing"]
    add_recipients(audit, recipients=[Proposal(worker, "Case-holder")], by=authority.officer)
    audit = again(audit)
    assert (audit.step, audit.step_owner) == ("feedback", worker)
    assert may(worker, "feedback", audit)
    assert len([text for text in told(worker) if "what you learnt" in text]) == 2
    walk.fill(audit, part="feedback", by=worker)
    audit = distribution.give_feedback(audit, by=worker)
    # Closed, it can still be sent on; nobody is asked for anything any more.
    rae = UserFactory.create(name="Rae Reviewing")
    audit = add_recipients(audit, recipients=[Proposal(rae, CHAIR)], by=authority.officer)
    assert (audit.state, audit.step) == (State.CLOSED, "")


def test_what_is_read_by_another_right_stays_readable(authority: Authority) -> None:
    audit = make_audit(authority, State.DISTRIBUTED, grade="I")
    second = authority.second_auditor
    add_recipients(audit, recipients=[Proposal(second, "Other professional")], by=authority.officer)
    for person in (second, authority.auditor, authority.team_manager):
        recipient = of(audit, person)
        assert recipients.keeps_reading(again(audit), recipient)
        withdraw_recipient(audit, recipient, reason="Sent by mistake.", by=authority.officer)
        assert may(person, "read", again(audit))
    assert not recipients.keeps_reading(again(audit), of(audit, authority.practitioner))


def test_a_deadline_for_feedback_reminds_as_the_process_map_says(authority: Authority) -> None:
    audit = make_audit(authority, State.DISTRIBUTED)
    deadline = Deadline.objects.about(audit).open().get(kind="feedback")
    assert deadline.owner == authority.practitioner
    assert deadline.reminder_steps == audit.process.reminder_steps
    assert isinstance(deadline.next_reminder_on, date)
    assert deadline.next_reminder_on < deadline.due_on
