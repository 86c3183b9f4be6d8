"""The report as a PDF that screen readers can read: tagged, titled, with bookmarks (PDF/UA-1)."""

from pathlib import Path
from typing import Any

from django.conf import settings
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from scorecard.reports.pages import print_html

STYLE = Path(settings.BASE_DIR) / "static" / "scorecard" / "print.css"


def make_pdf(content: dict[str, Any], digest: str) -> bytes:
    """Draw the PDF of a report's content. The same content gives the same bytes on the same version of the program.

    Its identifier is the content's digest and its date the day of counting, so that nothing of the moment of
    drawing gets in. Reads no file or address but its own stylesheet.
    """
    fonts = FontConfiguration()
    style = CSS(string=STYLE.read_text(), font_config=fonts)
    html = HTML(string=print_html(content, digest), url_fetcher=URLFetcher(allowed_protocols=["data"]))
    drawn = html.write_pdf(
        stylesheets=[style],
        font_config=fonts,
        finisher=_say_what_headings_head,
        pdf_variant="pdf/ua-1",
        pdf_identifier=bytes.fromhex(digest)[:16],
    )
    if drawn is None:
        raise RuntimeError("The library gave no PDF.")
    return drawn


def _say_what_headings_head(document: Any, pdf: Any) -> None:
    """Give each heading of a table its scope, by which reading programs that do not follow references know it.

    WeasyPrint names headings by table, row and column; in our tables the first row heads columns, the others rows.
    """
    for node in pdf.objects:
        if isinstance(node, dict) and node.get("S") == "/TH" and "ID" in node:
            row = node["ID"].string.split("-")[1]
            node["A"]["Scope"] = "/Column" if row == "0" else "/Row"
