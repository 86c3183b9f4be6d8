"""Rows of the schedule, and what their tests need around them."""

from datetime import date
from typing import Any

from audits.models import AuditType, Cycle, Expectation, FormVersion
from audits.workflow.schedule_rows import RowFields
from qaf.people.models import Service
from tests.audits.setting import Authority

APRIL = date(2026, 4, 1)


def said(authority: Authority, **fields: Any) -> RowFields:
    """Every two months, each auditor of the authority's service audits a case that its manager selects."""
    values: dict[str, Any] = {
        "service": authority.service,
        "service_name": "Area Unit",
        "type": authority.type,
        "type_name": "Case file",
        "every_months": 2,
        "auditor_role": "auditor",
        "selection": "manager",
        "valid_from": APRIL,
        **fields,
    }
    return RowFields(**values)


def row(service: Service | None, kind: AuditType | None, **fields: Any) -> Expectation:
    """A row as it is stored."""
    values: dict[str, Any] = {
        "service": service,
        "service_name": "Area Unit",
        "type": kind,
        "type_name": "Case file",
        "every_months": 2,
        "auditor_role": "auditor",
        "selection": "manager",
        "valid_from": APRIL,
        **fields,
    }
    return Expectation.objects.create(**values)


def cycle(expectation: Expectation, first: date, last: date) -> Cycle:
    return Cycle.objects.create(expectation=expectation, starts_on=first, ends_on=last, seed="a seed")


def another_type(authority: Authority, key: str = "another", **fields: Any) -> AuditType:
    """A type of audit on the same form, with a process map like the first one's."""
    kind = AuditType.objects.create(
        key=key, title=key.capitalize(), form=authority.type.form, reference_prefix="ZZ", **fields
    )
    process = authority.type.process
    type(process).objects.create(type=kind, audit_days=10)
    return kind


def unpublish(kind: AuditType) -> None:
    FormVersion.objects.filter(form=kind.form).update(state=FormVersion.State.RETIRED)
