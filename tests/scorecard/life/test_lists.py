"""The list of reports and the publication list: narrowed, sorted, taken as files."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.models import Entry
from scorecard.models import Report, Stage
from tests.scorecard.board_factories import somebody
from tests.scorecard.life.setting import People, made_report, taken_to

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


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_the_publication_list_is_narrowed_and_taken_as_a_file(
    people: People, report: Report, client_for: Clients
) -> None:
    client, path = client_for(people.board), address("published")
    assert "No report was presented to a board yet" in text_of(client.get(path))
    taken_to(report, Stage.PRESENTED, people)
    assert "Quarterly report, July to September 2026" in text_of(client.get(path))
    year = timezone.localdate().year
    for query, there in (("q=boar", True), ("q=cabinet", False), ("kind=annual", False), (f"year={year}", True)):
        assert ("The board" in text_of(client.get(f"{path}?{query}")).partition("<table")[2]) is there, query
    assert "fits these filters" in text_of(client.get(f"{path}?q=cabinet"))
    file = b"".join(client.get(address("published_export", "csv")).streaming_content).decode()
    assert file.splitlines()[1].startswith('"Quarterly report,')
    assert client.get(address("published_export", "pdf")).status_code == 404
    assert Entry.objects.filter(verb="report.list_exported", actor=people.board).count() == 1


def test_the_list_of_reports_is_narrowed_sorted_and_taken_as_a_file(
    people: People, report: Report, client_for: Clients
) -> None:
    client, path = client_for(people.officer), address("reports")
    for query, there in (
        ("stage=drafting", True),
        ("stage=presented", False),
        ("stage=waiting", False),
        ("kind=quarterly&year=2026&sort=made", True),
        ("kind=annual", False),
        ("kind=nonsense&year=x&stage=x", True),
    ):
        assert (report.get_absolute_url() in text_of(client.get(f"{path}?{query}"))) is there, query
    file = b"".join(client.get(address("reports_export", "csv")).streaming_content).decode()
    assert "Being drafted" in file
    assert client.get(address("reports_export", "xlsx")).status_code == 200
    assert client_for(somebody(Role.AUDITOR)).get(path).status_code == 403


def test_lists_ask_the_database_the_same_number_of_times_whatever_their_length(
    people: People,
    report: Report,
    client_for: Clients,
    django_assert_num_queries: Any,
    django_assert_max_num_queries: Any,
) -> None:
    taken_to(report, Stage.PRESENTED, people)
    client = client_for(people.officer)
    pages = {address("reports"): 14, address("published"): 14, address("versions", report.pk): 12}
    for path, most in pages.items():
        client.get(path)
        with django_assert_max_num_queries(most) as few:
            client.get(path)
        pages[path] = len(few.captured_queries)
    for _ in range(3):
        taken_to(made_report(people.officer), Stage.PRESENTED, people)
    for path, number in pages.items():
        with django_assert_num_queries(number):
            client.get(path)
