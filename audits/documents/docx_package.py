"""Opening an uploaded Word document as what it may be: somebody's attack on this server.

Nothing is unpacked before its size is known, no part is read but the text and the properties, no entity or outside
file is ever looked at, and nothing is run.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

MAX_BYTES = 10 * 1024 * 1024
MAX_PARTS = 500
MAX_UNPACKED = 60 * 1024 * 1024
MAX_PART = 16 * 1024 * 1024

MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_CONTENT_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_PROPERTY = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}property"
_STRICT = "http://purl.oclc.org/ooxml/"
_OTHER_FILES = (
    (b"%PDF", "The file is a PDF, which cannot be read back. Upload the Word document (.docx) instead."),
    (b"{\\rtf", "The file is in Rich Text Format. Save it as a Word document (.docx), then upload that."),
    (
        b"\xd0\xcf\x11\xe0",
        "The file is an old Word document (.doc) or has a password. Save it as a Word document (.docx) without a "
        "password.",
    ),
)
DAMAGED = "The file is damaged. Open it in Word or LibreOffice, save it as a Word document (.docx) and try again."
NO_DOCUMENT = "The file is not a Word document. Upload the .docx that you downloaded here and filled in."
TOO_BIG = "The file unpacks to far more than a form. Remove pictures and attachments from it, and save it again."


class BadDocument(ValueError):
    """The file cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Package:
    """The text of a document as a tree, and its own properties."""

    document: Any
    properties: dict[str, str] = field(default_factory=dict)


def open_package(data: bytes) -> Package:
    """The parts that are read, from the bytes of an upload. Raises BadDocument."""
    if len(data) > MAX_BYTES:
        raise BadDocument(f"The file is larger than {MAX_BYTES // 1024 // 1024} MB. Remove pictures from it.")
    for start, reason in _OTHER_FILES:
        if data.startswith(start):
            raise BadDocument(reason)
    if not data.startswith(b"PK\x03\x04"):
        raise BadDocument(NO_DOCUMENT)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read(archive)
    except BadDocument:
        raise
    except (
        zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError, KeyError,
        OverflowError, IndexError,
    ) as error:  # fmt: skip
        raise BadDocument(DAMAGED) from error


def _read(archive: zipfile.ZipFile) -> Package:
    parts = archive.infolist()
    names = [part.filename for part in parts]
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise BadDocument(TOO_BIG)
    if len(set(names)) != len(names):
        raise BadDocument(DAMAGED)
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        # Word knows no others, and they unpack with as much memory as the file asks for.
        raise BadDocument(DAMAGED)
    if any(part.flag_bits & 1 for part in parts):
        raise BadDocument("The file has a password. Save it without one.")
    if "mimetype" in names:
        raise BadDocument("The file is an OpenDocument text (.odt). Save it as a Word document (.docx).")
    if "[Content_Types].xml" not in names:
        raise BadDocument(NO_DOCUMENT)
    main = _main_part(_parse(archive, "[Content_Types].xml"), names)
    document = _parse(archive, main)
    if str(document.tag).startswith("{" + _STRICT):
        raise BadDocument("The file is a “Strict Open XML” document. Save it as “Word Document (.docx)” instead.")
    properties = _properties(_parse(archive, "docProps/custom.xml")) if "docProps/custom.xml" in names else {}
    return Package(document, properties)


def _main_part(types: Any, names: list[str]) -> str:
    """The name of the part that holds the text; refuses documents that can run something, and other files."""
    found = {one.get("PartName", ""): one.get("ContentType", "") for one in types.iter(f"{_CONTENT_TYPES}Override")}
    kinds = [*found.values(), *(one.get("ContentType", "") for one in types.iter(f"{_CONTENT_TYPES}Default"))]
    if any("macroenabled" in kind.casefold() or "vbaproject" in kind.casefold() for kind in kinds) or any(
        name.casefold().endswith("vbaproject.bin") for name in names
    ):
        raise BadDocument("The file holds macros. Save it as “Word Document (.docx)”, which has none.")
    main = next((name.lstrip("/") for name, kind in found.items() if kind == MAIN_TYPE), "")
    if not main or main not in names:
        raise BadDocument(NO_DOCUMENT)
    return main


def _parse(archive: zipfile.ZipFile, name: str) -> Any:
    """One part as a tree; refuses any with a document type, which Word never writes and attacks need."""
    with archive.open(name) as stream:
        data = stream.read(MAX_PART + 1)
    if len(data) > MAX_PART:
        raise BadDocument(TOO_BIG)
    if b"<!DOCTYPE" in data.replace(b"\0", b"").upper():
        raise BadDocument(DAMAGED)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadDocument(DAMAGED) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise BadDocument(DAMAGED)
    return root


def _properties(root: Any) -> dict[str, str]:
    return {one.get("name", ""): "".join(one.itertext()).strip() for one in root.iter(_PROPERTY)}
