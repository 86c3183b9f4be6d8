"""The database's own guard of the trail: triggers that refuse to change or remove an entry.

They stand behind the guards of the models, for whoever comes past Django. What is still done behind them,
by somebody who may drop a trigger, is found by ``verify_trail``.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper

REFUSAL = "The trail is only added to."

# (trigger, table, event, level); SQLite knows no TRUNCATE.
TRIGGERS = [
    ("trail_entry_no_update", "trail_entry", "UPDATE", "ROW"),
    ("trail_entry_no_delete", "trail_entry", "DELETE", "ROW"),
    ("trail_head_no_delete", "trail_head", "DELETE", "ROW"),
    ("trail_entry_no_truncate", "trail_entry", "TRUNCATE", "STATEMENT"),
    ("trail_head_no_truncate", "trail_head", "TRUNCATE", "STATEMENT"),
]


# Guards of upper floors, which step aside together with these when the whole database is emptied.
_others: list[Callable[[BaseDatabaseWrapper], AbstractContextManager[None]]] = []


def register_guards(without: Callable[[BaseDatabaseWrapper], AbstractContextManager[None]]) -> None:
    """Name the guards of an upper floor: ``without(connection)`` takes them away for as long as it is entered."""
    if without not in _others:
        _others.append(without)


def _triggers(vendor: str) -> list[tuple[str, str, str, str]]:
    if vendor == "postgresql":
        return TRIGGERS
    if vendor == "sqlite":
        return [trigger for trigger in TRIGGERS if trigger[2] != "TRUNCATE"]
    return []


def protect(connection: BaseDatabaseWrapper) -> None:
    """Put every guard in place that is not there yet."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION trail_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
        for name, table, event, level in _triggers(connection.vendor):
            if connection.vendor == "postgresql":
                cursor.execute(
                    f"CREATE OR REPLACE TRIGGER {name} BEFORE {event} ON {table} "
                    f"FOR EACH {level} EXECUTE FUNCTION trail_is_append_only()"
                )
            else:
                cursor.execute(
                    f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {event} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
                )


def unprotect(connection: BaseDatabaseWrapper) -> None:
    """Take every guard away."""
    with connection.cursor() as cursor:
        for name, table, _, _ in _triggers(connection.vendor):
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def missing_guards(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of guards that should be in the database and are not, or are switched off."""
    if connection.vendor == "postgresql":
        question = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
    else:
        question = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(question)
        present = {row[0] for row in cursor.fetchall()}
    return [name for name, *_ in _triggers(connection.vendor) if name not in present]


@contextmanager
def without_guards(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """For emptying the whole database: the guards are away inside, and back afterwards."""
    with ExitStack() as stack:
        for without in _others:
            stack.enter_context(without(connection))
        unprotect(connection)
        try:
            yield
        finally:
            protect(connection)
