"""What an indicator's definition is made of, what in it does not fit, and what one changes in another. Pure.

Values are plain: texts, numbers (``Decimal``), days, yes or no, and the keys of an agency and a priority. Coventry QA
framework 2025-27, 6.1, asks for indicators that everybody reads the same way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

Values = dict[str, Any]

# Every field of a version, in the order in which pages show them.
FIELDS: Mapping[str, str] = {
    "name": "Name",
    "definition": "Definition",
    "numerator_label": "Numerator",
    "denominator_label": "Denominator",
    "unit": "Unit",
    "frequency": "Frequency",
    "direction": "Wanted direction",
    "target": "Target",
    "target_from": "Target from",
    "target_until": "Target until",
    "tolerance": "Tolerance",
    "agency": "Agency",
    "lens": "Lens",
    "priority": "Priority",
    "lowest": "Lowest possible value",
    "highest": "Highest possible value",
    "jump_percent": "Jump to be explained (per cent)",
    "counts_people": "Counts people",
}
# What an indicator has once and for all.
FIXED: Mapping[str, str] = {"code": "Code", "measure": "Counted by QAF", "measure_domain": "Domain"}
NUMBERS = frozenset({"target", "tolerance", "lowest", "highest"})
DAYS = frozenset({"target_from", "target_until"})
DEFAULTS: Mapping[str, Any] = {
    "code": "",
    "measure": "",
    "measure_domain": "",
    "denominator_label": "",
    "frequency": "quarterly",
    "target": None,
    "target_from": None,
    "target_until": None,
    "tolerance": Decimal(0),
    "agency": None,
    "lowest": None,
    "highest": None,
    "jump_percent": 30,
    "counts_people": True,
}
CHOICES: Mapping[str, frozenset[str]] = {
    "unit": frozenset({"percentage", "rate", "average", "count"}),
    "frequency": frozenset({"monthly", "quarterly"}),
    "direction": frozenset({"up", "down", "neutral"}),
    "lens": frozenset({"independent", "provider", "professional", "citizen"}),
}
LENGTHS: Mapping[str, int] = {"name": 200, "numerator_label": 200, "denominator_label": 200, "definition": 5000}
ASKED: Mapping[str, str] = {
    "name": "Enter a name",
    "definition": "Enter what the indicator means",
    "numerator_label": "Enter what is counted above the line",
}
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# Addresses of pages that stand where an indicator's code would.
TAKEN_WORDS = frozenset({"changes", "compare", "export", "indicators", "lenses", "new", "priorities", "returns"})
LONGEST_CODE = 20
MOST = Decimal(10) ** 10
PLACES = 4
Fault = tuple[str, str]


def encode(values: Mapping[str, Any]) -> Values:
    """Values as JSON holds them: numbers and days as texts. Read back by ``decode``."""
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return decimal_text(value)
    return value.isoformat() if isinstance(value, date) else value


def decimal_text(value: Decimal) -> str:
    """A number without needless noughts: 90 for 90.0000."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def decode(stored: Mapping[str, Any]) -> Values:
    """What ``encode`` wrote, as values."""
    found: Values = dict(stored)
    for name in NUMBERS & found.keys():
        found[name] = None if found[name] is None else Decimal(found[name])
    for name in DAYS & found.keys():
        found[name] = None if found[name] is None else date.fromisoformat(found[name])
    return found


