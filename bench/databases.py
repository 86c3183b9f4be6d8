"""Databases of several sizes side by side, each behind its own open connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from bench.fill import fill

ALIAS = "default"
# As docker-compose.yml sets them: solid-state disks make no difference between near and far pages, and compiling a
# query takes longer than any query of a page.
SERVER = {"random_page_cost": "1.1", "jit": "off"}
_open: dict[int, BaseDatabaseWrapper] = {}


def _name(base: str, audits: int) -> str:
    return f"{base}_{audits}"


def prepare(audits: int) -> bool:
    """Create and fill the database of this size unless it is there; gives whether there was anything to do."""
    plain = connections[ALIAS]
    base = plain.settings_dict["NAME"]
    name = _name(base, audits)
    server = psycopg2.connect(**{**plain.get_connection_params(), "dbname": "postgres", "cursor_factory": None})
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if not cursor.fetchone():
            cursor.execute(f'CREATE DATABASE "{name}"')
        for setting, value in SERVER.items():
            cursor.execute(f'ALTER DATABASE "{name}" SET {setting} = {value}')
    server.close()
    wrapper = connections.create_connection(ALIAS)
    wrapper.settings_dict = {**wrapper.settings_dict, "NAME": name}
    _open[audits] = wrapper
    with at(audits):
        return fill(audits)


@contextmanager
def at(audits: int) -> Iterator[None]:
    """Everything inside speaks to the database of this size."""
    before = connections[ALIAS]
    connections[ALIAS] = _open[audits]
    try:
        yield
    finally:
        connections[ALIAS] = before
