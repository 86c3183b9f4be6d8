"""The clinic sheet as a PDF that screen readers can read: tagged, titled, with bookmarks (PDF/UA-1)."""

from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from audits.documents.clinic import Sheet

STYLE = Path(settings.BASE_DIR) / "static" / "audits" / "clinic_print.css"


def make_pdf(sheet: Sheet) -> bytes:
    """Draw the PDF. The same sheet gives the same bytes on the same version of the program.

    Its identifier is the sheet's digest and its date the day the figures are of, so that nothing of the moment of
    drawing gets in. Reads no file or address but its own stylesheet.
    """
    fonts = FontConfiguration()
    style = CSS(string=STYLE.read_text(), font_config=fonts)
    words = render_to_string("audits/coverage/clinic_print.html", {"sheet": sheet})
    html = HTML(string=words, url_fetcher=URLFetcher(allowed_protocols=["data"]))
    content = html.write_pdf(
        stylesheets=[style],
        font_config=fonts,
        pdf_variant="pdf/ua-1",
        pdf_identifier=bytes.fromhex(sheet.digest)[:16],
    )
    if content is None:
        raise RuntimeError("The library gave no PDF.")
    return bytes(content)
