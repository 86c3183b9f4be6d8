"""Reading a list of open cases, row by row. Pure: what the columns may be called and what may stand in them.

The names are those of the Annex A lists that every case system exports, in whatever spelling; everything that a
draw does not need is left out and never stored. A date of birth only gives the age.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from audits.models.cases import LegalStatus
from qaf.tables import Row, Table, read_day

# Each field and the headings it is known by, in order of preference, with nothing but letters and digits.
COLUMNS: dict[str, tuple[str, ...]] = {
    "identifier": (
        "childuniqueid", "uniquechildid", "childid", "uniqueid", "identifier", "caseid", "casenumber", "clientid",
        "personid",
    ),
    "initials": ("initials", "childinitials", "childsinitials"),
    "birth": ("dateofbirth", "dob", "birthdate"),
    "age": ("age", "childage"),
    "status": ("casestatus", "status", "legalstatus", "statusofcase"),
    "team": ("allocatedteam", "team", "teamname", "teamcode"),
    "holder": (
        "allocatedworker", "allocatedsocialworker", "caseholder", "socialworker", "keyworker", "worker",
        "allocatedpersonaladvisor", "allocatedpersonaladviser",
    ),
    "opened": (
        "casestartdate", "openedon", "opened", "startdate", "cinstartdate", "childprotectionplanstartdate",
        "loookedafterstartdate", "lookedafterstartdate", "referraldate",
    ),
    "closed": (
        "caseclosuredate", "closedon", "closed", "closuredate", "enddate", "cinclosuredate",
        "childprotectionplanenddate", "ceasedlookedafterdate",
    ),
}  # fmt: skip
# A list of Annex A without a column for the status is a list of one status; this column of it tells which.
STATUS_OF_LIST = {
    "childprotectionplanstartdate": LegalStatus.CP,
    "loookedafterstartdate": LegalStatus.CIC,
    "lookedafterstartdate": LegalStatus.CIC,
    "allocatedpersonaladvisor": LegalStatus.CARE_LEAVER,
    "allocatedpersonaladviser": LegalStatus.CARE_LEAVER,
    "eligibilitycategory": LegalStatus.CARE_LEAVER,
    "cinstartdate": LegalStatus.CIN,
}
STATUS_WORDS: dict[str, LegalStatus] = {
    **dict.fromkeys(
        ("cin", "childinneed", "childreninneed", "childinneedplan", "cinplan", "openassessment", "section17"),
        LegalStatus.CIN,
    ),
    **dict.fromkeys(("cp", "cpp", "childprotection", "childprotectionplan", "cpplan"), LegalStatus.CP),
    **dict.fromkeys(("plo", "publiclawoutline", "preproceedings"), LegalStatus.PLO),
    **dict.fromkeys(
        (
            "cic", "cla", "lac", "childincare", "childrenincare", "childlookedafter", "lookedafter",
            "lookedafterchild",
        ),
        LegalStatus.CIC,
    ),
    **dict.fromkeys(("careleaver", "careleavers", "leavingcare"), LegalStatus.CARE_LEAVER),
}  # fmt: skip
# The codes of legal status of the return on children looked after (C2, E1, V2 …): each means looked after.
LOOKED_AFTER_CODE = re.compile(r"[cdejlv][1-4]")
OLDEST = 25  # care leavers are supported until they are 25


@dataclass(frozen=True)
class Fault:
    """Something wrong in the list: row (as the spreadsheet numbers it), column, and what to do about it."""

    row: int
    column: str
    reason: str


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


def plain_key(heading: str) -> str:
    """A heading without anything but letters and digits: "Child Unique ID" and "ChildUniqueID" are one."""
    return "".join(character for character in heading.casefold() if character.isalnum())


@dataclass(frozen=True)
class Columns:
    """Which of a table's columns hold what. ``found``: for each field the headings as written, best first."""

    found: dict[str, tuple[str, ...]]
    status_of_list: LegalStatus | None

    def heading(self, field: str) -> str:
        """How messages name a field's column: as the list does, or by its usual name when it has none."""
        return self.found[field][0] if self.found[field] else USUAL_NAMES[field]


USUAL_NAMES = {
    "identifier": "ChildUniqueID", "initials": "Initials", "birth": "DateOfBirth", "age": "Age",
    "status": "CaseStatus", "team": "AllocatedTeam", "holder": "AllocatedWorker", "opened": "Start date",
    "closed": "Closure date",
}  # fmt: skip


