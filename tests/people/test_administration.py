"""The administration pages follow the administrator's post, and write down what is done."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.utils import timezone
from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import ModelEntry

from qaf.celery import app
from qaf.deadlines.models import ClosureDay
from qaf.deadlines.workflow import set_deadline
from qaf.notices.models import OutboxEmail
from qaf.people.models import Agency, Post, User
from qaf.people.roles import Role
from qaf.schedules import Scheduler
from qaf.trail.models import Entry
from tests.factories import AgencyFactory, TeamFactory

pytestmark = pytest.mark.django_db

Person = Callable[..., User]
ClientFor = Callable[[User], Client]
PAGES = [
    "people/agency", "people/service", "people/team", "people/user", "people/post", "deadlines/closureday",
    "deadlines/deadline", "notices/outboxemail", "trail/entry", "django_celery_beat/periodictask",
    "django_celery_beat/crontabschedule", "django_celery_beat/intervalschedule",
]  # fmt: skip


def posts(**rows: str) -> dict[str, str]:
    """The form of a person's posts, with one row or none."""
    total = "1" if rows else "0"
    return {
        "posts-TOTAL_FORMS": total, "posts-INITIAL_FORMS": "0", **{f"posts-0-{k}": v for k, v in rows.items()},
    }  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_an_administrator_opens_every_page(person: Person, client_for: ClientFor, page: str) -> None:
    client = client_for(person("admin"))

    assert client.get(f"/administration/{page}/").status_code == 200
    model = next(m for m in admin.site._registry if f"{m._meta.app_label}/{m._meta.model_name}" == page)
    may_add = client.get(f"/administration/{page}/add/").status_code
    read_only = {"deadline", "outboxemail", "entry", "periodictask"}
    assert may_add == (403 if model._meta.model_name in read_only else 200)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_nobody_else_does(person: Person, client_for: ClientFor, role: Role) -> None:
    response = client_for(person(role)).get("/administration/people/user/")

    assert response.status_code in (302, 403)
    assert b"Add person" not in response.content


def test_a_post_that_ended_opens_nothing(person: Person, client_for: ClientFor) -> None:
    former = person("admin")
    Post.objects.update(ends_on=timezone.localdate() - timedelta(days=1))

    assert client_for(former).get("/administration/people/user/").status_code in (302, 403)


def test_the_administration_has_no_way_in_of_its_own(client: Client) -> None:
    response = client.get("/administration/login/", follow=True)

    assert response.redirect_chain[-1][0].startswith("/accounts/login/")


def test_a_person_with_a_post_is_added_and_written_down(person: Person, client_for: ClientFor) -> None:
    boss = person("admin")

    response = client_for(boss).post(
        "/administration/people/user/add/",
        {
            "name": "Ann Reed",
            "email": "Ann@Example.org",
            "is_active": "on",
            **posts(role="auditor", starts_on="2026-11-24"),
        },
    )

    assert response.status_code == 302
    ann = User.objects.get(email="ann@example.org")
    assert not ann.has_usable_password()
    assert [str(post) for post in ann.posts.all()] == ["Ann Reed, Auditor, everything"]
    assert OutboxEmail.objects.filter(key=f"welcome:{ann.pk}").count() == 1
    entries = Entry.objects.filter(verb="admin.added").order_by("sequence")
    assert [(entry.actor, entry.details["what"]) for entry in entries] == [
        (boss, "person: Ann Reed"), (boss, "post: Ann Reed, Auditor, everything"),
    ]  # fmt: skip


def test_a_change_is_written_down_with_before_and_after(person: Person, client_for: ClientFor) -> None:
    agency = AgencyFactory.create(name="Police", code="police")

    client_for(person("admin")).post(
        f"/administration/people/agency/{agency.pk}/change/", {"name": "Avon Police", "code": "police"}
    )

    entry = Entry.objects.get()
    assert (entry.verb, entry.subject) == ("admin.changed", agency)
    assert entry.details["changes"] == {"Name": ["Police", "Avon Police"]}


def test_what_is_removed_is_written_down(person: Person, client_for: ClientFor) -> None:
    one, two, three = (AgencyFactory.create() for _ in range(3))
    client = client_for(person("admin"))

    client.post(f"/administration/people/agency/{one.pk}/delete/", {"post": "yes"})
    client.post(
        "/administration/people/agency/",
        {"action": "delete_selected", "_selected_action": [two.pk, three.pk], "post": "yes"},
    )

    assert Agency.objects.count() == 0
    assert sorted(entry.details["what"] for entry in Entry.objects.filter(verb="admin.removed")) == sorted(
        f"agency: {agency.name}" for agency in (one, two, three)
    )


