"""What audits were done on cannot be changed: by Django, or behind its back on either database."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from audits.models import Audit, Form, FormVersion
from audits.models.forms import PublishedVersionIsFixed
from audits.protection import FIXED, GUARDS, KEPT
from tests.audits.setting import make_authority
from tests.scorecard.factories import make_type

State = FormVersion.State


@pytest.fixture
def versions(db: None) -> dict[str, FormVersion]:
    """One version of one form in each state."""
    published = make_type().form.published_version
    assert published is not None
    others = {
        state: FormVersion.objects.create(
            form=published.form, number=number, state=state, definition=published.definition, published_at=at
        )
        for number, state, at in ((2, "retired", timezone.now()), (3, "draft", None))
    }
    return {"published": published, **others}


def run(statement: str, *values: Any) -> int:
    """Change the database past Django; the number of rows that it was done to."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


CHANGES = [
    "definition = '{}'",
    "number = 9",
    "form_id = form_id + 1",
    "state = 'draft'",
    "note = 'another'",
    "published_at = NULL",
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("state", ["published", "retired"])
def test_the_database_itself_refuses_to_change_a_version_that_is_no_draft(
    versions: dict[str, FormVersion], state: str, change: str
) -> None:
    with pytest.raises(DatabaseError, match=FIXED):
        run(f"UPDATE audits_formversion SET {change} WHERE id = %s", versions[state].pk)


@pytest.mark.parametrize("state", ["published", "retired"])
def test_the_database_itself_refuses_to_remove_a_version_that_is_no_draft(
    versions: dict[str, FormVersion], state: str
) -> None:
    with pytest.raises(DatabaseError, match=FIXED):
        run("DELETE FROM audits_formversion WHERE id = %s", versions[state].pk)


def test_a_retired_version_is_never_published_again(versions: dict[str, FormVersion]) -> None:
    run("UPDATE audits_formversion SET state = 'retired' WHERE id = %s", versions["published"].pk)
    with pytest.raises(DatabaseError, match=FIXED):
        run("UPDATE audits_formversion SET state = 'published' WHERE id = %s", versions["retired"].pk)
    with pytest.raises(DatabaseError, match=FIXED):
        run("UPDATE audits_formversion SET retired_at = published_at WHERE id = %s", versions["retired"].pk)


def test_to_change_a_version_for_nothing_is_no_change(versions: dict[str, FormVersion]) -> None:
    for version in versions.values():
        assert run("UPDATE audits_formversion SET definition = definition WHERE id = %s", version.pk) == 1
        FormVersion.objects.get(pk=version.pk).save()


def test_a_draft_is_changed_published_and_removed_freely(versions: dict[str, FormVersion]) -> None:
    draft = versions["draft"]
    for change in ("definition = '{}'", "number = 9", "note = 'another'"):
        assert run(f"UPDATE audits_formversion SET {change} WHERE id = %s", draft.pk) == 1
    assert run("DELETE FROM audits_formversion WHERE id = %s", draft.pk) == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite knows no TRUNCATE")
def test_the_table_is_not_emptied_at_once(versions: dict[str, FormVersion]) -> None:
    # What the rows of this test still have to be checked for would stand in the way first.
    run("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match=FIXED):
        run("TRUNCATE audits_formversion CASCADE")


def test_an_audit_keeps_its_version(db: None) -> None:
    authority = make_authority()
    audit = authority.audit()
    other = FormVersion.objects.create(form=audit.form_version.form, number=7, definition={})
    with pytest.raises(DatabaseError, match=KEPT):
        run("UPDATE audits_audit SET form_version_id = %s WHERE id = %s", other.pk, audit.pk)
    assert run("UPDATE audits_audit SET form_version_id = form_version_id WHERE id = %s", audit.pk) == 1
    Audit.objects.get(pk=audit.pk).save()


def attempts() -> dict[str, Callable[[FormVersion], Any]]:
    def change(**fields: Any) -> Callable[[FormVersion], Any]:
        def attempt(version: FormVersion) -> None:
            for name, value in fields.items():
                setattr(version, name, value)
            version.save()

        return attempt

    return {
        "definition": change(definition={}),
        "back to a draft": change(state="draft"),
        "number": change(number=9),
        "note": change(note="another"),
        "delete": lambda version: version.delete(),
    }


@pytest.mark.parametrize("what", sorted(attempts()))
@pytest.mark.parametrize("state", ["published", "retired"])
def test_django_says_so_before_the_database_has_to(versions: dict[str, FormVersion], state: str, what: str) -> None:
    with pytest.raises(PublishedVersionIsFixed):
        attempts()[what](versions[state])


def test_django_retires_a_published_version_and_removes_a_draft(versions: dict[str, FormVersion]) -> None:
    versions["published"].state = State.RETIRED
    versions["published"].retired_at = timezone.now()
    versions["published"].save()
    versions["draft"].delete()
    assert sorted(Form.objects.get().versions.values_list("state", flat=True)) == ["retired", "retired"]


def guards_present() -> set[str]:
    question = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    if connection.vendor == "sqlite":
        question = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(question)
        return {row[0] for row in cursor.fetchall()}


@pytest.mark.django_db(transaction=True)
def test_emptying_the_whole_database_is_possible_and_leaves_the_guards(versions: dict[str, FormVersion]) -> None:
    call_command("flush", interactive=False, verbosity=0)
    assert not FormVersion.objects.exists()
    wanted = {guard.name for guard in GUARDS if connection.vendor == "postgresql" or not guard.only_postgresql}
    assert wanted <= guards_present()


@pytest.mark.django_db(transaction=True)
def test_the_guards_come_back_when_a_later_migration_has_lost_them(transactional_db: None) -> None:
    on = " ON audits_formversion" if connection.vendor == "postgresql" else ""
    run(f"DROP TRIGGER audits_formversion_no_update{on}")
    call_command("migrate", verbosity=0)
    assert "audits_formversion_no_update" in guards_present()
