"""An uploaded document is somebody's attack until it is shown to be a form."""

import io
import time
import tracemalloc
import zipfile

import pytest

from audits.documents.docx_package import MAX_BYTES, MAX_PARTS, BadDocument, open_package
from audits.documents.docx_reading import read_docx
from audits.documents.word_parts import W
from tests.audits.documents.test_filling_in import form
from tests.audits.documents.word import made, read, repacked

GOOD = made(form())
DOCUMENT, TYPES = "word/document.xml", "[Content_Types].xml"


def part(name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        return archive.read(name)


def refused(data: bytes) -> str:
    with pytest.raises(BadDocument) as caught:
        open_package(data)
    return str(caught.value)


def archive(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made_of:
        for name, content in parts.items():
            made_of.writestr(name, content)
    return stream.getvalue()


def test_it_works() -> None:
    assert len(list(open_package(GOOD).document.iter(f"{{{W}}}sdt"))) > 20


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "not a Word document"),
        (b"Dear all,", "not a Word document"),
        (b"%PDF-1.7 ...", "is a PDF"),
        (b"{\\rtf1 ...}", "Rich Text Format"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old Word document (.doc) or has a password"),
        (b"PK\x03\x04" + b"\0" * 100, "damaged"),
        (GOOD[: len(GOOD) // 2], "damaged"),
        (b"PK\x03\x04" + b"0" * MAX_BYTES, "larger than 10 MB"),
        (archive({"a.txt": b"words"}), "not a Word document"),
        (archive({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"}), "OpenDocument"),
        (archive({TYPES: b"<Types/>", DOCUMENT: b"<a/>"}), "not a Word document"),
    ],
    ids=["empty", "text", "pdf", "rtf", "doc", "broken zip", "half", "large", "zip", "odt", "no types"],
)
def test_what_is_no_word_document_is_refused_with_what_to_do(data: bytes, says: str) -> None:
    assert says in refused(data)


def test_a_workbook_is_refused() -> None:
    types = part(TYPES).replace(b"wordprocessingml.document.main", b"spreadsheetml.sheet.main")
    assert "not a Word document" in refused(repacked(GOOD, {TYPES: types}))


def test_macros_are_refused() -> None:
    types = part(TYPES).replace(
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    assert "macros" in refused(repacked(GOOD, {TYPES: types}))
    assert "macros" in refused(repacked(GOOD, {}, add={"word/vbaProject.bin": b"x"}))


def test_strict_documents_are_refused_with_what_to_do() -> None:
    strict = part(DOCUMENT).replace(W.encode(), b"http://purl.oclc.org/ooxml/wordprocessingml/main")
    assert "Strict" in refused(repacked(GOOD, {DOCUMENT: strict}))


@pytest.mark.parametrize("name", [DOCUMENT, TYPES, "docProps/custom.xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "attack",
    [
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/evil.dtd">',
        '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        "<!doctype a>",
    ],
    ids=["file", "outside", "laughs", "small letters"],
)
def test_no_entity_is_looked_at(name: str, encoding: str, attack: str) -> None:
    text = part(name).decode()
    head, _, rest = text.partition("?>")
    declared = head.replace("UTF-8", encoding.upper())
    assert "damaged" in refused(repacked(GOOD, {name: f"{declared}?>{attack}{rest}".encode(encoding)}))


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = archive({TYPES: part(TYPES), DOCUMENT: b"0" * 200_000_000})
    assert len(bomb) < 1_000_000
    tracemalloc.start()
    assert "far more than a form" in refused(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000


def test_a_part_that_is_too_large_is_refused() -> None:
    words = part(DOCUMENT).replace(b"<w:body>", b"<w:body>" + b"<w:p/>" * 3_000_000)
    assert "far more than a form" in refused(repacked(GOOD, {DOCUMENT: words}))


def test_a_size_that_is_lied_about_is_found_out() -> None:
    data = bytearray(archive({TYPES: part(TYPES), DOCUMENT: b"0" * 50_000}))
    real, lie = (50_000).to_bytes(4, "little"), (10).to_bytes(4, "little")
    assert real in data
    assert "damaged" in refused(bytes(data.replace(real, lie)))


def test_many_parts_and_double_parts_are_refused() -> None:
    many = repacked(GOOD, {}, add={f"word/media/{number}.txt": b"" for number in range(MAX_PARTS)})
    assert "far more than a form" in refused(many)
    with pytest.warns(UserWarning, match="Duplicate"):
        double = repacked(GOOD, {}, add={DOCUMENT: b"<a/>"})
    assert "damaged" in refused(double)


def test_a_document_in_knots_is_refused_or_read_but_never_breaks_the_server() -> None:
    deep = b"<w:sdt><w:sdtContent>" * 5000 + b"</w:sdtContent></w:sdt>" * 5000
    assert "damaged" in refused(repacked(GOOD, {DOCUMENT: part(DOCUMENT).replace(b"<w:body>", b"<w:body>" + deep)}))
    shallow = b"<w:sdt><w:sdtContent>" * 100 + b"</w:sdtContent></w:sdt>" * 100
    read_docx(open_package(repacked(GOOD, {DOCUMENT: part(DOCUMENT).replace(b"<w:body>", b"<w:body>" + shallow)})),
              lambda name: name)  # fmt: skip


def test_bookmarks_without_an_end_cost_no_more_than_their_length() -> None:
    start = b'<w:p><w:bookmarkStart w:id="%d" w:name="b%d"/><w:r><w:t>words</w:t></w:r></w:p>'
    many = b"".join(start % (10_000 + number, number) for number in range(20_000))
    package = open_package(repacked(GOOD, {DOCUMENT: part(DOCUMENT).replace(b"<w:body>", b"<w:body>" + many)}))
    began = time.monotonic()
    read_docx(package, lambda name: name if name.startswith("b") else "")
    assert time.monotonic() - began < 20


def test_tables_in_one_another_are_each_read_once() -> None:
    start, end = b"<w:tbl><w:sdt><w:tr><w:tc>" * 55, b"</w:tc></w:tr></w:sdt></w:tbl>" * 55
    knot = start + b"<w:p><w:r><w:t>words</w:t></w:r></w:p>" + end
    package = open_package(repacked(GOOD, {DOCUMENT: part(DOCUMENT).replace(b"<w:body>", b"<w:body>" + knot)}))
    filled = read_docx(package, lambda name: "")
    assert [line.text for line in filled.lines].count("words") == 1


def test_a_row_with_a_control_around_it_is_a_row_of_its_table() -> None:
    row = b"<w:tr><w:tc><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:tc></w:tr>"
    table = b"<w:tbl>" + row % b"one" + b"<w:sdt><w:sdtContent>" + row % b"two" + b"</w:sdtContent></w:sdt></w:tbl>"
    package = open_package(repacked(GOOD, {DOCUMENT: part(DOCUMENT).replace(b"<w:body>", b"<w:body>" + table)}))
    rows = [row for row in read_docx(package, lambda name: "").rows if row.table == 1]
    assert [row.text(0) for row in rows] == ["one", "two"]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packed_as_word_never_does_is_refused(method: int) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as made_of:
        made_of.writestr(TYPES, part(TYPES))
        made_of.writestr(DOCUMENT, part(DOCUMENT))
    assert "damaged" in refused(stream.getvalue())


def test_a_part_that_begins_before_the_file_is_refused() -> None:
    data = bytearray(GOOD)
    end = data.rindex(b"PK\x05\x06")
    data[end + 16 : end + 20] = (int.from_bytes(data[end + 16 : end + 20], "little") + 65_536).to_bytes(4, "little")
    assert "damaged" in refused(bytes(data))


def test_many_lines_under_a_box_cost_no_more_than_their_length() -> None:
    words = part(DOCUMENT)
    end = words.index(b"</w:p>", words.index(b"</w:sdt>")) + len(b"</w:p>")
    lines = b"".join(b"<w:p><w:r><w:t>line %d of a long answer</w:t></w:r></w:p>" % number for number in range(150_000))
    document = repacked(GOOD, {DOCUMENT: words[:end] + lines + words[end:]})
    began = time.monotonic()
    data = read(document, form())["all"].data
    assert time.monotonic() - began < 20
    assert max((str(value) for value in data.values()), key=len).endswith("line 149999 of a long answer")
