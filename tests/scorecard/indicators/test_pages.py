"""The pages of indicators, requests and priorities."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from qaf.people.models import User
from qaf.people.roles import Role
from scorecard.models import ChangeState, IndicatorChange, Lens, Priority, PriorityReset
from scorecard.workflow.changes import request_change
from tests.scorecard.board_factories import make_figures, make_priority, somebody
from tests.scorecard.indicators.setting import Setting, this_quarter

pytestmark = pytest.mark.django_db
Sign = Callable[[User], Client]
LIST = "/scorecard/indicators/"


def alteration_as_sent(setting: Setting, **fields: str) -> dict[str, str]:
    """The form that alters an indicator, filled in as it stands."""
    return {
        "seen": "1",
        "name": "Reviews in time",
        "definition": "Reviews held by the day they were due.",
        "numerator_label": "Reviews in time",
        "denominator_label": "Reviews due",
        "direction": "up",
        "target": "90",
        "tolerance": "0",
        "lens": "independent",
        "agency": str(setting.agency.pk),
        "priority": str(setting.priority.pk),
        "jump_percent": "30",
        "counts_people": "on",
        "effective_from": this_quarter().next.first_day.isoformat(),
        "reason": "So that it says what is counted.",
        **fields,
    }


def decision_as_sent(setting: Setting, **fields: object) -> dict[str, object]:
    day = timezone.localdate()
    return {
        "approve": "yes",
        "meeting_on_0": day.day,
        "meeting_on_1": day.month,
        "meeting_on_2": day.year,
        "minute": "Item 4.2",
        "present": [one.pk for one in setting.quorum],
        "note": "Agreed.",
        **fields,
    }


def test_the_list_shows_what_each_means_and_narrows(setting: Setting, client_for: Sign) -> None:
    setting.indicator("cp-reviews", name="Plans reviewed in time", target="90")
    setting.indicator("voice", name="Children who were heard", lens=Lens.CITIZEN)
    retired = setting.indicator("gone", name="No longer collected")
    retired.retired_on = timezone.localdate() - timedelta(days=1)
    retired.save()
    client = client_for(setting.officer)
    page = client.get(LIST).content.decode()
    assert "Plans reviewed in time" in page
    assert "90%" in page
    assert "No longer collected" not in page
    assert "Children who were heard" not in client.get(LIST, {"lens": "independent"}).content.decode()
    assert "No longer collected" in client.get(LIST, {"state": "retired"}).content.decode()
    assert "No indicator fits" in client.get(LIST, {"search": "nothing like it"}).content.decode()
    narrowed = client.get(f"{LIST}export/csv/", {"lens": "citizen"})
    rows = b"".join(narrowed.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert [row.split(",")[0] for row in rows] == ["Code", "voice"]


def test_an_empty_list_says_what_to_do_next(setting: Setting, client_for: Sign) -> None:
    assert "ask for the first indicator" in client_for(setting.officer).get(LIST).content.decode()
    assert "once the subgroup has approved" in client_for(somebody(Role.BOARD_MEMBER)).get(LIST).content.decode()


@pytest.mark.parametrize("address", [LIST, f"{LIST}changes/", f"{LIST}one/", f"{LIST}priorities/"])
def test_a_page_takes_as_many_queries_for_many_as_for_few(setting: Setting, client_for: Sign, address: str) -> None:
    client = client_for(setting.manager)
    first = setting.indicator("one")
    make_figures(first, [80], last=this_quarter().previous.previous)
    setting.alteration(first)
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        assert client.get(address).status_code == 200
    for number in range(6):
        setting.alteration(setting.indicator(f"of-{number}"), name=f"Another {number}")
        setting.alteration(first, name=f"Another {number}")
        make_priority(f"Priority {number}")
    with CaptureQueriesContext(connection) as many:
        assert client.get(address).status_code == 200
    assert len(many) == len(few)


def test_an_indicator_shows_its_versions_with_what_each_changed_and_its_minutes(
    setting: Setting, client_for: Sign
) -> None:
    indicator = setting.indicator(target="80")
    setting.decide(setting.alteration(indicator, target=Decimal("92.5")), minute="Item 7.7")
    page = client_for(setting.officer).get(f"{LIST}cp-reviews/").content.decode()
    for text in ("Version 2", "Version 1", "92.5", "Item 7.7", "Another definition is approved"):
        assert text in page
    board = client_for(somebody(Role.BOARD_MEMBER)).get(f"{LIST}cp-reviews/").content.decode()
    assert "Version 2" in board
    assert "Item 7.7" not in board


def test_a_change_is_asked_for_and_decided_in_the_browser(setting: Setting, client_for: Sign) -> None:
    indicator = setting.indicator()
    response = client_for(setting.lead).post(f"{LIST}cp-reviews/change/", alteration_as_sent(setting))
    change = IndicatorChange.objects.get()
    assert response["Location"] == f"{LIST}changes/{change.pk}/"
    assert change.proposed["target"] == "90"
    manager = client_for(setting.manager)
    page = manager.get(f"{LIST}changes/{change.pk}/").content.decode()
    assert "What would change" in page
    assert "Record the decision" in page
    manager.post(f"{LIST}changes/{change.pk}/decide/", decision_as_sent(setting))
    assert indicator.versions.get(number=2).name == "Reviews in time"


def test_an_addition_is_asked_for_in_the_browser(setting: Setting, client_for: Sign) -> None:
    sent = alteration_as_sent(setting, code="Plans", unit="percentage", frequency="quarterly")
    client = client_for(setting.lead)
    refused = client.post(f"{LIST}new/", sent)
    assert refused.status_code == 422
    assert "Use small letters" in refused.content.decode()
    assert "So that it says what is counted." in refused.content.decode()
    client.post(f"{LIST}new/", {**sent, "code": "plans"})
    assert IndicatorChange.objects.get().proposed["code"] == "plans"


def test_below_the_quorum_the_page_says_so_and_keeps_what_was_typed(setting: Setting, client_for: Sign) -> None:
    change = setting.alteration(setting.indicator())
    response = client_for(setting.manager).post(
        f"{LIST}changes/{change.pk}/decide/", decision_as_sent(setting, present=[setting.chair.pk])
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert "not quorate: 1 member was there, and 3 have to be" in page
    assert 'value="Item 4.2"' in page
    assert "Agreed." in page
    assert IndicatorChange.objects.get().state == ChangeState.REQUESTED


def test_a_page_from_before_another_definition_shows_it_beside_what_was_typed(
    setting: Setting, client_for: Sign
) -> None:
    indicator = setting.indicator()
    setting.decide(setting.alteration(indicator, name="What it is called now"))
    later = this_quarter().next.next.first_day.isoformat()
    sent = alteration_as_sent(setting, effective_from=later)
    client = client_for(setting.lead)
    response = client.post(f"{LIST}cp-reviews/change/", sent)
    page = response.content.decode()
    assert response.status_code == 409
    assert "What it is called now" in page
    assert "Reviews held by the day they were due." in page
    assert 'name="seen" value="2"' in page
    assert IndicatorChange.objects.filter(state=ChangeState.REQUESTED).count() == 0
    client.post(f"{LIST}cp-reviews/change/", {**sent, "seen": "2"})
    assert IndicatorChange.objects.filter(state=ChangeState.REQUESTED).count() == 1


def test_a_request_out_of_date_says_what_changed_and_can_be_asked_again(setting: Setting, client_for: Sign) -> None:
    indicator = setting.indicator(target="80")
    late = setting.alteration(indicator, name="Reviews in time")
    setting.decide(setting.alteration(indicator, target=Decimal(90)))
    manager = client_for(setting.manager)
    page = manager.get(f"{LIST}changes/{late.pk}/").content.decode()
    assert "changed after this was asked for: target" in page
    assert "Out of date" in manager.get(f"{LIST}changes/").content.decode()
    refused = manager.post(f"{LIST}changes/{late.pk}/decide/", decision_as_sent(setting))
    assert refused.status_code == 409
    assert "Item 4.2" in refused.content.decode()
    again = manager.get(f"{LIST}cp-reviews/change/", {"from": late.pk}).content.decode()
    assert "Reviews in time" in again
    assert 'value="90"' in again


def test_decided_requests_are_not_decided_or_withdrawn_again(setting: Setting, client_for: Sign) -> None:
    change = setting.decide(setting.alteration(setting.indicator()))
    manager = client_for(setting.manager)
    for page in ("decide", "withdraw"):
        for response in (
            manager.get(f"{LIST}changes/{change.pk}/{page}/"),
            manager.post(f"{LIST}changes/{change.pk}/{page}/", decision_as_sent(setting)),
        ):
            assert response.status_code == 409
            assert "Approved" in response.content.decode()


def test_retiring_and_new_limits_are_asked_for_in_the_browser(setting: Setting, client_for: Sign) -> None:
    indicator = setting.indicator()
    quarter = this_quarter()
    make_figures(indicator, [80, 81], last=quarter.previous)
    client = client_for(setting.officer)
    limits = {"effective_from": quarter.previous.first_day.isoformat(), "reason": "Two teams became one."}
    client.post(f"{LIST}cp-reviews/limits/", limits)
    day = timezone.localdate()
    last_day = {"effective_from_0": day.day, "effective_from_1": day.month, "effective_from_2": day.year}
    client.post(f"{LIST}cp-reviews/retire/", {**last_day, "reason": "No longer collected."})
    kinds = IndicatorChange.objects.order_by("pk").values_list("kind", "effective_from")
    assert list(kinds) == [("rebase", quarter.previous.first_day), ("retire", day)]
    for change in IndicatorChange.objects.order_by("pk"):
        setting.decide(change)
    assert client.get(f"{LIST}cp-reviews/change/").status_code == 409
    page = client.get(f"{LIST}cp-reviews/").content.decode()
    assert "Two teams became one." in page
    assert "Ask for a change" not in page


def test_the_requests_are_narrowed_sorted_and_taken_as_a_file(setting: Setting, client_for: Sign) -> None:
    first = setting.decide(setting.alteration(setting.indicator("b-one")))
    setting.alteration(setting.indicator("a-one"))
    client = client_for(setting.officer)
    page = client.get(f"{LIST}changes/", {"sort": "code"}).content.decode()
    assert page.index("a-one") < page.index("b-one")
    page = client.get(f"{LIST}changes/", {"sort": "oldest"}).content.decode()
    assert page.index("b-one") < page.index("a-one")
    answer = client.get(f"{LIST}changes/export/csv/", {"state": "approved"})
    rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert len(rows) == 2
    assert rows[1].startswith(f"Change an indicator,b-one,{first.effective_from},Approved")
    assert client.get(f"{LIST}changes/export/exe/").status_code == 404


def test_a_withdrawn_request_stays_to_be_read(setting: Setting, client_for: Sign) -> None:
    change = setting.alteration(setting.indicator())
    client = client_for(setting.officer)
    address = f"{LIST}changes/{change.pk}/"
    assert "Withdraw this request?" in client.get(f"{address}withdraw/").content.decode()
    client.post(f"{address}withdraw/")
    assert "Withdrawn" in client.get(address).content.decode()
    assert "Ask for the same again" in client.get(address).content.decode()


def test_the_priorities_are_set_anew_in_the_browser(setting: Setting, client_for: Sign) -> None:
    indicator = setting.indicator(name="Plans reviewed in time")
    quarter = this_quarter()
    client = client_for(setting.manager)
    day = quarter.first_day
    sent = {
        "seen": PriorityReset.objects.get().pk,
        "on_0": day.day,
        "on_1": day.month,
        "on_2": day.year,
        "minute": "Partnership Board, item 3",
        f"keep_{setting.priority.pk}": "ends",
        "name_1": "Early help",
        "summary_1": "Help when it is first needed.",
        "summary_2": "Without a name.",
    }
    refused = client.post(f"{LIST}priorities/reset/", sent)
    assert refused.status_code == 422
    assert "Give the new priority a name" in refused.content.decode()
    done = client.post(f"{LIST}priorities/reset/", {**sent, "summary_2": ""})
    assert done["Location"] == f"{LIST}priorities/"
    assert Priority.objects.get(ends_on=None).name == "Early help"
    page = client.get(f"{LIST}priorities/").content.decode()
    assert "need another priority" in page
    assert indicator.versions.get().name in page
    stale = client.post(f"{LIST}priorities/reset/", {**sent, "summary_2": ""})
    assert stale.status_code == 409
    assert "Help when it is first needed." in stale.content.decode()
    assert PriorityReset.objects.count() == 2


def test_asking_again_from_a_request_of_another_kind_or_of_nothing_fills_in_nothing(
    setting: Setting, client_for: Sign
) -> None:
    change = request_change(
        kind="add",
        proposed=setting.definition(),
        reason="A reason of its own.",
        effective_from=this_quarter().next.first_day,
        by=setting.officer,
    )
    setting.indicator()
    client = client_for(setting.officer)
    for key in (change.pk, 99999, "x", "9" * 40):
        page = client.get(f"{LIST}cp-reviews/change/", {"from": key}).content.decode()
        assert "A reason of its own." not in page
    assert "A reason of its own." in client.get(f"{LIST}new/", {"from": change.pk}).content.decode()


def test_the_home_page_names_what_waits_for_the_subgroup(setting: Setting, client_for: Sign) -> None:
    change = setting.alteration(setting.indicator())
    for person in (setting.manager, setting.chair, setting.members[0]):
        assert f"{LIST}changes/{change.pk}/" in client_for(person).get("/").content.decode()
    for person in (setting.officer, setting.lead, somebody(Role.BOARD_MEMBER)):
        assert f"{LIST}changes/{change.pk}/" not in client_for(person).get("/").content.decode()
    setting.decide(change)
    assert "for the subgroup" not in client_for(setting.manager).get("/").content.decode()
