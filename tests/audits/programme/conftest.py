from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from qaf.people.models import User
from tests.audits.programme.setting import ProgrammeSetting, make_programme_setting


@pytest.fixture(scope="module")
def shared(django_db_setup: Any, django_db_blocker: Any) -> Iterator[ProgrammeSetting]:
    """The people, made once for a file."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_programme_setting()
        transaction.set_rollback(True)


@pytest.fixture
def house(shared: ProgrammeSetting, db: None) -> ProgrammeSetting:
    """The people as they are at the beginning: each test runs in a transaction of its own within the shared one."""
    shared.counted = 0
    for person in vars(shared).values():
        if isinstance(person, User):
            person.refresh_from_db()
            person.__dict__.pop("current_posts", None)
    return shared
