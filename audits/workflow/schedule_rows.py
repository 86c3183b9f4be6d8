"""What a row of the schedule says, and everything that can be wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from audits.access.schedule import services_planned_by
from audits.kloe.schedule import Asked, asks_the_same, outlasts_its_cycle, plain, time_it_takes
from audits.models import About, AuditType, Cycle, Expectation, Selection
from audits.models.schedule import CYCLES
from audits.schedule_words import FREQUENCIES, meaning_of, row_in_short
from qaf.errors import Refused
from qaf.people.models import Service, User
from qaf.people.roles import Role

Faults = list[tuple[str, str]]


class CannotSave(Refused):
    """What was entered does not fit together; ``faults`` names each with the field it is about."""

    title = "This row cannot be saved"

    def __init__(self, faults: Faults) -> None:
        super().__init__(" ".join(text for _, text in faults))
        self.faults = faults


@dataclass(frozen=True)
class RowFields:
    """What a row says; see `audits.models.Expectation`."""

    service_name: str
    type_name: str
    valid_from: date
    valid_until: date | None = None
    service: Service | None = None
    every_service: bool = False
    type: AuditType | None = None
    other_type: AuditType | None = None
    every_months: int | None = None
    each: int = 1
    auditor_role: str = ""
    selection: str = Selection.UNDECIDED
    frequency_name: str = ""
    auditor_name: str = ""
    form_name: str = ""
    moderation_name: str = ""
    selection_name: str = ""


def said_of(row: Expectation) -> RowFields:
    """What a stored row says."""
    return RowFields(**{field.name: getattr(row, field.name) for field in fields(RowFields)})


def values_of(said: RowFields) -> dict[str, Any]:
    """The same as fields of the model."""
    return {field.name: getattr(said, field.name) for field in fields(RowFields)}


def put(row: Expectation, said: RowFields) -> Expectation:
    """A copy of a row that says this."""
    wanted = copy(row)
    for name, value in values_of(said).items():
        setattr(wanted, name, value)
    return wanted


def last_cycle(row: Expectation) -> Cycle | None:
    """The cycle of a row that begins last of those that were opened."""
    return Cycle.objects.filter(expectation=row).order_by("-starts_on").first()


def faults_of(said: RowFields, *, by: User, stored: Expectation | None) -> Faults:
    """What is wrong with what a row is to say, each with the field it is about; ``stored`` is the row as it was."""
    return [
        *faults_of_service(said, by, stored),
        *_faults_of_types(said, stored),
        *_faults_of_words(said),
        *_faults_of_frequency(said),
        *overlaps(said, without=stored),
    ]


def faults_of_service(said: RowFields, by: User, stored: Expectation | None) -> Faults:
    """What is wrong with the service that a row is to be for."""
    service = said.service
    if said.every_service and service is not None:
        return [("service", "Choose one service, or every service, not both")]
    if service is None or (stored is not None and stored.service_id == service.pk):
        return []
    if not services_planned_by(by).filter(pk=service.pk).exists():
        return [
            (
                "service",
                f"{service.name} of {service.agency.name} belongs to another part of the organisation than your post. "
                "Choose a service of yours",
            )
        ]
    return []


def _faults_of_types(said: RowFields, stored: Expectation | None) -> Faults:
    found: Faults = []
    if said.other_type is not None and said.type is None:
        found.append(("other_type", "Choose the first type of audit as well, or leave the second empty"))
    elif said.other_type is not None and said.other_type == said.type:
        found.append(("other_type", "This is the first type again. Choose another, or leave it empty"))
    kept = {stored.type_id, stored.other_type_id} if stored else set()
    for field, kind in (("type", said.type), ("other_type", said.other_type)):
        if kind is None or kind.pk in kept:
            continue
        if not kind.is_active:
            found.append((field, f"No new audits of the type “{kind}” can be started: it is switched off"))
        elif kind.form.published_version is None:
            found.append((field, f"The form of the type “{kind}” is not published. Publish it, or choose another type"))
    if said.selection == Selection.DRAWN and said.type is not None and said.type.about != About.CASE:
        found.append(
            (
                "selection",
                f"Only cases of children are drawn, and audits of the type “{said.type}” are about something else. "
                "Choose who selects",
            )
        )
    return found


def _faults_of_words(said: RowFields) -> Faults:
    found: Faults = []
    if said.auditor_role and said.auditor_role not in Role.values:
        found.append(("auditor_role", "Choose the auditor’s role from the list"))
    if said.selection not in Selection.values:
        found.append(("selection", "Choose from the list who selects what is audited"))
    if said.valid_until and said.valid_until < said.valid_from:
        found.append(
            ("valid_until", f"The last day cannot be before the first day, {said.valid_from:%-d %B %Y}: choose a later")
        )
    return found


def _faults_of_frequency(said: RowFields) -> Faults:
    months = said.every_months
    found: Faults = []
    if not 1 <= said.each <= 10:
        found.append(("each", "Enter a whole number of audits from 1 to 10"))
    if months is None:
        return found
    if months not in CYCLES:
        text = "Choose every 1, 2, 3, 4, 6 or 12 months: other cycles do not fit into a year"
        return [*found, ("every_months", text)]
    for kind in (said.type, said.other_type):
        if kind is not None and outlasts_its_cycle(kind.process, months):
            found.append(
                (
                    "every_months",
                    f"{FREQUENCIES[months]} is more often than one can be done: an audit of the type “{kind}” may take "
                    f"{time_it_takes(kind.process)}. Choose a longer cycle, or change how the type goes",
                )
            )
    return found


def overlaps(said: RowFields, *, without: Expectation | None = None) -> Faults:
    """The fault that another row, in force at the same time, asks the same people for the same audit; or none."""
    until = said.valid_until or date.max
    others = Expectation.objects.valid_between(said.valid_from, until)
    others = others.select_related("service", "type", "other_type")
    found = overlapping(said, others.exclude(pk=without.pk) if without else others)
    if found is None:
        return []
    return [
        (
            "type",
            f"The row “{row_in_short(found)}” asks the same people for the same audit, {_time_of(found)}. Change or "
            "end that row, or choose another service, type, auditor’s role or other days",
        )
    ]


def overlapping(said: RowFields | Expectation, others: Iterable[Expectation]) -> Expectation | None:
    """The first of the other rows that asks the same people for the same audit; their days are not looked at."""
    mine = asked(said)
    return next((one for one in others if asks_the_same(asked(one), mine)), None)


def asked(row: RowFields | Expectation) -> Asked:
    """Whom a row asks for what; by its words, where it has no service or type of audit here."""
    service: object | None = row.service.pk if row.service else plain(row.service_name)
    types: list[object] = [kind.pk for kind in (row.type, row.other_type) if kind] or [plain(row.type_name)]
    return Asked(None if row.every_service else service, frozenset(types), row.auditor_role)


def _time_of(row: Expectation) -> str:
    if row.valid_until:
        return f"from {row.valid_from:%-d %B %Y} to {row.valid_until:%-d %B %Y}"
    return f"from {row.valid_from:%-d %B %Y} on"


def faults_of_days(row: Expectation, said: RowFields, from_day: date | None) -> Faults:
    """What stands against a correction of the whole row (``from_day`` None), or a change from a day on."""
    cycle = last_cycle(row)
    if from_day is None:
        return _faults_of_correction(row, said, cycle) if cycle else []
    if from_day <= row.valid_from:
        begins = f"The row begins on {row.valid_from:%-d %B %Y}"
        return [("from_day", f"{begins}: choose a later day, or correct the whole row")]
    if row.valid_until and from_day > row.valid_until:
        ends = f"The row ends on {row.valid_until:%-d %B %Y}"
        return [("from_day", f"{ends}: choose a day until then, or add a new row")]
    if cycle and from_day <= cycle.starts_on:
        return [("from_day", f"{was_opened(cycle)}: choose a later day")]
    return []


def _faults_of_correction(row: Expectation, said: RowFields, cycle: Cycle) -> Faults:
    if meaning_of(put(row, said)) != meaning_of(row):
        return [("how", f"{was_opened(cycle)}: say from which later day the change holds, so that it stays explained")]
    first = Cycle.objects.filter(expectation=row).order_by("starts_on").first()
    if first and said.valid_from > first.starts_on:
        return [("valid_from", f"{was_opened(first)}: choose its first day or an earlier one")]
    if said.valid_until and said.valid_until < cycle.starts_on:
        return [("valid_until", f"{was_opened(cycle)}: choose its first day or a later one")]
    return []


def was_opened(cycle: Cycle) -> str:
    """ "A cycle from 1 November 2026 to 31 December 2026 was opened"."""
    return f"A cycle from {cycle.starts_on:%-d %B %Y} to {cycle.ends_on:%-d %B %Y} was opened"
