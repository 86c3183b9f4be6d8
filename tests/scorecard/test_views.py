"""The pages of reports."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.models import Entry
from scorecard import making
from scorecard.models import Report, Stage, State
from scorecard.quarters import last_finished
from scorecard.reports.files import MAKERS
from tests.factories import TeamFactory
from tests.scorecard.factories import make_finished, waiting_report
from tests.scorecard.life.setting import People, made_report, taken_to, write

pytestmark = pytest.mark.django_db
Somebody = Callable[..., User]
Clients = Callable[[User], Client]
NEW_QUARTERLY = "/reports/new/quarterly/"


@pytest.fixture
def manager(person: Somebody) -> User:
    return person(Role.QA_MANAGER, name="Mary Quill")


@pytest.fixture
def made(manager: User) -> Report:
    make_finished(TeamFactory.create(name="Unit <1>"), "G")
    return made_report(manager)


@pytest.fixture
def presented(made: Report, manager: User) -> Report:
    taken_to(made, Stage.PRESENTED, People(officer=manager))
    return made


def test_it_works(made: Report, manager: User, client_for: Clients) -> None:
    page = client_for(manager).get(made.get_absolute_url())
    assert page.status_code == 200
    text = page.content.decode()
    assert "Quarterly report, July to September 2026" in text
    assert "Final overall grades by service" in text
    assert "Unit &lt;1&gt;" in text
    assert "Unit <1>" not in text


def test_the_list_is_empty_with_words_and_then_it_is_not(manager: User, client_for: Clients) -> None:
    client = client_for(manager)
    assert b"No report has been made yet" in client.get(reverse("scorecard:reports")).content
    report = waiting_report(manager)
    page = client.get(reverse("scorecard:reports")).content.decode()
    assert report.get_absolute_url() in page
    assert "Waiting" in page


def test_the_list_asks_the_database_the_same_number_of_times_whatever_its_length(
    manager: User, client_for: Clients, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    client = client_for(manager)
    waiting_report(manager)
    client.get(reverse("scorecard:reports"))
    with django_assert_max_num_queries(12) as few:
        client.get(reverse("scorecard:reports"))
    for _ in range(12):
        waiting_report(manager)
    with django_assert_num_queries(len(few.captured_queries)):
        client.get(reverse("scorecard:reports"))


def test_a_made_report_is_shown_from_its_snapshot_alone(
    made: Report, manager: User, client_for: Clients, django_assert_max_num_queries: Any
) -> None:
    client = client_for(manager)
    before = client.get(made.get_absolute_url()).content.decode()
    make_finished(TeamFactory.create(name="A later unit"), "O")
    with django_assert_max_num_queries(10):
        after = client.get(made.get_absolute_url()).content.decode()
    assert "A later unit" not in after
    assert before[before.index("<h1") :] == after[after.index("<h1") :]


def test_figures_that_were_tampered_with_are_not_passed_off_as_whole(
    made: Report, manager: User, client_for: Clients
) -> None:
    client = client_for(manager)
    assert b"does not match its seal" not in client.get(made.get_absolute_url()).content
    Report.objects.filter(pk=made.pk).update(snapshot={**made.frozen, "scope": "Another"})
    assert b"does not match its seal" in client.get(made.get_absolute_url()).content


def test_a_version_that_was_tampered_with_is_not_passed_off_as_whole(
    presented: Report, manager: User, client_for: Clients
) -> None:
    client = client_for(manager)
    version = presented.versions.get(stage=Stage.PRESENTED)
    assert b"does not match its seal" not in client.get(presented.get_absolute_url()).content
    presented.versions.filter(pk=version.pk).update(content={**version.content, "scope": "Another"})
    assert b"does not match its seal" in client.get(presented.get_absolute_url()).content


@pytest.mark.parametrize("format", sorted(MAKERS))
def test_a_file_is_downloaded_and_the_trail_knows(
    presented: Report, person: Somebody, client_for: Clients, format: str
) -> None:
    reader = person(Role.BOARD_MEMBER)
    answer = client_for(reader).get(reverse(f"scorecard:report_{format}", args=[presented.pk]))
    assert answer.status_code == 200
    name = f"quarterly-report-2026-07-{presented.pk}-v4.{format}"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    entry = Entry.objects.get(verb="report.downloaded")
    assert (entry.actor, entry.subject_id) == (reader, presented.pk)
    assert entry.details == {"format": format, "version": 4}


@pytest.mark.parametrize("format", ["xlsx", "docx"])
def test_a_file_that_is_lost_is_made_again_to_the_letter(
    presented: Report, manager: User, client_for: Clients, format: str
) -> None:
    client, address = client_for(manager), reverse(f"scorecard:report_{format}", args=[presented.pk])
    made = client.get(address).content
    kept = presented.files.get(format=format)
    assert bytes(kept.content) == made
    assert kept.snapshot_digest == presented.versions.get(number=4).digest
    kept.delete()
    assert client.get(address).content == made


def test_a_drafts_file_says_so_and_is_not_kept(made: Report, manager: User, client_for: Clients) -> None:
    write(made, "Practice is getting better.", by=manager)
    answer = client_for(manager).get(reverse("scorecard:report_docx", args=[made.pk]))
    assert answer["Content-Disposition"].endswith('-draft.docx"')
    assert not made.files.exists()


def test_a_report_is_asked_for_and_its_page_shows_how_far_it_is(manager: User, client_for: Clients) -> None:
    client = client_for(manager)
    quarter = last_finished(timezone.localdate())
    answer = client.post(NEW_QUARTERLY, {"quarter": quarter.code, "scope": "all"})
    report = Report.objects.get()
    assert answer["Location"] == report.get_absolute_url()
    making.claim(report.pk)
    page = client.get(report.get_absolute_url()).content.decode()
    assert "Counting" in page
    assert f"0 of {len(making.STEPS)} steps done" in page
    assert 'hx-trigger="every 2s"' in page
    assert "Refresh this page" in page


def test_the_refreshing_part_has_the_page_loaded_anew_when_the_work_is_over(manager: User, client_for: Clients) -> None:
    client, report = client_for(manager), waiting_report(manager)
    assert "HX-Refresh" not in client.get(reverse("scorecard:progress", args=[report.pk]))
    making.make(report.pk)
    assert client.get(reverse("scorecard:progress", args=[report.pk]))["HX-Refresh"] == "true"


@pytest.mark.parametrize("data", [{}, {"quarter": "2026-9", "scope": "all"}, {"quarter": "x", "scope": "agency-0"}])
def test_a_wrong_choice_is_told_on_the_form(manager: User, client_for: Clients, data: dict[str, str]) -> None:
    page = client_for(manager).post(NEW_QUARTERLY, data)
    assert page.status_code == 200
    assert b"There is a problem" in page.content
    assert not Report.objects.exists()


def test_calling_off_is_asked_for_first(manager: User, client_for: Clients) -> None:
    client, report = client_for(manager), waiting_report(manager)
    address = reverse("scorecard:cancel_report", args=[report.pk])
    assert b"Stop making this report?" in client.get(address).content
    report.refresh_from_db()
    assert report.state == State.WAITING
    assert client.post(address)["Location"] == report.get_absolute_url()
    report.refresh_from_db()
    assert report.state == State.CANCELLED
    assert b"Make it again" in client.get(report.get_absolute_url()).content


def test_calling_off_too_late_is_told(made: Report, manager: User, client_for: Clients) -> None:
    page = client_for(manager).post(reverse("scorecard:cancel_report", args=[made.pk]))
    assert page.status_code == 409
    assert "cannot be done any more" in page.content.decode()


def test_a_failed_report_says_so_and_can_be_made_again(manager: User, client_for: Clients) -> None:
    client, report = client_for(manager), waiting_report(manager)
    Report.objects.filter(pk=report.pk).update(
        state=State.MAKING, attempts=5, claimed_at=timezone.now(), heartbeat_at=timezone.now() - timedelta(hours=1)
    )
    making.unfinished()
    assert making.KILLED in client.get(report.get_absolute_url()).content.decode()
    client.post(reverse("scorecard:retry_report", args=[report.pk]))
    assert making.make(report.pk) is True


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.PRACTITIONER, Role.TEAM_MANAGER, Role.ADMIN])
def test_others_are_refused(presented: Report, person: Somebody, client_for: Clients, role: Role) -> None:
    client = client_for(person(role))
    assert client.get(reverse("scorecard:reports")).status_code == 403
    assert client.get(reverse("scorecard:new_report")).status_code == 403
    for name in ("report", "progress", "cancel_report", "report_pdf", "report_xlsx", "versions", "writing"):
        assert client.get(reverse(f"scorecard:{name}", args=[presented.pk])).status_code == 404


def test_a_reader_cannot_see_or_stop_what_is_not_made_yet(manager: User, person: Somebody, client_for: Clients) -> None:
    report = waiting_report(manager)
    client = client_for(person(Role.SCRUTINEER))
    assert client.get(report.get_absolute_url()).status_code == 404
    assert client.post(reverse("scorecard:cancel_report", args=[report.pk])).status_code == 404
    assert client.post(NEW_QUARTERLY, {"quarter": "2026-3", "scope": "all"}).status_code == 403


def test_the_home_page_shows_the_newest_reports_to_those_they_are_for(
    presented: Report, person: Somebody, client_for: Clients
) -> None:
    link = presented.get_absolute_url().encode()
    assert link in client_for(person(Role.BOARD_MEMBER)).get("/").content
    assert link not in client_for(person(Role.PRACTITIONER)).get("/").content
