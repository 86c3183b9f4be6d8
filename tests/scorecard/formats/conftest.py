"""Files made of documents that a test writes down itself."""

from collections.abc import Callable

import pytest

from scorecard.reports import contents
from scorecard.reports.document import Document
from scorecard.reports.files import MAKERS
from tests.scorecard.formats.samples import DIGEST

Make = Callable[[str, Document], bytes]


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch) -> Make:
    """Makes a file of a format from a document, as if a report's figures had given it."""

    def made(format: str, document: Document) -> bytes:
        monkeypatch.setitem(contents.BUILDERS, "test", lambda content: document)  # type: ignore[arg-type]
        return MAKERS[format]({"kind": "test", "counted_at": "2026-10-07T09:00:00+01:00"}, DIGEST)

    return made
