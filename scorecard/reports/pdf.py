"""The report as a PDF that screen readers can read: tagged, titled, with bookmarks (PDF/UA-1)."""

from pathlib import Path
from typing import Any

from django.conf import settings
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from scorecard.reports.pages import print_html

STYLE = Path(settings.BASE_DIR) / "static" / "scorecard" / "print.css"


def make_pdf(snapshot: dict[str, Any], digest: str) -> bytes:
    """Draw the PDF of a snapshot. The same snapshot gives the same bytes on the same version of the program.

    Its identifier is the snapshot's digest and its date the day of counting, so that nothing of the moment of
    drawing gets in. Reads no file or address but its own stylesheet.
    """
    fonts = FontConfiguration()
    style = CSS(string=STYLE.read_text(), font_config=fonts)
    html = HTML(string=print_html(snapshot, digest), url_fetcher=URLFetcher(allowed_protocols=["data"]))
    content = html.write_pdf(
        stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1", pdf_identifier=bytes.fromhex(digest)[:16]
    )
    if content is None:
        raise RuntimeError("The library gave no PDF.")
    return content
