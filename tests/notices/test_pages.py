"""The inbox, the choices and the calendar feed, and that nobody sees another's."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from qaf.deadlines.workflow import meet_deadlines, set_deadline
from qaf.notices.models import CalendarFeed, Notice, Preference
from qaf.notices.outbox import tell
from qaf.notices.workflow import create_feed
from qaf.people.models import User
from tests.factories import TeamFactory

pytestmark = pytest.mark.django_db

Person = Callable[..., User]
ClientFor = Callable[[User], Client]


def notice_for(person: User, key: str = "k", path: str = "/audits/") -> Notice:
    notice = tell(person, key=key, text=f"Notice {key}", path=path)
    assert notice is not None
    return notice


def test_it_works(person: Person, client_for: ClientFor) -> None:
    ann, bo = person(), person()
    notice_for(ann, "mine")
    notice_for(bo, "other")

    page = client_for(ann).get("/notices/").content.decode()

    assert "Notice mine" in page
    assert "Notice other" not in page
    assert "You have 1 unread notice." in page


def test_opening_a_notice_marks_it_read_and_goes_to_its_page(person: Person, client_for: ClientFor) -> None:
    ann = person()
    notice = notice_for(ann)

    response = client_for(ann).post(f"/notices/{notice.pk}/open/")

    assert response.headers["Location"] == "/audits/"
    notice.refresh_from_db()
    assert notice.read_at is not None
    first = notice.read_at
    client_for(ann).post(f"/notices/{notice.pk}/open/")
    notice.refresh_from_db()
    assert notice.read_at == first


@pytest.mark.parametrize("path", ["", "https://evil.example.org/", "//evil.example.org", "javascript:alert(1)"])
def test_opening_never_leads_away_from_this_site(person: Person, client_for: ClientFor, path: str) -> None:
    ann = person()

    response = client_for(ann).post(f"/notices/{notice_for(ann, path=path).pk}/open/")

    assert response.headers["Location"] == "/notices/"


def test_anothers_notice_is_not_found(person: Person, client_for: ClientFor) -> None:
    notice = notice_for(person())

    assert client_for(person("admin")).post(f"/notices/{notice.pk}/open/").status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


def test_a_link_alone_marks_nothing_read(person: Person, client_for: ClientFor) -> None:
    ann = person()

    assert client_for(ann).get(f"/notices/{notice_for(ann).pk}/open/").status_code == 405
    assert client_for(ann).get("/notices/read-all/").status_code == 405


def test_all_can_be_marked_read_at_once_but_only_ones_own(person: Person, client_for: ClientFor) -> None:
    ann, bo = person(), person()
    notice_for(ann, "1"), notice_for(ann, "2"), notice_for(bo, "3")

    response = client_for(ann).post("/notices/read-all/")

    assert [str(message) for message in get_messages(response.wsgi_request)] == ["2 notices marked as read."]
    assert [notice.key for notice in Notice.objects.filter(read_at=None)] == ["3"]


def test_unread_ones_can_be_shown_alone(person: Person, client_for: ClientFor) -> None:
    ann = person()
    notice_for(ann, "old")
    Notice.objects.update(read_at=timezone.now())
    notice_for(ann, "new")

    page = client_for(ann).get("/notices/?unread=1").content.decode()

    assert "Notice new" in page
    assert "Notice old" not in page


@pytest.mark.parametrize("number", [1, 60])
def test_the_number_of_queries_does_not_grow(
    person: Person, client_for: ClientFor, django_assert_num_queries: Callable[..., Any], number: int
) -> None:
    ann = person()
    for key in range(number):
        notice_for(ann, str(key))
    client = client_for(ann)

    # Session, person, posts, how many, the page's rows, how many unread.
    with django_assert_num_queries(6):
        client.get("/notices/")


def test_pages_follow_each_other_and_an_odd_number_gives_the_nearest(person: Person, client_for: ClientFor) -> None:
    ann = person()
    for key in range(30):
        notice_for(ann, str(key))
    client = client_for(ann)

    assert 'href="?page=2"' in client.get("/notices/").content.decode()
    assert "Notice 0" in client.get("/notices/?page=99").content.decode()
    assert client.get("/notices/?page=x").status_code == 200


def test_the_choice_of_emails_is_kept(person: Person, client_for: ClientFor) -> None:
    ann = person()
    client = client_for(ann)

    assert client.post("/notices/preferences/", {"daily_digest": "yes"}).status_code == 302
    assert Preference.objects.get(person=ann).daily_digest is True
    client.post("/notices/preferences/", {"daily_digest": "no"})
    assert Preference.objects.get(person=ann).daily_digest is False


@pytest.mark.parametrize("sent", [{}, {"daily_digest": "weekly"}])
def test_no_choice_is_refused_with_a_sentence(person: Person, client_for: ClientFor, sent: dict[str, str]) -> None:
    response = client_for(person()).post("/notices/preferences/", sent)

    assert response.status_code == 400
    assert "Choose when you want e-mails" in response.content.decode()


def test_a_calendar_feed_shows_ones_own_open_deadlines_without_signing_in(
    person: Person, client_for: ClientFor, client: Client, settings: Any
) -> None:
    settings.SITE_URL = "http://testserver"
    ann, today = person(), timezone.localdate()
    for owner, title in [(ann, "Audit BCF-1: finish"), (ann, "Done"), (person(), "Another's")]:
        deadline = set_deadline(
            TeamFactory.create(), kind="audit", owner=owner, due_on=date(2027, 1, 5), title=title, path="/audits/BCF-1/"
        )
        if title == "Done":
            meet_deadlines(deadline.subject, kind="audit")

    signed_in = client_for(ann)
    signed_in.post("/notices/preferences/calendar/create/")
    page = signed_in.get("/notices/preferences/").content.decode()
    address = page.split('<code class="qaf-codes">')[1].split("<")[0]
    assert address not in signed_in.get("/notices/preferences/").content.decode()
    response = client.get(address)

    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    [event] = Calendar.from_ical(response.content).walk("VEVENT")
    assert event["SUMMARY"] == "Audit BCF-1: finish"
    assert event.decoded("DTSTART") == date(2027, 1, 5)
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(days=1)
    assert event["URL"] == "http://testserver/audits/BCF-1/"
    read_at = CalendarFeed.objects.get().last_read_at
    assert read_at is not None
    assert timezone.localdate(read_at) == today


def test_a_revoked_replaced_or_unknown_feed_is_not_found(person: Person, client_for: ClientFor, client: Client) -> None:
    ann = person()
    first, second = create_feed(ann), create_feed(ann)

    assert client.get(f"/notices/calendar/{first}.ics").status_code == 404
    assert client.get(f"/notices/calendar/{second}.ics").status_code == 200
    assert client.get("/notices/calendar/guess.ics").status_code == 404
    assert client.get(f"/notices/calendar/{CalendarFeed.objects.first().token_hash}.ics").status_code == 404
    client_for(ann).post("/notices/preferences/calendar/revoke/")
    assert client.get(f"/notices/calendar/{second}.ics").status_code == 404


def test_a_feed_of_somebody_who_left_is_not_found(person: Person, client: Client) -> None:
    ann = person()
    token = create_feed(ann)
    User.objects.update(is_active=False)

    assert client.get(f"/notices/calendar/{token}.ics").status_code == 404


def test_only_the_hash_of_a_token_is_kept(person: Person) -> None:
    token = create_feed(person())

    assert token not in str(CalendarFeed.objects.values())


def test_the_pages_ask_to_sign_in(client: Client) -> None:
    for path in ("/notices/", "/notices/preferences/"):
        assert client.get(path).headers["Location"].startswith("/accounts/login/")
