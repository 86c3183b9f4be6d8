"""Loading a framework pack into the system, again and again."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from audits.kloe.packs import Pack as PackFiles
from audits.models import Audit, AuditType, Form, FormVersion, Pack, ProcessMap, SectionAnswers, State
from audits.workflow.packs import CannotReset, PackClash, load_pack, shipped
from audits.workflow.versions import retire
from qaf.errors import NotAllowed
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.models import Entry
from tests.audits import walk
from tests.audits.factories import make_audit
from tests.audits.setting import bristol, make_authority
from tests.audits.small_pack import rewrite, write_pack

pytestmark = pytest.mark.django_db


def changed(files: PackFiles, **form: object) -> PackFiles:
    """The pack with its form changed."""
    return replace(files, forms=(replace(files.forms[0], **form), *files.forms[1:]))  # type: ignore[arg-type]


def test_it_works() -> None:
    loaded = load_pack(bristol())
    assert [str(version) for version in loaded.published] == ["Child case audit, version 1"]
    assert [kind.key for kind in loaded.new_types] == ["child-case-audit", "child-case-reaudit"]
    audit, reaudit = AuditType.objects.get(key="child-case-audit"), AuditType.objects.get(key="child-case-reaudit")
    assert (audit.part, reaudit.part) == ("audit", "reaudit")
    assert audit.process.reaudit_type == reaudit
    assert (audit.process.audit_days, audit.process.moderation, reaudit.process.moderation) == (10, True, False)
    assert Form.objects.get().published_version.parsed == bristol().forms[0]  # type: ignore[union-attr]


def test_loading_the_same_again_changes_nothing() -> None:
    load_pack(bristol())
    entries = Entry.objects.count()
    assert not load_pack(bristol()).changed
    assert (FormVersion.objects.count(), Pack.objects.count(), Entry.objects.count()) == (1, 1, entries)


def test_a_changed_form_gets_a_new_version_and_the_old_one_is_retired() -> None:
    load_pack(bristol())
    load_pack(changed(bristol(), source="Another year"))
    assert list(FormVersion.objects.values_list("number", "state")) == [(1, "retired"), (2, "published")]


def test_an_audit_that_has_begun_stays_on_its_version() -> None:
    authority = make_authority()
    audit = authority.audit()
    load_pack(changed(bristol(), source="Another year"))
    audit.refresh_from_db()
    assert audit.form_version.number == 1
    assert authority.audit(authority.another_case()).form_version.number == 2


def test_a_process_map_that_was_changed_here_is_left_unless_it_is_to_be_reset() -> None:
    load_pack(bristol())
    ProcessMap.objects.filter(type__key="child-case-audit").update(audit_days=15)
    loaded = load_pack(bristol())
    assert [kind.key for kind in loaded.edited_processes] == ["child-case-audit"]
    assert ProcessMap.objects.get(type__key="child-case-audit").audit_days == 15
    loaded = load_pack(bristol(), reset_process=True)
    assert [kind.key for kind in loaded.reset_processes] == ["child-case-audit"]
    assert ProcessMap.objects.get(type__key="child-case-audit").audit_days == 10


def test_a_form_of_another_pack_is_not_overwritten() -> None:
    load_pack(bristol())
    with pytest.raises(PackClash, match="from Bristol"):
        load_pack(replace(bristol(), key="copy", title="A copy"))
    assert Pack.objects.count() == 1


def test_the_trail_tells_what_was_published() -> None:
    loaded = load_pack(bristol())
    assert Entry.objects.about(loaded.pack).get().details["published"] == ["Child case audit, version 1"]


def test_a_form_that_was_retired_here_stays_so_unless_it_is_to_be_brought_back() -> None:
    authority = make_authority()
    form = Form.objects.get()
    retire(form, by=authority.qa_manager)
    loaded = load_pack(changed(bristol(), source="Another year"))
    assert (loaded.left_retired, loaded.published) == ([form], [])
    loaded = load_pack(changed(bristol(), source="Another year"), bring_back=True)
    assert [str(version) for version in loaded.published] == ["Child case audit, version 2"]


def test_a_type_that_was_made_confidential_here_is_not_opened_by_loading() -> None:
    load_pack(bristol())
    AuditType.objects.filter(key="child-case-audit").update(confidential=True, title="Called otherwise")
    loaded = load_pack(bristol())
    assert [kind.title for kind in loaded.edited_processes] == ["Called otherwise"]
    assert AuditType.objects.get(key="child-case-audit").confidential
    load_pack(bristol(), reset_process=True)
    kind = AuditType.objects.get(key="child-case-audit")
    assert (kind.confidential, kind.title) == (False, "Child case audit")


@pytest.mark.parametrize("field", ["about", "part"])
def test_what_audits_were_started_on_is_not_put_back(field: str) -> None:
    authority = make_authority()
    audit = authority.audit()
    here = {"about": "practitioner", "part": "reaudit"}[field]
    AuditType.objects.filter(pk=audit.type_id).update(**{field: here})
    with pytest.raises(CannotReset, match="have been started"):
        load_pack(bristol(), reset_process=True)
    assert getattr(AuditType.objects.get(pk=audit.type_id), field) == here
    assert [kind.pk for kind in load_pack(bristol()).edited_processes] == [audit.type_id]


def test_a_step_that_audits_stand_in_is_not_taken_away_by_putting_back() -> None:
    authority = make_authority()
    audit = make_audit(authority, State.SUBMITTED)
    ProcessMap.objects.filter(type=audit.type).update(qa_check=True)
    with pytest.raises(CannotReset, match="QA check cannot be switched off yet: 1 audit is in this step"):
        load_pack(bristol(), reset_process=True)
    assert ProcessMap.objects.get(type=audit.type).qa_check


def test_a_part_that_a_type_made_here_begins_with_does_not_go() -> None:
    load_pack(bristol())
    kind = AuditType.objects.create(
        key="follow-up", title="Follow-up", form=Form.objects.get(), part="feedback", reference_prefix="FU"
    )
    without = tuple(one for one in bristol().forms[0].sections if one.part != "feedback")
    with pytest.raises(PackClash, match="“Follow-up”"):
        load_pack(changed(bristol(), sections=without))
    assert Form.objects.get().published_version.number == 1  # type: ignore[union-attr]
    AuditType.objects.filter(pk=kind.pk).update(is_active=False)
    assert load_pack(changed(bristol(), sections=without)).changed


def test_audits_under_way_are_left_as_they_are_by_a_load_that_changes_all() -> None:
    authority = make_authority()
    audit = walk.submit(authority.audit(), grade="G")
    ProcessMap.objects.update(audit_days=15)
    before = list(Audit.objects.values())
    answers = list(SectionAnswers.objects.order_by("pk").values())
    load_pack(changed(bristol(), source="Another year"), reset_process=True, bring_back=True)
    assert list(Audit.objects.values()) == before
    assert list(SectionAnswers.objects.order_by("pk").values()) == answers
    assert walk.moderate(audit).form_version.number == 1


@pytest.mark.parametrize("role", sorted(set(Role.values) - {Role.ADMIN}))
def test_only_administrators_load_packs(person: Callable[..., User], role: str) -> None:
    with pytest.raises(NotAllowed):
        load_pack(bristol(), by=person(role))
    assert not Pack.objects.exists()


def test_a_pack_is_read_again_once_its_files_have_changed(tmp_path: Path, settings: Any) -> None:
    settings.PACKS_FOLDER = tmp_path
    pack = write_pack(tmp_path, "north")
    first = shipped("north")
    assert shipped("north") is first
    rewrite(pack, "pack.yaml", "title: North", "title: The North")
    assert shipped("north").files.title == "The North"  # type: ignore[union-attr]
    with pytest.raises(KeyError):
        shipped("../north")
