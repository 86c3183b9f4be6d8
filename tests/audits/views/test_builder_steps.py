"""The library, previews, and what is done with a draft as a whole."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from audits.kloe.editing import AddSection, MoveSection, RemoveQuestion
from audits.kloe.writing import from_yaml, to_yaml
from audits.models import Form, FormVersion
from audits.workflow.drafts import change
from qaf.people.models import User
from tests.audits.setting import make_authority
from tests.audits.views.builder_setting import Building, begin, small

pytestmark = pytest.mark.django_db


@pytest.fixture
def building(person: Callable[..., User], client_for: Callable[[User], Client]) -> Building:
    manager = person("qa_manager", name="Quin Builder")
    return begin(manager, client_for(manager))


def test_questions_of_other_forms_are_found_and_added_behind_another(building: Building) -> None:
    make_authority()
    page = building.client.get(f"{building.path}library/?words=chronology")
    results = page.context["results"]
    assert results
    assert "As an auditor sees it" in page.content.decode()
    picked = [one.name for one in results[:2]]
    data = {"pick": picked, "section": "plan"}
    response = building.client.post(f"{building.path}library/?words=chronology&section=plan&after=is_there", data)
    assert response.status_code == 302
    labels = [question["label"] for question in building.piece("section", "plan")["questions"]]
    assert labels[:4] == ["Is there a plan?", *(one.found.question["label"] for one in results[:2]), labels[3]]


def test_the_library_can_be_narrowed_to_a_kind_and_a_pack(building: Building) -> None:
    make_authority()
    page = building.client.get(f"{building.path}library/?words=&kind=evidence&pack=bristol")
    assert {one.found.question["kind"] for one in page.context["results"]} == {"evidence"}
    assert building.client.get(f"{building.path}library/?kind=no&pack=no&words=zzzz").context["results"] == []


@pytest.mark.parametrize("pick", ["", "x", "1:2", "999999:plan:voice", "1:no:no"])
def test_a_pick_that_is_none_adds_nothing(building: Building, pick: str) -> None:
    before = building.document
    data = {"pick": pick, "section": "plan"} if pick else {"section": "plan"}
    response = building.client.post(f"{building.path}library/?words=plan", data)
    assert response.status_code == (200 if pick else 422)
    assert building.document == before


def test_a_preview_shows_the_form_even_while_it_has_faults(building: Building) -> None:
    seen = building.seen("question", "plan", "is_there")
    change(building.draft, edit=RemoveQuestion("plan", "is_there", seen), by=building.by)
    text = building.client.get(f"{building.path}preview/").content.decode()
    assert "Is the child heard in it?" in text
    assert "Nothing you type here is kept" in text
    part = building.client.get(f"{building.path}preview/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "Next section" in building.client.get(f"{building.path}preview/plan/").content.decode()
    assert building.client.get(f"{building.path}preview/no/").status_code == 404


def test_the_last_change_is_taken_back_and_named(building: Building) -> None:
    before = building.document
    building.client.post(f"{building.path}arrange/", {"command": "down:plan"})
    page = building.client.get(building.path)
    assert "Section moved down: Plan" in page.content.decode()
    response = building.client.post(f"{building.path}undo/", {"revision": page.context["draft"].revision}, follow=True)
    assert "Taken back: Section moved down: Plan" in response.content.decode()
    assert building.document == before


def test_a_change_that_was_not_seen_is_not_taken_back(building: Building, person: Callable[..., User]) -> None:
    building.client.post(f"{building.path}arrange/", {"command": "down:plan"})
    seen = building.client.get(building.path).context["draft"].revision
    change(building.draft, edit=MoveSection("plan", by=-1), by=person("qa_manager"))
    before = building.document
    response = building.client.post(f"{building.path}undo/", {"revision": seen}, follow=True)
    assert "Nothing was taken back" in response.content.decode()
    assert building.document == before


def test_the_history_says_who_changed_what(building: Building, person: Callable[..., User]) -> None:
    assert "Nothing was changed yet" in building.client.get(f"{building.path}history/").content.decode()
    change(building.draft, edit=MoveSection("plan", by=1), by=person("qa_manager", name="Sam Other"))
    text = building.client.get(f"{building.path}history/").content.decode()
    assert "Section moved down: Plan" in text
    assert "Sam Other" in text


def test_publishing_asks_for_a_note_and_leads_on_to_how_audits_go(building: Building) -> None:
    here = f"{building.path}publish/"
    assert "Audits can be allocated with it as soon as you have said how they go" in (
        building.client.get(here).content.decode()
    )
    revision = building.client.get(here).context["draft"].revision
    response = building.client.post(here, {"revision": revision, "note": ""})
    assert response.status_code == 422
    response = building.client.post(here, {"revision": revision, "note": "For home visits."})
    assert response["Location"] == f"/forms/{building.key}/types/new/"
    published = FormVersion.objects.get(pk=building.draft.pk)
    assert (published.state, published.note) == ("published", "For home visits.")
    assert building.client.get(here).status_code == 404


def test_a_draft_with_faults_is_not_published(building: Building) -> None:
    seen = building.seen("question", "end", "grade")
    change(building.draft, edit=RemoveQuestion("end", "grade", seen), by=building.by)
    here = f"{building.path}publish/"
    assert "The draft cannot be published yet" in building.client.get(here).content.decode()
    assert building.client.post(here, {"revision": "1", "note": "Now."}).status_code == 422
    assert FormVersion.objects.get(pk=building.draft.pk).state == "draft"


def test_what_somebody_changed_meanwhile_is_not_published_unseen(
    building: Building, person: Callable[..., User]
) -> None:
    here = f"{building.path}publish/"
    seen = building.client.get(here).context["draft"].revision
    change(building.draft, edit=MoveSection("plan", by=1), by=person("qa_manager"))
    response = building.client.post(here, {"revision": seen, "note": "Kept note"})
    assert response.status_code == 409
    assert "Kept note" in response.content.decode()
    assert FormVersion.objects.get(pk=building.draft.pk).state == "draft"


def test_discarding_asks_and_takes_a_form_that_was_never_published_with_it(building: Building) -> None:
    here = f"{building.path}discard/"
    assert "This cannot be taken back" in building.client.get(here).content.decode()
    response = building.client.post(here, {"revision": "0"})
    assert response["Location"] == "/forms/"
    assert not Form.objects.filter(key=building.key).exists()


def test_what_somebody_changed_meanwhile_is_not_discarded_unseen(
    building: Building, person: Callable[..., User]
) -> None:
    here = f"{building.path}discard/"
    assert 'name="revision" value="0"' in building.client.get(here).content.decode()
    change(building.draft, edit=AddSection("An afternoon’s work"), by=person("admin"))
    response = building.client.post(here, {"revision": "0"})
    assert response.status_code == 409
    assert "nothing was discarded" in response.content.decode()
    assert building.client.post(here, {"revision": "1"}).status_code == 302
    assert not Form.objects.filter(key=building.key).exists()


def test_what_is_exported_can_be_imported(building: Building) -> None:
    response = building.client.get(f"{building.path}export/")
    assert response["Content-Disposition"] == f'attachment; filename="{building.key}-draft-1.yaml"'
    assert from_yaml(response.content) == building.document


def _import(building: Building, content: bytes, **data: str) -> tuple[int, str]:
    file = SimpleUploadedFile("form.yaml", content)
    response = building.client.post(f"{building.path}import/", {"file": file, "revision": "0", **data})
    return response.status_code, response.content.decode()


def test_importing_into_a_draft_that_is_not_empty_asks(building: Building) -> None:
    other = {**small(), "title": "From the file"}
    status, text = _import(building, to_yaml(other).encode())
    assert status == 422
    assert "Tick the box if the file is to replace the draft" in text
    assert _import(building, to_yaml(other).encode(), sure="on")[0] == 302
    assert building.document == {**other, "form": building.key}


def test_importing_over_what_was_not_seen_is_refused(building: Building) -> None:
    building.client.post(f"{building.path}arrange/", {"command": "down:plan"})
    before = building.document
    assert _import(building, to_yaml(small()).encode(), sure="on")[0] == 409
    assert building.document == before


@pytest.mark.parametrize(
    ("content", "line"),
    [(b"form: a\ntitle: }", 2), (b"form: x\ntitle: !!python/object:os.system x\n", 2), (b"\xff\xfe", 1)],
)
def test_a_file_that_cannot_be_read_says_where(building: Building, content: bytes, line: int) -> None:
    status, text = _import(building, content, sure="on")
    assert status == 422
    assert "The file cannot be used yet" in text
    assert f">{line}</th>" in text
