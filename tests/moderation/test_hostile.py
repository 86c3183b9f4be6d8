"""What nobody's browser sends by itself: every page of moderation answers it with a page, and changes nothing."""

from collections.abc import Callable

import pytest
from django.test import Client

from audits.models import Audit
from moderation.models import (
    Concern,
    HandOver,
    Moderation,
    ModerationSettings,
    ModeratorRule,
    Reassignment,
    Regrade,
)
from qaf.people.models import User
from qaf.people.roles import Role
from tests.audits.setting import Authority, someone
from tests.moderation.concerns.setting import raised
from tests.moderation.desk.test_findings import opened

pytestmark = pytest.mark.django_db

ClientFor = Callable[[User], Client]
# NUL, which PostgreSQL does not store and refuses to look up; digits of another script; what is markup elsewhere.
TEXT = "\x00٣<script>alert(1)</script>"
# Beyond every column of numbers.
NUMBER = "9" * 40
FIELDS = dict.fromkeys(
    (
        "evidence", "sampled", "analysis", "grade", "comment", "innovative_why", "go", "seen", "q", "whose", "sort",
        "show", "worry", "done_at_once", "response", "outcome", "reason", "reference", "shown", "auditor_role",
        "moderator_role", "scope", "alternate_role", "alternate_scope", "way", "order", "ask", "case_holder",
        "check",
    ),
    TEXT,
) | dict.fromkeys(
    (
        "revision", "to", "type", "team", "page", "told", "moved", "auditor", "concern_acknowledge_days",
        "panels_a_year",
    ),
    NUMBER,
)  # fmt: skip


def _state() -> list[object]:
    """What is stored of everything that these pages change."""
    kept = (Audit, Concern, HandOver, Moderation, ModerationSettings, ModeratorRule, Regrade, Reassignment)
    return [list(model.objects.order_by("pk").values()) for model in kept]


def test_nothing_that_is_sent_breaks_a_page_or_changes_anything(authority: Authority, client_for: ClientFor) -> None:
    admin = someone(Role.ADMIN, "Ada Admin")
    rule = ModeratorRule.objects.in_force()[0]
    waiting = opened(authority).audit
    concern = raised(authority, waiting)
    desk = f"/moderation/{waiting.reference}/"
    moderator, manager, officer = (
        client_for(one) for one in (authority.moderator, authority.qa_manager, authority.officer)
    )
    pages = [
        *((moderator, desk + page) for page in ("", "domains/plan/", "decide/", "reopen/", "hand-over/")),
        (moderator, "/moderation/"),
        (manager, "/moderation/"),
        (manager, desk + "hand-over/"),
        (moderator, f"/moderation/concerns/raise/{waiting.reference}/"),
        *((manager, f"/moderation/concerns/{page}") for page in ("", "list.csv", "list.xlsx")),
        *((manager, f"/moderation/concerns/{concern.pk}/{page}/") for page in ("acknowledge", "resolve", "reassign")),
        *((client_for(admin), f"/moderation/rules/{page}") for page in ("", "add/", "settings/", "try/")),
        *((client_for(admin), f"/moderation/rules/{rule.pk}/{page}") for page in ("", "move/", "remove/")),
        (officer, "/moderation/rules/try/"),
    ]
    before = _state()
    for client, path in pages:
        for extra in ({"ask": "audit"}, {"ask": "other"}) if path.endswith("try/") else ({},):
            response = client.get(path, FIELDS | extra)
            assert response.status_code < 500, path
        for go in ("send", "change") if "concerns/raise" in path else (TEXT,):
            response = client.post(path, FIELDS | {"go": go})
            assert response.status_code in (200, 405, 409, 422), path
            assert b"<script>alert" not in response.content, path
    assert _state() == before
