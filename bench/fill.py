"""Fills a database with N synthetic audits, in SQL: a million take about two minutes.

The authority is a large one (20 services, 200 teams) and the same at every size; what grows with the number of
audits is the number of people and cases, as it does when years go by. Every person, place and case is made up from
a number. Each audit has the parts its people hold in it, since these are what access rules read.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import connection, models, transaction

from audits.access import ANSWER, FILL, MODERATE
from audits.models import Audit, AuditType, AuditUserObjectPermission, Case
from bench.models import BareRow, BareText
from qaf.fields import cipher
from qaf.people.models import Agency, Post, Service, Team, User
from qaf.people.roles import Role

# Raised when what is filled in changes, so that databases of an older run are filled anew.
EDITION = 3
SERVICES, TEAMS_A_SERVICE = 20, 10
TEAMS = SERVICES * TEAMS_A_SERVICE
AUDITS_A_PERSON = 250
SQL = Path(__file__).with_name("fill.sql")


def fill(audits: int) -> bool:
    """Fill the connected database with so many audits, unless it is so filled already; gives whether it was done."""
    mark = f"qaf bench {EDITION}: {audits} audits"
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description('django_migrations'::regclass)" if _has_tables() else "SELECT NULL")
        if cursor.fetchone()[0] == mark:
            return False
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    call_command("migrate", verbosity=0)
    call_command("loadpack", "bristol", verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(BareRow)
        editor.create_model(BareText)
    with transaction.atomic():
        _authority()
        _audits(audits)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute(f"COMMENT ON TABLE django_migrations IS '{mark}'")
    return True


def _has_tables() -> bool:
    return "django_migrations" in connection.introspection.table_names()


def _authority() -> None:
    agency = Agency.objects.create(code="council", name="Council")
    services = Service.objects.bulk_create(
        Service(agency=agency, code=f"service-{n}", name=f"Service {n:02d}") for n in range(1, SERVICES + 1)
    )
    teams = Team.objects.bulk_create(
        Team(service=services[n % SERVICES], code=f"team-{n}", name=f"Team {n:03d}") for n in range(1, TEAMS + 1)
    )
    people = {
        "officer": (Role.QA_OFFICER, {}),
        "manager": (Role.SERVICE_MANAGER, {"service": services[3]}),
        "team": (Role.TEAM_MANAGER, {"team": teams[42]}),
    }
    for name, (role, scope) in people.items():
        user = User.objects.create(email=f"{name}@bench.invalid", name=f"Bench {name}")
        Post.objects.create(person=user, role=role, **scope)


def _audits(number: int) -> None:
    """Run fill.sql with the indexes of the long tables away: putting them back at the end is far quicker."""
    permissions = dict(Permission.objects.filter(content_type__app_label="audits").values_list("codename", "pk"))
    first_type = AuditType.objects.get(key="child-case-audit")
    version = first_type.form.published_version
    if version is None:
        raise LookupError("The pack brought no published form for a child case audit.")
    people = max(200, number // AUDITS_A_PERSON)
    values = {
        "audits": number,
        "cases": max(1, number // 3),
        "people": people,
        "first_person": User.objects.order_by("-pk")[0].pk + 1,
        "team": Team.objects.order_by("pk")[0].pk,
        "teams": TEAMS,
        "type": first_type.pk,
        "version": version.pk,
        "prefix": first_type.reference_prefix,
        "secret": cipher().encrypt(b"made up").decode(),
        "fill": permissions[FILL],
        "moderate": permissions[MODERATE],
        "answer": permissions[ANSWER],
        "role": Role.AUDITOR.value,
    }
    with connection.cursor() as cursor:
        # Takes the checks of foreign keys away for this transaction: the numbers below are made to fit.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        indexes = [made for model in (Audit, AuditUserObjectPermission, Case, BareRow) for made in _drop(model, cursor)]
        for statement in SQL.read_text().split(";\n\n"):
            cursor.execute(statement, values)
        for made in indexes:
            cursor.execute(made)


def _drop(model: type[models.Model], cursor: Any) -> list[str]:
    """Drop the plain indexes of a table and give the statements that make them again."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND NOT EXISTS "
        "(SELECT 1 FROM pg_constraint WHERE conname = indexname)",
        [model._meta.db_table],
    )
    found = cursor.fetchall()
    for name, _ in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [made for _, made in found]