def map_columns(headers: Iterable[str]) -> Columns:
    """Find the known columns among a table's headings, in any spelling and order."""
    by_key = {plain_key(header): header for header in headers}
    found = {field: tuple(by_key[key] for key in keys if key in by_key) for field, keys in COLUMNS.items()}
    status = next((status for key, status in STATUS_OF_LIST.items() if key in by_key), None)
    return Columns(found, status)


def lacking_columns(columns: Columns, status: str) -> list[Fault]:
    """The columns without which no row can be read; ``status`` is what the person said for the whole list."""
    faults = [
        Fault(1, USUAL_NAMES[field], f"The list has no such column. Add {what}.")
        for field, what in (
            ("identifier", "the identifier that the case system gives each child"),
            ("team", "the team that each case is allocated to"),
        )
        if not columns.found[field]
    ]
    if not (columns.found["status"] or columns.status_of_list or status):
        faults.append(
            Fault(1, USUAL_NAMES["status"], "The list does not say which status the children have. Choose it above.")
        )
    return faults


def parse(table: Table, *, today: date, status: str = "") -> tuple[list[ParsedCase], list[Fault]]:
    """Read every row; gives those that are in order and every fault of the others.

    ``status`` is the legal status of rows that do not name one. Rows may share no identifier.
    """
    columns = map_columns(table.headers)
    if faults := lacking_columns(columns, status):
        return [], faults
    cases: list[ParsedCase] = []
    first_row: dict[str, int] = {}
    for row in table.rows:
        reader = _RowReader(row, columns, today, status)
        case = reader.case()
        if case is not None:
            key = " ".join(case.identifier.split()).casefold()
            if key in first_row:
                reader.fault("identifier", f"Row {first_row[key]} holds the same child. Leave each child in one row.")
            first_row.setdefault(key, row.number)
        faults += reader.faults
        if case is not None and not reader.faults:
            cases.append(case)
    return cases, faults


class _RowReader:
    """Reads one row and gathers what is wrong with it."""

    def __init__(self, row: Row, columns: Columns, today: date, status: str) -> None:
        self.row, self.columns, self.today, self.default_status = row, columns, today, status
        self.faults: list[Fault] = []

    def fault(self, field: str, reason: str) -> None:
        self.faults.append(Fault(self.row.number, self.columns.heading(field), reason))

    def text(self, field: str) -> str:
        """The first of the field's columns that is filled in."""
        return next((text for text in map(self.row.get, self.columns.found[field]) if text), "")

    def case(self) -> ParsedCase | None:
        """The row as a case; None when the identifier is missing. Faults are in ``faults``."""
        identifier = self.text("identifier")
        if not identifier:
            self.fault("identifier", "There is no identifier. Every row needs one.")
        elif len(identifier) > 50:
            self.fault("identifier", "The identifier is longer than 50 characters. Check the column.")
        initials = self._initials()
        age, status = self._age(), self._status()
        team = self.text("team")
        if not team:
            self.fault("team", "There is no team. Name the team that the case is allocated to.")
        opened, closed = self._day("opened"), self._day("closed")
        if opened and closed and closed < opened:
            self.fault("closed", "The case is closed before it is opened. Check both dates.")
        if not identifier:
            return None
        holder = _forename_first(self.text("holder"))
        return ParsedCase(self.row.number, identifier, initials, age, status, team, holder[:150], opened, closed)

    def _initials(self) -> str:
        initials = self.text("initials")
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
        day = self._read(field, read_day)
        if day is not None and day > self.today:
            self.fault(field, "The date lies in the future. Check it.")
        return day

    def _age(self) -> int | None:
        birth = self._read("birth", read_day)
        if birth is not None:
            return self._age_from(birth)
        text = self.text("age")
        if not text:
            return None
        if not text.isdecimal() or int(text) > OLDEST:
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
        else:
            self.fault("status", f"“{text[:60]}” is no status known here. Write one of {_status_names()}.")
        return ""


def _status_names() -> str:
    names = [str(status.label) for status in LegalStatus]
    return f"{', '.join(names[:-1])} or {names[-1]}"


def _forename_first(name: str) -> str:
    """ "Okoro, Ade" as "Ade Okoro"; anything else as it is."""
    surname, comma, forename = name.partition(",")
    return f"{forename.strip()} {surname.strip()}" if comma and forename.strip() else name
