"""The pages on which a report is written, led to the board, compared and published."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from qaf.people.models import User
from scorecard.models import Publication, Report, ReportFile, Stage
from scorecard.reports.files import MAKERS
from scorecard.tasks import make_report_files
from scorecard.workflow.recommendations import add_recommendation
from scorecard.workflow.report_steps import amend
from tests.scorecard.life.setting import People, made_report, taken_to, write

pytestmark = pytest.mark.django_db
Clients = Callable[[User], Client]


@pytest.fixture
def people() -> People:
    return People()


@pytest.fixture
def report(people: People) -> Report:
    return made_report(people.officer)


def address(name: str, *args: Any) -> str:
    return reverse(f"scorecard:{name}", args=args)


def step(report: Report, name: str) -> str:
    return address("report_step", report.pk, name)


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_it_works(people: People, report: Report, client_for: Clients) -> None:
    write(report, "Practice is getting better.", by=people.officer)
    add_recommendation(report, text="Look at delay.", by=people.officer)
    client = client_for(people.officer)
    page = text_of(client.get(report.get_absolute_url()))
    assert "Practice is getting better." in page
    assert "Look at delay." in page
    assert "Draft</strong>" in page
    for name in ("writing", "recommendations", "versions", "report_differences"):
        assert client.get(address(name, report.pk)).status_code == 200


def test_a_section_is_saved_while_one_types(people: People, report: Report, client_for: Clients) -> None:
    client, path = client_for(people.officer), address("write_section", report.pk, "summary")
    answer = client.post(path, {"text": "First words.", "revision": "0"}, headers={"X-Autosave": "1"})
    assert answer.json()["revision"] == 1
    assert answer.json()["message"].startswith("Saved at ")
    answer = client.post(path, {"text": "Other words.", "revision": "0"}, headers={"X-Autosave": "1"})
    assert answer.status_code == 409
    assert "still on this page" in answer.json()["message"]
    onward = client.post(path, {"text": "First words, and more.", "revision": "1", "go": "next"})
    assert onward["Location"] == address("write_section", report.pk, "work")
    assert "First words." in text_of(client.get(address("earlier_texts", report.pk, "summary")))


def test_two_tabs_are_shown_both_texts_and_either_can_be_kept(
    people: People, report: Report, client_for: Clients
) -> None:
    client, path = client_for(people.officer), address("write_section", report.pk, "summary")
    write(report, "From the other tab.", by=people.officer)
    page = client.post(path, {"text": "From this tab.", "revision": "0"})
    assert page.status_code == 409
    assert "From the other tab." in text_of(page)
    assert "From this tab." in text_of(page)
    client.post(path, {"text": "From this tab.", "revision": "1", "go": "back"})
    assert report.texts.get().text == "From this tab."


def test_what_was_typed_when_the_report_had_gone_on_is_shown_to_be_copied(
    people: People, report: Report, client_for: Clients
) -> None:
    client, path = client_for(people.officer), address("write_section", report.pk, "summary")
    taken_to(report, Stage.DRAFTED, people)
    page = client.post(path, {"text": "Too late for this.", "revision": "0"})
    assert page.status_code == 409
    assert "Too late for this." in text_of(page)
    assert "Put my text" not in text_of(page)
    assert not report.texts.exists()


@pytest.mark.parametrize("revision", ["", "x", "²", "-1", "9" * 30])
def test_a_revision_that_is_none_never_overwrites(
    people: People, report: Report, client_for: Clients, revision: str
) -> None:
    client, path = client_for(people.officer), address("write_section", report.pk, "summary")
    write(report, "What stands.", by=people.officer)
    assert client.post(path, {"text": "Mine.", "revision": revision}).status_code == 409
    assert report.texts.get().text == "What stands."


def test_a_section_that_is_not_there_is_not_found(people: People, report: Report, client_for: Clients) -> None:
    client = client_for(people.officer)
    for section in ("no-such-section", "how", "x" * 300):
        assert client.get(address("write_section", report.pk, section)).status_code == 404
        assert client.get(address("earlier_texts", report.pk, section)).status_code == 404


def test_the_whole_way_on_pages(people: People, report: Report, client_for: Clients) -> None:
    officer, chair, member = (client_for(one) for one in (people.officer, people.chair, people.member))
    today = timezone.localdate()
    day = {"on_0": today.day, "on_1": today.month, "on_2": today.year}
    assert chair.get(report.get_absolute_url()).status_code == 404
    officer.post(step(report, "submit"), {"chair": people.chair.pk, "revision": 0})
    assert "Sign the report off" in text_of(chair.get(report.get_absolute_url()))
    assert member.get(report.get_absolute_url()).status_code == 404
    chair.post(step(report, "sign_off"), {"note": "Fair.", "revision": 1})
    member.post(step(report, "consider"), {**day, "minute": "Item 4.2", "note": "Say why.", "revision": 2})
    write(report, "Because of the summer.", by=people.officer)
    officer.post(step(report, "amend"), {"revision": 3})
    board = client_for(people.board)
    assert board.get(report.get_absolute_url()).status_code == 404
    answer = officer.post(step(report, "present"), {**day, "forums": "The board\nScrutiny", "revision": 4})
    assert answer["Location"] == report.get_absolute_url()
    page = text_of(board.get(report.get_absolute_url()))
    assert "Because of the summer." in page
    assert f"Version 5, presented on {today:%-d %B %Y}" in page
    assert "What to do next" not in page
    versions = text_of(board.get(address("versions", report.pk)))
    assert "Version 5" in versions
    assert "Version 4" not in versions
    # What was said between those who made it is not for its readers.
    assert "Say why." not in versions
    for client in (officer, member):
        assert "Say why." in text_of(client.get(address("versions", report.pk)))
    officer.post(step(report, "publish"), {**day, "forum": "Cabinet"})
    assert list(Publication.objects.order_by("forum").values_list("forum", flat=True)) == [
        "Cabinet",
        "Scrutiny",
        "The board",
    ]


def test_a_step_that_lacks_something_says_so_and_keeps_what_was_typed(
    people: People, report: Report, client_for: Clients
) -> None:
    taken_to(report, Stage.SIGNED_OFF, people)
    client = client_for(people.member)
    page = client.post(step(report, "consider"), {"minute": "", "note": "My remark.", "revision": 2})
    assert page.status_code == 422
    assert "Enter the day of the meeting" in text_of(page)
    assert "My remark." in text_of(page)
    assert client.get(step(report, "no-such-step")).status_code == 404
    assert client.post(step(report, "sign_off"), {"revision": 2}).status_code == 403


def test_a_chair_does_not_sign_off_a_draft_they_have_not_seen(
    people: People, report: Report, client_for: Clients
) -> None:
    taken_to(report, Stage.DRAFTED, people)
    page = client_for(people.chair).post(step(report, "sign_off"), {"note": "Fair.", "revision": 0})
    assert page.status_code == 409
    assert "gone a step on" in text_of(page)
    assert "Fair." in text_of(page)
    report.refresh_from_db()
    assert report.stage == Stage.DRAFTED


def test_readers_get_no_version_but_theirs(people: People, report: Report, client_for: Clients) -> None:
    write(report, "A first thought.", by=people.officer)
    taken_to(report, Stage.CONSIDERED, people)
    write(report, "A second thought.", by=people.officer)
    member, board = client_for(people.member), client_for(people.board)
    page = text_of(member.get(report.get_absolute_url()))
    assert "A first thought." in page
    assert "A second thought." not in page
    assert member.get(f"{report.get_absolute_url()}?version=1").status_code == 404
    assert member.get(address("writing", report.pk)).status_code == 403
    amend(report, by=people.officer)
    taken = address("report_docx", report.pk)
    assert board.get(taken).status_code == 404
    for version, status in (("2", 200), ("1", 404), ("x", 404), ("9" * 30, 404), ("²", 404)):
        assert member.get(f"{taken}?version={version}").status_code == status


def test_differences_are_marked_for_eyes_and_ears(people: People, report: Report, client_for: Clients) -> None:
    write(report, "Practice is getting better.", by=people.officer)
    taken_to(report, Stage.CONSIDERED, people)
    write(report, "Practice is getting slowly better.", by=people.officer)
    client, path = client_for(people.officer), address("report_differences", report.pk)
    page = text_of(client.get(path))
    assert "1 word added, 0 removed" in page
    assert "added: </span>slowly <span" in page
    assert "is the same in both" in text_of(client.get(f"{path}?from=1&to=2"))
    for wrong in ("from=9&to=1", "from=1&to=x", "to=draft%00"):
        assert client.get(f"{path}?{wrong}").status_code == 404
    assert client_for(people.member).get(f"{path}?from=2&to=draft").status_code == 404


def test_recommendations_are_added_changed_moved_and_taken_out(
    people: People, report: Report, client_for: Clients
) -> None:
    client, path = client_for(people.officer), address("recommendations", report.pk)
    assert "Nothing is recommended yet" in text_of(client.get(path))
    assert client.post(path, {"text": ""}).status_code == 422
    for text in ("Look at delay.", "Ask fathers."):
        assert client.post(path, {"text": text, "agency": ""})["Location"] == path
    first, second = report.recommendations.order_by("number")
    client.post(address("recommendation_move", report.pk, second.pk), {"to": "up", "number": "2"})
    change = address("recommendation_change", report.pk, first.pk)
    client.post(change, {"text": "Look at delay again.", "agency": "", "revision": "0"})
    stale = client.post(change, {"text": "Look elsewhere.", "agency": "", "revision": "0"})
    assert stale.status_code == 409
    assert "Look at delay again." in text_of(stale)
    assert "Look elsewhere." in text_of(stale)
    remove = address("recommendation_remove", report.pk, second.pk)
    assert "Take out recommendation 1?" in text_of(client.get(remove))
    client.post(remove)
    assert client.get(remove).status_code == 404
    assert [(one.number, one.text) for one in report.recommendations.filter(removed_at=None)] == [
        (1, "Look at delay again.")
    ]


def test_the_pages_of_a_report_ask_the_same_number_of_times_however_much_is_written(
    people: People, report: Report, client_for: Clients, django_assert_num_queries: Any
) -> None:
    write(report, "A word.", by=people.officer)
    add_recommendation(report, text="Do it.", by=people.officer)
    client, few = client_for(people.officer), {}
    paths = [report.get_absolute_url(), address("writing", report.pk), address("recommendations", report.pk)]
    for path in paths:
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        few[path] = len(asked)
    for number in range(5):
        add_recommendation(report, text=f"Do {number}.", by=people.officer)
    for section in ("work", "timeliness", "overdue"):
        write(report, "Another word.", by=people.officer, section=section)
    for path in paths:
        with django_assert_num_queries(few[path]):
            client.get(path)


def test_the_home_page_tells_who_is_to_act(people: People, report: Report, client_for: Clients) -> None:
    taken_to(report, Stage.DRAFTED, people)
    assert "waits for you to sign it off" in text_of(client_for(people.chair).get("/"))
    taken_to(report, Stage.SIGNED_OFF, people)
    assert "is for the subgroup to consider" in text_of(client_for(people.member).get("/"))
    assert report.get_absolute_url() not in text_of(client_for(people.board).get("/"))


def test_the_files_of_a_version_are_made_once(people: People, report: Report) -> None:
    version = taken_to(report, Stage.DRAFTED, people)
    assert version is not None
    assert make_report_files(version.pk) == len(MAKERS)
    assert make_report_files(version.pk) == 0
    assert set(ReportFile.objects.values_list("format", "snapshot_digest")) == {
        (format, version.digest) for format in MAKERS
    }
    assert make_report_files(version.pk + 1) == 0


def test_a_recommendation_of_signs_that_nobody_sees_is_refused_on_its_page(
    people: People, report: Report, client_for: Clients
) -> None:
    one = add_recommendation(report, text="Look at delay.", by=people.officer)
    path = address("recommendation_change", report.pk, one.pk)
    answer = client_for(people.officer).post(path, {"text": "\u200b", "agency": "", "revision": "0"})
    assert answer.status_code == 409
    assert "There is a problem" in text_of(answer)
