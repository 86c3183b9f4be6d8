"""Figures from before QAF: a file or a table that was pasted, read row by row."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from qaf.tables import Row, Table, UnreadableFile, read_table
from qaf.workbooks import demand_plain, visible_sheets
from scorecard.earlier_figures import COLUMNS, MOST_ROWS
from scorecard.workflow.earlier_figures import LONGEST_SOURCE

MOST_PASTED = 100_000


class EarlierForm(forms.Form):
    """A file, or a table that was pasted; and where its figures come from."""

    source = forms.CharField(
        label="Where do the figures come from?",
        required=False,
        max_length=LONGEST_SOURCE,
        help_text="For rows that do not say so themselves. For example, Scorecard of the partnership, spring 2025.",
        error_messages={"max_length": f"Use at most {LONGEST_SOURCE} characters"},
    )
    file = forms.FileField(
        label="File", required=False, allow_empty_file=True, help_text="CSV or XLSX. Its first sheet is read."
    )
    pasted = forms.CharField(
        label="Or paste the table",
        required=False,
        max_length=MOST_PASTED,
        strip=False,
        help_text="From a spreadsheet, with its headings.",
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        error_messages={"max_length": "Paste a shorter table, or upload it as a file"},
    )
    optional_unmarked = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        file, pasted = cleaned.get("file"), cleaned.get("pasted", "")
        if self.errors:
            return cleaned
        if not file and not pasted.strip():
            raise forms.ValidationError("Choose a file, or paste a table")
        if file and pasted.strip():
            raise forms.ValidationError("Choose a file or paste a table, not both")
        try:
            self.rows = _rows(_uploaded(file) if file else read_table(io.BytesIO(pasted.encode()), "pasted.csv"))
        except UnreadableFile as unreadable:
            self.add_error("file" if file else "pasted", str(unreadable))
            return cleaned
        if not cleaned.get("source", "").strip() and any(not row.get("source") for row in self.rows):
            self.add_error("source", "Say where the figures come from")
        return cleaned

    @property
    def numbered(self) -> list[tuple[int, Mapping[str, str]]]:
        """The rows for ``scorecard.earlier_figures.read_rows``."""
        return [(row.number, row.cells) for row in self.rows]

    @property
    def as_text(self) -> str:
        """The table as it would be pasted, to be sent once more when it is confirmed."""
        text = io.StringIO()
        writer = csv.writer(text, delimiter="\t", lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([" ".join(row.get(name).split()) for name in COLUMNS] for row in self.rows)
        return text.getvalue()


def _uploaded(file: UploadedFile) -> Table:
    """The table of a file; of a workbook its first sheet that can be seen, whose cells must each hold their own."""
    name, data = file.name or "", file.read(settings.UPLOAD_MAX_BYTES + 1)
    if len(data) > settings.UPLOAD_MAX_BYTES or not data.startswith(b"PK"):
        return read_table(io.BytesIO(data), name)
    title = visible_sheets(data)[0].title
    demand_plain(data, title)
    return read_table(io.BytesIO(data), name, sheet=title)


def _rows(table: Table) -> list[Row]:
    if missing := table.missing("Period"):
        raise UnreadableFile(f"The table has no column “{missing[0]}”. Its columns are {', '.join(COLUMNS)}.")
    if len(table.missing("Numerator", "Value")) == 2:
        raise UnreadableFile("The table has neither a column “Numerator” nor a column “Value”.")
    if not table.rows:
        raise UnreadableFile("The table has no rows under its headings.")
    if len(table.rows) > MOST_ROWS:
        raise UnreadableFile(f"The table has more than {MOST_ROWS} rows. Bring it in piece by piece.")
    return table.rows
