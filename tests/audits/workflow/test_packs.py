"""Loading a framework pack into the system, again and again."""

from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from audits.kloe.packs import Pack as PackFiles
from audits.models import AuditType, Form, FormVersion, Pack, ProcessMap
from audits.workflow.packs import PackClash, load_pack
from qaf.trail.models import Entry
from tests.audits.setting import bristol, make_authority

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


def test_the_command_loads_by_name_and_by_path(tmp_path: Path) -> None:
    out = StringIO()
    call_command("loadpack", "bristol", stdout=out)
    assert "Bristol quality assurance framework is loaded." in out.getvalue()
    with pytest.raises(CommandError, match="Known by name: bristol"):
        call_command("loadpack", str(tmp_path))


def test_every_mistake_of_a_pack_is_told_and_nothing_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text("key: mine\ntitel: Mine\n", encoding="utf-8")
    with pytest.raises(CommandError) as error:
        call_command("loadpack", str(tmp_path))
    assert "Nothing was loaded." in str(error.value)
    assert "pack.yaml:" in str(error.value)
    assert not Pack.objects.exists()
