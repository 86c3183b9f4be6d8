"""Publishing a version of a form, and retiring a form: audits that have begun are not touched."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from audits.forms.allocation import types_to_allocate
from audits.kloe.editing import ChangeForm, mark, piece
from audits.models import Audit, AuditType, DraftRevision, Form, FormVersion, ProcessMap
from audits.workflow import allocation
from audits.workflow.drafts import change, discard, start_draft, start_form
from audits.workflow.types import TypeFields, save_type
from audits.workflow.versions import CannotPublish, publish, retire, what_keeps_from_publishing
from qaf.errors import NotAllowed, Refused, Stale
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.models import Entry
from tests.audits import walk
from tests.audits.setting import Authority

pytestmark = pytest.mark.django_db
State = FormVersion.State


@pytest.fixture
def form(authority: Authority) -> Form:
    """The child case audit as this site's own form, so that it may have drafts."""
    Form.objects.filter(key="child-case-audit").update(pack=None)
    return Form.objects.get(key="child-case-audit")


def draft_of(form: Form, /, **changes: Any) -> FormVersion:
    published = form.published_version
    assert published is not None
    definition = deepcopy(published.definition) | {"source": "Reviewed this year", **changes}
    return FormVersion.objects.create(form=form, number=published.number + 1, definition=definition)


def test_it_works(authority: Authority, form: Form) -> None:
    draft = draft_of(form, title="Child case audit, reviewed")
    DraftRevision.objects.create(
        version=draft, revision=0, definition={}, change="Title changed", by=authority.qa_manager
    )
    version = publish(draft, note=" Clearer words. ", by=authority.qa_manager)
    assert (version.state, version.note) == ("published", "Clearer words.")
    assert version.published_at is not None
    first = form.versions.get(number=1)
    assert (first.state, first.retired_at is None) == ("retired", False)
    assert Form.objects.get(pk=form.pk).title == "Child case audit, reviewed"
    assert not DraftRevision.objects.exists()
    entry = Entry.objects.about(form).get(verb="form.published")
    assert (entry.actor, entry.details["number"], entry.details["reason"]) == (
        authority.qa_manager,
        2,
        "Clearer words.",
    )


def test_an_audit_that_has_begun_keeps_its_version_and_new_ones_take_the_new_one(
    authority: Authority, form: Form
) -> None:
    audit = authority.audit()
    publish(draft_of(form), note="", by=authority.qa_manager)
    assert Audit.objects.get(pk=audit.pk).form_version.number == 1
    assert walk.submit(audit, grade="G").form.source != "Reviewed this year"
    assert authority.audit(authority.another_case()).form_version.number == 2


@pytest.mark.parametrize("role", sorted(set(Role.values) - {Role.QA_MANAGER, Role.ADMIN}))
def test_only_qa_managers_and_administrators_publish_and_retire(
    form: Form, person: Callable[..., User], role: str
) -> None:
    draft = draft_of(form)
    with pytest.raises(NotAllowed):
        publish(draft, note="", by=person(role))
    with pytest.raises(NotAllowed):
        retire(form, by=person(role))
    assert list(form.versions.order_by("number").values_list("state", flat=True)) == ["published", "draft"]


def test_a_draft_with_problems_names_all_of_them(authority: Authority, form: Form) -> None:
    draft = draft_of(form)
    draft.definition["sections"][0]["questions"][0]["label"] = ""
    draft.definition["sections"][1]["questions"] = []
    draft.save()
    with pytest.raises(CannotPublish) as refused:
        publish(draft, note="", by=authority.qa_manager)
    first, second = (section["title"] for section in draft.definition["sections"][:2])
    told = "\n".join(refused.value.problems)
    assert first in told
    assert second in told
    assert form.versions.get(state=State.PUBLISHED).number == 1


def test_a_draft_that_changes_nothing_is_not_published(authority: Authority, form: Form) -> None:
    published = form.published_version
    assert published is not None
    draft = FormVersion.objects.create(form=form, number=2, definition=published.definition)
    assert what_keeps_from_publishing(draft) == ["Nothing in it differs from version 1, which is published."]
    with pytest.raises(CannotPublish):
        publish(draft, note="", by=authority.qa_manager)


