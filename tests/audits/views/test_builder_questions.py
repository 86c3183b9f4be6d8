"""Adding and changing questions of every kind, and what happens when two people do."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from audits.forms.builder_words import KIND_WORDS, PART_WORDS, PREFILL_WORDS
from audits.kloe.editing import AddQuestion, ChangeQuestion, RemoveQuestion, RemoveSection, problems
from audits.kloe.kinds import KINDS
from audits.kloe.questions import PARTS, PREFILLS
from audits.workflow.drafts import change
from qaf.people.models import User
from tests.audits.views.builder_setting import Building, begin

pytestmark = pytest.mark.django_db
# What is typed for each kind, and what of it is stored beside key, kind and label.
TYPED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "short_text": ({"max_length": "50", "prefill": "case.team"}, {"max_length": 50, "prefill": "case.team"}),
    "long_text": ({"max_length": "20000"}, {}),
    "date": ({"past_only": "on", "prefill": "today"}, {"past_only": True, "prefill": "today"}),
    "number": ({"minimum": "1", "maximum": "2.5", "decimals": "1"}, {"minimum": 1, "maximum": 2.5, "decimals": 1}),
    "one_choice": (
        {"options": "North\r\n\r\nSouth east \r\n"},
        {"options": [{"value": "north", "label": "North"}, {"value": "south_east", "label": "South east"}]},
    ),
    "several_choices": ({"options": "Neglect"}, {"options": [{"value": "neglect", "label": "Neglect"}]}),
    "yes_no": ({"comment": "on", "not_applicable": "on"}, {"not_applicable": True}),
    "record_state": ({}, {"comment": False}),
    "scale_0_10": ({"low_label": "Worried", "high_label": ""}, {"low_label": "Worried"}),
    "frequency_scale": ({}, {}),
    "change_scale": ({}, {}),
    "evidence": ({"left": "What worked well", "right": ""}, {"left": "What worked well"}),
    "judgement": (
        {"domain": "Risk Management", "descriptors": ["planning"]},
        {"domain": "risk-management", "descriptors": ["planning"]},
    ),
    "rows": ({"row_name": "visit", "maximum_rows": "5"}, {"row_name": "visit", "maximum_rows": 5}),
    "person": ({}, {}),
    "signature": ({"prefill": "audit.auditor"}, {"prefill": "audit.auditor"}),
}


@pytest.fixture
def building(person: Callable[..., User], client_for: Callable[[User], Client]) -> Building:
    manager = person("qa_manager")
    return begin(manager, client_for(manager))


def test_everything_has_words() -> None:
    assert set(KIND_WORDS) == set(KINDS) == set(TYPED)
    assert set(PART_WORDS) == set(PARTS)
    assert set(PREFILL_WORDS) == set(PREFILLS)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_question_of_every_kind_is_added_behind_another_and_shown_again(building: Building, kind: str) -> None:
    typed, stored = TYPED[kind]
    add = f"{building.path}sections/plan/add/{kind}/"
    assert building.client.get(add).status_code == 200
    data = {
        "label": "How  is it?",
        "hint": "A hint",
        "guidance": "One.\r\n\r\nTwo\r\nlines.",
        "required": "on",
        **typed,
    }
    assert building.client.post(f"{add}?after=is_there", data).status_code == 302
    keys = [question["key"] for question in building.piece("section", "plan")["questions"]]
    assert keys[:3] == ["is_there", "how_is_it", "voice"]
    common = {"key": "how_is_it", "kind": kind, "label": "How is it?", "hint": "A hint"}
    common |= {"guidance": ["One.", "Two\nlines."], "required": True}
    assert building.piece("question", "plan", "how_is_it") == {**common, **stored}

    # Opened and saved again without a change, it stays what it is.
    here = f"{building.path}sections/plan/questions/how_is_it/"
    form = building.client.get(here).context["form"]
    again = {field.html_name: field.value() for field in form if field.value() not in (None, False, [])}
    again |= {"seen": building.seen("question", "plan", "how_is_it"), "kind": kind}
    before = building.document
    assert building.client.post(here, again).status_code == 302
    assert building.document == before


def test_the_kind_is_chosen_first(building: Building) -> None:
    response = building.client.post(f"{building.path}sections/plan/add/?after=voice", {"kind": "evidence"})
    assert response["Location"] == f"{building.path}sections/plan/add/evidence/?after=voice"
    response = building.client.post(f"{building.path}sections/plan/add/", {})
    assert response.status_code == 422
    assert "Choose what kind of question it is" in response.content.decode()
    assert building.client.get(f"{building.path}sections/plan/add/no_kind/").status_code == 404
    assert building.client.get(f"{building.path}sections/no/add/").status_code == 404


def test_a_long_question_is_typed_over_several_lines_and_stored_as_one(building: Building) -> None:
    add = f"{building.path}sections/plan/add/yes_no/"
    building.client.post(add, {"label": "Does the plan say\r\nwhat the child\r\nwants?"})
    assert building.piece("section", "plan")["questions"][-1]["label"] == "Does the plan say what the child wants?"


def test_the_hint_of_a_checkbox_stands_under_its_label(building: Building) -> None:
    page = building.client.get(f"{building.path}sections/plan/add/yes_no/").content.decode()
    label, hint = page.index("It must be answered"), page.index("Ask yourself whether an honest auditor")
    assert label < hint
    assert page.count('id="id_required_helptext"') == 1
    assert 'aria-describedby="id_required_helptext"' in page


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        ("short_text", {"label": ""}, "Enter the question"),
        ("one_choice", {"label": "Kept", "options": "Only one"}, "write at least two"),
        ("one_choice", {"label": "Kept", "options": "North\nNorth"}, "is there twice"),
        ("number", {"label": "Kept", "minimum": "5", "maximum": "2"}, "must not be smaller than 5"),
        ("number", {"label": "Kept", "minimum": "many"}, "must be a number"),
        ("judgement", {"label": "Kept", "domain": "…"}, "Enter the area of practice"),
        ("rows", {"label": "Kept", "maximum_rows": "1000"}, "must be 100 or less"),
        ("long_text", {"label": "Kept", "guidance": "x" * 4001}, "must be 4,000 characters or fewer"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    building: Building, kind: str, typed: dict[str, str], said: str
) -> None:
    before = building.document
    response = building.client.post(f"{building.path}sections/plan/add/{kind}/", typed)
    text = response.content.decode()
    assert response.status_code == 422
    assert said in text
    assert all(value in text for value in typed.values())
    assert building.document == before


def test_an_option_keeps_its_value_when_its_words_change(building: Building) -> None:
    here = f"{building.path}sections/plan/questions/team_type/"
    seen = building.seen("question", "plan", "team_type")
    data = {"label": "Which team?", "options": "North and centre\nWest\nSouth", "seen": seen}
    building.client.post(here, data)
    assert building.piece("question", "plan", "team_type")["options"] == [
        {"value": "north", "label": "North and centre"},
        {"value": "west", "label": "West"},
        {"value": "south", "label": "South"},
    ]


def test_the_condition_stays_when_the_question_is_changed(building: Building) -> None:
    here = f"{building.path}sections/plan/questions/voice/"
    data = {"label": "Heard?", "seen": building.seen("question", "plan", "voice")}
    building.client.post(here, data)
    changed = building.piece("question", "plan", "voice")
    assert changed["label"] == "Heard?"
    assert changed["when"] == {"question": "plan.is_there", "is": "yes"}


def test_an_overall_judgement_must_be_answered(building: Building) -> None:
    here = f"{building.path}sections/end/questions/grade/"
    data = {"label": "Overall", "domain": "overall", "overall": "on", "seen": building.seen("question", "end", "grade")}
    building.client.post(here, data)
    assert building.piece("question", "end", "grade")["required"] is True
    assert problems(building.document) == []


def test_the_kind_is_changed_only_when_the_question_is_saved(building: Building) -> None:
    here = f"{building.path}sections/plan/questions/team_type/"
    before = building.document
    response = building.client.post(f"{here}kind/", {"kind": "long_text"}, follow=True)
    assert "It is of another kind now. Nothing is saved yet" in response.content.decode()
    assert building.document == before
    seen = building.seen("question", "plan", "team_type")
    building.client.post(f"{here}?kind=long_text", {"label": "Which team?", "kind": "long_text", "seen": seen})
    assert building.piece("question", "plan", "team_type") == {
        "key": "team_type",
        "kind": "long_text",
        "label": "Which team?",
    }


def test_it_moves_to_another_section(building: Building) -> None:
    here = f"{building.path}sections/plan/questions/team_type/move/"
    assert "At the start" in building.client.get(here).content.decode()
    response = building.client.post(here, {"place": "end:grade"})
    assert response["Location"].endswith("?at=end__team_type")
    assert [question["key"] for question in building.piece("section", "end")["questions"]] == ["grade", "team_type"]
    assert building.client.post(f"{building.path}sections/end/questions/grade/move/", {"place": "x"}).status_code == 422


def test_it_moves_behind_what_was_chosen_whatever_others_add(building: Building, person: Callable[..., User]) -> None:
    here = f"{building.path}sections/end/questions/grade/move/"
    assert 'value="plan:team_type"' in building.client.get(here).content.decode()
    other = person("admin")
    now = change(building.draft, edit=AddQuestion("plan", {"kind": "date", "label": "When?"}, after=""), by=other)
    building.client.post(here, {"place": "plan:team_type"})
    keys = [question["key"] for question in building.piece("section", "plan")["questions"]]
    assert keys == ["when", "is_there", "voice", "team_type", "grade", "actions"]
    change(now, edit=RemoveQuestion("plan", "voice", building.seen("question", "plan", "voice")), by=other)
    response = building.client.post(f"{building.path}sections/plan/questions/grade/move/", {"place": "plan:voice"})
    assert response.status_code == 422
    assert "That place is gone" in response.content.decode()


def test_removing_asks_and_a_condition_that_named_it_becomes_something_to_put_right(building: Building) -> None:
    here = f"{building.path}sections/plan/questions/is_there/remove/"
    assert "Remove “Is there a plan?”?" in building.client.get(here).content.decode()
    building.client.post(here, {"seen": building.seen("question", "plan", "is_there")})
    assert building.piece("question", "plan", "is_there") is None
    text = building.client.get(building.path).content.decode()
    assert f'href="{building.path}sections/plan/questions/voice/when/"' in text
    assert "Go on to publish" not in text


def test_what_somebody_else_changed_is_not_removed_unasked(building: Building, person: Callable[..., User]) -> None:
    here = f"{building.path}sections/plan/questions/voice/remove/"
    seen = building.seen("question", "plan", "voice")
    _theirs(building, person("qa_manager"))
    response = building.client.post(here, {"seen": seen})
    assert response.status_code == 409
    assert building.piece("question", "plan", "voice") is not None


def _theirs(building: Building, by: User) -> None:
    stands = building.piece("question", "plan", "voice")
    seen = building.seen("question", "plan", "voice")
    change(building.draft, edit=ChangeQuestion("plan", "voice", seen, {**stands, "label": "Their words"}), by=by)


def test_two_people_change_one_question_and_one_decides(building: Building, person: Callable[..., User]) -> None:
    here = f"{building.path}sections/plan/questions/voice/"
    data = {
        "label": "My words",
        "hint": "My hint",
        "kind": "evidence",
        "seen": building.seen("question", "plan", "voice"),
    }
    _theirs(building, person("qa_manager"))
    response = building.client.post(here, data)
    text = response.content.decode()
    assert response.status_code == 409
    for words in ("My words", "Their words", "My hint", "Keep mine", "Keep theirs"):
        assert words in text
    assert building.piece("question", "plan", "voice")["label"] == "Their words"
    # Keep mine: the same form, with the mark of what stands now.
    seen = building.seen("question", "plan", "voice")
    assert f'name="seen" value="{seen}"' in text
    assert building.client.post(here, {**data, "seen": seen}).status_code == 302
    assert building.piece("question", "plan", "voice")["label"] == "My words"


def test_a_question_that_somebody_removed_can_be_kept(building: Building, person: Callable[..., User]) -> None:
    here = f"{building.path}sections/plan/questions/voice/"
    seen = building.seen("question", "plan", "voice")
    data = {"label": "My words", "kind": "evidence", "seen": seen}
    change(building.draft, edit=RemoveQuestion("plan", "voice", seen), by=person("qa_manager"))
    response = building.client.post(here, data)
    text = response.content.decode()
    assert response.status_code == 409
    assert "Somebody else has removed this meanwhile" in text
    assert "My words</textarea>" in text
    building.client.post(here, {**data, "seen": "", "again": "1"})
    assert building.piece("question", "plan", "voice")["label"] == "My words"


def test_columns_are_added_changed_moved_and_removed(building: Building) -> None:
    here = f"{building.path}sections/plan/questions/actions/"
    assert building.client.post(f"{here}add-column/", {"kind": "number"}).status_code == 302
    building.client.post(f"{here}add-column/number/", {"label": "How often?", "decimals": ""})
    columns = building.piece("question", "plan", "actions")["columns"]
    assert [column["key"] for column in columns] == ["who", "when_seen", "how_often"]
    seen = building.client.get(f"{here}columns/who/").context["seen"]
    building.client.post(f"{here}columns/who/", {"label": "Who exactly?", "required": "on", "seen": seen})
    building.client.post(f"{here}columns/how_often/move/", {"by": "up"})
    columns = building.piece("question", "plan", "actions")["columns"]
    assert [column["label"] for column in columns] == ["Who exactly?", "How often?", "When"]
    seen = building.client.get(f"{here}columns/when_seen/remove/").context["seen"]
    building.client.post(f"{here}columns/when_seen/remove/", {"seen": seen})
    assert [column["key"] for column in building.piece("question", "plan", "actions")["columns"]] == [
        "who",
        "how_often",
    ]
    assert building.client.get(f"{here}columns/when_seen/").status_code == 404
    assert building.client.get(f"{here}add-column/rows/").status_code == 404
    assert building.client.get(f"{building.path}sections/plan/questions/voice/add-column/").status_code == 404


def test_two_people_change_one_column(building: Building) -> None:
    here = f"{building.path}sections/plan/questions/actions/columns/who/"
    seen = building.client.get(here).context["seen"]
    building.client.post(here, {"label": "Theirs", "seen": seen})
    response = building.client.post(here, {"label": "Mine", "seen": seen})
    text = response.content.decode()
    assert response.status_code == 409
    assert "Theirs" in text
    assert "Mine</textarea>" in text


def test_rows_that_become_actions_ask_for_what_an_action_needs(building: Building) -> None:
    building.client.post(f"{building.path}sections/plan/add/rows/", {"label": "Actions", "becomes": "on"})
    columns = building.piece("question", "plan", "actions_2")["columns"]
    assert [column["key"] for column in columns] == ["action", "owner", "due"]
    assert problems(building.document) == []


def test_the_live_preview_shows_what_is_typed_and_keeps_nothing(building: Building) -> None:
    before = building.document
    live = f"{building.path}preview/plan/live/"
    response = building.client.post(f"{live}?kind=evidence&question=voice", {"label": "Typed just now"})
    assert "Typed just now" in response.content.decode()
    response = building.client.post(f"{live}?kind=one_choice&after=is_there", {"label": "A new one", "options": "A\nB"})
    assert "A new one" in response.content.decode()
    response = building.client.post(f"{live}?kind=date&rows=actions", {"label": "A new column"})
    assert "A new column" in response.content.decode()
    # What cannot be read yet leaves the rest in place.
    response = building.client.post(f"{live}?kind=one_choice&question=team_type", {"label": "", "options": ""})
    assert "Is there a plan?" in response.content.decode()
    assert building.client.post(f"{live}?kind=no").status_code == 404
    assert building.document == before


def test_what_was_typed_is_shown_when_the_section_is_gone(building: Building, person: Callable[..., User]) -> None:
    seen = building.seen("section", "plan")
    change(building.draft, edit=RemoveSection("plan", seen), by=person("qa_manager"))
    here = f"{building.path}sections/plan/add/evidence/"
    headers = {"Referer": f"http://testserver{here}"}
    response = building.client.post(here, {"label": "My own words"}, headers=headers)
    text = response.content.decode()
    assert response.status_code == 409
    assert "Somebody else has removed this section meanwhile" in text
    assert "My own words" in text
