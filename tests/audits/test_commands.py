"""manage.py loadpack and checkpack: several packs at once, every mistake with its place."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from audits.models import AuditType, Form, Pack, ProcessMap
from audits.workflow.versions import retire
from qaf.people.roles import Role
from tests.audits.small_pack import rewrite, write_pack


@pytest.fixture
def packs(tmp_path: Path, settings: Any) -> Path:
    settings.PACKS_FOLDER = tmp_path
    write_pack(tmp_path, "north")
    write_pack(tmp_path, "south", prefix="SOU")
    broken = write_pack(tmp_path, "west")
    rewrite(broken, "forms/west-form.yaml", "kind: evidence", "kind: evidense")
    rewrite(broken, "types.yaml", "audit_days: 10", "audit_days: 0")
    return tmp_path


def run(command: str, *arguments: str) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_several_packs_are_loaded_by_name_and_by_path(packs: Path) -> None:
    said = run("loadpack", "north", str(packs / "south"))
    assert said.splitlines() == [
        "Published North form, version 1.",
        "New type of audit: North form.",
        "North is loaded.",
        "Published South form, version 1.",
        "New type of audit: South form.",
        "South is loaded.",
    ]
    assert run("loadpack", "north", "south") == "North was up to date.\nSouth was up to date.\n"


@pytest.mark.django_db
def test_the_pack_that_ships_is_loaded_by_its_name() -> None:
    assert "Bristol quality assurance framework is loaded." in run("loadpack", "bristol")


@pytest.mark.django_db
def test_nothing_is_loaded_when_one_pack_has_mistakes(packs: Path) -> None:
    with pytest.raises(CommandError) as refused:
        run("loadpack", "north", "west", "south")
    said = str(refused.value)
    assert said.startswith("Nothing was loaded. west has mistakes:\nforms/west-form.yaml:24: ")
    assert "types.yaml:7: " in said
    assert not Pack.objects.exists()


@pytest.mark.django_db
def test_a_name_that_is_none_is_told_with_those_that_are(packs: Path) -> None:
    with pytest.raises(CommandError, match=r"no pack “east”. Known by name: north, south, west\. Or give the path"):
        run("loadpack", "north", "east")
    assert not Pack.objects.exists()


@pytest.mark.django_db
def test_a_pack_that_meets_anothers_form_is_refused_and_those_before_it_stay(packs: Path) -> None:
    rewrite(packs / "south", "forms/south-form.yaml", "form: south-form", "form: north-form")
    rewrite(packs / "south", "types.yaml", "form: south-form", "form: north-form")
    with pytest.raises(CommandError, match=r"Nothing of South was loaded\. .* Loaded before it: North"):
        run("loadpack", "north", "south")
    assert list(Pack.objects.values_list("key", flat=True)) == ["north"]


@pytest.mark.django_db
def test_what_was_decided_here_is_left_and_named(packs: Path, person: Any) -> None:
    run("loadpack", "north")
    ProcessMap.objects.update(audit_days=15)
    retire(Form.objects.get(), by=person(Role.ADMIN))
    said = run("loadpack", "north")
    assert "The process map of North form was changed here and is left as it is; --reset-process" in said
    assert "North form was retired here and is left so; --bring-back" in said
    said = run("loadpack", "north", "--reset-process", "--bring-back")
    assert "Published North form, version 2." in said
    assert AuditType.objects.get().process.audit_days == 10


def test_a_good_pack_is_described(packs: Path) -> None:
    assert run("checkpack", str(packs / "north"), "south").splitlines()[:6] == [
        "North (north) is good.",
        "  Scale: Ofsted grades (Outstanding, Good, Requires improvement, Inadequate)",
        "  Descriptors: 1",
        "  Form: North form (north-form), 6 questions in 2 sections",
        "  Type of audit: North form (north-form-type), on north-form",
        "South (south) is good.",
    ]


def test_every_mistake_of_every_pack_is_told_with_file_and_line(packs: Path) -> None:
    (packs / "south" / "pack.yaml").write_text("key: south\ntitel: South\n", encoding="utf-8")
    wrong = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("checkpack", str(packs / "west"), "south", stdout=StringIO(), stderr=wrong)
    assert refused.value.returncode == 1
    places = [line.split(": ")[0] for line in wrong.getvalue().splitlines()]
    assert places == [
        f"{packs}/west/forms/west-form.yaml:24",
        f"{packs}/west/types.yaml:7",
        "south/pack.yaml:1",
        "south/pack.yaml:2",
    ]
    assert str(refused.value) == "4 mistakes."


def test_a_folder_that_is_not_there_is_a_mistake_too(packs: Path) -> None:
    with pytest.raises(CommandError):
        call_command("checkpack", str(packs / "nowhere"), stdout=StringIO(), stderr=StringIO())