def test_a_part_that_a_type_of_audit_begins_with_cannot_go(authority: Authority, form: Form) -> None:
    draft = draft_of(form)
    draft.definition["sections"] = [one for one in draft.definition["sections"] if one["part"] != "reaudit"]
    draft.save()
    assert any("Child case re-audit" in problem for problem in what_keeps_from_publishing(draft))


def test_the_key_of_a_form_stays(authority: Authority, form: Form) -> None:
    assert any("stays so" in problem for problem in what_keeps_from_publishing(draft_of(form, form="another")))


def test_a_form_of_a_pack_is_published_by_loading_the_pack_alone(authority: Authority) -> None:
    form = Form.objects.get(key="child-case-audit")
    with pytest.raises(NotAllowed, match="loading the pack"):
        publish(draft_of(form), note="", by=authority.qa_manager)


def test_two_who_publish_at_once_publish_once(authority: Authority, form: Form) -> None:
    draft = draft_of(form)
    publish(draft, note="", by=authority.qa_manager)
    with pytest.raises(Stale):
        publish(draft, note="", by=authority.qa_manager)
    assert form.versions.count() == 2


def test_nothing_is_published_that_nobody_looked_over(authority: Authority, form: Form) -> None:
    draft = draft_of(form)
    change(draft, edit=ChangeForm(mark(piece(draft.definition, "form")), "Another title"), by=authority.qa_manager)
    with pytest.raises(Stale, match="changed meanwhile"):
        publish(draft, note="", by=authority.qa_manager)
    assert form.published_version == form.versions.get(number=1)


def test_what_went_with_its_only_draft_is_neither_published_nor_used(authority: Authority) -> None:
    draft = start_form(title="Never published", by=authority.qa_manager)
    discard(draft, by=authority.qa_manager)
    with pytest.raises(Stale, match="thrown away"):
        publish(draft, note="", by=authority.qa_manager)
    with pytest.raises(Stale, match="thrown away"):
        start_draft(draft.form, by=authority.qa_manager)
    said = TypeFields(title="Thematic audit", reference_prefix="TA")
    with pytest.raises(Stale, match="thrown away"):
        save_type(form=draft.form, said=said, process={}, by=authority.qa_manager)


def test_a_retired_form_takes_no_more_audits_and_lets_those_under_way_go_on(authority: Authority, form: Form) -> None:
    audit = authority.audit()
    version = retire(form, by=authority.qa_manager)
    assert (version.number, version.state) == (1, "retired")
    assert form.published_version is None
    assert not types_to_allocate().filter(form=form).exists()
    with pytest.raises(allocation.CannotAllocate, match="no published version"):
        authority.audit(authority.another_case())
    walk.moderate(walk.submit(audit, grade="G"))
    assert Entry.objects.about(form).get(verb="form.retired").details["number"] == 1


def test_the_re_audit_of_an_audit_under_way_is_opened_on_the_retired_version(authority: Authority, form: Form) -> None:
    audit = authority.audit()
    retire(form, by=authority.qa_manager)
    walk.moderate(walk.submit(audit, grade="I"))
    reaudit = Audit.objects.get(reaudit_of=audit)
    assert reaudit.form_version == audit.form_version


def test_a_form_that_others_open_their_re_audits_with_is_not_retired(authority: Authority, form: Form) -> None:
    other = Form.objects.create(key="other", title="Other")
    kind = AuditType.objects.create(key="other", title="Other audit", form=other, reference_prefix="OA")
    ProcessMap.objects.create(type=kind, reaudit_type=AuditType.objects.get(key="child-case-reaudit"))
    with pytest.raises(Refused, match="Re-audits of “Other audit”"):
        retire(form, by=authority.qa_manager)
    assert form.published_version is not None


def test_what_is_retired_is_not_retired_again(authority: Authority, form: Form) -> None:
    retire(form, by=authority.qa_manager)
    with pytest.raises(Stale):
        retire(form, by=authority.qa_manager)


def test_a_retired_form_comes_back_with_a_new_version(authority: Authority, form: Form) -> None:
    draft = draft_of(form)
    retire(form, by=authority.qa_manager)
    publish(draft, note="Needed after all", by=authority.qa_manager)
    assert types_to_allocate().filter(form=form).exists()
    assert AuditType.objects.get(key="child-case-audit").form.published_version == draft
