"""Reading lists of children as case systems export them, row by row. Pure.

Which headings a field is known by (``names``), which of a table's columns hold what (``mapping``), and what may
stand in them (``rows``). Names are those of the Annex A lists that every case system exports, in whatever spelling;
everything that a draw does not need is left out and never stored. A date of birth only gives the age.
"""

from audits.case_columns.mapping import (
    Columns,
    Mapping,
    heading_for,
    lacking_columns,
    map_columns,
    plain_key,
    vanished,
)
from audits.case_columns.names import FIELD_NAMES, FIELDS_OF, STATUS_OF_KIND, USUAL_NAMES
from audits.case_columns.rows import Fault, ParsedCase, Reading, parse, read_rows

__all__ = [
    "FIELDS_OF",
    "FIELD_NAMES",
    "STATUS_OF_KIND",
    "USUAL_NAMES",
    "Columns",
    "Fault",
    "Mapping",
    "ParsedCase",
    "Reading",
    "heading_for",
    "lacking_columns",
    "map_columns",
    "parse",
    "plain_key",
    "read_rows",
    "vanished",
]
