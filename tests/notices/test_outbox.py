"""Telling, sending, trying again, digests and the spool."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMessage
from django.utils import timezone

from qaf.notices import sending
from qaf.notices.models import Notice, OutboxEmail
from qaf.notices.outbox import shortened, tell
from qaf.notices.sending import MAX_ATTEMPTS, claim, make_digests, message_id, send_outbox
from qaf.notices.spool import EmailBackend
from qaf.notices.workflow import choose_email
from qaf.people.models import User

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
Person = Callable[..., User]


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def broken_mail_server(settings: Any) -> None:
    """An address where no mail server answers."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1


def states() -> list[str]:
    return list(OutboxEmail.objects.order_by("pk").values_list("state", flat=True))


def test_it_works(person: Person, settings: Any) -> None:
    settings.SITE_URL = "https://qaf.example.org"
    ann = person(name="Ann Reed", email="ann@example.org")

    notice = tell(ann, key="k", text="An audit waits for you.", path="/audits/BCF-1/")
    assert send_outbox() == 1

    assert notice is not None
    [message] = mail.outbox
    assert (message.subject, message.to) == ("An audit waits for you.", ["ann@example.org"])
    assert message.body == (
        "Dear Ann Reed,\n\nAn audit waits for you.\nhttps://qaf.example.org/audits/BCF-1/\n\n"
        "Choose how you get these messages: https://qaf.example.org/notices/preferences/"
    )
    assert OutboxEmail.objects.get().sent_at == NOON
    assert send_outbox() == 0


def test_the_same_event_is_told_once(person: Person) -> None:
    ann = person()

    assert tell(ann, key="k", text="One") is not None
    assert tell(ann, key="k", text="Two") is None

    assert [notice.text for notice in Notice.objects.all()] == ["One"]
    assert OutboxEmail.objects.count() == 1


def test_a_long_text_is_cut_off_and_kept_on_one_line(person: Person) -> None:
    tell(person(), key="k", text="word\r\nBcc: x " + "y" * 400)

    assert len(Notice.objects.get().text) == 300
    assert OutboxEmail.objects.get().subject.startswith("word Bcc: x y")
    assert shortened("abc", 3) == "abc"
    assert send_outbox() == 1


def test_somebody_who_may_not_sign_in_gets_no_email(person: Person) -> None:
    gone, leaving = person(is_active=False), person()
    tell(gone, key="1", text="A")
    tell(leaving, key="2", text="B")
    leaving.is_active = False
    leaving.save()

    assert send_outbox() == 0
    assert mail.outbox == []
    assert states() == ["failed"]


def test_an_email_is_claimed_by_one_worker_only(person: Person) -> None:
    tell(person(), key="k", text="A")
    pk = OutboxEmail.objects.get().pk

    assert claim(pk) is not None
    assert claim(pk) is None
    assert send_outbox() == 0


def test_a_claim_of_a_dead_worker_is_taken_over(person: Person, at_noon: time_machine.Traveller, settings: Any) -> None:
    tell(person(), key="k", text="A")
    dead = claim(OutboxEmail.objects.get().pk)
    assert dead is not None

    at_noon.shift(settings.OUTBOX_CLAIM_SECONDS)
    assert send_outbox() == 0
    at_noon.shift(1)
    assert send_outbox() == 1

    assert mail.outbox[0].extra_headers["Message-ID"] == message_id(dead)
    assert OutboxEmail.objects.get().attempts == 2


def test_a_message_id_belongs_to_one_row(person: Person) -> None:
    for number in range(3):
        tell(person(), key=str(number), text="A")

    ids = [message_id(email) for email in OutboxEmail.objects.all()]
    assert len(set(ids)) == 3
    assert all(one.startswith("<qaf.") and one.endswith(">") for one in ids)


def test_a_failed_email_is_tried_again_later_and_later(
    person: Person, broken_mail_server: None, at_noon: time_machine.Traveller
) -> None:
    tell(person(), key="k", text="A")

    waits = []
    for _ in range(4):
        assert send_outbox() == 0
        email = OutboxEmail.objects.get()
        waits.append(email.not_before - timezone.now())
        assert send_outbox() == 0
        assert OutboxEmail.objects.get().attempts == email.attempts
        at_noon.move_to(email.not_before)

    assert waits == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)]
    assert email.last_error.startswith("ConnectionRefusedError")


