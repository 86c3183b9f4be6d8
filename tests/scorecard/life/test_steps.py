"""The way of a report to the board: who takes which step, what is kept of it, and who is told."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from audits.models import Work, WorkKind, WorkState
from qaf.errors import NotAllowed, Refused, Stale
from qaf.notices.models import Notice
from qaf.people.models import Post
from qaf.people.roles import Role
from qaf.trail.models import Entry
from scorecard.models import Publication, Report, Stage
from scorecard.models.reports import SnapshotIsFrozen
from scorecard.queries.report_progress import work_left
from scorecard.reports.snapshot import digest_of
from scorecard.workflow.publication import publish
from scorecard.workflow.report_steps import amend, consider, present, send_back, sign_off, submit_draft
from tests.scorecard.board_factories import somebody
from tests.scorecard.life.setting import People, made_report, taken_to, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> People:
    return People()


@pytest.fixture
def report(people: People) -> Report:
    return made_report(people.officer)


def verbs() -> list[str]:
    return [verb.removeprefix("report.") for verb in Entry.objects.order_by("sequence").values_list("verb", flat=True)]


def test_a_report_goes_all_the_way_and_each_step_keeps_a_version(people: People, report: Report) -> None:
    write(report, "Practice is getting better.", by=people.officer)
    taken_to(report, Stage.CONSIDERED, people)
    write(report, "Practice is getting better, slowly.", by=people.officer)
    amend(report, by=people.officer)
    present(report, forums=["The board", "Scrutiny"], on=timezone.localdate(), by=people.officer)
    report.refresh_from_db()
    assert report.stage == Stage.PRESENTED
    versions = list(report.versions.order_by("number"))
    stages = [Stage.DRAFTED, Stage.SIGNED_OFF, Stage.CONSIDERED, Stage.AMENDED, Stage.PRESENTED]
    assert [(one.number, one.stage) for one in versions] == list(enumerate(stages, start=1))
    assert [one.content["texts"]["summary"][-7:] for one in versions] == ["better."] * 3 + ["slowly."] * 2
    assert all(digest_of(one.content) == one.digest for one in versions)
    assert verbs() == ["submitted", "signed_off", "considered", "amended", "presented"]
    assert set(Publication.objects.values_list("forum", "version__number")) == {("The board", 5), ("Scrutiny", 5)}


def test_whoever_acts_next_is_told_and_nobody_is_told_what_they_did(people: People, report: Report) -> None:
    taken_to(report, Stage.PRESENTED, people)
    told = {
        name: [text.rpartition(") ")[2] for text in Notice.objects.filter(person=one).values_list("text", flat=True)]
        for name, one in vars(people).items()
    }
    assert told["chair"][-1] == "waits for you to read it and sign it off."
    assert any("for the subgroup to consider" in text for text in told["member"])
    assert told["board"] == ["was presented and can be read."]
    assert not any("presented" in text for text in told["officer"])
    assert all(report.get_absolute_url() == one.path for one in Notice.objects.all())


def test_only_the_chair_it_was_sent_to_signs_it_off(people: People, report: Report) -> None:
    taken_to(report, Stage.DRAFTED, people)
    for other in (people.officer, people.other_chair, people.member, people.board):
        with pytest.raises(NotAllowed, match="audit chair to whom"):
            sign_off(report, by=other)
    sign_off(report, by=people.chair)


def test_a_chair_who_holds_the_role_no_longer_signs_nothing_and_qa_takes_it_back(
    people: People, report: Report
) -> None:
    taken_to(report, Stage.DRAFTED, people)
    Post.objects.filter(person=people.chair).update(ends_on=timezone.localdate() - timedelta(days=1))
    gone = type(people.chair).objects.get(pk=people.chair.pk)
    with pytest.raises(NotAllowed):
        sign_off(report, by=gone)
    send_back(report, note="The chair has left.", by=people.officer)
    submit_draft(report, chair=people.other_chair, by=people.officer)
    assert sign_off(report, by=people.other_chair).number == 4


def test_nobody_signs_off_what_they_send(people: People, report: Report) -> None:
    both = somebody(Role.QA_MANAGER)
    Post.objects.create(person=both, role=Role.AUDIT_CHAIR, starts_on=timezone.localdate())
    both = type(both).objects.get(pk=both.pk)
    with pytest.raises(Refused, match="Nobody signs off"):
        submit_draft(report, chair=both, by=both)
    with pytest.raises(Refused, match="no audit chair"):
        submit_draft(report, chair=people.member, by=both)


def test_what_the_chair_sends_back_can_be_written_again(people: People, report: Report) -> None:
    taken_to(report, Stage.DRAFTED, people)
    with pytest.raises(Stale):
        write(report, "Too late.", by=people.officer)
    with pytest.raises(Refused, match="what is to be changed"):
        send_back(report, note=" ", by=people.chair)
    version = send_back(report, note="Say what is done about it.", by=people.chair)
    assert (version.stage, version.note) == (Stage.DRAFTING, "Say what is done about it.")
    assert Notice.objects.filter(person=people.officer, text__contains="sent back by the audit chair").exists()
    write(report, "Now with what is done.", by=people.officer)


def test_what_is_signed_off_is_what_was_read(people: People, report: Report) -> None:
    write(report, "As read.", by=people.officer)
    taken_to(report, Stage.DRAFTED, people)
    report.texts.update(text="Slipped in.")
    assert sign_off(report, by=people.chair).content["texts"] == {"summary": "As read."}


@pytest.mark.parametrize("who", ["officer", "member", "chair"])
def test_qa_or_the_subgroup_records_that_it_was_considered(people: People, report: Report, who: str) -> None:
    taken_to(report, Stage.SIGNED_OFF, people)
    today = timezone.localdate()
    with pytest.raises(NotAllowed):
        consider(report, on=today, minute="4.2", by=people.board)
    with pytest.raises(Refused, match="minutes record"):
        consider(report, on=today, minute=" \u202e ", by=getattr(people, who))
    with pytest.raises(Refused, match="lies ahead"):
        consider(report, on=today + timedelta(days=1), minute="4.2", by=getattr(people, who))
    with pytest.raises(Refused, match="when the report was signed off"):
        consider(report, on=today - timedelta(days=1), minute="4.2", by=getattr(people, who))
    version = consider(report, on=today, minute="Item 4.2", by=getattr(people, who))
    assert version.minute == f"Item 4.2 ({today:%-d %B %Y})"


def test_final_amendments_need_a_change_and_a_change_needs_them(people: People, report: Report) -> None:
    taken_to(report, Stage.CONSIDERED, people)
    with pytest.raises(Refused, match="Nothing was changed"):
        amend(report, by=people.officer)
    write(report, "One more word.", by=people.officer)
    with pytest.raises(Refused, match="final amendments first"):
        present(report, forums=["The board"], on=timezone.localdate(), by=people.officer)
    amend(report, by=people.officer)
    with pytest.raises(Stale):
        write(report, "And one more.", by=people.officer)
    present(report, forums=["The board"], on=timezone.localdate(), by=people.officer)


def test_a_step_taken_twice_or_from_an_old_page_changes_nothing(people: People, report: Report) -> None:
    submit_draft(report, chair=people.chair, by=people.officer, seen=0)
    with pytest.raises(Stale, match="With the chair"):
        submit_draft(report, chair=people.chair, by=people.officer, seen=0)
    send_back(report, note="Shorter.", by=people.chair, seen=1)
    submit_draft(report, chair=people.chair, by=people.officer, seen=2)
    # The chair's page still shows the first draft.
    with pytest.raises(Stale, match="gone a step on"):
        sign_off(report, by=people.chair, seen=1)
    assert report.versions.count() == 3


def test_presenting_names_a_board_and_a_day_that_was(people: People, report: Report) -> None:
    taken_to(report, Stage.CONSIDERED, people)
    today = timezone.localdate()
    with pytest.raises(Refused, match="Name the board"):
        present(report, forums=["", " "], on=today, by=people.officer)
    with pytest.raises(Refused, match="lies ahead"):
        present(report, forums=["The board"], on=today + timedelta(days=1), by=people.officer)
    assert not Publication.objects.exists()
    present(report, forums=["The board", "The board "], on=today, minute="7", by=people.officer)
    assert Publication.objects.get().minute == "7"


def test_a_presented_report_is_given_to_further_boards_each_once(people: People, report: Report) -> None:
    with pytest.raises(Stale):
        publish(report, forum="Scrutiny", on=timezone.localdate(), by=people.officer)
    taken_to(report, Stage.PRESENTED, people)
    publish(report, forum="Scrutiny", on=timezone.localdate(), by=people.officer)
    with pytest.raises(Refused, match="says already"):
        publish(report, forum="scrutiny", on=timezone.localdate(), by=people.officer)
    with pytest.raises(Refused, match="first presented"):
        publish(report, forum="Cabinet", on=timezone.localdate() - timedelta(days=1), by=people.officer)
    with pytest.raises(NotAllowed):
        publish(report, forum="Cabinet", on=timezone.localdate(), by=people.board)


def test_the_piece_of_work_follows_as_far_as_whoever_acts_may_take_it(people: People) -> None:
    manager = somebody(Role.QA_MANAGER)
    work = a_work(lead=manager, chair=people.chair)
    report = made_report(manager, work=work)
    today = timezone.localdate()
    submit_draft(report, chair=people.chair, by=manager)
    sign_off(report, by=people.chair)
    work.refresh_from_db()
    assert work.state == WorkState.SIGNED_OFF
    # QA may record it of the report, but the work's consideration is the subgroup's to write down.
    consider(report, on=today, minute="4.2", by=manager)
    work.refresh_from_db()
    assert work.state == WorkState.SIGNED_OFF
    left = work_left(Report.objects.get(pk=report.pk), manager)
    assert left is not None
    assert (left.work, left.opens) == (work, True)
    present(report, forums=["The board"], on=today, by=manager)
    assert verbs()[-1] == "presented"


def a_work(**fields: Any) -> Any:
    """A thematic audit whose fieldwork is over."""
    today = timezone.localdate()
    return Work.objects.create(
        reference="PROG-2026-00001",
        kind=WorkKind.THEMATIC,
        title="Neglect",
        year=today.year,
        quarter=3,
        state=WorkState.ANALYSIS,
        agreed_on=today - timedelta(days=90),
        agreed_minute="4.2",
        proposed_by=fields["lead"],
        fieldwork_from=today,
        fieldwork_until=today,
        **fields,
    )


def test_a_version_that_is_kept_cannot_be_saved_again(people: People, report: Report) -> None:
    version = submit_draft(report, chair=people.chair, by=people.officer)
    version.content = {**version.content, "title": "Another"}
    with pytest.raises(SnapshotIsFrozen):
        version.save()
    assert digest_of(report.versions.get().content) == version.digest
