"""The home page: what waits for me, by when, and nothing that is not mine."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from qaf import home
from qaf.deadlines.models import Deadline
from qaf.deadlines.workflow import meet_deadlines
from qaf.notices.models import Notice
from tests.factories import TeamFactory

pytestmark = pytest.mark.django_db


def give_deadline(owner, title, days):
    """A deadline about a team of its own, due so many days from today."""
    today = timezone.localdate()
    return Deadline.objects.create(
        subject=TeamFactory.create(),
        kind="audit",
        owner=owner,
        title=title,
        path="/audits/1/",
        starts_on=today - timedelta(days=30),
        due_on=today + timedelta(days=days),
        first_due_on=today + timedelta(days=days),
    )


def test_an_empty_page_says_what_happens_next(person, client_for):
    page = client_for(person("auditor")).get("/").text
    assert "Nothing waits for you." in page
    assert "You have read them all." in page


def test_my_open_deadlines_are_there_the_overdue_first_and_marked_in_words(person, client_for):
    me = person("auditor")
    give_deadline(me, "Audit B", 3)
    give_deadline(me, "Audit A", -2)
    page = client_for(me).get("/").text
    assert page.index("Audit A") < page.index("Audit B")
    assert page.count("Overdue") == 1
    due = timezone.localdate() + timedelta(days=3)
    assert f"{due:%-d %B %Y}" in page


def test_a_deadline_that_was_extended_says_from_when(person, client_for):
    me = person("auditor")
    deadline = give_deadline(me, "Audit A", 3)
    Deadline.objects.filter(pk=deadline.pk).update(due_on=deadline.due_on + timedelta(days=9))
    assert f"Extended from {deadline.first_due_on:%-d %B %Y}" in client_for(me).get("/").text


def test_what_is_done_no_longer_waits(person, client_for):
    me = person("auditor")
    deadline = give_deadline(me, "Audit A", 3)
    meet_deadlines(deadline.subject, kind="audit")
    assert "Audit A" not in client_for(me).get("/").text


def test_nothing_of_anybody_else_is_there(person, client_for):
    me, other = person("auditor"), person("auditor", "qa_manager")
    give_deadline(other, "Audit of another", 1)
    Notice.objects.create(person=other, key="k", text="A word to another", path="/")
    page = client_for(me).get("/").text
    assert "Audit of another" not in page
    assert "A word to another" not in page


def test_unread_notices_are_there_and_counted(person, client_for):
    me = person("auditor")
    for number in range(3):
        Notice.objects.create(person=me, key=f"k{number}", text=f"Notice {number}", urgent=number == 0)
    Notice.objects.create(person=me, key="old", text="Read long ago", read_at=timezone.now())
    page = client_for(me).get("/").text
    assert "Notice 2" in page
    assert "Read long ago" not in page
    assert "Urgent" in page
    assert '3<span class="govuk-visually-hidden"> unread</span>' in page


def test_an_app_adds_its_own_part_for_whom_it_chooses(person, client_for, monkeypatch):
    moderator, auditor = person("moderator"), person("auditor")

    def waiting(user):
        if not user.holds("moderator"):
            return None
        return home.Panel("Moderations", [home.PanelItem("BCF-1 waits", "/moderation/1/")])

    monkeypatch.setattr(home, "_panels", dict(home._panels))
    home.register_panel(10, waiting)
    assert "BCF-1 waits" in client_for(moderator).get("/").text
    assert "BCF-1 waits" not in client_for(auditor).get("/").text


def test_the_number_of_queries_does_not_grow_with_what_waits(person, client_for):
    me = person("auditor")
    client = client_for(me)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("home"))
        return len(captured)

    give_deadline(me, "Audit 0", 1)
    Notice.objects.create(person=me, key="k", text="One")
    few = queries()
    for number in range(40):
        give_deadline(me, f"Audit {number + 1}", number)
        Notice.objects.create(person=me, key=f"k{number}", text="Many")
    assert queries() == few
    assert few <= 12


def test_the_page_needs_a_person(client):
    assert client.get("/").status_code == 302
