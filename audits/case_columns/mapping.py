"""Which of a table's columns hold what: by their names, or as they were the last time. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from audits.case_columns.names import FIELD_NAMES, FIELDS_OF, STATUS_OF_KIND, STATUS_OF_LIST, USUAL_NAMES, names_of
from audits.models.cases import LegalStatus

# Field → its headings, best first; an empty list: this list has no such column. Fields not named go by their names.
Mapping = dict[str, list[str]]


@dataclass(frozen=True)
class Fault:
    """Something wrong in the list: row (as the spreadsheet numbers it), column, and what to do about it."""

    row: int
    column: str
    reason: str


def plain_key(heading: str) -> str:
    """A heading without anything but letters and digits: "Child Unique ID" and "ChildUniqueID" are one."""
    return "".join(character for character in heading.casefold() if character.isalnum())


@dataclass(frozen=True)
class Columns:
    """Which of a table's columns hold what. ``found``: for each field the headings as written, best first."""

    found: dict[str, tuple[str, ...]]
    status_of_list: LegalStatus | None
    kind: str = "mixed"

    def heading(self, field: str) -> str:
        """How messages name a field's column: as the list does, or by its usual name when it has none."""
        return self.found[field][0] if self.found[field] else USUAL_NAMES[field]

    @property
    def mapping(self) -> Mapping:
        """What is remembered for the next list: of each field of this kind of list its headings."""
        return {field: list(self.found[field]) for field in FIELDS_OF[self.kind]}

    def not_kept(self, headers: Iterable[str]) -> list[str]:
        """Those of a table's headings that nothing is read from."""
        read = {heading for headings in self.found.values() for heading in headings}
        return [header for header in headers if header not in read]


def map_columns(headers: Iterable[str], *, kind: str = "mixed", mapping: Mapping | None = None) -> Columns:
    """Find the columns of a list of this kind among a table's headings, in any spelling and order.

    ``mapping`` is how it was the last time, or as a person has said: it comes before the usual names, for those of
    its headings that are still there.
    """
    by_key = {plain_key(header): header for header in headers}
    found: dict[str, tuple[str, ...]] = dict.fromkeys(FIELD_NAMES, ())
    taken: set[str] = set()
    for field in FIELDS_OF[kind]:
        said = (mapping or {}).get(field)
        keys = names_of(kind, field) if said is None else tuple(plain_key(heading) for heading in said)
        found[field] = tuple(by_key[key] for key in keys if key in by_key)
        if said and not found[field]:
            # What it was called is no longer there: the usual names, unless another field has them now.
            found[field] = tuple(by_key[key] for key in names_of(kind, field) if key in by_key and key not in taken)
        taken.update(plain_key(heading) for heading in found[field])
    status = STATUS_OF_KIND.get(kind) or next((one for key, one in STATUS_OF_LIST.items() if key in by_key), None)
    return Columns(found, status, kind)


def vanished(headers: Iterable[str], mapping: Mapping | None) -> list[tuple[str, str]]:
    """The fields whose column of the last time is no longer there, each with its heading then."""
    present = {plain_key(header) for header in headers}
    return [
        (field, headings[0])
        for field, headings in (mapping or {}).items()
        if field in FIELD_NAMES and headings and not any(plain_key(heading) in present for heading in headings)
    ]


def heading_for(columns: Columns, field: str) -> str:
    """The heading that a page proposes for a field; empty when the list has none."""
    return columns.found[field][0] if columns.found[field] else ""


def lacking_columns(columns: Columns, status: str, *, has_team: bool = False) -> list[Fault]:
    """The columns without which no row can be read.

    ``status`` is what the person said for the whole list; ``has_team``: they named the team of all its rows.
    """
    needed = [("identifier", "the identifier that the case system gives each child")]
    if not has_team:
        needed.append(("team", "the team that each case is allocated to"))
    faults = [
        Fault(1, USUAL_NAMES[field], f"The list has no such column. Add {what}.")
        for field, what in needed
        if not columns.found[field]
    ]
    if not (columns.found["status"] or columns.status_of_list or status):
        faults.append(
            Fault(1, USUAL_NAMES["status"], "The list does not say which status the children have. Choose it above.")
        )
    return faults
