from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.moderation.panels.setting import PanelSetting, make_panel_setting


@pytest.fixture(scope="module")
def shared(django_db_setup: Any, django_db_blocker: Any) -> Iterator[PanelSetting]:
    """The audits, settled once for a whole file: that is too much for each test."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_panel_setting()
        transaction.set_rollback(True)


@pytest.fixture
def house(shared: PanelSetting, db: None) -> PanelSetting:
    """The setting as it is at the beginning: each test runs in a transaction of its own within the shared one."""
    people = (shared.chair, shared.first, shared.second, shared.support, shared.authority.auditor)
    for person in (*people, shared.authority.moderator, shared.authority.qa_manager, shared.authority.practitioner):
        person.refresh_from_db()
        person.__dict__.pop("current_posts", None)
    for audit in shared.audits:
        audit.refresh_from_db()
        for kept in ("_parts", "_contributors"):
            audit.__dict__.pop(kept, None)
    return shared
