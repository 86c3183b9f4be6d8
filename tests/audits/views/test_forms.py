"""The pages about forms: who sees what, what they say, and how little they ask of the database."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audits.kloe.packs import read_pack
from audits.models import AuditType, Form, FormVersion, Pack, ProcessMap
from audits.queries import forms as query
from audits.workflow.drafts import discard, start_form
from audits.workflow.packs import load_pack
from audits.workflow.types import TypeFields, save_type
from qaf.people.models import User
from qaf.people.roles import Role
from tests.audits.setting import make_authority
from tests.audits.small_pack import rewrite, write_pack

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User], Client]
FORM = "forms/north-form.yaml"


@pytest.fixture
def packs(tmp_path: Path, settings: Any) -> Path:
    settings.PACKS_FOLDER = tmp_path
    write_pack(tmp_path, "north")
    write_pack(tmp_path, "south", forms=("-a", "-b"), prefix="SOU")
    return tmp_path


@pytest.fixture
def north(packs: Path) -> Form:
    """A form in two versions."""
    load_pack(read_pack(packs / "north"))
    rewrite(packs / "north", FORM, "label: Is there a plan?", "label: Is there a written plan?")
    load_pack(read_pack(packs / "north"))
    return Form.objects.get(key="north-form")


@pytest.fixture
def auditor(person: Callable[..., User], client_for: ClientFor) -> Client:
    return client_for(person(Role.AUDITOR))


@pytest.fixture
def manager(person: Callable[..., User], client_for: ClientFor) -> Client:
    return client_for(person(Role.QA_MANAGER))


@pytest.fixture
def admin(person: Callable[..., User], client_for: ClientFor) -> Client:
    return client_for(person(Role.ADMIN))


def draft_of(form: Form, **changes: Any) -> FormVersion:
    version = form.versions.order_by("-number").first()
    assert version is not None
    return FormVersion.objects.create(
        form=form, number=version.number + 1, definition={**version.definition, **changes}
    )


def own_form(key: str = "ours", title: str = "Our own form", state: str = "draft") -> Form:
    form = Form.objects.create(key=key, title=title)
    definition = {"form": key, "title": title, "sections": []}
    FormVersion.objects.create(form=form, number=1, state=state, definition=definition, published_at=timezone.now())
    return form


def text(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return str(response.content.decode())


def test_the_list_is_searched_and_filtered(north: Form, packs: Path, manager: Client) -> None:
    load_pack(read_pack(packs / "south"))
    own_form()
    AuditType.objects.filter(key="south-form-b-type").update(title="Thematic look")

    def found(query: str) -> list[str]:
        rows = manager.get(f"/forms/{query}").context["rows"]
        return [row.form.title for row in rows]

    assert found("") == ["North form", "Our own form", "South form-a", "South form-b"]
    assert found("?words=form+SOUTH") == ["South form-a", "South form-b"]
    assert found("?words=thematic") == ["South form-b"]
    assert found("?pack=north") == ["North form"]
    assert found("?pack=own") == ["Our own form"]
    assert found("?state=draft") == ["Our own form"]
    assert found("?state=published&pack=south&words=-b") == ["South form-b"]
    assert found("?state=retired") == []
    assert found("?pack=nowhere&state=lost") == ["North form", "Our own form", "South form-a", "South form-b"]
    assert found("?words=%00") == ["North form", "Our own form", "South form-a", "South form-b"]


def test_the_list_says_what_to_do_when_it_is_empty(manager: Client, admin: Client, auditor: Client) -> None:
    assert "Load a framework pack to begin" in text(admin, "/forms/")
    assert "An administrator loads framework packs" in text(auditor, "/forms/")
    assert "Load framework packs" not in text(manager, "/forms/")


def test_a_draft_is_for_those_who_build_forms(north: Form, manager: Client, auditor: Client) -> None:
    draft_of(north)
    own_form()
    assert "Our own form" not in text(auditor, "/forms/")
    text(auditor, "/forms/ours/", 404)
    text(auditor, "/forms/north-form/versions/3/", 404)
    text(auditor, "/forms/north-form/compare/?new=3", 404)
    assert "Version 3" not in text(auditor, "/forms/north-form/")
    assert "Version 3" in text(manager, "/forms/north-form/")
    text(manager, "/forms/ours/")
    text(manager, "/forms/north-form/versions/3/")


def test_a_draft_that_is_not_finished_is_read_and_compared_all_the_same(north: Form, manager: Client) -> None:
    draft_of(north, sections=[{"key": "half", "title": "Half done", "questions": [{"key": "x"}]}, "nonsense"])
    text(manager, "/forms/north-form/versions/3/")
    assert "Half done" in text(manager, "/forms/north-form/compare/")
    FormVersion.objects.filter(number=3).update(definition=[])
    text(manager, "/forms/north-form/versions/3/")
    text(manager, "/forms/north-form/compare/")


def test_a_version_shows_guidance_descriptors_and_conditions_and_nothing_to_fill_in(
    north: Form, auditor: Client
) -> None:
    page = text(auditor, "/forms/north-form/versions/2/")
    for words in (
        "Read the whole file first.",
        "Quote the child where you can.",
        "The plan says who does what by when.",
        "Only if “Is there a written plan?” is “No”",
    ):
        assert words in page
    assert "<form" not in page.partition("<main")[2]
    assert "Is there a plan?" in text(auditor, "/forms/north-form/versions/1/")


@pytest.mark.parametrize("query", ["?old=9", "?new=9", "?old=x", "?new=-1", f"?new={'9' * 30}"])
def test_versions_that_are_not_there_are_not_compared(north: Form, auditor: Client, query: str) -> None:
    text(auditor, f"/forms/north-form/compare/{query}", 404)


def test_the_newest_version_is_compared_with_the_one_before(north: Form, auditor: Client) -> None:
    page = text(auditor, "/forms/north-form/compare/")
    assert "What changed from version 1 to version 2" in page
    assert "In both: figures join" in page
    assert "asks just what version 1 asks" in text(auditor, "/forms/north-form/compare/?old=1&new=1")


def test_a_form_is_retired_only_after_asking(north: Form, manager: Client, auditor: Client) -> None:
    assert auditor.post("/forms/north-form/retire/").status_code == 403
    assert "no more audits can be started" in text(manager, "/forms/north-form/retire/")
    assert north.published_version is not None
    assert manager.post("/forms/north-form/retire/").status_code == 302
    assert north.published_version is None
    assert manager.post("/forms/north-form/retire/").status_code == 409
    assert "Retire the form" not in text(manager, "/forms/north-form/")
    assert manager.get("/forms/north-form/retire/").status_code == 302


SAID = {
    "title": "Kinship audit",
    "reference_prefix": "KIN",
    "about": "case",
    "part": "audit",
    "is_active": "on",
    "audit_days": "15",
    "moderation": "on",
    "moderation_days": "10",
    "action_review_months": "1",
    "reminder_steps": "−5, 0; 3",
    "reminder_repeat": "5",
    "copy_manager_from": "3",
}


def test_a_type_is_made_with_only_the_steps_that_are_ticked(north: Form, manager: Client) -> None:
    assert manager.post("/forms/north-form/types/new/", SAID).status_code == 302
    process = AuditType.objects.get(key="kinship-audit").process
    assert (process.audit_days, process.audit_weeks, process.reminder_steps) == (15, None, [-5, 0, 3])
    steps = {name: getattr(process, name) for name in ("qa_check", "moderation", "distribution", "feedback")}
    assert steps == {"qa_check": False, "moderation": True, "distribution": False, "feedback": False}
    assert not process.moderator_analysis


def test_a_moderator_is_asked_for_an_analysis_where_the_type_says_so(north: Form, manager: Client) -> None:
    assert manager.post("/forms/north-form/types/new/", {**SAID, "moderator_analysis": "on"}).status_code == 302
    assert AuditType.objects.get(key="kinship-audit").process.moderator_analysis
    page = text(manager, "/forms/types/kinship-audit/")
    assert re.search(r'name="moderator_analysis"\s+checked', page)


def test_a_form_whose_only_draft_was_discarded_is_not_called_retired(
    manager: Client, person: Callable[..., User]
) -> None:
    by = person(Role.QA_MANAGER)
    definition = {"sections": [{"key": "a", "title": "A", "part": "audit", "questions": []}]}
    draft = start_form(title="Kinship", by=by, definition=definition)
    # Its type of audit keeps the form.
    save_type(form=draft.form, said=TypeFields(title="Kinship audit", reference_prefix="K"), process={}, by=by)
    discard(draft, by=by)
    assert not query.find(drafts=True)[0].is_retired
    assert "never published" in text(manager, "/forms/kinship/")
    assert "This form is retired" not in text(manager, "/forms/kinship/")


@pytest.mark.parametrize("title", ["Draft", "New", "Retire", "Compare", "Packs", "Types"])
def test_a_type_may_be_called_like_a_page(north: Form, manager: Client, title: str) -> None:
    manager.post("/forms/north-form/types/new/", {**SAID, "title": title})
    kind = AuditType.objects.get(title=title)
    assert manager.get(f"/forms/types/{kind.key}/").context["kind"] == kind


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"reference_prefix": "kin"}, "reference_prefix"),
        ({"part": "reaudit"}, "part"),
        ({"about": "weather"}, "about"),
        ({"audit_days": ""}, "audit_days"),
        ({"audit_days": "0"}, "audit_days"),
        ({"moderation_days": ""}, "moderation_days"),
        ({"reminder_steps": "soon"}, "reminder_steps"),
        ({"reminder_steps": "3, 0"}, "reminder_steps"),
        ({"reminder_steps": "0, 99"}, "reminder_steps"),
        ({"reaudit_type": "999", "reaudit_weeks": "8"}, "reaudit_type"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(
    north: Form, manager: Client, changes: dict[str, str], field: str
) -> None:
    response = manager.post("/forms/north-form/types/new/", {**SAID, **changes})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert AuditType.objects.count() == 1


def test_weeks_are_asked_for_where_a_re_audit_follows(north: Form, manager: Client) -> None:
    reaudit = str(AuditType.objects.get().pk)
    response = manager.post("/forms/north-form/types/new/", {**SAID, "reaudit_type": reaudit})
    assert list(response.context["form"].errors) == ["reaudit_weeks"]
    assert manager.post("/forms/north-form/types/new/", {**SAID, "reaudit_type": reaudit, "reaudit_weeks": "6"}).url
    assert AuditType.objects.get(key="kinship-audit").process.reaudit_weeks == 6


def test_weeks_stand_in_for_days(north: Form, manager: Client) -> None:
    manager.post("/forms/north-form/types/new/", {**SAID, "audit_days": "", "audit_weeks": "6"})
    process = AuditType.objects.get(key="kinship-audit").process
    assert (process.audit_days, process.audit_weeks) == (10, 6)


def test_whoever_may_not_change_a_type_reads_it(north: Form, auditor: Client) -> None:
    page = text(auditor, "/forms/types/north-form-type/")
    assert "10 working days" in page
    assert "Does not apply" in page
    assert auditor.post("/forms/types/north-form-type/", SAID).status_code == 403
    assert auditor.get("/forms/north-form/types/new/").status_code == 403


def test_what_somebody_else_changed_meanwhile_is_told_before_it_is_overwritten(north: Form, manager: Client) -> None:
    seen = manager.get("/forms/types/north-form-type/").context["seen"]
    ProcessMap.objects.update(audit_days=20)
    response = manager.post("/forms/types/north-form-type/", {**SAID, "seen": seen})
    assert response.status_code == 409
    assert "Somebody else changed this type of audit meanwhile" in response.content.decode()
    assert response.context["form"]["title"].value() == "Kinship audit"
    assert AuditType.objects.get().title == "North form"
    again = {**SAID, "seen": response.context["seen"]}
    assert manager.post("/forms/types/north-form-type/", again).status_code == 302
    assert AuditType.objects.get().title == "Kinship audit"


def test_what_the_workflow_refuses_stands_at_its_field(north: Form, manager: Client) -> None:
    kind = AuditType.objects.get()
    response = manager.post(f"/forms/types/{kind.key}/", {**SAID, "reaudit_type": str(kind.pk), "reaudit_weeks": "8"})
    assert response.status_code == 422
    assert "reaudit_type" in response.context["form"].errors


def test_packs_are_for_administrators(packs: Path, manager: Client, admin: Client) -> None:
    for path in ("/forms/packs/", "/forms/packs/north/"):
        assert manager.get(path).status_code == 403
        assert manager.post(path, {"pack": "north"}).status_code == 403
    assert not Pack.objects.exists()
    text(admin, "/forms/packs/nowhere/", 404)


def test_nothing_is_loaded_by_looking(packs: Path, admin: Client) -> None:
    page = text(admin, "/forms/packs/?pack=north&pack=south")
    assert "What loading these packs would do" in page
    assert not Pack.objects.exists()


def test_several_packs_are_loaded_at_once_and_one_that_fails_takes_no_other_along(packs: Path, admin: Client) -> None:
    write_pack(packs, "zenith", prefix="ZEN")
    rewrite(packs / "zenith", "forms/zenith-form.yaml", "form: zenith-form", "form: north-form")
    rewrite(packs / "zenith", "types.yaml", "form: zenith-form", "form: north-form")
    response = admin.post("/forms/packs/", {"pack": ["north", "south", "zenith"]})
    page = response.content.decode()
    assert response.status_code == 200
    assert "Zenith was not loaded" in page
    assert "is there already, from North" in page
    assert "South form-b, version 1" in page
    assert sorted(Pack.objects.values_list("key", flat=True)) == ["north", "south"]
    assert admin.post("/forms/packs/", {"pack": ["zenith"]}).status_code == 409
    review = admin.get("/forms/packs/zenith/")
    assert "This pack cannot be loaded beside it" in review.content.decode()
    assert review.context["loadable"] == []


def test_mistakes_of_a_pack_are_shown_with_file_and_line(packs: Path, admin: Client) -> None:
    rewrite(packs / "north", FORM, "kind: evidence", "kind: evidense")
    assert "Has mistakes" in text(admin, "/forms/packs/")
    page = text(admin, "/forms/packs/north/")
    assert "forms/north-form.yaml, line 24" in page
    assert "unknown kind ‘evidense’" in page
    assert admin.post("/forms/packs/north/", {}).status_code == 409
    assert not Pack.objects.exists()


def test_a_pack_that_is_there_says_what_differs_and_what_was_changed_here(
    north: Form, packs: Path, admin: Client
) -> None:
    ProcessMap.objects.update(audit_days=15)
    rewrite(packs / "north", FORM, "Look at direct work too", "Look at direct work as well")
    page = text(admin, "/forms/packs/north/")
    assert "Look at direct work as well" in page
    assert "Working days to audit: here 15, in the pack 10" in page
    admin.post("/forms/packs/north/", {})
    assert (north.versions.count(), ProcessMap.objects.get().audit_days) == (3, 15)
    admin.post("/forms/packs/north/", {"reset_process": "on"})
    assert (north.versions.count(), ProcessMap.objects.get().audit_days) == (3, 10)


def test_a_retired_form_comes_back_only_when_asked(north: Form, admin: Client) -> None:
    admin.post("/forms/north-form/retire/")
    assert "Bring back forms that were retired here" in text(admin, "/forms/packs/north/")
    admin.post("/forms/packs/north/", {})
    assert north.published_version is None
    admin.post("/forms/packs/north/", {"bring_back": "on"})
    assert north.published_version is not None


def test_packs_are_chosen_before_they_are_looked_at(packs: Path, admin: Client) -> None:
    assert "Choose at least one pack" in text(admin, "/forms/packs/?choose=1", 422)
    assert admin.get("/forms/packs/?pack=nowhere").status_code == 422
    assert admin.post("/forms/packs/", {}).status_code == 422


def queries(client: Client, path: str) -> int:
    client.get("/forms/")
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200, path
    return len(seen)


def test_pages_ask_a_fixed_number_of_questions_of_the_database(north: Form, packs: Path, admin: Client) -> None:
    paths = {
        "/forms/": 10,
        "/forms/north-form/": 13,
        "/forms/north-form/versions/1/": 9,
        "/forms/north-form/compare/": 11,
        "/forms/types/north-form-type/": 14,
        "/forms/packs/": 7,
        "/forms/packs/?pack=north&pack=south": 10,
    }
    few = {path: queries(admin, path) for path in paths}
    load_pack(read_pack(packs / "south"))
    for number in range(1, 4):
        rewrite(
            packs / "north",
            FORM,
            f"label: Is there a written plan{'?' * number}",
            f"label: Is there a written plan{'?' * (number + 1)}",
        )
        load_pack(read_pack(packs / "north"))
        own_form(f"own-{number}", f"Own {number}")
        AuditType.objects.create(key=f"extra-{number}", title="Extra", form=Form.objects.get(key="north-form"))
    for kind in AuditType.objects.filter(key__startswith="extra"):
        ProcessMap.objects.create(type=kind, reaudit_type=AuditType.objects.get(key="north-form-type"))
    many = {path: queries(admin, path) for path in paths}
    assert {path: number for path, number in many.items() if number > paths[path]} == {}
    assert {path: (few[path], many[path]) for path in paths if abs(many[path] - few[path]) > 1} == {}


def test_an_own_form_leads_on_to_its_draft_and_a_packs_form_to_a_copy(north: Form, manager: Client) -> None:
    own = own_form(state="published")
    page = text(manager, "/forms/ours/")
    assert "Make a new version" in page
    assert manager.post("/forms/ours/draft/start/").status_code == 302
    assert own.versions.filter(state="draft").exists()
    assert "Go on with the draft" in text(manager, "/forms/ours/")
    page = text(manager, "/forms/north-form/")
    assert "Make a new version" not in page
    assert "/forms/new/?copy=north-form" in page
    assert manager.get("/forms/new/?copy=north-form").status_code == 200


def test_audits_on_each_version_are_counted(client_for: ClientFor) -> None:
    authority = make_authority()
    authority.audit()
    assert "1 audit on it" in text(client_for(authority.officer), "/forms/child-case-audit/")
