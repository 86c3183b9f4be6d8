"""A form as a PDF that screen readers can read and that can be filled in by hand (PDF/UA-1)."""

from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from audits.documents.layout import Layout

STYLE = Path(settings.BASE_DIR) / "static" / "audits" / "print.css"


def make_pdf(layout: Layout) -> bytes:
    """The PDF of a layout. Reads no file or address but its own stylesheet."""
    fonts = FontConfiguration()
    style = CSS(string=STYLE.read_text(), font_config=fonts)
    words = render_to_string("audits/paper/print.html", {"layout": layout})
    html = HTML(string=words, url_fetcher=URLFetcher(allowed_protocols=["data"]))
    content = html.write_pdf(stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1", custom_metadata=True)
    if content is None:
        raise RuntimeError("The library gave no PDF.")
    return bytes(content)
