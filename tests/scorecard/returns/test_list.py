"""The list of returns: who sees what, narrowed, chased, taken as a file; and what the home page says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from qaf.people.models import Post
from qaf.people.roles import Role
from scorecard.home_returns import returns_waiting
from scorecard.models import Return
from scorecard.workflow.return_steps import send
from tests.factories import AgencyFactory
from tests.scorecard.board_factories import make_indicator, somebody
from tests.scorecard.returns.setting import Setting, fill, make_setting, through

pytestmark = pytest.mark.django_db
ClientFor = Callable[..., Client]


@pytest.fixture
def setting() -> Setting:
    return make_setting()


def page_of(one: Return) -> str:
    return f"/scorecard/returns/{one.pk}/"


def test_leads_see_the_returns_of_their_own_agency_alone(setting: Setting, client_for: ClientFor) -> None:
    other = AgencyFactory.create(name="Other Health")
    make_indicator(agency=other)
    setting.ask()
    theirs = Return.objects.get(agency=other)
    lead = client_for(setting.lead)
    body = lead.get("/scorecard/returns/").content.decode()
    assert "Avon Police" in body
    assert "Other Health" not in body
    assert lead.get(page_of(theirs)).status_code == 404
    assert lead.post(page_of(theirs), {"summary": "x"}).status_code == 404


def test_the_list_says_who_was_not_asked_what_nobody_sends_and_which_agency_has_no_lead(
    setting: Setting, client_for: ClientFor
) -> None:
    make_indicator(name="Young carers")
    manager = client_for(setting.manager)
    body = manager.get("/scorecard/returns/").content.decode()
    assert "Not asked yet" in body
    assert "“Young carers”" in body
    manager.post("/scorecard/returns/ask/", {"quarter": setting.quarter.code})
    Post.objects.filter(person=setting.lead).delete()
    body = manager.get("/scorecard/returns/").content.decode()
    assert "Not asked yet" not in body
    assert "The agency has no lead" in body
    again = manager.post("/scorecard/returns/ask/", {"quarter": setting.quarter.code}, follow=True)
    assert "No agency had to be asked" in again.content.decode()


@pytest.mark.parametrize(
    ("shown", "there"), [("", 1), ("late", 1), ("with_agency", 1), ("with_qa", 0), ("accepted", 0), ("nonsense", 1)]
)
def test_the_list_is_narrowed(setting: Setting, client_for: ClientFor, shown: str, there: int) -> None:
    one = setting.ask()
    Return.objects.filter(pk=one.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    page = client_for(setting.manager).get(f"/scorecard/returns/?shown={shown}&sort=-due")
    assert len(page.context["rows"]) == there


def test_everybody_who_is_late_is_reminded_at_once(setting: Setting, client_for: ClientFor) -> None:
    one = setting.ask()
    Return.objects.filter(pk=one.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    manager = client_for(setting.manager)
    path = f"/scorecard/returns/{setting.quarter.code}/chase/"
    assert path in manager.get("/scorecard/returns/").content.decode()
    assert "Avon Police: due on" in manager.get(path).content.decode()
    assert "Reminded today: Avon Police." in manager.post(path, follow=True).content.decode()
    assert manager.get("/scorecard/returns/2026-9/chase/").status_code == 404
    assert client_for(setting.lead).get(path).status_code == 403


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_list_is_taken_as_a_file(setting: Setting, client_for: ClientFor, kind: str) -> None:
    through(setting)
    response = client_for(setting.manager).get(f"/scorecard/returns/returns.{kind}")
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert content.startswith(b"PK" if kind == "xlsx" else b"\xef\xbb\xbfQuarter,Agency")
    if kind == "csv":
        assert "Avon Police" in content.decode()
        assert "short of reviewers" not in content.decode()


def test_home_tells_leads_what_to_send_and_qa_what_waits(setting: Setting) -> None:
    other = somebody(Role.AGENCY_LEAD, agency=setting.agency)
    one = setting.ask()
    assert returns_waiting(setting.lead) is None, "it is among the deadlines of whoever has to send it"
    panel = returns_waiting(other)
    assert panel is not None
    assert [item.hint for item in panel.items] == ["Requested"]
    assert returns_waiting(setting.manager) is None
    fill(one, by=setting.lead)
    send(one, by=setting.lead)
    waiting = returns_waiting(setting.manager)
    assert waiting is not None
    assert waiting.items[0].text.startswith("Avon Police")
    assert returns_waiting(somebody(Role.AUDITOR)) is None
