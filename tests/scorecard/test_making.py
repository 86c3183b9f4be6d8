"""Making a report: claimed once, stopped between steps, taken up after a silence, frozen when it is made."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from qaf.notices.models import Notice
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.models import Entry
from scorecard import making
from scorecard.models import Report, SnapshotIsFrozen, State
from scorecard.reports.snapshot import digest_of
from scorecard.workflow import cancel_report
from tests.factories import TeamFactory
from tests.scorecard.factories import make_finished, waiting_report

pytestmark = pytest.mark.django_db
People = Callable[..., User]


def silent_since(report: Report, seconds: int, **fields: Any) -> None:
    """As a killed worker leaves it: claimed, some way on, and no sign of life any more."""
    moment = timezone.now() - timedelta(seconds=seconds)
    Report.objects.filter(pk=report.pk).update(
        state=State.MAKING, claim=uuid4(), claimed_at=moment, heartbeat_at=moment, attempts=1, steps_done=2, **fields
    )


def test_a_waiting_report_is_made_with_its_files_and_its_seal(person: People) -> None:
    make_finished(TeamFactory.create(), "G")
    report = waiting_report(person(Role.QA_MANAGER))
    assert making.make(report.pk) is True
    report.refresh_from_db()
    assert report.state == State.MADE
    assert report.steps_done == report.steps_total == len(making.STEPS)
    assert report.snapshot_digest == digest_of(report.frozen)
    assert sorted(report.files.values_list("format", flat=True)) == ["docx", "pdf", "pptx", "xlsx"]


def test_making_a_made_report_again_changes_nothing(person: People) -> None:
    report = waiting_report(person(Role.QA_MANAGER))
    assert [making.make(report.pk), making.make(report.pk)] == [True, False]
    assert Notice.objects.filter(key__startswith=f"report:{report.pk}:").count() == 1
    assert Entry.objects.filter(verb="report.made").count() == 1


def test_only_one_of_two_workers_gets_a_report(person: People) -> None:
    report = waiting_report(person(Role.QA_MANAGER))
    assert making.claim(report.pk) is not None
    assert making.claim(report.pk) is None


def test_a_report_whose_maker_went_silent_is_made_from_the_start(person: People) -> None:
    report = waiting_report(person(Role.QA_MANAGER))
    silent_since(report, 119)
    assert making.unfinished() == []
    silent_since(report, 121)
    assert making.unfinished() == [report.pk]
    assert making.make(report.pk) is True


def test_a_maker_that_wakes_up_too_late_writes_nothing(person: People) -> None:
    report = waiting_report(person(Role.QA_MANAGER))
    sleeper = making.claim(report.pk)
    assert sleeper is not None
    Report.objects.update(heartbeat_at=timezone.now() - timedelta(seconds=121))
    assert making.make(report.pk) is True
    with pytest.raises(making.Overtaken):
        making.advance(sleeper, done=1, sentence="Drawing the PDF")
    with pytest.raises(making.Overtaken):
        making.complete(making.Work(sleeper, snapshot={"false": True}, digest="0" * 64))
    report.refresh_from_db()
    assert "false" not in report.frozen


def test_a_report_called_off_between_two_steps_is_not_made(person: People) -> None:
    manager = person(Role.QA_MANAGER)
    report = waiting_report(manager)
    claimed = making.claim(report.pk)
    assert claimed is not None
    making.advance(claimed, done=1, sentence="Writing the spreadsheet")
    cancel_report(report, by=manager)
    with pytest.raises(making.Overtaken):
        making.advance(claimed, done=2, sentence="Drawing the PDF")
    report.refresh_from_db()
    assert (report.state, report.snapshot) == (State.CANCELLED, None)
    assert making.make(report.pk) is False


def test_a_report_that_brings_its_worker_down_again_and_again_is_given_up(person: People) -> None:
    manager = person(Role.QA_MANAGER)
    report = waiting_report(manager)
    silent_since(report, 121)
    Report.objects.update(attempts=making.MOST_ATTEMPTS)
    assert making.unfinished() == []
    report.refresh_from_db()
    assert (report.state, report.error) == (State.FAILED, making.KILLED)
    assert Notice.objects.get(person=manager).text.endswith("could not be made.")


def test_an_error_in_a_step_ends_in_words_for_people(person: People, settings: Any) -> None:
    report = waiting_report(person(Role.QA_MANAGER))
    settings.REPORT_SUPPRESS_BELOW = "five"
    make_finished(TeamFactory.create(), "G")
    assert making.make(report.pk) is False
    report.refresh_from_db()
    assert (report.state, report.error) == (State.FAILED, making.BROKEN)


def test_the_report_of_the_schedule_is_told_to_every_qa_manager(person: People) -> None:
    first, second = person(Role.QA_MANAGER), person(Role.QA_MANAGER, Role.MODERATOR)
    person(Role.QA_OFFICER)
    making.make(waiting_report().pk)
    assert set(Notice.objects.values_list("person_id", flat=True)) == {first.pk, second.pk}


def test_the_snapshot_names_nobody(person: People) -> None:
    audit = make_finished(TeamFactory.create(), "G")
    report = waiting_report(person(Role.QA_MANAGER))
    making.make(report.pk)
    report.refresh_from_db()
    text = str(report.frozen)
    assert audit.auditor.name not in text
    assert audit.reference not in text
    assert audit.case.identifier not in text


def test_the_snapshot_of_a_made_report_cannot_be_changed(person: People) -> None:
    report = waiting_report(person(Role.QA_MANAGER))
    making.make(report.pk)
    report.refresh_from_db()
    report.snapshot = {**report.frozen, "title": "Another"}
    with pytest.raises(SnapshotIsFrozen):
        report.save()


def test_the_database_refuses_a_made_report_without_its_snapshot(person: People) -> None:
    report = waiting_report(person(Role.QA_MANAGER))
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(state=State.MADE)
