"""Finding people."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from qaf.people.models import User
from tests.factories import PostFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db

Person = Callable[..., User]
ClientFor = Callable[[User], Client]


@pytest.fixture
def officer(person: Person) -> User:
    return person("qa_officer", name="Zed Officer", email="zed@example.org")


def names(client: Client, query: str = "") -> list[str]:
    return [person.name for person in client.get(f"/people/{query}").context["page"]]


def test_it_works(officer: User, person: Person, client_for: ClientFor) -> None:
    team = TeamFactory.create(name="Team One")
    person("auditor", team=team, name="Ann Reed", email="ann@example.org")

    page = client_for(officer).get("/people/").content.decode()

    assert "Ann Reed" in page
    assert "ann@example.org" in page
    assert "Auditor, Team One" in page


def test_people_are_found_by_words_role_and_team(officer: User, person: Person, client_for: ClientFor) -> None:
    team = TeamFactory.create()
    person("auditor", team=team, name="Ann Reed", email="ann@example.org")
    person("moderator", name="Bo Reed", email="bo@example.org")
    past = UserFactory.create(name="Old Reed")
    yesterday = timezone.localdate() - timedelta(days=1)
    PostFactory.create(person=past, role="auditor", starts_on=yesterday, ends_on=yesterday)
    client = client_for(officer)

    assert names(client, "?search=reed") == ["Ann Reed", "Bo Reed", "Old Reed"]
    assert names(client, "?search=reed+bo@") == ["Bo Reed"]
    assert names(client, "?role=auditor") == ["Ann Reed"]
    assert names(client, f"?team={team.pk}") == ["Ann Reed"]
    assert names(client, "?search=nobody") == []
    assert names(client, "?sort=-name")[0] == "Zed Officer"
    assert names(client, "?sort=email")[0] == "Ann Reed"
    assert names(client, "?sort=password") == names(client)
    assert len(names(client, "?role=emperor")) == 4


@pytest.mark.parametrize("number", [1, 60])
def test_the_number_of_queries_does_not_grow(
    officer: User, person: Person, client_for: ClientFor, django_assert_num_queries: Callable[..., Any], number: int
) -> None:
    for _ in range(number):
        person("auditor", team=TeamFactory.create())
    client = client_for(officer)

    # Session, person, own posts, teams of the filter, count, people, their posts, unread notices.
    with django_assert_num_queries(8):
        client.get("/people/")


@pytest.mark.parametrize("role", ["auditor", "practitioner", "board_member", "scrutineer"])
def test_others_have_no_directory(person: Person, client_for: ClientFor, role: str) -> None:
    assert client_for(person(role)).get("/people/").status_code == 403


def test_links_to_administration_are_for_administrators(officer: User, person: Person, client_for: ClientFor) -> None:
    assert "/administration/people/" not in client_for(officer).get("/people/").content.decode()
    assert "/administration/people/" in client_for(person("admin")).get("/people/").content.decode()
