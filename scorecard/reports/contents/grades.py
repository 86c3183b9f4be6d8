"""Sections on grades that several kinds of report share. Pure."""

from __future__ import annotations

from typing import Any

from scorecard.layout import ALL, GOOD
from scorecard.reports.document import Chart, Section, Table
from scorecard.reports.grid_reading import GridReader
from scorecard.reports.reading import Column, meeting


def grade_columns(scale: dict[str, Any]) -> list[tuple[str, str]]:
    """Each grade of a scale by its name, best first, with the key of its column."""
    return [(grade["name"], f"grade:{grade['code']}") for grade in scale["grades"]]


def grade_sections(reader: GridReader, *, line: str, place: str, lines: str, empty: str) -> list[Section]:
    """A section for each scale: overall grades by place, then every line of enquiry or area of practice.

    ``line`` and ``place`` head the rows ("Line of enquiry", "Agency"), ``lines`` names them in captions; ``empty`` is
    said when nothing was graded.
    """
    scales = reader.figures["scales"]
    if not scales:
        return [Section("grades", "Grades", [empty])]
    return [
        Section(
            f"grades-{scale['key']}",
            "Grades" if len(scales) == 1 else f"Grades: {scale['title']}",
            ["Each grade is the one that stands: after moderation where there was one."],
            charts=_charts(reader, scale, place, lines),
            tables=_tables(reader, scale, line, place, lines),
        )
        for scale in scales
    ]


def _charts(reader: GridReader, scale: dict[str, Any], place: str, lines: str) -> list[Chart]:
    key, columns = scale["key"], grade_columns(scale)
    return [
        *reader.shares_of(f"chart-places-{key}", f"places-{key}", f"Overall grades by {place.lower()}", columns),
        *reader.shares_of(f"chart-lines-{key}", f"lines-{key}", f"Grades by {lines}", columns),
    ]


def _tables(reader: GridReader, scale: dict[str, Any], line: str, place: str, lines: str) -> list[Table]:
    key = scale["key"]
    columns: list[Column] = [*grade_columns(scale), ("Graded", ALL)]
    if any(grade["meets_standard"] for grade in scale["grades"]):
        columns += [(meeting(scale), GOOD), ("Share", GOOD, ALL)]
    return [
        *reader.tables(f"places-{key}", f"Overall grades by {place.lower()}", place, columns),
        *reader.tables(f"lines-{key}", f"Grades by {lines}", line, columns),
    ]