def tidy(values: Mapping[str, Any]) -> Values:
    """Values with texts stripped, defaults filled in and numbers as ``Decimal``; no denominator where there is none."""
    found: Values = {**DEFAULTS, **values}
    found = {name: value.strip() if isinstance(value, str) else value for name, value in found.items()}
    for name in NUMBERS:
        if found[name] is not None:
            found[name] = Decimal(str(found[name]))
    if found.get("unit") == "count":
        found["denominator_label"] = ""
    if found["tolerance"] is None:
        found["tolerance"] = Decimal(0)
    if found["target"] is None:
        found["target_from"] = found["target_until"] = None
    return found


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The fields whose value differs, in the order of the pages; 90 and 90.0 are the same."""
    return [name for name in FIELDS if before.get(name) != after.get(name)]


def faults(values: Mapping[str, Any]) -> list[Fault]:
    """What does not fit in a whole definition, as (field, sentence); empty when all does.

    ``values`` are tidy and hold every field and the fixed ones. That agency and priority exist is for the caller.
    """
    found = [(name, text) for name, text in ASKED.items() if not values.get(name)]
    found += [
        (name, f"Use at most {most:,} characters")
        for name, most in LENGTHS.items()
        if len(values.get(name) or "") > most
    ]
    found += [
        (name, f"Choose {FIELDS[name].lower()} from the list")
        for name, known in CHOICES.items()
        if values.get(name) not in known
    ]
    if values.get("unit") != "count" and not values.get("denominator_label"):
        found.append(
            ("denominator_label", "Enter what is counted below the line, or choose a plain number as the unit")
        )
    return [*found, *_wrong_numbers(values), *_wrong_source(values)]


def _wrong_numbers(values: Mapping[str, Any]) -> list[Fault]:
    found: list[Fault] = []
    for name in sorted(NUMBERS):
        number = values.get(name)
        if number is None:
            continue
        if not number.is_finite() or abs(number) >= MOST:
            found.append((name, "Enter a number below 10,000,000,000"))
        elif number != round(number, PLACES):
            found.append((name, f"Use at most {PLACES} digits after the point"))
    if found:
        return found
    lowest, highest, target = (values.get(name) for name in ("lowest", "highest", "target"))
    if values["tolerance"] < 0:
        found.append(("tolerance", "The tolerance cannot be below nought"))
    if lowest is not None and highest is not None and lowest > highest:
        found.append(("highest", "The highest value must not be below the lowest"))
    if target is not None and _outside(target, lowest, highest):
        found.append(("target", "The target lies outside the values that are possible"))
    if values.get("unit") == "percentage":
        found += [
            (name, "A percentage lies between 0 and 100")
            for name in ("target", "lowest", "highest")
            if values.get(name) is not None and _outside(values[name], Decimal(0), Decimal(100))
        ]
    first, last = values.get("target_from"), values.get("target_until")
    if first and last and last < first:
        found.append(("target_until", "The target must not end before it begins"))
    if not 1 <= (values.get("jump_percent") or 0) <= 1000:
        found.append(("jump_percent", "Enter a whole number from 1 to 1,000"))
    return found


def _outside(number: Decimal, lowest: Decimal | None, highest: Decimal | None) -> bool:
    return (lowest is not None and number < lowest) or (highest is not None and number > highest)


def _wrong_source(values: Mapping[str, Any]) -> list[Fault]:
    """An agency returns it, or QAF counts it: of all its audits, or of those of one agency."""
    found: list[Fault] = []
    measure, domain = values.get("measure"), values.get("measure_domain")
    if not measure and values.get("agency") is None:
        found.append(("agency", "Choose the agency that returns it, or what QAF counts"))
    if measure and values.get("unit") != "percentage":
        found.append(("unit", "What QAF counts is a percentage"))
    if measure and values.get("frequency") != "quarterly":
        found.append(("frequency", "What QAF counts, it counts quarter by quarter"))
    if measure == "good_domain" and not domain:
        found.append(("measure_domain", "Choose the domain"))
    if domain and measure != "good_domain":
        found.append(("measure_domain", "Only the share of a domain’s judgements has a domain"))
    return found


def fault_of_code(code: str) -> str:
    """Why this cannot be an indicator's code; empty when it can."""
    if not code:
        return "Enter a code"
    if len(code) > LONGEST_CODE or not CODE.fullmatch(code):
        return f"Use small letters, digits and single hyphens, at most {LONGEST_CODE} characters, such as cp-reviews"
    return "This word is needed for an address of the scorecard. Choose another code" if code in TAKEN_WORDS else ""