def test_a_person_is_never_removed(person: Person, client_for: ClientFor) -> None:
    ann = person()

    response = client_for(person("admin")).post(f"/administration/people/user/{ann.pk}/delete/", {"post": "yes"})

    assert response.status_code == 403
    assert User.objects.filter(pk=ann.pk).exists()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"agency": "x", "team": "x"}, "Choose one scope"),
        ({"ends_on": "2026-11-23"}, "The last day cannot be before the first day."),
    ],
)
def test_a_post_that_cannot_be_is_refused_with_the_reason(
    person: Person, client_for: ClientFor, fields: dict[str, str], reason: str
) -> None:
    ann, team = person(), TeamFactory.create()
    keys = {"agency": str(team.service.agency_id), "team": str(team.pk)}
    sent = {"person": str(ann.pk), "role": "auditor", "starts_on": "2026-11-24"}
    sent |= {name: keys.get(name, value) for name, value in fields.items()}

    response = client_for(person("admin")).post("/administration/people/post/add/", sent)

    assert reason in response.content.decode()
    assert not ann.posts.exists()


def test_an_address_in_other_letters_is_the_same_address(person: Person, client_for: ClientFor) -> None:
    person(email="ann@example.org")

    response = client_for(person("admin")).post(
        "/administration/people/user/add/", {"name": "Ann", "email": "ANN@example.org", **posts()}
    )

    assert response.status_code == 200
    assert "already" in response.content.decode()


def test_a_closure_day_moves_reminders_and_is_written_down(person: Person, client_for: ClientFor) -> None:
    deadline = set_deadline(
        TeamFactory.create(), kind="audit", owner=person(), title="Audit", due_on=date(2035, 11, 23),
        starts_on=date(2035, 11, 1),
    )  # fmt: skip
    before = deadline.next_reminder_on
    client = client_for(person("admin"))

    client.post("/administration/deadlines/closureday/add/", {"day": "2035-11-22", "name": "Staff day"})

    deadline.refresh_from_db()
    assert before == date(2035, 11, 20)
    assert deadline.next_reminder_on == date(2035, 11, 19)
    assert Entry.objects.get().details["what"] == "closure day: Staff day, 22 November 2035"
    client.post(f"/administration/deadlines/closureday/{ClosureDay.objects.get().pk}/delete/", {"post": "yes"})
    deadline.refresh_from_db()
    assert deadline.next_reminder_on == before


def test_a_given_up_email_can_be_sent_again(person: Person, client_for: ClientFor) -> None:
    email = OutboxEmail.objects.create(key="k", person=person(), subject="S", body="B", state="failed", attempts=8)

    client_for(person("admin")).post(
        "/administration/notices/outboxemail/", {"action": "try_again", "_selected_action": [email.pk]}
    )

    email.refresh_from_db()
    assert (email.state, email.attempts) == ("waiting", 0)
    assert Entry.objects.get().verb == "outbox.tried_again"


def test_the_words_of_an_email_are_for_its_reader_alone(person: Person, client_for: ClientFor) -> None:
    email = OutboxEmail.objects.create(key="k", person=person(), subject="Subject words", body="Body words")

    page = client_for(person("admin")).get(f"/administration/notices/outboxemail/{email.pk}/change/").content.decode()

    assert "Body words" not in page


@pytest.fixture
def scheduler() -> Callable[[], Any]:
    def start() -> Scheduler:
        started = Scheduler(app=app, lazy=True)
        started.setup_schedule()
        return started

    return start


@pytest.mark.django_db(transaction=True)  # the scheduler closes its connections
def test_the_schedules_of_the_settings_reach_the_database(scheduler: Callable[[], Any]) -> None:
    scheduler()

    task = PeriodicTask.objects.get(name="reminders")
    assert (task.task, str(task.crontab.minute)) == ("qaf.deadlines.tasks.sweep_reminders", "*/10")
    assert PeriodicTask.objects.get(name="outbox").interval.every == 30
    assert ModelEntry(task, app=app).schedule is not None


@pytest.mark.django_db(transaction=True)  # the scheduler closes its connections
def test_a_schedule_an_administrator_changed_stays_changed(scheduler: Callable[[], Any]) -> None:
    scheduler()
    task = PeriodicTask.objects.get(name="digests")
    task.crontab.hour = "16"
    task.crontab.save()
    PeriodicTask.objects.filter(name="outbox").update(enabled=False)
    PeriodicTask.objects.filter(name="reminders").update(task="an.old.name")

    scheduler()

    assert PeriodicTask.objects.get(name="digests").crontab.hour == "16"
    assert PeriodicTask.objects.get(name="outbox").enabled is False
    assert PeriodicTask.objects.get(name="reminders").task == "qaf.deadlines.tasks.sweep_reminders"
