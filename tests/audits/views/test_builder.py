"""The outline of a draft, how a form is begun, and who may do so."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audits.form_builder_urls import urlpatterns
from audits.kloe.editing import ChangeForm, MoveSection
from audits.kloe.writing import to_yaml
from audits.models import Form, FormVersion
from audits.workflow.drafts import change
from audits.workflow.versions import publish
from qaf.people.models import User
from tests.audits.setting import make_authority
from tests.audits.views.builder_setting import Building, begin, small

pytestmark = pytest.mark.django_db
REFUSED = ["auditor", "moderator", "practitioner", "qa_officer", "team_manager"]


@pytest.fixture
def building(person: Callable[..., User], client_for: Callable[[User], Client]) -> Building:
    manager = person("qa_manager", name="Quin Builder")
    return begin(manager, client_for(manager))


def test_it_shows_sections_and_questions_in_order_with_what_matters_about_them(building: Building) -> None:
    text = building.client.get(building.path).content.decode()
    places = [text.index(words) for words in ("Is there a plan?", "Is the child heard in it?", "Overall grade")]
    assert places == sorted(places)
    assert "Only if “Is there a plan?” is “Yes”" in text
    assert "must be answered" in text
    assert "The auditor, in the audit" in text


@pytest.mark.parametrize("role", REFUSED)
def test_others_are_refused_on_every_page(
    building: Building, person: Callable[..., User], client_for: Callable[[User], Client], role: str
) -> None:
    client = client_for(person(role))
    arguments = {"key": building.key, "section": "plan", "question": "actions", "column": "who", "kind": "date"}
    arguments["descriptor"] = "planning"
    before = building.document
    for pattern in urlpatterns:
        wanted = {name: arguments[name] for name in pattern.pattern.converters}
        path = reverse(f"forms:{pattern.name}", kwargs=wanted)
        statuses = {client.get(path).status_code, client.post(path).status_code}
        assert 403 in statuses, path
        assert statuses <= {403, 405}, path
    assert building.document == before


def test_a_form_without_a_draft_has_none_of_the_pages_behind_the_outline(building: Building) -> None:
    make_authority()
    other = "/forms/child-case-audit/draft/"
    for page in ("title/", "scale/", "sections/plan/", "preview/", "publish/", "library/", "history/"):
        assert building.client.get(other + page).status_code == 404, page
    assert building.client.get("/forms/no-such-form/draft/").status_code == 404


def test_a_form_of_a_pack_is_not_changed_but_copied(building: Building) -> None:
    make_authority()
    response = building.client.get("/forms/child-case-audit/draft/")
    assert "Make a copy of this form" in response.content.decode()
    assert building.client.post("/forms/child-case-audit/draft/start/").status_code == 403


def test_a_published_form_gets_a_new_draft(building: Building) -> None:
    publish(building.draft, note="First.", by=building.by)
    assert "Start a new draft" in building.client.get(building.path).content.decode()
    assert building.client.post(f"{building.path}start/").status_code == 302
    assert FormVersion.objects.get(form=building.draft.form, state="draft").number == 2
    assert "This form has been published" in building.client.get(building.path).content.decode()


def test_it_is_said_that_audits_use_the_form_once_there_is_one(building: Building) -> None:
    authority = make_authority()
    authority.audit()
    Form.objects.filter(key="child-case-audit").update(pack=None)
    path = "/forms/child-case-audit/draft/"
    building.client.post(f"{path}start/")
    text = building.client.get(path).content.decode()
    assert "Audits use this form already" in text
    assert "This form has been published" not in text


def test_an_empty_form_is_begun(building: Building) -> None:
    response = building.client.post("/forms/new/", {"title": "Home visits", "begin": "empty"})
    assert response["Location"] == "/forms/home-visits/draft/"
    assert "The form has no sections yet" in building.client.get(response["Location"]).content.decode()


def test_a_copy_is_begun(building: Building) -> None:
    make_authority()
    response = building.client.post(
        "/forms/new/", {"title": "Our own audit", "begin": "copy", "copy_of": "child-case-audit"}
    )
    assert response["Location"] == "/forms/our-own-audit/draft/"
    form = Form.objects.get(key="our-own-audit")
    assert form.pack is None
    assert len(form.versions.get().definition["sections"]) > 5


def test_a_file_is_begun_with(building: Building) -> None:
    file = SimpleUploadedFile("small.yaml", to_yaml(small()).encode())
    response = building.client.post("/forms/new/", {"title": "From a file", "begin": "file", "file": file})
    assert response["Location"] == "/forms/from-a-file/draft/"


def test_a_file_with_mistakes_is_refused_with_their_lines_and_the_title_is_kept(building: Building) -> None:
    text = to_yaml(small()).replace("kind: evidence", "kind: evidense")
    line = next(number for number, each in enumerate(text.splitlines(), start=1) if "evidense" in each)
    file = SimpleUploadedFile("small.yaml", text.encode())
    response = building.client.post("/forms/new/", {"title": "From a file", "begin": "file", "file": file})
    page = response.content.decode()
    assert response.status_code == 422
    assert f">{line}</th>" in page
    assert "evidense" in page
    assert 'value="From a file"' in page
    assert not Form.objects.filter(title="From a file").exists()


def test_a_file_that_is_too_large_is_refused(building: Building) -> None:
    file = SimpleUploadedFile("small.yaml", b"#" * (1024 * 1024 + 1))
    response = building.client.post("/forms/new/", {"title": "From a file", "begin": "file", "file": file})
    assert response.status_code == 422
    assert "larger than 1 MB" in response.content.decode()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Enter what the form is called"),
        ({"title": "X", "begin": "copy"}, "Choose the form to copy"),
        ({"title": "X", "begin": "file"}, "Choose the file that holds the form"),
    ],
)
def test_what_is_missing_is_asked_for(building: Building, sent: dict[str, str], said: str) -> None:
    response = building.client.post("/forms/new/", sent)
    assert response.status_code == 422
    assert said in response.content.decode()


def test_a_question_moves_up_and_keeps_the_focus(building: Building) -> None:
    response = building.client.post(f"{building.path}arrange/", {"command": "up:plan.team_type"}, follow=True)
    keys = [question["key"] for question in building.piece("section", "plan")["questions"]]
    assert keys == ["is_there", "team_type", "voice", "actions"]
    text = response.content.decode()
    assert 'value="up:plan.team_type" autofocus' in text
    assert "Question moved up: Which team? – question 2 of 4 in “Plan”" in text


def test_at_the_top_the_focus_goes_to_the_other_button(building: Building) -> None:
    response = building.client.post(f"{building.path}arrange/", {"command": "up:plan.voice"}, follow=True)
    assert 'value="down:plan.voice" autofocus' in response.content.decode()


def test_a_section_moves_down(building: Building) -> None:
    building.client.post(f"{building.path}arrange/", {"command": "down:plan"})
    assert [section["key"] for section in building.document["sections"]] == ["end", "plan"]


def test_a_question_and_a_section_are_copied(building: Building) -> None:
    building.client.post(f"{building.path}arrange/", {"command": "duplicate:plan.voice"})
    building.client.post(f"{building.path}arrange/", {"command": "duplicate:plan"})
    assert building.piece("question", "plan", "voice_2")["label"] == "Is the child heard in it?"
    assert [section["key"] for section in building.document["sections"]] == ["plan", "plan-2", "end"]


@pytest.mark.parametrize("command", ["", "up", "up:no", "up:plan.no", "sideways:plan", "duplicate:plan.no.more"])
def test_a_button_that_is_none_does_nothing(building: Building, command: str) -> None:
    before = building.document
    response = building.client.post(f"{building.path}arrange/", {"command": command})
    assert response.status_code == 302
    assert building.document == before


def test_title_and_source_are_changed(building: Building) -> None:
    data = {"title": "Another title", "source": "Framework 2026", "seen": building.seen("form")}
    assert building.client.post(f"{building.path}title/", data).status_code == 302
    assert building.piece("form") == {"title": "Another title", "source": "Framework 2026"}


def test_two_titles_meet(building: Building, person: Callable[..., User]) -> None:
    seen = building.seen("form")
    change(building.draft, edit=ChangeForm(seen=seen, title="Theirs"), by=person("qa_manager"))
    response = building.client.post(f"{building.path}title/", {"title": "Mine", "source": "", "seen": seen})
    text = response.content.decode()
    assert response.status_code == 409
    assert "Theirs" in text
    assert 'value="Mine"' in text
    data = {"title": "Mine", "source": "", "seen": building.seen("form")}
    assert f'value="{data["seen"]}"' in text
    building.client.post(f"{building.path}title/", data)
    assert building.piece("form")["title"] == "Mine"


def test_who_else_is_at_work_is_shown(building: Building, person: Callable[..., User]) -> None:
    assert "Somebody else is at work here" not in building.client.get(building.path).content.decode()
    change(building.draft, edit=MoveSection("plan", by=1), by=person("qa_manager", name="Sam Other"))
    text = building.client.get(f"{building.path}sections/plan/").content.decode()
    assert "Somebody else is at work here" in text
    assert "Sam Other" in text


PAGES = [
    "", "title/", "scale/", "descriptors/", "descriptors/planning/", "sections/plan/", "sections/plan/when/",
    "sections/plan/add/", "sections/plan/questions/actions/", "sections/plan/questions/actions/columns/who/",
    "sections/plan/questions/voice/when/", "preview/", "preview/plan/", "publish/", "history/",
]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_the_database_little_however_long_the_form(building: Building, page: str) -> None:
    building.client.get(building.path)
    before = _queries(building, page)
    plan = building.piece("section", "plan")
    for number in range(30):
        plan["questions"].append({"key": f"more_{number}", "kind": "evidence", "label": f"More {number}"})
    document = building.document
    document["sections"][0] = plan
    FormVersion.objects.filter(pk=building.draft.pk).update(definition=document)
    for _ in range(6):
        building.client.post(f"{building.path}arrange/", {"command": "down:plan.voice"})
    assert _queries(building, page) <= before
    assert before <= 16


def _queries(building: Building, page: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert building.client.get(building.path + page).status_code == 200
    return len(seen)
