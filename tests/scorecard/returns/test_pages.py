"""The pages of returns: lists, filling in, both texts when two fill at once, and the steps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from qaf.people.models import Post
from qaf.people.roles import Role
from scorecard.models import Return, ReturnLine, ReturnLineRevision, ReturnState, Unit
from scorecard.workflow.return_corrections import correct
from scorecard.workflow.return_steps import Question, query, send
from scorecard.workflow.returns import open_returns
from tests.factories import AgencyFactory
from tests.scorecard.board_factories import make_indicator, somebody
from tests.scorecard.returns.setting import Setting, enter, fill, make_setting, through

pytestmark = pytest.mark.django_db
ClientFor = Callable[..., Client]


@pytest.fixture
def setting() -> Setting:
    return make_setting()


def page_of(one: Return) -> str:
    return f"/scorecard/returns/{one.pk}/"


def fields_of(one: Return, client: Client) -> dict[str, str]:
    """The fields of the page as a browser would send them back untouched."""
    context = client.get(page_of(one)).context
    fields = {"revision": context["marks"], "summary": context["summary"]}
    for group in context["groups"]:
        fields |= {box["name"]: box["value"] for box in group["texts"].values()}
        for row in group["rows"]:
            fields |= {box["name"]: box["value"] for box in (row["numerator"], row["denominator"]) if box}
        fields |= {asked["name"]: asked["value"] for asked in group["queries"] if asked["open"]}
    return fields


def key_of(one: Return, code: str) -> str:
    return f"l{one.lines.get(definition__indicator__code=code).pk}"


def narrative_of(one: Return, code: str) -> str:
    return ReturnLine.objects.get(part_of=one, definition__indicator__code=code).narrative


def test_it_works(setting: Setting, client_for: ClientFor) -> None:
    one = setting.ask()
    lead = client_for(setting.lead)
    key = key_of(one, "plans")
    typed = fields_of(one, lead) | {f"{key}-n0": "1,150", f"{key}-d0": "1250", f"{key}-narrative": "Steady."}
    response = lead.post(page_of(one), typed | {"go": "save"}, follow=True)
    assert "Saved. Nothing is sent yet." in response.content.decode()
    assert "92%" in response.content.decode()
    assert narrative_of(one, "plans") == "Steady."


def test_what_is_missing_is_said_beside_its_field_before_anything_is_sent(
    setting: Setting, client_for: ClientFor
) -> None:
    one = setting.ask()
    lead = client_for(setting.lead)
    response = lead.get(f"{page_of(one)}send/", follow=True)
    body = response.content.decode()
    assert response.redirect_chain[-1][0].endswith("?check=1")
    assert "Plans reviewed in time: write the narrative" in body
    assert body.count("Enter the figure, or say below why there is none") == 2


def test_a_word_in_place_of_a_number_keeps_everything_that_was_typed(setting: Setting, client_for: ClientFor) -> None:
    one = setting.ask()
    lead = client_for(setting.lead)
    key = key_of(one, "plans")
    typed = fields_of(one, lead) | {f"{key}-n0": "about 40", f"{key}-d0": "50", f"{key}-narrative": "Steady."}
    response = lead.post(page_of(one), typed)
    body = response.content.decode()
    assert response.status_code == 422
    assert "“about 40” is not a number" in body
    assert 'value="about 40"' in body
    assert 'value="50"' in body
    # All that could be read is saved already, and the page goes on from there.
    assert narrative_of(one, "plans") == "Steady."
    again = typed | {"revision": response.context["marks"], f"{key}-n0": "40"}
    assert lead.post(page_of(one), again).status_code == 302
    assert one.lines.get(definition__indicator__code="plans").figures.get().numerator == 40


def test_a_text_that_is_too_long_is_refused_with_its_length(setting: Setting, client_for: ClientFor) -> None:
    one = setting.ask()
    lead = client_for(setting.lead)
    typed = fields_of(one, lead) | {"summary": "x" * 5_001}
    response = lead.post(page_of(one), typed)
    assert response.status_code == 422
    assert "It has 5001" in response.content.decode()


def test_two_who_fill_different_lines_at_once_keep_both(setting: Setting, client_for: ClientFor) -> None:
    one = setting.ask()
    other = somebody(Role.AGENCY_LEAD, agency=setting.agency)
    first, second = client_for(setting.lead), client_for(other)
    pages = [fields_of(one, first), fields_of(one, second)]
    first.post(page_of(one), pages[0] | {f"{key_of(one, 'plans')}-narrative": "Mine."})
    response = second.post(page_of(one), pages[1] | {f"{key_of(one, 'visits')}-narrative": "Theirs."})
    assert response.status_code == 302
    assert (narrative_of(one, "plans"), narrative_of(one, "visits")) == ("Mine.", "Theirs.")


def test_two_who_fill_the_same_line_see_both_texts_and_nothing_is_lost(setting: Setting, client_for: ClientFor) -> None:
    one = setting.ask()
    lead = client_for(setting.lead)
    early, late = fields_of(one, lead), fields_of(one, lead)
    name = f"{key_of(one, 'plans')}-narrative"
    lead.post(page_of(one), early | {name: "From the first page."})
    late |= {name: "From the second page.", f"{key_of(one, 'visits')}-narrative": "Only here."}
    response = lead.post(page_of(one), late)
    body = response.content.decode()
    assert response.status_code == 409
    assert "From the first page." in body
    assert "From the second page." in body
    assert narrative_of(one, "plans") == "From the first page."
    assert narrative_of(one, "visits") == "Only here.", "what did not clash is saved"

    chosen = {"revision": response.context["revision"], **response.context["typed"]}
    assert lead.post(page_of(one), chosen).status_code == 302
    assert narrative_of(one, "plans") == "From the second page."
    kept = [revision.document["narrative"] for revision in ReturnLineRevision.objects.order_by("pk")]
    assert "From the first page." in kept
    assert "From the first page." in lead.get(f"{page_of(one)}history/").content.decode()


def test_a_page_that_is_sent_twice_changes_nothing_the_second_time(setting: Setting, client_for: ClientFor) -> None:
    one = setting.ask()
    lead = client_for(setting.lead)
    typed = fields_of(one, lead) | {f"{key_of(one, 'plans')}-narrative": "Once."}
    for _ in range(2):
        assert lead.post(page_of(one), typed).status_code == 302
    assert ReturnLineRevision.objects.count() == 1


def test_autosave_says_when_it_saved_and_what_it_could_not_read(setting: Setting, client_for: ClientFor) -> None:
    one = setting.ask()
    lead = client_for(setting.lead)
    key = key_of(one, "plans")
    typed = fields_of(one, lead) | {f"{key}-narrative": "By itself.", f"{key}-n0": "12a"}
    answer = lead.post(page_of(one), typed, headers={"X-Autosave": "1"}).json()
    assert answer["message"].startswith("Saved at ")
    assert "“12a” is not a number" in answer["message"]
    assert narrative_of(one, "plans") == "By itself."
    typed |= {"revision": answer["revision"], f"{key}-n0": "12"}
    assert lead.post(page_of(one), typed, headers={"X-Autosave": "1"}).status_code == 200


def test_autosave_of_an_older_page_stops_and_says_so(setting: Setting, client_for: ClientFor) -> None:
    one = setting.ask()
    lead = client_for(setting.lead)
    typed = fields_of(one, lead)
    name = f"{key_of(one, 'plans')}-narrative"
    lead.post(page_of(one), typed | {name: "First."})
    response = lead.post(page_of(one), typed | {name: "Second."}, headers={"X-Autosave": "1"})
    assert response.status_code == 409
    assert "“Plans reviewed in time” was saved from another page too" in response.json()["message"]


def test_autosave_never_takes_over_what_another_page_saved_meanwhile(setting: Setting, client_for: ClientFor) -> None:
    one = setting.ask()
    lead = client_for(setting.lead)
    mine, other = fields_of(one, lead), fields_of(one, lead)
    lead.post(page_of(one), other | {f"{key_of(one, 'plans')}-narrative": "From another page."})
    mine |= {f"{key_of(one, 'visits')}-narrative": "Typing"}
    for text in ("Typing on", "Typing on and on"):
        answer = lead.post(page_of(one), mine, headers={"X-Autosave": "1"}).json()
        mine |= {"revision": answer["revision"], f"{key_of(one, 'visits')}-narrative": text}
    assert narrative_of(one, "plans") == "From another page."


def test_a_lead_who_lost_the_post_saves_nothing_and_keeps_the_text(setting: Setting, client_for: ClientFor) -> None:
    one = setting.ask()
    lead = client_for(setting.lead)
    typed = fields_of(one, lead) | {"summary": "Not to be lost"}
    Post.objects.filter(person=setting.lead).update(ends_on=timezone.localdate() - timedelta(days=1))
    response = lead.post(page_of(one), typed, headers={"Referer": f"http://testserver{page_of(one)}"})
    assert response.status_code == 404
    assert "Not to be lost" in response.content.decode()


def test_what_is_typed_after_it_was_sent_is_shown_and_not_saved(setting: Setting, client_for: ClientFor) -> None:
    one = fill(setting.ask(), by=setting.lead)
    lead = client_for(setting.lead)
    typed = fields_of(one, lead) | {"summary": "Too late"}
    send(one, by=setting.lead)
    response = lead.post(page_of(one), typed)
    assert response.status_code == 409
    assert "Too late" in response.content.decode()
    assert "“sent”" in response.content.decode()


def test_check_and_send_shows_all_once_more(setting: Setting, client_for: ClientFor) -> None:
    one = fill(setting.ask(), by=setting.lead)
    lead = client_for(setting.lead)
    page = lead.get(f"{page_of(one)}send/")
    assert "75%" in page.content.decode()
    assert "150 of 200" in page.content.decode()
    lead.post(f"{page_of(one)}send/", {"seen": page.context["seen"]})
    assert Return.objects.get().state == ReturnState.SENT


def test_questions_are_asked_beside_the_figures_and_answered_there(setting: Setting, client_for: ClientFor) -> None:
    one = fill(setting.ask(), by=setting.lead)
    send(one, by=setting.lead)
    manager, lead = client_for(setting.manager), client_for(setting.lead)
    form = manager.get(f"{page_of(one)}query/").context["form"]
    empty = manager.post(f"{page_of(one)}query/", {"seen": form["seen"].value()})
    assert "Write at least one question" in empty.content.decode()
    asked = {"seen": form["seen"].value(), key_of(one, "plans"): "Are these all teams?"}
    assert manager.post(f"{page_of(one)}query/", asked).status_code == 302

    one = Return.objects.get()
    assert "Are these all teams?" in lead.get(page_of(one)).content.decode()
    name = f"q{one.queries.get().pk}"
    lead.post(page_of(one), fields_of(one, lead) | {name: "All but one."})
    assert one.queries.get().answer == "All but one."
    page = lead.get(f"{page_of(one)}send/")
    lead.post(f"{page_of(one)}send/", {"seen": page.context["seen"]})
    assert "All but one." in manager.get(page_of(one)).content.decode()


def test_more_time_reminders_corrections_and_calling_off(setting: Setting, client_for: ClientFor) -> None:
    one = setting.ask()
    manager = client_for(setting.manager)
    early = manager.post(f"{page_of(one)}extend/", _day(one.due_on) | {"reason": "Busy."})
    assert "Choose a day after" in early.content.decode()
    later = one.due_on + timedelta(days=3)
    manager.post(f"{page_of(one)}extend/", _day(later) | {"reason": "Busy."})
    assert Return.objects.get().due_on == later
    history = manager.get(f"{page_of(one)}history/").content.decode()
    assert "Busy." in history
    assert f"to {later:%-d %B %Y}" in history
    assert "Reminded today" in manager.post(f"{page_of(one)}remind/", follow=True).content.decode()

    fill(one, by=setting.lead)
    send(one, by=setting.lead)
    page = manager.get(f"{page_of(one)}accept/")
    manager.post(f"{page_of(one)}accept/", {"seen": page.context["seen"]})
    assert manager.post(f"{page_of(one)}correct/", {"reason": ""}).status_code == 422
    manager.post(f"{page_of(one)}correct/", {"reason": "Two were counted twice."})
    fresh = Return.objects.get(version=2)
    assert "Two were counted twice." in manager.get(page_of(fresh)).content.decode()
    # From a page that is older than the correction one comes to the correction.
    assert manager.get(f"{page_of(one)}correct/")["Location"] == page_of(fresh)
    manager.post(f"{page_of(fresh)}withdraw/")
    assert Return.objects.get(version=2).state == ReturnState.WITHDRAWN
    assert f"{page_of(one)}correct/" in manager.get(page_of(one)).content.decode()


def _day(day: Any) -> dict[str, str]:
    return {"to_day_0": str(day.day), "to_day_1": str(day.month), "to_day_2": str(day.year)}


@pytest.mark.parametrize("path", ["", "page", "accept/"])
def test_pages_ask_the_database_as_often_for_many_indicators_as_for_few(
    setting: Setting, client_for: ClientFor, path: str
) -> None:
    one = setting.ask()
    manager = client_for(setting.manager)

    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            address = "/scorecard/returns/" if path == "" else page_of(one) + ("" if path == "page" else path)
            assert manager.get(address).status_code == 200
        return len(found)

    def prepare(number: int) -> None:
        for _ in range(number):
            make_indicator(agency=setting.agency, unit=Unit.COUNT)
            make_indicator(agency=AgencyFactory.create())
        setting.ask() if number else None
        Return.objects.filter(pk=one.pk).update(state=ReturnState.SENT if path == "accept/" else ReturnState.REQUESTED)

    prepare(0)
    count()
    few = count()
    Return.objects.filter(pk=one.pk).update(state=ReturnState.REQUESTED)
    prepare(4)
    assert count() == few


def test_saving_asks_the_database_as_often_for_many_indicators_as_for_few(
    setting: Setting, client_for: ClientFor
) -> None:
    one = setting.ask()
    lead = client_for(setting.lead)
    name = f"{key_of(one, 'plans')}-narrative"

    def count(text: str) -> int:
        typed = fields_of(one, lead) | {name: text}
        with CaptureQueriesContext(connection) as found:
            assert lead.post(page_of(one), typed, headers={"X-Autosave": "1"}).status_code == 200
        return len(found)

    count("First.")
    few = count("Second.")
    for _ in range(4):
        make_indicator(agency=setting.agency, unit=Unit.COUNT)
    open_returns(setting.quarter)
    assert one.lines.count() == 6
    assert count("Third.") == few


def test_a_correction_shows_its_reason_and_both_versions(setting: Setting, client_for: ClientFor) -> None:
    one = through(setting)
    fresh = correct(one, reason="A team was missing.", by=setting.lead)
    enter(fresh, "visits", (13, None), by=setting.lead, narrative="One more.")
    send(fresh, by=setting.lead)
    query(fresh, questions=[Question("Which team?")], by=setting.manager)
    body = client_for(setting.manager).get(page_of(fresh)).content.decode()
    for words in ("A team was missing.", "Version 1", "Which team?", "Not answered yet."):
        assert words in body
