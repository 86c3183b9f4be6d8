"""Sections, conditions, the grading scale and what the grades look like."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from audits.kloe.editing import AddSection, ChangeScale, ChangeSection, RemoveSection, mark, problems
from audits.kloe.reading import MAX_GRADES
from audits.workflow.drafts import change
from qaf.people.models import User
from tests.audits.setting import make_authority
from tests.audits.views.builder_setting import SCALE, Building, begin

pytestmark = pytest.mark.django_db


@pytest.fixture
def building(person: Callable[..., User], client_for: Callable[[User], Client]) -> Building:
    manager = person("qa_manager")
    return begin(manager, client_for(manager))


def test_a_section_is_added_behind_another(building: Building) -> None:
    data = {"title": "Reviews", "part": "moderation", "introduction": "One.\r\n\r\nTwo."}
    response = building.client.post(f"{building.path}add-section/?after=plan", data)
    assert response["Location"].endswith("?at=reviews")
    assert [section["key"] for section in building.document["sections"]] == ["plan", "reviews", "end"]
    stands = building.piece("section", "reviews", "head")
    assert stands == {"key": "reviews", "title": "Reviews", "part": "moderation", "introduction": ["One.", "Two."]}


def test_a_section_without_a_title_is_asked_for_one_and_keeps_what_was_typed(building: Building) -> None:
    response = building.client.post(f"{building.path}add-section/", {"title": "", "introduction": "Kept words"})
    text = response.content.decode()
    assert response.status_code == 422
    assert "Enter the title of the section" in text
    assert "Kept words" in text


def test_a_section_is_changed_and_keeps_questions_and_condition(building: Building) -> None:
    before = building.piece("section", "plan")
    data = {"title": "The plan", "part": "audit", "introduction": "", "seen": building.seen("section", "plan", "head")}
    building.client.post(f"{building.path}sections/plan/", data)
    after = building.piece("section", "plan")
    assert after == {**before, "title": "The plan"}


def test_two_people_change_one_section(building: Building, person: Callable[..., User]) -> None:
    seen = building.seen("section", "plan", "head")
    data = {"title": "Mine", "part": "audit", "introduction": "", "seen": seen}
    change(building.draft, edit=ChangeSection("plan", seen, "Theirs", "feedback"), by=person("qa_manager"))
    response = building.client.post(f"{building.path}sections/plan/", data)
    text = response.content.decode()
    assert response.status_code == 409
    assert "The practitioner, in their feedback" in text
    building.client.post(f"{building.path}sections/plan/", {**data, "seen": building.seen("section", "plan", "head")})
    assert building.piece("section", "plan")["title"] == "Mine"


def test_a_section_that_somebody_removed_can_be_added_again(building: Building, person: Callable[..., User]) -> None:
    data = {"title": "Mine", "part": "audit", "seen": building.seen("section", "plan", "head")}
    change(building.draft, edit=RemoveSection("plan", building.seen("section", "plan")), by=person("qa_manager"))
    assert building.client.get(f"{building.path}sections/plan/").status_code == 404
    response = building.client.post(f"{building.path}sections/plan/", data)
    assert response.status_code == 409
    assert "Somebody else has removed this meanwhile" in response.content.decode()
    building.client.post(f"{building.path}sections/plan/", {**data, "seen": "", "again": "1"})
    assert building.piece("section", "mine")["title"] == "Mine"


def test_a_section_moves_to_any_place(building: Building) -> None:
    here = f"{building.path}sections/end/move/"
    assert "The start of the form" in building.client.get(here).content.decode()
    building.client.post(here, {"place": ":"})
    assert [section["key"] for section in building.document["sections"]] == ["end", "plan"]


def test_a_section_moves_behind_what_was_chosen_whatever_others_add(
    building: Building, person: Callable[..., User]
) -> None:
    here = f"{building.path}sections/plan/move/"
    assert 'value=":end"' in building.client.get(here).content.decode()
    change(building.draft, edit=AddSection("First", after=""), by=person("admin"))
    building.client.post(here, {"place": ":end"})
    assert [section["key"] for section in building.document["sections"]] == ["first", "end", "plan"]


def test_removing_a_section_asks_and_says_how_many_questions_go(building: Building) -> None:
    here = f"{building.path}sections/plan/remove/"
    assert "its 4 questions" in building.client.get(here).content.decode()
    building.client.post(here, {"seen": building.seen("section", "plan")})
    assert building.piece("section", "plan") is None


CONDITIONS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("plan.is_there", {"comparison": "in", "values": ["no"]}, {"question": "plan.is_there", "is": "no"}),
    (
        "plan.team_type",
        {"comparison": "in", "values": ["north", "south"]},
        {"question": "plan.team_type", "in": ["north", "south"]},
    ),
    (
        "plan.team_type",
        {"comparison": "not", "values": ["north", "south"]},
        {"all": [{"question": "plan.team_type", "not": "north"}, {"question": "plan.team_type", "not": "south"}]},
    ),
    ("plan.voice", {"comparison": "answered"}, {"question": "plan.voice", "answered": True}),
    ("plan.actions", {"comparison": "open"}, {"question": "plan.actions", "answered": False}),
    ("end.grade", {"comparison": "in", "values": ["I"]}, {"question": "end.grade", "is": "I"}),
]


@pytest.mark.parametrize(("look_at", "typed", "stored"), CONDITIONS, ids=lambda value: str(value)[:40])
def test_a_condition_is_made_from_a_question_and_its_answers(
    building: Building, look_at: str, typed: dict[str, Any], stored: dict[str, Any]
) -> None:
    _add(building, "short_text", "Follow up")
    here = f"{building.path}sections/plan/questions/follow_up/when/"
    response = building.client.post(here, {"look_at": look_at})
    assert response["Location"] == f"{here}add/?look_at={look_at}"
    assert building.client.post(response["Location"], typed).status_code == 302
    assert building.piece("question", "plan", "follow_up")["when"] == stored
    assert problems(building.document) == []


def _add(building: Building, kind: str, label: str) -> None:
    assert building.client.post(f"{building.path}sections/plan/add/{kind}/", {"label": label}).status_code == 302


def test_a_condition_on_a_number_compares_with_a_number(building: Building) -> None:
    _add(building, "number", "How many?")
    here = f"{building.path}sections/plan/questions/voice/when/add/?look_at=plan.how_many"
    response = building.client.post(here, {"comparison": "in", "value": "many"})
    assert response.status_code == 422
    assert "Enter a number" in response.content.decode()
    building.client.post(here, {"comparison": "in", "value": "3"})
    assert building.piece("question", "plan", "voice")["when"] == {
        "all": [{"question": "plan.is_there", "is": "yes"}, {"question": "plan.how_many", "is": 3}]
    }


@pytest.mark.parametrize(
    ("typed", "said"),
    [({}, "Choose when it applies"), ({"comparison": "in"}, "Tick the answers")],
)
def test_what_a_condition_lacks_is_asked_for(building: Building, typed: dict[str, str], said: str) -> None:
    response = building.client.post(f"{building.path}sections/end/when/add/?look_at=plan.is_there", typed)
    assert response.status_code == 422
    assert said in response.content.decode()


def test_parts_are_joined_and_taken_out(building: Building) -> None:
    here = f"{building.path}sections/plan/questions/voice/when/"
    building.client.post(f"{here}add/?look_at=plan.team_type", {"comparison": "in", "values": ["north"]})
    seen = building.client.get(here).context["seen"]
    building.client.post(f"{here}change/", {"command": "join", "joint": "any", "seen": seen})
    assert set(building.piece("question", "plan", "voice")["when"]) == {"any"}
    # The page that was made before is not acted on any more.
    building.client.post(f"{here}change/", {"command": "remove:0", "seen": seen})
    assert len(building.piece("question", "plan", "voice")["when"]["any"]) == 2
    seen = building.client.get(here).context["seen"]
    building.client.post(f"{here}change/", {"command": "remove:0", "seen": seen})
    assert building.piece("question", "plan", "voice")["when"] == {"question": "plan.team_type", "is": "north"}
    seen = building.client.get(here).context["seen"]
    building.client.post(f"{here}change/", {"command": "remove:0", "seen": seen})
    assert "when" not in building.piece("question", "plan", "voice")


def test_a_section_has_a_condition_but_not_on_itself(building: Building) -> None:
    here = f"{building.path}sections/plan/when/"
    text = building.client.get(here).content.decode()
    assert 'value="end.grade"' in text
    assert 'value="plan.is_there"' not in text
    building.client.post(f"{here}add/?look_at=end.grade", {"comparison": "in", "values": ["O", "G"]})
    assert building.piece("section", "plan")["when"] == {"question": "end.grade", "in": ["O", "G"]}
    assert "Only if “Overall grade”" in building.client.get(building.path).content.decode()
    response = building.client.get(f"{here}add/?look_at=no.such", follow=True)
    assert "not in the form any more" in response.content.decode()


def test_a_known_scale_is_chosen(building: Building) -> None:
    make_authority()
    change(building.draft, edit=ChangeScale(building.seen("scale"), None), by=building.by)
    page = building.client.get(f"{building.path}scale/")
    known = page.context["form"].known
    mark_of = next(iter(known))
    data = {"scale": mark_of, "seen": building.seen("scale")}
    building.client.post(f"{building.path}scale/", data)
    assert building.piece("scale") == known[mark_of]


def grades(*rows: tuple[str, str, bool, bool]) -> dict[str, str]:
    data = {"grade-TOTAL_FORMS": str(len(rows)), "grade-INITIAL_FORMS": "0"}
    for number, (name, code, meets, raises) in enumerate(rows):
        data |= {f"grade-{number}-name": name, f"grade-{number}-code": code}
        data |= {f"grade-{number}-meets_standard": "on"} if meets else {}
        data |= {f"grade-{number}-raises_alert": "on"} if raises else {}
    return data


def test_an_own_scale_is_made(building: Building) -> None:
    rows = grades(("Met", "", True, False), ("Partly met", "", False, False), ("", "", False, False),
                  ("Not met", "N", False, True))  # fmt: skip
    data = {"scale": "own", "title": "Our grades", "seen": building.seen("scale"), **rows}
    assert building.client.post(f"{building.path}scale/", data).status_code == 302
    scale = building.piece("scale")
    assert scale["title"] == "Our grades"
    assert scale["grades"] == [
        {"code": "M", "name": "Met", "meets_standard": True},
        {"code": "PM", "name": "Partly met", "meets_standard": False},
        {"code": "N", "name": "Not met", "meets_standard": False, "raises_alert": True},
    ]


def test_a_scale_as_long_as_the_engine_reads_can_be_changed(building: Building, person: Callable[..., User]) -> None:
    rows = [(f"Grade {number}", f"G{number}", number < 5, False) for number in range(MAX_GRADES)]
    made = [{"code": code, "name": name, "meets_standard": meets} for name, code, meets, _ in rows]
    edit = ChangeScale(building.seen("scale"), {"title": "Long", "grades": made})
    change(building.draft, edit=edit, by=person("admin"))
    assert 'value="Grade 19"' in building.client.get(f"{building.path}scale/").content.decode()
    data = {"scale": "own", "title": "Longer", "seen": building.seen("scale"), **grades(*rows)}
    data["grade-INITIAL_FORMS"] = str(MAX_GRADES)
    assert building.client.post(f"{building.path}scale/", data).status_code == 302
    assert building.piece("scale")["grades"] == made


def test_grades_are_put_in_another_order(building: Building) -> None:
    rows = grades(("No", "N", False, False), ("Yes", "Y", True, False), ("Not quite", "Q", False, False))
    places = {"grade-0-ORDER": "2", "grade-1-ORDER": "1", "grade-2-ORDER": ""}
    data = {"scale": "own", "title": "Our grades", "seen": building.seen("scale"), **rows, **places}
    assert building.client.post(f"{building.path}scale/", data).status_code == 302
    assert [grade["code"] for grade in building.piece("scale")["grades"]] == ["Y", "N", "Q"]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("Kept name", "", True, False)], "at least two grades"),
        ([("Kept name", "X", True, True), ("No", "", False, False)], "cannot raise the alert"),
        ([("Kept name", "X", True, False), ("No", "x", False, False)], "Two grades have the code"),
        ([("Kept name", "a b", True, False), ("No", "", False, False)], "only letters, digits and underscores"),
    ],
)
def test_a_scale_that_cannot_be_is_refused_and_kept_on_the_page(
    building: Building, rows: list[tuple[str, str, bool, bool]], said: str
) -> None:
    data = {"scale": "own", "title": "Kept title", "seen": building.seen("scale"), **grades(*rows)}
    response = building.client.post(f"{building.path}scale/", data)
    text = response.content.decode()
    assert response.status_code == 422
    for words in (said, "Kept name", "Kept title"):
        assert words in text
    assert building.piece("scale") == SCALE


def test_an_own_scale_that_was_typed_but_not_chosen_is_not_dropped(building: Building) -> None:
    rows = grades(("Met", "", True, False), ("Not met", "", False, True))
    data = {"scale": "none", "title": "Our grades", "seen": building.seen("scale"), **rows}
    response = building.client.post(f"{building.path}scale/", data)
    text = response.content.decode()
    assert response.status_code == 422
    assert "You wrote a scale of your own below" in text
    assert 'value="Met"' in text
    assert building.piece("scale") == SCALE


def test_two_people_change_the_scale(building: Building, person: Callable[..., User]) -> None:
    seen = building.seen("scale")
    theirs = {**SCALE, "title": "Their grades"}
    change(building.draft, edit=ChangeScale(seen, theirs), by=person("qa_manager"))
    response = building.client.post(f"{building.path}scale/", {"scale": "none", "seen": seen})
    assert response.status_code == 409
    assert "Their grades" in response.content.decode()
    building.client.post(f"{building.path}scale/", {"scale": "none", "seen": building.seen("scale")})
    assert building.piece("scale") is None
    assert "Choose the grading scale" in building.client.get(f"{building.path}descriptors/").content.decode()
    assert building.client.get(f"{building.path}add-descriptor/").status_code == 302


def test_what_grades_look_like_is_written_and_shown_beside_the_grade(building: Building) -> None:
    response = building.client.post(
        f"{building.path}add-descriptor/", {"title": "Risk", "grade-O": "Risks are named.\r\n\r\nThey are weighed. "}
    )
    assert response.status_code == 302
    assert building.piece("descriptor", "risk")["grades"] == {"O": ["Risks are named.", "They are weighed."]}
    here = f"{building.path}descriptors/risk/"
    data = {"title": "Risk and harm", "grade-I": "Nothing is named.", "seen": building.seen("descriptor", "risk")}
    building.client.post(here, data)
    assert building.piece("descriptor", "risk")["grades"] == {"I": ["Nothing is named."]}
    data = {"label": "Grade", "domain": "overall", "overall": "on", "descriptors": ["risk"]}
    seen = building.seen("question", "end", "grade")
    building.client.post(f"{building.path}sections/end/questions/grade/", {**data, "seen": seen})
    assert "Nothing is named." in building.client.get(f"{building.path}preview/end/").content.decode()


def test_two_people_change_the_same_sentences(building: Building) -> None:
    here = f"{building.path}descriptors/planning/"
    seen = building.seen("descriptor", "planning")
    building.client.post(here, {"title": "Theirs", "grade-O": "Their sentence.", "seen": seen})
    response = building.client.post(here, {"title": "Mine", "grade-O": "My sentence.", "seen": seen})
    text = response.content.decode()
    assert response.status_code == 409
    assert "Their sentence." in text
    assert "My sentence." in text


def test_sentences_stay_with_their_grade_when_somebody_changes_the_scale(
    building: Building, person: Callable[..., User]
) -> None:
    here, seen = f"{building.path}descriptors/planning/", building.seen("descriptor", "planning")
    sent = {"title": "Planning", "seen": seen, "grade-G": "The plan is specific.", "grade-RI": "It is late."}
    scale = building.piece("scale")
    grades = [{"code": "X", "name": "Exceptional", "meets_standard": True}, *scale["grades"]]
    without = [grade for grade in grades if grade["code"] != "RI"]
    change(building.draft, edit=ChangeScale(mark(scale), {**scale, "grades": without}), by=person("admin"))
    response = building.client.post(here, sent)
    assert response.status_code == 422
    assert "It is late." in response.content.decode()
    sent |= {"grade-RI": "", "grade-I": "It is late."}
    assert building.client.post(here, sent).status_code == 302
    assert building.piece("descriptor", "planning")["grades"] == {"G": ["The plan is specific."], "I": ["It is late."]}


def test_sentences_are_removed_and_what_showed_them_is_to_be_put_right(building: Building) -> None:
    here = f"{building.path}descriptors/planning/remove/"
    assert building.client.get(here).status_code == 200
    building.client.post(here, {"seen": building.seen("descriptor", "planning")})
    assert building.piece("descriptor", "planning") is None
    assert problems(building.document)
    assert building.client.get(f"{building.path}sections/end/questions/grade/").status_code == 200
