"""What a browser would send back from a rendered page: its fields, parsed from the HTML."""

from html.parser import HTMLParser
from typing import Any

from django.http import QueryDict
from django.template import Context, Template

from audits.kloe.definition import FormDefinition, Section

SECTION = Template("{% load kloe %}{% kloe_section form section document errors answers %}")
ANSWERS = Template("{% load kloe %}{% kloe_answers form section document answers change_url=change_url %}")


def render_section(
    form: FormDefinition,
    section: Section,
    document: dict[str, Any] | None = None,
    errors: dict[str, list[str]] | None = None,
    answers: dict[str, Any] | None = None,
) -> str:
    context = {"form": form, "section": section, "document": document, "errors": errors, "answers": answers}
    return SECTION.render(Context(context))


def render_answers(
    form: FormDefinition,
    section: Section,
    document: dict[str, Any] | None = None,
    answers: dict[str, Any] | None = None,
    change_url: str = "",
) -> str:
    context = {"form": form, "section": section, "document": document, "answers": answers, "change_url": change_url}
    return ANSWERS.render(Context(context))


class Page(HTMLParser):
    """Collects fields as a browser submits them, and what accessibility rests on."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.fields: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.inputs: list[str] = []
        self.described: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.texts: list[str] = []
        self._area: tuple[str, list[str]] | None = None
        # A browser reads every line end as LF, and NUL cannot come from a page.
        self.feed(html.replace("\r\n", "\n").replace("\r", "\n"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if "id" in given:
            self.ids.append(given["id"] or "")
        if tag == "label":
            self.labelled.add(given.get("for") or "")
        if "aria-describedby" in given:
            self.described += (given["aria-describedby"] or "").split()
        name = given.get("name") or ""
        if tag == "textarea":
            self._area = (name, [])
            self.inputs.append(given.get("id") or "")
        elif tag == "input":
            if given.get("type") != "hidden":
                self.inputs.append(given.get("id") or "")
            if given.get("type") not in ("radio", "checkbox") or "checked" in given:
                self.fields.append((name, given.get("value") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            name, texts = self._area
            text = "".join(texts)
            self.fields.append((name, text.removeprefix("\n")))
            self._area = None

    def handle_data(self, data: str) -> None:
        (self._area[1] if self._area else self.texts).append(data)

    def submitted(self) -> QueryDict:
        """The request's POST data: line ends within a text area go out as CR LF."""
        data = QueryDict(mutable=True)
        for name, value in self.fields:
            data.appendlist(name, value.replace("\n", "\r\n"))
        return data
