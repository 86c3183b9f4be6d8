"""A database for each process of a test run, copied from one that was migrated once; and how it is emptied.

To apply all migrations takes some ten seconds of a processor, and every process of a run needs a database of its own.
On SQLite the first one migrates an empty file as an installation does; the others copy it, and so does the next run
for as long as nothing changed that the file was made from. Each copy is migrated once more, which then only looks
whether anything is missing. CI begins from nothing at every run.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db.backends.postgresql.operations import DatabaseOperations as PostgreSQL
from django.db.backends.sqlite3.base import DatabaseOperations as SQLite
from django.test import TransactionTestCase

# What the migrations themselves wrote, and no test changes.
KEPT = {"django_content_type", "auth_permission"}
MADE_FROM = ("migrations/*.py", "models.py", "models/*.py", "protection.py", "fields.py", "apps.py")


def copy_migrated_database(to: Path, config: pytest.Config, run: Path) -> None:
    """Write a migrated SQLite file; ``run`` is the folder of this run, in which each of its processes has its own."""
    folder = run if os.environ.get("CI") else Path(config.cache.mkdir("database"))
    migrated = folder / f"{_made_from()}.sqlite3"
    with _one_at_a_time(folder / "lock"):
        if not migrated.exists():
            for old in folder.glob("*.sqlite3*"):
                old.unlink()
            _migrate(migrated)
        shutil.copyfile(migrated, to)


def _made_from() -> str:
    """A name that changes with whatever the tables come from, in our apps and those of others."""
    found = hashlib.sha256(f"{sys.version} {django.get_version()}".encode())
    for app in apps.get_app_configs():
        for pattern in MADE_FROM:
            for path in sorted(Path(app.path).glob(pattern)):
                found.update(f"{app.name} {path.name}".encode() + path.read_bytes())
    return found.hexdigest()[:16]


def _migrate(to: Path) -> None:
    made = to.with_suffix(".sqlite3-new")
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{made}"}
    subprocess.run(command, check=True, cwd=settings.BASE_DIR, env=environment)
    made.replace(to)


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def empty_quickly() -> None:
    """Have the tables emptied by deleting after a test with a browser or threads, but for those in ``KEPT``.

    Most tables hold nothing or little then: to PostgreSQL a new file for each of them is far dearer than to delete a
    few rows. And what the migrations wrote need not be written anew a hundred times.
    """
    for operations in (PostgreSQL, SQLite):
        operations.sql_flush = _deleting(operations.sql_flush)
    TransactionTestCase._fixture_teardown = _empty


def _deleting(usual: Any) -> Any:
    def sql_flush(
        self: Any, style: Any, tables: Any, *, reset_sequences: bool = False, allow_cascade: bool = False
    ) -> Any:
        if reset_sequences:
            return usual(self, style, tables, reset_sequences=True, allow_cascade=allow_cascade)
        return [f"DELETE FROM {self.quote_name(table)}" for table in tables if table not in KEPT]

    return sql_flush


def _empty(case: Any) -> None:
    for alias in case._databases_names(include_mirrors=False):
        quietly = {"verbosity": 0, "interactive": False, "reset_sequences": False, "inhibit_post_migrate": True}
        call_command("flush", database=alias, **quietly)
