"""The trail cannot be changed unnoticed, by Django or behind its back."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from qaf.people.models import User
from qaf.trail.chain import record, verify
from qaf.trail.models import Entry, Head, TrailIsAppendOnly
from qaf.trail.protection import missing_guards, protect, unprotect
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def trail(person: Callable[..., User]) -> list[Entry]:
    """Six entries about one person."""
    somebody = person()
    with transaction.atomic():
        return [record(f"did.{number}", somebody, by=somebody, number=number) for number in range(1, 7)]


def faults() -> list[tuple[int, str]]:
    return [(fault.sequence, fault.reason) for fault in verify()]


def tamper(*statements: str) -> None:
    """Change the database as somebody would who may drop the guards, and puts them back afterwards."""
    unprotect(connection)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    protect(connection)


def test_it_works(trail: list[Entry]) -> None:
    assert faults() == []
    assert [entry.sequence for entry in trail] == [1, 2, 3, 4, 5, 6]
    out = StringIO()
    call_command("verify_trail", stdout=out)
    assert out.getvalue().strip() == "The trail is sound: 6 entries."


def test_an_empty_trail_is_sound() -> None:
    assert faults() == []


@pytest.mark.django_db(transaction=True)
def test_nothing_is_recorded_outside_a_transaction(transactional_db: None) -> None:
    somebody = UserFactory.create()

    with pytest.raises(transaction.TransactionManagementError, match="inside the transaction"):
        record("did", somebody, by=None)


def test_django_does_not_change_or_delete_entries(trail: list[Entry]) -> None:
    for attempt in (
        trail[0].save,
        trail[0].delete,
        Entry.objects.all().delete,
        lambda: Entry.objects.filter(pk=trail[0].pk).update(verb="other"),
    ):
        with pytest.raises(TrailIsAppendOnly):
            attempt()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trail_entry SET verb = 'other' WHERE sequence = 3",
        "DELETE FROM trail_entry WHERE sequence = 3",
        "DELETE FROM trail_head",
    ],
)
def test_the_database_itself_refuses(trail: list[Entry], statement: str) -> None:
    with pytest.raises(DatabaseError, match="only added to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert faults() == []


@pytest.mark.parametrize(
    "change",
    [
        "verb = 'other'",
        "details = '{\"number\": 99}'",
        "actor_id = NULL",
        "subject_id = subject_id + 1",
        "at = '2020-01-01 00:00:00+00:00'",
        "digest = 'f' || substr(digest, 2, 62) || 'x'",
    ],
)
def test_an_altered_entry_is_found(trail: list[Entry], change: str) -> None:
    tamper(f"UPDATE trail_entry SET {change} WHERE sequence = 3")

    assert faults()[0] == (3, "altered, or moved to another place")


def test_a_deleted_entry_is_found(trail: list[Entry]) -> None:
    tamper("DELETE FROM trail_entry WHERE sequence = 3")

    assert faults() == [(3, "missing: entry 3")]


def test_a_deleted_entry_is_found_though_the_rest_moved_up(trail: list[Entry]) -> None:
    tamper(
        "DELETE FROM trail_entry WHERE sequence = 3",
        *[f"UPDATE trail_entry SET sequence = {n} WHERE sequence = {n + 1}" for n in (3, 4, 5)],
        "UPDATE trail_head SET sequence = 5",
    )

    assert [sequence for sequence, _ in faults()] == [3, 4, 5, 5]


def test_swapped_entries_are_found(trail: list[Entry]) -> None:
    tamper(
        "UPDATE trail_entry SET sequence = 100 WHERE sequence = 2",
        "UPDATE trail_entry SET sequence = 2 WHERE sequence = 4",
        "UPDATE trail_entry SET sequence = 4 WHERE sequence = 100",
    )

    assert [sequence for sequence, reason in faults() if reason.startswith("altered")] == [2, 4]


def test_a_cut_off_end_is_found(trail: list[Entry]) -> None:
    tamper("DELETE FROM trail_entry WHERE sequence > 4")

    assert faults() == [(5, "missing: entries from 5 to the last, 6")]


def test_a_cut_off_end_is_found_though_the_head_was_set_back(trail: list[Entry]) -> None:
    tamper(
        "DELETE FROM trail_entry WHERE sequence > 4",
        f"UPDATE trail_head SET sequence = 4, digest = '{trail[3].digest}'",
    )

    assert faults() == [(4, "the head of the chain was altered")]


def test_a_whole_trail_that_vanished_is_found(trail: list[Entry]) -> None:
    tamper("DELETE FROM trail_entry")
    assert faults() == [(1, "missing: entries from 1 to the last, 6")]

    tamper("DELETE FROM trail_head")
    assert faults() == []


def test_a_missing_head_is_found(trail: list[Entry]) -> None:
    tamper("DELETE FROM trail_head")

    assert faults() == [(6, "the head of the chain is missing")]


def test_the_command_lists_every_fault_and_fails(trail: list[Entry]) -> None:
    tamper("UPDATE trail_entry SET verb = 'other' WHERE sequence = 2", "DELETE FROM trail_entry WHERE sequence = 5")
    unprotect(connection)
    errors = StringIO()

    with pytest.raises(CommandError, match="The trail is not sound") as raised:
        call_command("verify_trail", stderr=errors)

    lines = errors.getvalue().splitlines()
    assert lines[:2] == ["Entry 2: altered, or moved to another place.", "Entry 5: missing: entry 5."]
    assert len(lines) - 2 == len(missing_guards(connection))
    assert "manage.py migrate" in lines[-1]
    assert raised.value.returncode == 1


def test_going_on_after_the_head_was_removed_does_not_hide_it(trail: list[Entry], person: Callable[..., User]) -> None:
    tamper("DELETE FROM trail_head")

    with pytest.raises(DatabaseError), transaction.atomic():
        record("did.more", person(), by=None)
    assert Head.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_emptying_the_database_puts_the_guards_back() -> None:
    call_command("flush", interactive=False, verbosity=0)

    assert missing_guards(connection) == []
