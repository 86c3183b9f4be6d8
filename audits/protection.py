"""The database's own guard of published forms: triggers that refuse to change or remove what audits were done on.

They stand behind the guards of the models, for whoever comes past Django. A version that is no draft keeps everything
but its state, which goes from published to retired and never back; an audit keeps the version it was started on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper

FUNCTION = "audits_refuse"
FIXED = "A published version of a form is never changed or removed; make a new version."
KEPT = "An audit keeps the version of the form that it was started on."

COLUMNS = ("id", "form_id", "number", "definition", "note", "revision", "saved_by_id", "saved_at", "published_at")
RETIRING = "(OLD.state = 'published' AND NEW.state = 'retired')"
# "<>" for what may be empty is written differently by the two databases.
CHANGED = " OR ".join(f"OLD.{column} {{differs}} NEW.{column}" for column in COLUMNS)
RETIRED_OTHERWISE = "OLD.state {differs} NEW.state OR OLD.retired_at {differs} NEW.retired_at"


@dataclass(frozen=True)
class Guard:
    """One trigger; ``only_postgresql`` for what SQLite does not know."""

    name: str
    event: str
    table: str
    refusal: str
    when: str = ""
    only_postgresql: bool = False


GUARDS = (
    Guard(
        "audits_formversion_no_update",
        "UPDATE",
        "audits_formversion",
        FIXED,
        f"OLD.state <> 'draft' AND ({CHANGED} OR (NOT {RETIRING} AND ({RETIRED_OTHERWISE})))",
    ),
    Guard("audits_formversion_no_delete", "DELETE", "audits_formversion", FIXED, "OLD.state <> 'draft'"),
    Guard("audits_formversion_no_truncate", "TRUNCATE", "audits_formversion", FIXED, only_postgresql=True),
    Guard(
        "audits_audit_keeps_form_version",
        "UPDATE OF form_version_id",
        "audits_audit",
        KEPT,
        "OLD.form_version_id {differs} NEW.form_version_id",
    ),
)


def _guards(vendor: str) -> list[Guard]:
    if vendor not in ("postgresql", "sqlite"):
        return []
    return [guard for guard in GUARDS if vendor == "postgresql" or not guard.only_postgresql]


def protect(connection: BaseDatabaseWrapper) -> None:
    """Put every guard in place that is not there yet."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
        for guard in _guards(connection.vendor):
            if connection.vendor == "postgresql":
                when = f"WHEN ({guard.when.format(differs='IS DISTINCT FROM')}) " if guard.when else ""
                level = "ROW" if guard.when else "STATEMENT"
                cursor.execute(
                    f"CREATE OR REPLACE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} "
                    f"FOR EACH {level} {when}EXECUTE FUNCTION {FUNCTION}('{guard.refusal}')"
                )
            else:
                cursor.execute(
                    f"CREATE TRIGGER IF NOT EXISTS {guard.name} BEFORE {guard.event} ON {guard.table} "
                    f"FOR EACH ROW WHEN {guard.when.format(differs='IS NOT')} "
                    f"BEGIN SELECT RAISE(ABORT, '{guard.refusal}'); END"
                )


def unprotect(connection: BaseDatabaseWrapper) -> None:
    """Take every guard away."""
    with connection.cursor() as cursor:
        for guard in _guards(connection.vendor):
            on = f" ON {guard.table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {guard.name}{on}")


@contextmanager
def without_guards(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """For emptying the whole database: the guards are away inside, and back afterwards."""
    unprotect(connection)
    try:
        yield
    finally:
        protect(connection)
