"""The files a report can be had as: how each is made from its content, and what browsers are told of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from scorecard.reports.docx import make_docx
from scorecard.reports.pdf import make_pdf
from scorecard.reports.pptx import make_pptx
from scorecard.reports.xlsx import make_xlsx

# From a report's content (its snapshot, or a version with everything written) and the digest of it to the file. The
# same content and digest always give the same bytes on the same version of the program.
Maker = Callable[[dict[str, Any], str], bytes]

# By ReportFile.Format.
MAKERS: Mapping[str, Maker] = {
    "pdf": make_pdf,
    "xlsx": make_xlsx,
    "docx": make_docx,
    "pptx": make_pptx,
}
TYPES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
