"""Not a page, list, file or message says to anybody else that a confidential audit exists."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audits.models import Audit, AuditType, ProcessMap, State
from audits.workflow import distribution, submission
from qaf.deadlines.sweep import sweep
from qaf.notices.models import Notice
from qaf.people.models import User
from qaf.people.roles import Role
from tests.audits import walk
from tests.audits.setting import Authority, make_authority, someone
from tests.factories import ServiceFactory

pytestmark = pytest.mark.django_db

LISTS = (
    "home", "audits:tracker", "audits:tracker_csv", "moderation:desk", "notices:inbox", "scorecard:reports",
    "audits:case_lists", "audits:allocate", "audits:allocate_other", "forms:index", "admin:index",
    "admin:deadlines_deadline_changelist",
)  # fmt: skip
PAGES = ("detail", "paper", "check", "qa_check", "return", "cancel", "extend", "distribute", "feedback", "close",
         "direction", "actions_review", "reaudit", "contribution_ask", "paper_look_over")  # fmt: skip
OTHERS = (
    "officer", "service_manager", "team_manager", "moderator", "practitioner", "second_auditor", "board", "admin",
    "manager_elsewhere",
)  # fmt: skip


@pytest.fixture
def authority() -> Authority:
    return make_authority()


def people(authority: Authority) -> dict[str, User]:
    found = {name: getattr(authority, name) for name in OTHERS[:6]}
    return found | {
        "board": someone(Role.BOARD_MEMBER, "Bo Board"),
        "admin": someone(Role.ADMIN, "Al Admin"),
        "manager_elsewhere": someone(Role.QA_MANAGER, "Ed Elsewhere", service=ServiceFactory.create(name="Else")),
    }


def make(authority: Authority, state: str) -> Audit:
    """A confidential audit of a case, at the lowest grade, with every step, in this state and long overdue."""
    AuditType.objects.update(confidential=True)
    ProcessMap.objects.filter(type=authority.type).update(qa_check=True, reaudit_type=None)
    authority.type = AuditType.objects.get(pk=authority.type.pk)
    authority.officer, officer = authority.qa_manager, authority.officer
    audit = authority.audit()
    authority.officer = officer
    AuditType.objects.update(confidential=False)
    authority.type.refresh_from_db()
    second = someone(Role.QA_MANAGER, "Val Manager", service=authority.service)
    steps: list[tuple[str, Callable[[Audit], Any]]] = [
        (State.SUBMITTED, lambda one: walk.submit(one, grade="I")),
        (State.MODERATING, lambda one: submission.pass_check(one, by=authority.qa_manager)),
        (State.MODERATED, walk.moderate),
        (State.DISTRIBUTED, lambda one: distribution.distribute(
            one, recipients=[distribution.Proposal(second, "QA")], by=authority.qa_manager)),
    ]  # fmt: skip
    for name, act in steps:
        if audit.state == state:
            break
        audit = act(Audit.objects.get(pk=audit.pk))
        assert audit.state == name
    audit = Audit.objects.get(pk=audit.pk)
    sweep(timezone.localdate() + timedelta(days=200))
    return audit


@pytest.mark.parametrize(
    "state", [State.ALLOCATED, State.SUBMITTED, State.MODERATING, State.MODERATED, State.DISTRIBUTED]
)
def test_nobody_else_learns_of_it(authority: Authority, client_for: Callable[[User], Client], state: str) -> None:
    everybody = people(authority)
    audit = make(authority, state)
    beside = authority.audit(authority.another_case())
    Audit.objects.filter(pk=beside.pk).update(case=audit.case, type=_other_type(authority))
    for name, person in everybody.items():
        assert not Notice.objects.filter(person=person, text__contains=audit.reference).exists(), name
        client = client_for(person)
        for page in LISTS:
            response = client.get(reverse(page))
            content = b"".join(response) if response.streaming else response.content
            assert audit.reference not in content.decode(), f"{name} reads it on {page}"
        one = f"{reverse('audits:allocate_one')}?case={audit.case_id}"
        for path in (reverse("audits:detail", args=[beside.reference]), one):
            assert audit.reference not in client.get(path).content.decode(), f"{name} reads it on {path}"
        for page in PAGES:
            assert client.get(reverse(f"audits:{page}", args=[audit.reference])).status_code == 404, (name, page)
        for page in ("review", "decide", "reopen", "hand_over"):
            assert client.get(reverse(f"moderation:{page}", args=[audit.reference])).status_code == 404, (name, page)


def _other_type(authority: Authority) -> AuditType:
    return AuditType.objects.exclude(pk=authority.type.pk).get()
