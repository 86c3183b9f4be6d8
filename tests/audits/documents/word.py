"""Word documents for tests: made, filled in as a person would, and changed as other programs change them."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import docx
from docx.oxml import parse_xml

from audits.documents.answers import SectionFields, read_answers
from audits.documents.docx_package import open_package
from audits.documents.docx_writing import write_docx
from audits.documents.layout import Layout, lay_section
from audits.documents.names import tag_of
from audits.documents.word_parts import W14, W, legal, w
from audits.kloe.definition import FormDefinition

Answers = dict[str, dict[str, Any]]
SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def documents(answers: Answers) -> Answers:
    return {key: {"answers": given, "raw": {}} for key, given in answers.items()}


def layout(form: FormDefinition, held: Answers | None = None) -> Layout:
    sections = [section for part in form.parts() for section in form.sections_of(part)]
    return Layout(
        form.title, 1, form, tuple(lay_section(form, section, (held or {}).get(section.key)) for section in sections)
    )


def read(data: bytes, form: FormDefinition, before: Answers | None = None) -> dict[str, SectionFields]:
    """The fields of an uploaded document; ``before`` is what it held when it was made."""
    held = before or {}
    return read_answers(open_package(data), layout(form, held), before=held, now=held)


def in_xml(value: Any) -> Any:
    """Answers with what no XML can hold replaced."""
    if isinstance(value, str):
        return legal(value)
    if isinstance(value, list):
        return [in_xml(one) for one in value]
    return {key: in_xml(one) for key, one in value.items()} if isinstance(value, dict) else value


class Word:
    """A document that is open to be changed."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.document = docx.Document(io.BytesIO(data))
        self.body = self.document.element.body

    def part(self, name: str) -> bytes:
        """A part of the package as it was opened."""
        with zipfile.ZipFile(io.BytesIO(self.data)) as package:
            return package.read(name)

    def controls(self) -> list[Any]:
        return list(self.body.iter(w("sdt")))

    def control(self, name: str, value: str = "") -> Any:
        tag = tag_of(name, value)
        return next(one for one in self.controls() if _tag(one) == tag)

    def write(self, name: str, text: str) -> None:
        """Type into a box, as Word does it: the prompt goes, line breaks stay in the paragraph."""
        one = self.control(name)
        content = one.find(w("sdtContent"))
        for child in list(content):
            content.remove(child)
        for number, line in enumerate(text.split("\n")):
            run = content.makeelement(w("r"))
            if number:
                run.append(content.makeelement(w("br")))
            written = content.makeelement(w("t"))
            written.text = line
            written.set(SPACE, "preserve")
            run.append(written)
            content.append(run)
        for prompt in one.find(w("sdtPr")).findall(w("showingPlcHdr")):
            one.find(w("sdtPr")).remove(prompt)

    choose = write

    def tick(self, name: str, value: str) -> None:
        state = self.control(name, value).find(f".//{{{W14}}}checked")
        state.set(f"{{{W14}}}val", "1")

    def save(self) -> bytes:
        stream = io.BytesIO()
        self.document.save(stream)
        return stream.getvalue()


def _tag(control: Any) -> str:
    found = control.find(w("sdtPr")).find(w("tag"))
    return str(found.get(w("val"))) if found is not None else ""


def without_tags(word: Word) -> None:
    """As LibreOffice before 7.5 saves it: no tag, the bookmark inside the control, another id."""
    for one in word.controls():
        properties, content = one.find(w("sdtPr")), one.find(w("sdtContent"))
        for name in ("tag", "alias", "id", "lock"):
            for each in properties.findall(w(name)):
                properties.remove(each)
        start = one.getprevious()
        if start is not None and start.tag == w("bookmarkStart"):
            content.insert(0, start)


def without_controls(word: Word) -> None:
    """As a program that knows no controls saves it: bare text between the bookmarks."""
    for one in word.controls():
        for child in one.find(w("sdtContent")):
            one.addprevious(child)
        one.getparent().remove(one)


def with_split_runs(word: Word) -> None:
    """As a spelling check leaves it: every text cut into several runs."""
    for text in list(word.body.iter(w("t"))):
        words, run = text.text or "", text.getparent()
        if len(words) > 1:
            text.text, text.tail = words[:1], None
            text.set(SPACE, "preserve")
            rest = parse_xml(
                f'<w:r xmlns:w="{W}"><w:rPr><w:lang w:val="en-GB"/></w:rPr><w:t xml:space="preserve"/></w:r>'
            )
            rest[1].text = words[1:]
            following = list(text.itersiblings())
            rest.extend(following)
            run.addnext(rest)


def with_other_styles(word: Word) -> None:
    """As a program with styles of its own names saves it."""
    for name in ("pStyle", "rStyle"):
        for each in word.body.iter(w(name)):
            each.set(w("val"), f"Import{each.get(w('val'))}1")


def with_paragraphs(word: Word) -> None:
    """As Word keeps an answer of several paragraphs: the control stands around them."""
    for one in word.controls():
        paragraph = one.getparent()
        content = one.find(w("sdtContent"))
        if paragraph.tag != w("p") or one.find(w("sdtPr")).find(w("text")) is not None or content.find(w("r")) is None:
            continue
        if len(one.find(w("sdtPr")).findall(f"{{{W14}}}checkbox")) or paragraph.findall(w("r")):
            continue
        new = [content.makeelement(w("p"))]
        for run in list(content):
            for piece in list(run):
                if piece.tag == w("br"):
                    new.append(content.makeelement(w("p")))
                elif piece.tag != w("rPr"):
                    kept = content.makeelement(w("r"))
                    kept.append(piece)
                    new[-1].append(kept)
            content.remove(run)
        content.extend(new)
        paragraph.addprevious(one)
        paragraph.getparent().remove(paragraph)


CHANGES: dict[str, Callable[[Word], None]] = {
    "no tags": without_tags,
    "no controls": without_controls,
    "split runs": with_split_runs,
    "other styles": with_other_styles,
    "paragraphs": with_paragraphs,
}


def changed(data: bytes, *names: str) -> bytes:
    word = Word(data)
    for name in names:
        CHANGES[name](word)
    return word.save()


def repacked(data: bytes, replace: dict[str, bytes | None], add: dict[str, bytes] | None = None) -> bytes:
    """The same package with other parts; None leaves one out."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = replace.get(name, old.read(name))
            if part is not None:
                new.writestr(name, part)
        for name, part in (add or {}).items():
            new.writestr(name, part)
    return stream.getvalue()


def made(form: FormDefinition, held: Answers | None = None) -> bytes:
    return write_docx(layout(form, held))
