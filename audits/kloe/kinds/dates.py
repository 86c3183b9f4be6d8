"""Days: a date in three fields, and a signature (a name and a date)."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any

from audits.kloe.fields import Fields
from audits.kloe.kinds.base import (
    MAX_TYPED,
    Control,
    Data,
    FieldMessage,
    Kind,
    Pair,
    Reading,
    check_object,
    check_text,
    one,
    read_text,
    text_problem,
)
from audits.kloe.questions import FormDefinition, Question
from audits.kloe.scales import Scale

FIRST_YEAR, LAST_YEAR = 1900, 2100
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def in_words(iso: str) -> str:
    """A stored date as people write it: 24 November 2026."""
    return f"{date.fromisoformat(iso):%-d %B %Y}"


def _month(text: str) -> int | None:
    if text.isdecimal():
        return int(text)
    # Names may be shortened to three letters or more ("Sept").
    found = [number for number, name in enumerate(MONTHS, start=1) if len(text) >= 3 and name.startswith(text.lower())]
    return found[0] if len(found) == 1 else None


def read_date(data: Data, name: str, label: str) -> tuple[date | None, str]:
    """The date in the fields ``name``-day, -month and -year: the date, or what is wrong; neither when all are blank."""
    typed = {
        part: unicodedata.normalize("NFKC", one(data, f"{name}-{part}")).strip() for part in ("day", "month", "year")
    }
    if not any(typed.values()):
        return None, ""
    if lacking := [part for part, text in typed.items() if not text]:
        return None, f"{label} must include a {' and a '.join(lacking)}"
    if any(len(text) > MAX_TYPED for text in typed.values()):
        return None, f"{label} must be a real date, such as 27 3 2026"
    day, month, year = typed["day"], _month(typed["month"]), typed["year"]
    if year.isdecimal() and len(year) != 4:
        return None, f"{label} must have a year of 4 digits, such as 2026"
    try:
        found = date(int(year), month or 0, int(day))
    except ValueError:
        return None, f"{label} must be a real date, such as 27 3 2026"
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        return None, f"{label} must have a year from {FIRST_YEAR} to {LAST_YEAR}"
    return found, ""


def date_fields(name: str, iso: str) -> dict[str, Any]:
    """The three fields that show a stored date."""
    if not iso:
        return {f"{name}-{part}": "" for part in ("day", "month", "year")}
    year, month, day = iso.split("-")
    return {f"{name}-day": str(int(day)), f"{name}-month": str(int(month)), f"{name}-year": year}


def date_control(data: Data, name: str, label: str = "") -> Control:
    parts = (("day", "Day", "2"), ("month", "Month", "2"), ("year", "Year", "4"))
    return Control(
        "date",
        name,
        label=label,
        parts=tuple(
            Control(
                "text",
                f"{name}-{part}",
                label=words,
                value=one(data, f"{name}-{part}"),
                # A month's name may be typed, so its keyboard is not only of digits.
                inputmode="" if part == "month" else "numeric",
                width=f"govuk-input--width-{width}",
            )
            for part, words, width in parts
        ),
    )


def check_date(value: Any, label: str) -> list[str]:
    """What is wrong with a stored date."""
    try:
        if not isinstance(value, str) or not _ISO.fullmatch(value):
            raise ValueError
        found = date.fromisoformat(value)
    except ValueError:
        return [f"{label} must be a real date written YYYY-MM-DD"]
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        return [f"{label} must have a year from {FIRST_YEAR} to {LAST_YEAR}"]
    return []


class Date(Kind):
    name = "date"
    own_keys = frozenset({"past_only"})
    can_prefill = True
    ask = "Enter"

    def options_from(self, fields: Fields) -> dict[str, Any]:
        return {"past_only": fields.flag("past_only")}

    def options_to_json(self, question: Question) -> dict[str, Any]:
        return {"past_only": True} if question.past_only else {}

    def read(
        self, question: Question, data: Data, prefix: str = "", *, scale: Scale | None = None, today: date | None = None
    ) -> Reading:
        label = f"‘{question.label}’"
        found, problem = read_date(data, prefix + question.key, label)
        if found and question.past_only and today and found > today:
            found, problem = None, f"{label} must be today or in the past"
        if problem:
            message = FieldMessage(problem, self.anchor(question))
            return Reading(raw=self.raw_of(question, data, prefix), errors=(message,))
        return Reading(found.isoformat() if found else None)

    def fields(self, question: Question, answer: Any) -> dict[str, Any]:
        return date_fields(question.key, answer)

    def check(self, question: Question, answer: Any, scale: Scale | None = None) -> list[str]:
        return check_date(answer, f"‘{question.label}’")

    def controls(self, question: Question, data: Data, form: FormDefinition) -> list[Control]:
        return [date_control(data, question.key)]

    def display(self, question: Question, answer: Any, form: FormDefinition) -> list[Pair]:
        return [("", in_words(answer))]

    def anchor(self, question: Question) -> str:
        return f"{question.key}-day"

    def from_fact(self, question: Question, fact: Any) -> Any:
        answer = fact.isoformat()[:10] if isinstance(fact, date) else fact
        return answer if not self.check(question, answer) else None


class Signature(Kind):
    name = "signature"
    in_rows = False
    can_prefill = True
    ask = "Sign"

    def read(
        self, question: Question, data: Data, prefix: str = "", *, scale: Scale | None = None, today: date | None = None
    ) -> Reading:
        errors = []
        name = read_text(data, f"{prefix}{question.key}-name", one_line=True)
        if problem := text_problem(name, 200, one_line=True):
            errors.append(FieldMessage(f"Name of ‘{question.label}’ {problem}", f"{question.key}-name"))
            name = ""
        signed, problem = read_date(data, f"{prefix}{question.key}-date", f"Date of ‘{question.label}’")
        if signed and today and signed > today:
            signed, problem = None, f"Date of ‘{question.label}’ must be today or in the past"
        if problem:
            errors.append(FieldMessage(problem, f"{question.key}-date-day"))
        answer = {"name": name, "date": signed.isoformat() if signed else ""}
        kept = answer if any(answer.values()) else None
        return Reading(kept, self.raw_of(question, data, prefix) if errors else None, tuple(errors))

    def fields(self, question: Question, answer: Any) -> dict[str, Any]:
        return {f"{question.key}-name": answer["name"]} | date_fields(f"{question.key}-date", answer["date"])

    def check(self, question: Question, answer: Any, scale: Scale | None = None) -> list[str]:
        if wrong := check_object(answer, ("name", "date"), f"‘{question.label}’"):
            return wrong
        wrong = check_text(answer["name"], 200, f"Name of ‘{question.label}’", one_line=True, may_be_empty=True)
        if answer["date"]:
            wrong += check_date(answer["date"], f"Date of ‘{question.label}’")
        return wrong or ([f"‘{question.label}’ is blank; leave it out instead"] if not any(answer.values()) else [])

    def controls(self, question: Question, data: Data, form: FormDefinition) -> list[Control]:
        name = f"{question.key}-name"
        return [
            Control("text", name, label="Name", value=one(data, name), width="govuk-input--width-20"),
            date_control(data, f"{question.key}-date", "Date"),
        ]

    def display(self, question: Question, answer: Any, form: FormDefinition) -> list[Pair]:
        signed = in_words(answer["date"]) if answer["date"] else ""
        return [("", ", ".join(part for part in (answer["name"], signed) if part))]

    def is_empty(self, answer: Any) -> bool:
        return not answer or not any(answer.values())

    def missing(self, question: Question, answer: Any) -> list[FieldMessage]:
        if answer and answer["name"] and not answer["date"]:
            return [FieldMessage(f"Add the date to ‘{question.label}’", f"{question.key}-date-day")]
        if answer and answer["date"] and not answer["name"]:
            return [FieldMessage(f"Add the name to ‘{question.label}’", self.anchor(question))]
        return super().missing(question, answer)

    def anchor(self, question: Question) -> str:
        return f"{question.key}-name"

    def from_fact(self, question: Question, fact: Any) -> Any:
        answer = {"name": str(fact), "date": ""}
        return answer if not self.check(question, answer) else None
