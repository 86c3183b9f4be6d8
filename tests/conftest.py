"""Fixtures of every test: people by role, clients, a real browser, and what to do when a part is missing.

A part that cannot be had on this machine (a browser, PostgreSQL, Redis) skips its tests with the reason; with
``QAF_REQUIRE_ALL=1`` in the environment it fails them instead, so that CI never passes by not looking.
"""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from hypothesis import settings as hypothesis_settings

from audits.models.forms import _parsed
from qaf.people.models import Agency, Service, Team, User
from qaf.people.roles import Role
from tests.browser import axe, browser, browser_page, front_end, new_page, open_server, patient_clicks, screenshot
from tests.database import copy_migrated_database, empty_quickly
from tests.factories import PostFactory, UserFactory

# A busy machine makes any example slow; how slow is no verdict on the code.
hypothesis_settings.register_profile("qaf", deadline=None)
hypothesis_settings.load_profile("qaf")

empty_quickly()

# Fixtures are found by their names in this file.
__all__ = ["axe", "browser", "browser_page", "front_end", "new_page", "open_server", "patient_clicks", "screenshot"]


def pytest_collection_finish() -> None:
    """Let Python look for rubbish less often, and never among what was imported: it stays until the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> None:
    """Keep the test's SQLite in a file, as an installation does.

    Django's default is one in memory that all threads share through a single connection; a live server and a
    browser then run into each other's transactions, which no real installation does.
    """
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        folder = tmp_path_factory.mktemp("database")
        database.setdefault("TEST", {})["NAME"] = str(folder / "test.sqlite3")
    request.getfixturevalue("django_db_modify_db_settings_parallel_suffix")


@pytest.fixture(scope="session")
def django_db_keepdb(
    request: pytest.FixtureRequest, django_db_modify_db_settings: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[bool]:
    """Whether the database is there already when it is set up: on SQLite, as a copy of a migrated one."""
    database = settings.DATABASES["default"]
    config = request.config
    if not database["ENGINE"].endswith("sqlite3") or config.getvalue("nomigrations"):
        yield config.getvalue("reuse_db")
        return
    file, of_this_process = Path(database["TEST"]["NAME"]), tmp_path_factory.getbasetemp()
    copy_migrated_database(file, config, of_this_process.parent if hasattr(config, "workerinput") else of_this_process)
    yield True
    for left in file.parent.glob(f"{file.name}*"):
        left.unlink()


@pytest.fixture(autouse=True)
def fast_and_apart(settings: Any, tmp_path: Path) -> None:
    """Cheap password hashes, plain static files, and nothing left over from the test before."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "media"
    # Files come from the finders here; the collected ones need not exist.
    settings.STATIC_ROOT = tmp_path
    # Looked up when asked for, so that not every test client walks through all static files first.
    settings.WHITENOISE_AUTOREFRESH = True
    settings.SECURE_SSL_REDIRECT = False
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    # allauth counts attempts to sign in here; one test's wrong passwords must not lock out the next.
    cache.clear()
    # Form versions are known by their number alone, and the next test begins to count from one again.
    _parsed.cache_clear()


@pytest.fixture(scope="module", autouse=True)
def versions_of_earlier_files_are_forgotten() -> None:
    """What a whole file shares is made before its first test begins, and would meet the forms of the file before."""
    _parsed.cache_clear()


@pytest.fixture
def person(db: None) -> Callable[..., User]:
    """Make a person who holds one role: ``person("auditor", team=team, name="Ade Okoro")``.

    Without a scope the post covers everything. Several roles: ``person("auditor", "moderator")``; none: a person
    without a post.
    """

    def make(
        *roles: Role | str,
        team: Team | None = None,
        service: Service | None = None,
        agency: Agency | None = None,
        **fields: Any,
    ) -> User:
        user = UserFactory.create(**fields)
        for role in roles:
            PostFactory.create(person=user, role=role, team=team, service=service, agency=agency)
        return user

    return make


@pytest.fixture
def client_for() -> Callable[[User], Client]:
    """Give a test client in which this person is signed in."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return sign_in
