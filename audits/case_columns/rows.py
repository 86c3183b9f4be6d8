"""What may stand in a list, row by row: each row read, and a reason for every cell that is wrong. Pure."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache

from audits.case_columns.mapping import Columns, Fault, Mapping, lacking_columns, map_columns, plain_key
from audits.case_columns.names import LOOKED_AFTER_CODE, STATUS_OF_KIND, STATUS_WORDS
from audits.models.cases import LegalStatus
from qaf.tables import Row, Table, column_key, read_day

OLDEST = 25  # care leavers are supported until they are 25


@dataclass(frozen=True)
class ParsedCase:
    """One row, with nothing in it that a draw or the form does not need. ``team`` and ``holder`` as written."""

    row: int
    identifier: str
    initials: str
    age: int | None
    status: str
    team: str
    holder: str
    opened_on: date | None
    closed_on: date | None
    gender: str = ""
    ethnicity: str = ""
    # The category of abuse, the legal status in care, the source of a contact: as written.
    detail: str = ""


@dataclass
class Reading:
    """What was read of a list: the rows in order, the faults of the others, and which columns were read."""

    columns: Columns
    cases: list[ParsedCase] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    # Contacts beside the latest of a child, which alone is kept.
    merged: int = 0


def parse(
    table: Table, *, today: date, status: str = "", kind: str = "mixed", mapping: Mapping | None = None, team: str = ""
) -> tuple[list[ParsedCase], list[Fault]]:
    """The rows that are in order and every fault of the others; see ``read_rows``."""
    reading = read_rows(table, today=today, status=status, kind=kind, mapping=mapping, team=team)
    return reading.cases, reading.faults


def read_rows(
    table: Table, *, today: date, status: str = "", kind: str = "mixed", mapping: Mapping | None = None, team: str = ""
) -> Reading:
    """Read every row of a list of this kind.

    ``status`` is the legal status of rows that do not name one, ``mapping`` what the columns were taken for, ``team``
    the team of all rows of a list that names none. A child may be in one row only; of a child's contacts the latest
    counts.
    """
    columns = map_columns(table.headers, kind=kind, mapping=mapping)
    reading = Reading(columns)
    if faults := lacking_columns(columns, status, has_team=bool(team)):
        reading.faults = faults
        return reading
    first: dict[str, ParsedCase] = {}
    # Once for all rows: a hundred thousand of them ask for the same columns.
    keys = {field: tuple(map(column_key, headings)) for field, headings in columns.found.items()}
    for row in table.rows:
        reader = _RowReader(row, columns, keys, today, status, team)
        case = reader.case()
        key = plain_identifier(case.identifier) if case is not None else ""
        before = first.get(key) if case is not None else None
        if before is not None and kind != "contacts":
            reader.fault("identifier", f"Row {before.row} holds the same child. Leave each child in one row.")
        reading.faults += reader.faults
        if case is None:
            continue
        if reader.faults:
            first.setdefault(key, case)
        elif before is None:
            first[key] = case
            reading.cases.append(case)
        else:
            reading.merged += 1
            first[key] = later_contact(before, case)
    if reading.merged:
        reading.cases = [first[plain_identifier(case.identifier)] for case in reading.cases]
    return reading


def plain_identifier(identifier: str) -> str:
    return " ".join(identifier.split()).casefold()


def later_contact(one: ParsedCase, other: ParsedCase) -> ParsedCase:
    """The later of two contacts of a child, with what only the earlier one says of the child."""
    if (other.opened_on or date.min) < (one.opened_on or date.min):
        one, other = other, one
    return replace(
        other,
        initials=other.initials or one.initials,
        age=one.age if other.age is None else other.age,
        gender=other.gender or one.gender,
        ethnicity=other.ethnicity or one.ethnicity,
    )


class _RowReader:
    """Reads one row and gathers what is wrong with it."""

    def __init__(
        self, row: Row, columns: Columns, keys: dict[str, tuple[str, ...]], today: date, status: str, team: str
    ) -> None:
        self.row, self.columns, self.keys, self.today, self.default_status = row, columns, keys, today, status
        self.team_of_all = team
        self.faults: list[Fault] = []

    def fault(self, field: str, reason: str) -> None:
        self.faults.append(Fault(self.row.number, self.columns.heading(field), reason))

    def text(self, field: str) -> str:
        """The first of the field's columns that is filled in."""
        return next((text for key in self.keys[field] if (text := self.row.cells.get(key, ""))), "")

    def seen(self, field: str) -> str:
        """The same without characters that nobody sees: with one of them a child would be taken for another."""
        text = self.text(field)
        if text.isprintable():
            return text
        return "".join(character for character in text if unicodedata.category(character) != "Cf").strip()

    def case(self) -> ParsedCase | None:
        """The row as a case; None when the identifier is missing. Faults are in ``faults``."""
        identifier = self.seen("identifier")
        if not identifier:
            self.fault("identifier", "There is no identifier. Every row needs one.")
        elif len(identifier) > 50:
            self.fault("identifier", "The identifier is longer than 50 characters. Check the column.")
        initials = self._initials()
        age, status = self._age(), self._status()
        team = self.seen("team") or ("" if self.columns.found["team"] else self.team_of_all)
        if not team:
            self.fault("team", "There is no team. Name the team that the case is allocated to.")
        opened, closed = self._day("opened"), self._day("closed")
        if opened and closed and closed < opened:
            self.fault("closed", "The case is closed before it is opened. Check both dates.")
        if not identifier:
            return None
        holder = _forename_first(self.text("holder"))
        return ParsedCase(
            self.row.number, identifier, initials, age, status, team, holder[:150], opened, closed,
            gender=self.text("gender")[:60], ethnicity=self.text("ethnicity")[:120], detail=self.text("detail")[:120],
        )  # fmt: skip

    def _initials(self) -> str:
        initials = self.seen("initials")
        if len([character for character in initials if character.isalpha()]) > 5:
            self.fault("initials", "Write initials only, never a child's name.")
        return initials

    def _read(self, field: str, read: Callable[[str], date]) -> date | None:
        text = self.text(field)
        if not text:
            return None
        try:
            return read(text)
        except ValueError:
            self.fault(field, "This is no date. Write it like 24/11/2026, or leave it empty.")
            return None

    def _day(self, field: str) -> date | None:
        day = self._read(field, _read_day)
        if day is not None and day > self.today:
            self.fault(field, "The date lies in the future. Check it.")
        if day is not None and day.year < self.today.year - OLDEST - 1:
            # Case systems write 1 January 1900 where they mean no date; it would close the case.
            self.fault(field, "The date lies before any child here was born. Check it, or leave it empty.")
        return day

    def _age(self) -> int | None:
        birth = self._read("birth", _read_day)
        if birth is not None:
            return self._age_from(birth)
        text = self.text("age")
        if not text:
            return None
        # The length first: thousands of digits are more than Python turns into a number.
        if len(text) > 3 or not text.isdecimal() or int(text) > OLDEST:
            self.fault("age", f"Write the age in whole years, from 0 to {OLDEST}, or leave it empty.")
            return None
        return int(text)

    def _age_from(self, birth: date) -> int | None:
        if birth > self.today:
            # Not yet born: the date is the expected one.
            if birth > self.today + timedelta(days=300):
                self.fault("birth", "The date of birth lies in the future. Check it.")
            return None
        age = self.today.year - birth.year - ((self.today.month, self.today.day) < (birth.month, birth.day))
        if age > OLDEST:
            self.fault("birth", f"This would be somebody older than {OLDEST}. Check the date.")
            return None
        return age

    def _status(self) -> str:
        of_kind = STATUS_OF_KIND.get(self.columns.kind)
        if of_kind is not None and of_kind != LegalStatus.CIN:
            return str(of_kind)
        text = self.text("status")
        if not text:
            status = self.columns.status_of_list or self.default_status
            if not status:
                self.fault("status", f"There is no status. Write one of {_status_names()}.")
            return str(status)
        # Annex A letters its statuses: "b) Child protection plan".
        key = plain_key(re.sub(r"^\s*[a-zA-Z]\)\s*", "", text))
        if key in STATUS_WORDS:
            return str(STATUS_WORDS[key])
        if LOOKED_AFTER_CODE.fullmatch(key):
            return str(LegalStatus.CIC)
        if key.startswith("closed"):
            if self.text("closed"):
                return str(self.columns.status_of_list or self.default_status or LegalStatus.CIN)
            self.fault("status", "The case is closed. Give the day it was closed, or leave the row out.")
        elif of_kind is not None:
            # Every child of the list of children in need is one, whatever else it says of them.
            return str(of_kind)
        else:
            self.fault("status", f"“{text[:60]}” is no status known here. Write one of {_status_names()}.")
        return ""


@lru_cache(maxsize=20_000)
def _read_day(text: str) -> date:
    """As ``read_day``; a long list holds the same days again and again."""
    return read_day(text)


def _status_names() -> str:
    names = [str(status.label) for status in LegalStatus if status != LegalStatus.CONTACT]
    return f"{', '.join(names[:-1])} or {names[-1]}"


def _forename_first(name: str) -> str:
    """ "Okoro, Ade" as "Ade Okoro"; anything else as it is."""
    surname, comma, forename = name.partition(",")
    return f"{forename.strip()} {surname.strip()}" if comma and forename.strip() else name
