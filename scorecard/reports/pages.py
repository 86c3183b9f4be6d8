"""The report as HTML: the same part stands in the page and in the PDF."""

from typing import Any

from django.template.loader import render_to_string

from scorecard.reports.contents import document_of


def body_html(snapshot: dict[str, Any]) -> str:
    """The report without the page around it; the same snapshot gives the same text."""
    return render_to_string("scorecard/report_body.html", {"document": document_of(snapshot)})


def print_html(snapshot: dict[str, Any], digest: str) -> str:
    """A whole document for paper."""
    document = document_of(snapshot)
    context = {"document": document, "snapshot": snapshot, "digest": digest}
    return render_to_string("scorecard/print.html", context)
