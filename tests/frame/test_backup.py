"""A backup brings everything back, and the keys at hand are known to fit the data."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.core.management import CommandError, call_command

from audits.models.cases import Case
from tests.browser import cannot_be_had
from tests.factories import TeamFactory

ROOT = Path(__file__).resolve().parents[2]
LOCAL = "postgres://postgres@127.0.0.1:5432"


def postgresql() -> str:
    """The address of a PostgreSQL server on this machine in which databases may be made, without a database."""
    addresses = [LOCAL]
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        addresses.insert(0, os.environ["DATABASE_URL"].rsplit("/", 1)[0])
    for address in addresses:
        try:
            psycopg2.connect(f"{address}/postgres", connect_timeout=3).close()
        except psycopg2.OperationalError:
            continue
        return address
    cannot_be_had("no PostgreSQL answers on 127.0.0.1:5432")


def test_a_backup_brings_every_row_and_file_back() -> None:
    if shutil.which("pg_dump") is None:
        cannot_be_had("PostgreSQL's client programs are not installed (Debian: apt-get install postgresql-client)")
    done = subprocess.run(
        ["docs/backup/prove"],
        cwd=ROOT,
        env={**os.environ, "PROVE_SERVER": postgresql(), "QAF_PYTHON": sys.executable},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "came back the same." in done.stdout


def test_no_folder_is_left_by_a_backup_that_failed(tmp_path: Path) -> None:
    if shutil.which("pg_dump") is None:
        cannot_be_had("PostgreSQL's client programs are not installed (Debian: apt-get install postgresql-client)")
    done = subprocess.run(
        ["docs/backup/backup", str(tmp_path / "backups")],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": "postgres://127.0.0.1:1/nothing", "QAF_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert list((tmp_path / "backups").iterdir()) == []


def listed_case() -> Case:
    return Case.objects.create(identifier="CS-100234", initials="AB", legal_status="cin", team=TeamFactory.create())


@pytest.mark.django_db
def test_keys_that_fit_are_confirmed(capsys: pytest.CaptureFixture[str]) -> None:
    listed_case()
    call_command("verify_encrypted")
    assert "All 2 encrypted values can be read." in capsys.readouterr().out


@pytest.mark.django_db
def test_keys_that_do_not_fit_are_told_with_the_place(settings: Any) -> None:
    case = listed_case()
    settings.FIELD_ENCRYPTION_KEYS = ["a-key-that-nobody-ever-encrypted-anything-with-1"]
    with pytest.raises(CommandError, match=f"audits_case.identifier, row {case.pk}") as refusal:
        call_command("verify_encrypted")
    assert "CS-100234" not in str(refusal.value)


@pytest.mark.django_db
def test_an_old_key_behind_a_new_one_still_opens_its_values(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    listed_case()
    settings.FIELD_ENCRYPTION_KEYS = ["a-new-key-put-in-front-of-the-old-one-01234567", *settings.FIELD_ENCRYPTION_KEYS]
    listed_again = Case.objects.get()
    assert listed_again.identifier == "CS-100234"
    assert Case.objects.with_identifier("cs-100234").get() == listed_again
    call_command("verify_encrypted")
    assert "All 2" in capsys.readouterr().out
