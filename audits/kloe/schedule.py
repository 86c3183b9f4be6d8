"""Who audits what, when, as a pack's ``schedule.yaml`` writes it: the rows that become the schedule of expectations.

Bristol QAF, Appendix 1, *Who audits what, when*. The ``…_name`` fields keep the framework's own words; the others say
what they mean here, and are left out where the framework leaves something open or means nothing that there is here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from audits.kloe.fields import Fields, Problems, shown, suggestion
from audits.kloe.moderators import ROLES
from audits.kloe.types import AuditType

# Cycles that divide the year, and who selects what is audited; a test holds both against those of the site.
EVERY_MONTHS = (1, 2, 3, 4, 6, 12)
SELECTIONS = ("drawn", "manager", "worker_or_manager", "programme", "undecided")
MAX_ROWS = 200


@dataclass(frozen=True)
class Expectation:
    """One row: in ``service`` (or every one), whoever holds ``auditor_role`` does ``each`` audits of ``type`` a cycle.

    A cycle lasts ``every_months``; None when the framework does not say. ``other_type`` is for a row that asks for
    either of two. ``service_code`` is the code the service has here, where it is known by another name.
    """

    key: str
    service: str
    type_name: str
    service_code: str = ""
    every_service: bool = False
    type: str = ""
    other_type: str = ""
    frequency_name: str = ""
    every_months: int | None = None
    each: int = 1
    auditor_name: str = ""
    auditor_role: str = ""
    form_name: str = ""
    moderation_name: str = ""
    selection_name: str = ""
    selection: str = "undecided"


class Taking(Protocol):
    """How long an audit of a type may take: a pack's process or the site's process map."""

    @property
    def audit_days(self) -> int: ...
    @property
    def audit_weeks(self) -> int | None: ...


@dataclass(frozen=True)
class Asked:
    """Whom a row asks for what: ``service`` None for every service, ``types`` what it asks for, ``role`` of whom."""

    service: object | None
    types: frozenset[object]
    role: str


def asks_the_same(one: Asked, other: Asked) -> bool:
    """Whether two rows, were they in force on the same day, would ask the same people for the same audit twice.

    In one service they do when their types meet, unless both name a role and the roles differ. A row of every service
    and one of a single service do only when both name the same role: the framework has peer audits in all services
    beside the managers' own.
    """
    if not one.types & other.types:
        return False
    if one.service == other.service:
        return one.role == other.role or not (one.role and other.role)
    return None in (one.service, other.service) and one.role == other.role != ""


def time_it_takes(taking: Taking) -> str:
    """How long an audit may take, in words: "8 weeks", "10 working days"."""
    if taking.audit_weeks:
        return f"{taking.audit_weeks} week{'' if taking.audit_weeks == 1 else 's'}"
    return f"{taking.audit_days} working day{'' if taking.audit_days == 1 else 's'}"


def outlasts_its_cycle(taking: Taking, every_months: int) -> bool:
    """Whether the next audit of a row would be due before the last one has to be done: months count as 30 days."""
    days = taking.audit_weeks * 7 if taking.audit_weeks else taking.audit_days * 7 / 5
    return days > every_months * 30


def plain(text: str) -> str:
    """What two spellings of a name have in common: "Fostering / SGO" and "fostering/sgo" are one."""
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold().replace("&", " and ")).split())


def expectations_from(data: Any, problems: Problems, types: Iterable[AuditType]) -> list[Expectation]:
    """Read ``schedule.yaml``; what is wrong is noted."""
    known = {kind.key: kind for kind in types}
    fields = Fields(data, problems)
    found: list[Expectation] = []
    for index, item in fields.items("expectations", required=True, most=MAX_ROWS):
        named = item.get("key") if isinstance(item, dict) else None
        inner = fields.inner(item, f"row {named or index + 1}", "expectations", index)
        row = _row_from(inner, known)
        _note_overlaps(inner, row, found)
        found.append(row)
    fields.finish()
    return found


def _note_overlaps(fields: Fields, row: Expectation, earlier: list[Expectation]) -> None:
    if row.key and row.key in [one.key for one in earlier]:
        fields.wrong(f"row ‘{row.key}’ is there twice", "key")
    if not (row.service and row.type_name):
        return
    twice = next((one for one in earlier if asks_the_same(_asked(one), _asked(row))), None)
    if twice is not None:
        fields.wrong(
            f"overlaps the row {shown(twice.key)}: both ask the same people of {shown(row.service)} for "
            f"{shown(row.type_name)}. Leave one out, or give them different roles"
        )


def _asked(row: Expectation) -> Asked:
    types: Iterable[object] = [one for one in (row.type, row.other_type) if one] or [("words", plain(row.type_name))]
    service = None if row.every_service else row.service_code or plain(row.service)
    return Asked(service, frozenset(types), row.auditor_role)


def _row_from(fields: Fields, types: dict[str, AuditType]) -> Expectation:
    every_service, code = fields.flag("every_service"), fields.key("service_code", limit=40, required=False)
    if every_service and code:
        fields.wrong("a row for every service has no service_code", "service_code")
    kind, other = _type_in(fields, "type", types), _type_in(fields, "other_type", types)
    if other and not kind:
        fields.wrong("other_type is of use only with a type", "other_type")
    elif other and other == kind:
        fields.wrong("other_type is the same as type: choose another or leave it out", "other_type")
    row = Expectation(
        key=fields.key("key", limit=80),
        service=fields.text("service", required=True, limit=120),
        service_code=code,
        every_service=every_service,
        type_name=fields.text("type_name", required=True, limit=120),
        type=kind,
        other_type=other,
        frequency_name=fields.text("frequency_name", limit=60),
        every_months=_months(fields, [types[one] for one in (kind, other) if one in types]),
        each=fields.whole("each", 1, least=1, most=10),
        auditor_name=fields.text("auditor_name", limit=120),
        auditor_role=fields.one_of("auditor_role", ROLES),
        form_name=fields.text("form_name", limit=120),
        moderation_name=fields.text("moderation_name", limit=120),
        selection_name=fields.text("selection_name", limit=120),
        selection=fields.one_of("selection", SELECTIONS, "undecided"),
    )
    fields.finish()
    return row


def _type_in(fields: Fields, name: str, types: dict[str, AuditType]) -> str:
    kind = fields.text(name, limit=80)
    if kind and kind not in types:
        fields.wrong(f"there is no type {shown(kind)} in the pack{suggestion(kind, types)}", name)
    return kind


def _months(fields: Fields, types: list[AuditType]) -> int | None:
    months: int | None = fields.whole("every_months", None, least=-1000, most=1000)
    if months is None:
        return None
    if months not in EVERY_MONTHS:
        fields.wrong(
            f"every_months {shown(months)} does not divide the year into equal cycles: 1, 2, 3, 4, 6 or 12",
            "every_months",
        )
        return None
    for kind in types:
        if outlasts_its_cycle(kind.process, months):
            fields.wrong(
                f"every_months {shown(months)} is more often than an audit of the type {kind.key} can be done: it may "
                f"take {time_it_takes(kind.process)}",
                "every_months",
            )
    return months
