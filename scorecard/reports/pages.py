"""The report as HTML: the same part stands in the page and in the PDF."""

from dataclasses import replace
from typing import Any

from django.template.loader import render_to_string

from scorecard.reports.contents import document_of
from scorecard.reports.document import Document
from scorecard.reports.writable import with_alternative, writable

# A shorter report is leafed through; a longer one has its contents in front, with the numbers of the pages.
SECTIONS_WITHOUT_CONTENTS = 3


def body_html(content: dict[str, Any]) -> str:
    """The report without the page around it; the same content gives the same text."""
    return render_to_string("scorecard/report_body.html", {"document": writable(document_of(content))})


def print_html(content: dict[str, Any], digest: str) -> str:
    """A whole document for paper."""
    document = _for_paper(writable(document_of(content)))
    context = {
        "document": document,
        "snapshot": content,
        "digest": digest,
        "has_contents": len(document.sections) > SECTIONS_WITHOUT_CONTENTS,
    }
    return render_to_string("scorecard/print.html", context)


def _for_paper(document: Document) -> Document:
    """The document with drawings that say in their title all they tell."""
    sections = [
        replace(section, charts=[replace(chart, svg=with_alternative(chart.svg)) for chart in section.charts])
        for section in document.sections
    ]
    return replace(document, sections=sections)
