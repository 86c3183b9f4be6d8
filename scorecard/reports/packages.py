"""Office files (ZIP packages) whose bytes depend on what is in them alone. Pure."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

# The first moment that a ZIP can name.
NEVER = (1980, 1, 1, 0, 0, 0)
LANGUAGE = "en-GB"
AUTHOR = "QAF case-file audit"


def settled(package: bytes) -> bytes:
    """The same package with every part's date taken away, so that it does not tell when it was made."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(package)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            part = zipfile.ZipInfo(name, NEVER)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.external_attr = 0o600 << 16
            made.writestr(part, given.read(name))
    return out.getvalue()


def counted_at(content: dict[str, Any]) -> datetime:
    """When the figures were counted, in UTC and without a zone, as office files keep moments."""
    return datetime.fromisoformat(content["counted_at"]).astimezone(UTC).replace(tzinfo=None)


def describe(properties: Any, *, title: str, subject: str, content: dict[str, Any], digest: str) -> None:
    """Fill in the core properties of a python-docx or python-pptx file; nothing in them is of the moment of writing."""
    moment = counted_at(content)
    # No property may be longer than this.
    properties.title, properties.subject = title[:255], subject[:255]
    properties.author = properties.last_modified_by = AUTHOR
    properties.language = LANGUAGE
    properties.comments = f"Snapshot {digest}"
    properties.keywords = ""
    properties.created = properties.modified = moment
    properties.revision = 1
