"""The life of a piece of work: every step from every state by everybody goes exactly as the rules say."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audits.models import Work, WorkKind, WorkState
from audits.models.programme import VISITS
from audits.workflow.programme_steps import STEPS, take_step
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import User
from qaf.trail.chain import verify
from qaf.trail.models import Entry
from tests.audits.programme.setting import ProgrammeSetting

pytestmark = pytest.mark.django_db
SAID: dict[str, Any] = {"minute": "Item 4", "text": "Some words."}
EVERYBODY = (
    "manager", "lead", "chair", "other_chair", "member", "council_lead", "police_lead", "scrutineer", "outsider",
)  # fmt: skip
# Said a second time, by hand, from the frameworks: in which state each step is taken, where it leads, and by whom.
AUDIT_STEPS = {
    "agree": ("proposed", "agreed", ("chair", "member", "other_chair")),
    "sign_off": ("analysis", "signed_off", ("chair",)),
    "consider": ("signed_off", "considered", ("chair", "member", "other_chair")),
    "present": ("considered", "presented", ("manager",)),
    "close": ("presented", "closed", ("manager",)),
}
VISIT_STEPS = {
    "plan": ("proposed", "planned", ("manager",)),
    "prepare": ("planned", "prepared", ("lead", "manager")),
    "hold": ("prepared", "held", ("lead", "manager")),
    "report": ("held", "reported", ("lead", "manager")),
    "close": ("reported", "closed", ("manager",)),
}
AUDIT_STATES = (
    "agreed", "analysis", "closed", "considered", "fieldwork", "presented", "proposed", "signed_off", "withdrawn",
)  # fmt: skip
VISIT_STATES = ("closed", "held", "planned", "prepared", "proposed", "reported", "withdrawn")
LIVES = [(WorkKind.THEMATIC, state) for state in AUDIT_STATES]
LIVES += [(WorkKind.SECTION_11, state) for state in ("analysis", "proposed")]
LIVES += [(WorkKind.DEEP_DIVE, state) for state in VISIT_STATES]


def leads_to(kind: str, state: str, step: str, name: str) -> str:
    """The state that the rules say a step leads to; empty when it is not open to this person now."""
    if step == "withdraw":
        return "withdrawn" if name == "manager" and state not in ("closed", "withdrawn") else ""
    steps = VISIT_STEPS if kind in VISITS else AUDIT_STEPS
    source, target, people = steps.get(step, ("", "", ()))
    return target if state == source and name in people else ""


@pytest.mark.parametrize(("kind", "state"), LIVES)
def test_every_step_by_everybody_goes_as_the_rules_say(house: ProgrammeSetting, kind: str, state: str) -> None:
    work = house.at(state, kind)
    rows = Entry.objects.count()
    for step in STEPS:
        for name in EVERYBODY:
            person: User = getattr(house, name)
            target, point = leads_to(kind, state, step, name), transaction.savepoint()
            if target:
                taken = take_step(work, step, by=person, **SAID)
                assert taken.state == Work.objects.get(pk=work.pk).state == target, (step, name)
                assert taken.notes.latest("pk").step == target
                assert Entry.objects.count() == rows + 1
            else:
                with pytest.raises((NotAllowed, Stale)):
                    take_step(work, step, by=person, **SAID)
                # A refusal changes nothing.
                assert Work.objects.get(pk=work.pk).state == state
                assert Entry.objects.count() == rows
            transaction.savepoint_rollback(point)


def test_whole_lives_leave_a_whole_trail_without_words(house: ProgrammeSetting) -> None:
    for kind in (WorkKind.THEMATIC, WorkKind.SECTION_175, WorkKind.ASSURANCE_VISIT):
        work = house.at(WorkState.CLOSED, kind)
        assert not Work.objects.open().filter(pk=work.pk).exists()
        for entry in Entry.objects.about(work):
            assert "item 4" not in str(entry.details)
            assert "Recording is prompt" not in str(entry.details)
    assert list(verify()) == []


def test_nobody_agrees_what_they_proposed_or_signs_what_they_lead(house: ProgrammeSetting) -> None:
    both = house.manager
    both.posts.create(role="audit_chair", starts_on=timezone.localdate())
    both.__dict__.pop("current_posts", None)
    work = house.propose(lead=both, chair=None)
    with pytest.raises(NotAllowed, match="never whoever proposed it"):
        take_step(work, "agree", by=both, minute="Item 1")
    work = house.at(WorkState.ANALYSIS, lead=both, chair=None)
    with pytest.raises(NotAllowed, match="never its lead"):
        take_step(work, "sign_off", by=both)
    # Without a named chair, any other may.
    assert take_step(work, "sign_off", by=house.other_chair).state == WorkState.SIGNED_OFF


def test_a_theme_is_agreed_only_with_all_seven_points(house: ProgrammeSetting) -> None:
    work = house.propose(scope=" ", criteria="", commissioned_by="")
    with pytest.raises(Refused, match="who commissioned it; the scope; the audit criteria"):
        take_step(work, "agree", by=house.member, minute="Item 4")
    # A statutory audit has no terms of reference of its own.
    statutory = house.propose(WorkKind.SECTION_11, scope="", criteria="", why="")
    assert take_step(statutory, "agree", by=house.member, minute="Item 4").state == WorkState.AGREED


def test_each_step_asks_for_what_belongs_to_it(house: ProgrammeSetting) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    work = house.propose()
    with pytest.raises(Refused, match="minutes record that it was agreed"):
        take_step(work, "agree", by=house.member, minute="  ")
    with pytest.raises(Refused, match="lies ahead"):
        take_step(work, "agree", by=house.member, minute="Item 4", on=tomorrow)
    with pytest.raises(Refused, match="at most 90 characters"):
        take_step(work, "agree", by=house.member, minute="x" * 91)
    with pytest.raises(Refused, match="why it is withdrawn"):
        take_step(work, "withdraw", by=house.manager)
    agreed = take_step(work, "agree", by=house.member, minute="Item 4")
    assert (agreed.agreed_by, agreed.agreed_on, agreed.agreed_minute) == (
        house.member, timezone.localdate(), "Item 4",
    )  # fmt: skip
    with pytest.raises(Refused, match="the board"):
        take_step(house.at(WorkState.CONSIDERED), "present", by=house.manager)
    with pytest.raises(Refused, match="lines of enquiry"):
        take_step(house.at(WorkState.PLANNED, WorkKind.QA_VISIT), "prepare", by=house.lead)
    with pytest.raises(Refused, match="main findings"):
        take_step(house.at(WorkState.HELD, WorkKind.QA_VISIT), "report", by=house.lead)
    # Lines of enquiry that were written down beforehand are enough.
    planned = house.at(WorkState.PLANNED, WorkKind.DEEP_DIVE, lines_of_enquiry="Are plans reviewed?")
    assert take_step(planned, "prepare", by=house.lead).lines_of_enquiry == "Are plans reviewed?"


def test_a_minute_of_signs_that_nobody_sees_is_none(house: ProgrammeSetting) -> None:
    work = house.at("signed_off")
    for minute in ("\u200b\u2060", "\x00", "\u202e"):
        with pytest.raises(Refused, match="minutes"):
            take_step(work, "consider", by=house.member, minute=minute)
    considered = take_step(work, "consider", by=house.member, minute="4.2\u202e")
    assert considered.notes.filter(minute__startswith="4.2 (").exists()


def test_findings_stand_on_the_work_once_and_the_meeting_with_its_day(house: ProgrammeSetting) -> None:
    visit = house.at(WorkState.REPORTED, WorkKind.ASSURANCE_VISIT)
    assert visit.findings == "Recording is prompt."
    assert visit.notes.latest("pk").text == ""
    today = timezone.localdate()
    assert house.at(WorkState.PRESENTED).notes.latest("pk").minute == f"Partnership Board ({today:%-d %B %Y})"


def test_an_old_page_is_refused(house: ProgrammeSetting) -> None:
    work = house.propose()
    with pytest.raises(Stale, match="changed from another page"):
        take_step(work, "agree", by=house.member, minute="Item 4", seen_revision=work.revision + 1)
    agreed = take_step(work, "agree", by=house.member, minute="Item 4", seen_revision=work.revision)
    with pytest.raises(Stale, match="now “Agreed”"):
        take_step(work, "agree", by=house.chair, minute="Item 4", seen_revision=agreed.revision)


def test_the_database_knows_no_fieldwork_before_the_agreement(house: ProgrammeSetting) -> None:
    work = house.propose()
    with pytest.raises(IntegrityError), transaction.atomic():
        Work.objects.filter(pk=work.pk).update(state=WorkState.FIELDWORK)
