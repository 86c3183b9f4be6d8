"""The pages of the actions that follow from reports."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.models import Entry
from scorecard.models import ImprovementAction
from scorecard.workflow.improvement import mark_of
from tests.scorecard.actions.setting import make_action, make_recommendation
from tests.scorecard.board_factories import somebody

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client: Client) -> User:
    manager = somebody(Role.QA_MANAGER)
    client.force_login(manager)
    return manager


def form_of(person: User, **changes: Any) -> dict[str, Any]:
    due = timezone.localdate() + timedelta(days=30)
    said = {"specific": "Brief every team", "measurable": "All briefed", "owner": person.email}
    return {**said, "due_on_0": due.day, "due_on_1": due.month, "due_on_2": due.year, **changes}


def test_it_works(client: Client, manager: User) -> None:
    owner, recommendation = somebody(Role.TEAM_MANAGER), make_recommendation(manager)
    response = client.post(reverse("improvement:new", args=[recommendation.pk]), form_of(owner))
    action = ImprovementAction.objects.get()
    assert response.status_code == 302
    assert response["Location"] == action.get_absolute_url()
    page = client.get(reverse("improvement:list")).content.decode()
    assert action.reference in page
    assert "1 action<" in page
    client.force_login(owner)
    path = action.get_absolute_url()
    assert "It is no longer needed" not in client.get(path).content.decode()
    assert client.post(path, {"move": "complete", "note": "All briefed."}).status_code == 302
    action.refresh_from_db()
    assert action.state == ImprovementAction.State.DONE


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"owner": "nobody@example.org"}, "Nobody who can sign in"),
        ({"due_on_2": "2020"}, "must be today or later"),
        ({"specific": ""}, "Say what will be done"),
        ({"measurable": "x" * 5000}, "4,000 characters or fewer"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    client: Client, manager: User, changes: dict[str, Any], words: str
) -> None:
    path = reverse("improvement:new", args=[make_recommendation(manager).pk])
    response = client.post(path, form_of(manager, relevant="Children are heard", **changes))
    assert response.status_code == 422
    assert words in response.content.decode()
    assert "Children are heard" in response.content.decode()
    assert not ImprovementAction.objects.exists()


def test_a_change_that_came_too_late_shows_both(client: Client, manager: User) -> None:
    action = make_action(manager)
    path, seen = reverse("improvement:change", args=[action.reference]), mark_of(action)
    assert client.post(path, form_of(action.owner, specific="First", seen=seen)).status_code == 302
    response = client.post(path, form_of(action.owner, specific="Second", seen=seen))
    assert response.status_code == 409
    assert "First" in response.content.decode()
    assert "Second" in response.content.decode()
    action.refresh_from_db()
    assert action.specific == "First"


def test_the_list_is_narrowed_sorted_and_taken_as_a_file(client: Client, manager: User) -> None:
    soon, late = make_action(manager), make_action(manager)
    ImprovementAction.objects.filter(pk=late.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    page = client.get(reverse("improvement:list"), {"shown": "overdue"}).content.decode()
    assert late.reference in page
    assert soon.reference not in page
    page = client.get(reverse("improvement:list")).content.decode()
    assert page.index(late.reference) < page.index(soon.reference)
    assert "fits these filters" in client.get(reverse("improvement:list"), {"whose": "mine"}).content.decode()
    response = client.get(reverse("improvement:export", args=["csv"]), {"shown": "overdue"})
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    assert late.reference in text
    assert soon.reference not in text
    assert client.get(reverse("improvement:export", args=["csv"]), {"shown": "nonsense"}).status_code == 302
    assert client.get(reverse("improvement:export", args=["exe"])).status_code == 404


def test_what_was_typed_to_find_an_action_is_not_in_the_trail(client: Client, manager: User) -> None:
    make_action(manager)
    client.get(reverse("improvement:export", args=["csv"]), {"reference": "Ann Other", "shown": "all"})
    assert Entry.objects.get(verb="improvement.exported").details["filters"] == {"shown": "all"}


def test_the_action_of_others_is_not_there(client: Client) -> None:
    action = make_action()
    client.force_login(somebody(Role.AUDITOR))
    assert client.get(action.get_absolute_url()).status_code == 404
    assert client.get(reverse("improvement:list")).status_code == 403


def test_the_number_of_queries_does_not_grow(client: Client, manager: User, django_assert_max_num_queries: Any) -> None:
    for _ in range(8):
        make_action(manager)
    client.get(reverse("improvement:list"))
    with django_assert_max_num_queries(10):
        assert client.get(reverse("improvement:list")).status_code == 200