def test_after_the_last_try_it_is_given_up_and_administrators_are_told_once_a_day(
    person: Person, broken_mail_server: None
) -> None:
    admin, ann = person("admin"), person()
    for number in range(3):
        tell(ann, key=str(number), text="A")
    OutboxEmail.objects.update(attempts=MAX_ATTEMPTS - 1)

    send_outbox()

    assert states() == ["failed", "failed", "failed", "waiting"]
    [notice] = Notice.objects.filter(person=admin)
    assert "could not be sent" in notice.text


def test_one_that_fails_does_not_stop_the_others(person: Person, settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "qaf.notices.spool.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    bad, good = person(), person()
    User.objects.filter(pk=bad.pk).update(email="not\nan address")
    tell(bad, key="1", text="A")
    tell(good, key="2", text="B")

    assert send_outbox() == 1
    assert states() == ["waiting", "sent"]


def test_whoever_wants_a_digest_gets_one_email_a_day(person: Person, at_noon: time_machine.Traveller) -> None:
    ann = person(name="Ann Reed")
    choose_email(ann, daily_digest=True)
    tell(ann, key="1", text="First.", path="/a/")
    tell(ann, key="2", text="Second.")
    assert send_outbox() == 0

    assert make_digests() == 1
    assert make_digests() == 0
    tell(ann, key="3", text="Third.")
    assert make_digests() == 0
    assert send_outbox() == 1
    [message] = mail.outbox
    assert message.subject == "QAF case-file audit: 2 notices, 24 November 2026"
    assert message.body.index("First.") < message.body.index("Second.")

    at_noon.shift(timedelta(days=1))
    assert make_digests() == 1
    assert OutboxEmail.objects.get(key=f"digest:{ann.pk}:2026-11-25").subject.endswith("1 notice, 25 November 2026")


def test_an_urgent_notice_does_not_wait_for_the_digest(person: Person) -> None:
    ann = person()
    choose_email(ann, daily_digest=True)

    tell(ann, key="1", text="At once.", urgent=True)

    assert send_outbox() == 1
    assert make_digests() == 0


def test_a_notice_already_read_stands_in_no_digest(person: Person) -> None:
    ann = person()
    choose_email(ann, daily_digest=True)
    tell(ann, key="1", text="A")
    Notice.objects.update(read_at=timezone.now())

    assert make_digests() == 0
    assert not Notice.objects.filter(for_digest=True).exists()


def test_notices_waiting_when_the_choice_changes_still_come(person: Person) -> None:
    ann = person()
    choose_email(ann, daily_digest=True)
    tell(ann, key="1", text="A")
    choose_email(ann, daily_digest=False)

    assert make_digests(date(2026, 11, 25)) == 1


def test_nobody_gets_a_digest_who_may_not_sign_in(person: Person) -> None:
    ann = person()
    choose_email(ann, daily_digest=True)
    tell(ann, key="1", text="A")
    User.objects.update(is_active=False)

    assert make_digests() == 0
    assert OutboxEmail.objects.count() == 0


def test_making_digests_asks_little_of_the_database(
    person: Person, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for number in range(4):
        ann = person()
        choose_email(ann, daily_digest=True)
        tell(ann, key=str(number), text="A")

    with django_assert_max_num_queries(2 + 4 * 9):
        assert make_digests() == 4


def message(**headers: str) -> EmailMessage:
    return EmailMessage("Subject", "Text – with a dash", to=["ann@example.org"], headers=headers)


def test_the_spool_keeps_a_message_once_under_its_message_id(tmp_path: Path) -> None:
    spool = EmailBackend(file_path=str(tmp_path / "mail"))

    assert spool.send_messages([message(**{"Message-ID": "<a.1@qaf>"})] * 2) == 2
    assert spool.send_messages([message(**{"Message-ID": "<a.1@qaf>"}), message(), EmailMessage("x", "y")]) == 2

    names = sorted(path.name for path in (tmp_path / "mail").iterdir())
    assert len(names) == 2
    assert "a.1@qaf.eml" in names


def test_a_message_id_cannot_lead_out_of_the_spool(tmp_path: Path) -> None:
    EmailBackend(file_path=str(tmp_path / "mail")).send_messages([message(**{"Message-ID": "<../../etc/x@qaf>"})])

    assert [path.name for path in (tmp_path / "mail").iterdir()] == [".._.._etc_x@qaf.eml"]


def test_a_spool_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file, not a directory")

    with pytest.raises(OSError, match="exists"):
        EmailBackend(file_path=str(tmp_path / "mail")).send_messages([message()])


def test_the_longest_wait_is_bounded() -> None:
    waits = [timedelta(minutes=2**number) for number in range(MAX_ATTEMPTS - 1)]

    assert max(waits) < sending.LONGEST_WAIT
