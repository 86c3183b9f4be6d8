"""A row of the schedule in words, as pages, files, the trail and the comparison with a pack say it."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from audits.models import Expectation, Selection
from qaf.people.roles import Role

FREQUENCIES = {
    1: "Every month",
    2: "Every 2 months",
    3: "Every 3 months",
    4: "Every 4 months",
    6: "Every 6 months",
    12: "Every year",
}
NOT_SAID = "Not yet said"
NO_SERVICE = "No service here yet: choose one"
# What the framework calls it; each with the heading of its table.
WORDS = {
    "service_name": "Service, in the framework’s words",
    "type_name": "Type of audit, in the framework’s words",
    "frequency_name": "Minimum frequency, in the framework’s words",
    "auditor_name": "Auditor, in the framework’s words",
    "form_name": "Form, in the framework’s words",
    "moderation_name": "Moderation, in the framework’s words",
    "selection_name": "Case selection, in the framework’s words",
}
# All that a page shows of a row, so that an old page is known.
SHOWN = (
    "service_id", "every_service", "type_id", "other_type_id", "every_months", "each", "auditor_role", "selection",
    *WORDS, "valid_from", "valid_until", "opens_itself", "revision",
)  # fmt: skip


def mark_of(row: Expectation) -> str:
    """A mark of all that a page shows of a row."""
    return hashlib.sha256(json.dumps([str(getattr(row, name)) for name in SHOWN]).encode()).hexdigest()[:16]


def frequency(every_months: int | None) -> str:
    """ "Every 2 months"; "Not yet said"."""
    return FREQUENCIES[every_months] if every_months else NOT_SAID


def service_of(row: Expectation) -> str:
    """The service by its name here, or how it is called until one is chosen."""
    if row.every_service:
        return "Every service"
    return row.service.name if row.service else f"{row.service_name} (no service here yet)"


def types_of(row: Expectation) -> str:
    """What is audited: "Child case audit or Observed Practice audit"; the framework's words where there is no type."""
    titles = [kind.title for kind in (row.type, row.other_type) if kind]
    return " or ".join(titles) if titles else f"“{row.type_name}” (no type of audit here)"


def role_of(row: Expectation) -> str:
    """The role whose holders audit, or that none is chosen."""
    return Role(row.auditor_role).label if row.auditor_role else NOT_SAID


def meaning_of(row: Expectation) -> dict[str, str]:
    """What a row means here, by the heading of each part."""
    return {
        "Service": service_of(row),
        "Type of audit": types_of(row),
        "How often": frequency(row.every_months),
        "Audits from each auditor a cycle": str(row.each),
        "Auditor’s role": role_of(row),
        "Who selects": Selection(row.selection).label,
    }


def words_of(row: Expectation) -> dict[str, str]:
    """The framework's own words of a row, by the heading of each."""
    return {heading: getattr(row, name) for name, heading in WORDS.items()}


def days_of(row: Expectation) -> dict[str, str]:
    return {
        "First day": f"{row.valid_from:%-d %B %Y}",
        "Last day": f"{row.valid_until:%-d %B %Y}" if row.valid_until else "None: until it is changed",
    }


def row_in_words(row: Expectation) -> dict[str, str]:
    """All that a row says: what it means here, since when, and in which words. Holds nobody's data."""
    return meaning_of(row) | days_of(row) | words_of(row)


def row_in_short(row: Expectation) -> str:
    """ "Area Social Care: Child case audit, every 2 months"."""
    often = f", {frequency(row.every_months).lower()}" if row.every_months else ""
    return f"{service_of(row)}: {types_of(row)}{often}"


def differences(before: dict[str, str], after: dict[str, str]) -> dict[str, list[Any]]:
    """The parts in which two wordings of a row differ, each before and after."""
    return {name: [before[name], after[name]] for name in after if before[name] != after[name]}
