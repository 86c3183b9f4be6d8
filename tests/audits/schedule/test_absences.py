"""Who is away: noted, taken back, never twice, and nobody asks why."""

from collections.abc import Callable
from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audits.workflow.absences import CannotNote, note_absence, remove_absence
from qaf.errors import NotAllowed, Stale
from qaf.people.models import Absence, User
from qaf.people.roles import Role
from qaf.trail.models import Entry
from qaf.trail.queries import timeline
from tests.audits.setting import someone
from tests.factories import UserFactory

PAGE = "/schedule/absences/"
FIRST, LAST = date(2026, 12, 21), date(2027, 1, 4)


@pytest.fixture
def officer(db: None) -> User:
    return someone(Role.QA_OFFICER, "Oli Officer")


@pytest.fixture
def ade(db: None) -> User:
    return someone(Role.AUDITOR, "Ade Auditor")


@pytest.fixture
def client(officer: User, client_for: Callable[[User], Client]) -> Client:
    return client_for(officer)


def text_of(response: object) -> str:
    return " ".join(unescape(response.content.decode()).split())  # type: ignore[attr-defined]


def sent(who: str, first: date = FIRST, last: date | None = LAST, **more: str) -> dict[str, str]:
    days = {"starts_on": first, "ends_on": last}
    parts = {
        f"{name}_{index}": str(part)
        for name, day in days.items()
        if day
        for index, part in enumerate((day.day, day.month, day.year))
    }
    return {"who": who, **parts, **more}


def test_it_works(ade: User, officer: User) -> None:
    absence = note_absence(person=ade, starts_on=FIRST, ends_on=LAST, by=officer)
    assert str(absence) == "from 21 December 2026 to 4 January 2027"
    assert timeline(ade)[0].what == "Away from 21 December 2026 to 4 January 2027"
    remove_absence(absence, by=officer)
    assert not Absence.objects.exists()
    assert timeline(ade)[0].what == "No longer away from 21 December 2026 to 4 January 2027"


@pytest.mark.parametrize(
    ("first", "last", "refused"),
    [
        (LAST, LAST, True),
        (date(2026, 12, 1), FIRST, True),
        (date(2026, 12, 1), None, True),
        (date(2026, 12, 24), date(2026, 12, 24), True),
        (date(2026, 12, 1), date(2026, 12, 20), False),
        (date(2027, 1, 5), None, False),
    ],
)
def test_nobody_is_away_twice_at_one_time(
    ade: User, officer: User, first: date, last: date | None, refused: bool
) -> None:
    note_absence(person=ade, starts_on=FIRST, ends_on=LAST, by=officer)
    if not refused:
        assert note_absence(person=ade, starts_on=first, ends_on=last, by=officer).pk
        return
    with pytest.raises(CannotNote) as caught:
        note_absence(person=ade, starts_on=first, ends_on=last, by=officer)
    assert str(caught.value) == (
        "Ade Auditor is away from 21 December 2026 to 4 January 2027 already, which overlaps with this. Remove that "
        "first, or choose other days"
    )
    assert Absence.objects.count() == 1


def test_the_last_day_is_not_before_the_first(ade: User, officer: User) -> None:
    with pytest.raises(CannotNote, match="The last day cannot be before the first day"):
        note_absence(person=ade, starts_on=LAST, ends_on=FIRST, by=officer)


def test_others_note_nothing(ade: User, officer: User) -> None:
    absence = note_absence(person=ade, starts_on=FIRST, ends_on=None, by=officer)
    with pytest.raises(NotAllowed):
        note_absence(person=ade, starts_on=date(2026, 1, 1), ends_on=FIRST, by=ade)
    with pytest.raises(NotAllowed):
        remove_absence(absence, by=ade)
    remove_absence(absence, by=officer)
    with pytest.raises(Stale):
        remove_absence(absence, by=officer)


def test_a_person_is_found_by_part_of_the_name_or_by_address(client: Client, ade: User) -> None:
    response = client.post(PAGE, sent("auditor ade"))
    assert response.status_code == 302
    client.post(PAGE, sent(ade.email.upper(), date(2027, 3, 1), None))
    page = text_of(client.get(PAGE))
    assert "Ade Auditor is away from 1 March 2027 until further notice." in page
    assert [str(one) for one in Absence.objects.filter(person=ade)] == [
        "from 21 December 2026 to 4 January 2027",
        "from 1 March 2027 until further notice",
    ]


def test_two_people_of_one_name_are_told_apart(client: Client, ade: User) -> None:
    other = someone(Role.AUDITOR, "Ade Auditor")
    response = client.post(PAGE, sent("Ade Auditor"))
    page = text_of(response)
    assert response.status_code == 422
    assert "Several people are called so: choose who is meant" in page
    assert other.email in page
    assert client.post(PAGE, sent("Ade Auditor", person=str(other.pk))).status_code == 302
    assert Absence.objects.get().person == other
    # Somebody whose name it is not cannot be slipped in.
    assert client.post(PAGE, sent("Ade Auditor", person=str(Absence.objects.get().noted_by.pk))).status_code == 422


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ({}, "Enter the name or e-mail address of the person who is away"),
        (sent("Zebedee"), "Nobody who can sign in is called “Zebedee”. Check the name or address"),
        (sent("Many"), "More than eight people are called so. Type more of the name, or the e-mail address"),
        ({"who": "Ade Auditor"}, "Enter the first day away, such as 24 11 2026"),
        (sent("Ade Auditor", LAST, FIRST), "The last day cannot be before the first day. Choose a later day"),
    ],
)
def test_bad_input_is_said_beside_its_field(client: Client, ade: User, form: dict[str, str], text: str) -> None:
    UserFactory.create_batch(9, name="Many Hands")
    response = client.post(PAGE, form)
    assert response.status_code == 422
    assert text in text_of(response)
    assert not Absence.objects.exists()


def test_who_is_away_now_stands_before_who_was(client: Client, ade: User, officer: User) -> None:
    today = timezone.localdate()
    for person, first, last in (
        (ade, today, today),
        (officer, today - timedelta(days=9), today - timedelta(days=1)),
    ):
        Absence.objects.create(person=person, starts_on=first, ends_on=last, noted_by=officer)
    response = client.get(PAGE)
    assert [one.person for one in response.context["coming"]] == [ade]
    assert [one.person for one in response.context["past"]] == [officer]
    assert "Away now" in text_of(response)


def test_removing_asks_first(client: Client, ade: User, officer: User) -> None:
    absence = note_absence(person=ade, starts_on=FIRST, ends_on=LAST, by=officer)
    address = reverse("schedule:absence_remove", args=[absence.pk])
    assert "Ade Auditor is noted as away from 21 December 2026" in text_of(client.get(address))
    assert Absence.objects.exists()
    assert client.post(address).status_code == 302
    assert not Absence.objects.exists()
    assert client.get(address).status_code == 404


def test_the_page_asks_few_questions_however_many_are_away(client: Client, ade: User, officer: User) -> None:
    counts = []
    for number in (1, 12):
        for one in range(number):
            Absence.objects.create(person=UserFactory.create(), starts_on=FIRST, noted_by=officer)
            Absence.objects.create(
                person=UserFactory.create(),
                starts_on=date(2026, 1, 1),
                ends_on=date(2026, 1, 2 + one),
                noted_by=officer,
            )
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGE).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10
    assert Entry.objects.count() == 0
