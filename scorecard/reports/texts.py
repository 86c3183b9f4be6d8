"""What people wrote, put into the document of a report's figures. Pure.

A report's content is its snapshot and, once people have written something: ``texts`` (commentary by the key of its
section), ``themes`` (with their quotations), ``recommendations`` (with their actions) and ``version``. What has no
version is a draft, and says so.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from scorecard.reports.document import Cell, Document, Quote, Row, Section, Table, Theme

SUMMARY = Section("summary", "Summary", prompt="What should the board know and decide? Say it in a few sentences.")
# Where themes of each kind stand: the section's key, its title, and what is asked for.
THEMES = {
    "theme": Section("themes", "Themes", prompt="What runs through the audits of this period?"),
    "strength": Section("strengths", "Strengths", prompt="What is done well, and should be shared?"),
    "improvement": Section("improvements", "Areas for improvement", prompt="What has to become better?"),
}
RECOMMENDATIONS = Section(
    "recommendations", "Recommendations", prompt="What should the board agree to? List the recommendations below."
)
DRAFT = "Draft, not for circulation"
VOICES = {
    "auditor": "An auditor",
    "practitioner": "A practitioner",
    "family": "A child, parent or carer",
    "professional": "Another professional",
}


def paragraphs_of(text: str) -> list[str]:
    """A text in its paragraphs; lines within one are kept."""
    blocks = text.replace("\r\n", "\n").split("\n\n")
    return [block.strip() for block in blocks if block.strip()]


def writable_sections(document: Document) -> list[Section]:
    """The sections in which QA writes, in the order of the report; ``document`` is of the figures alone."""
    return [section for section in _around(document.sections) if section.prompt]


def _around(sections: list[Section]) -> list[Section]:
    """The document's own sections between the summary and what follows from them; "how it was counted" stays last."""
    last = [section for section in sections if not section.prompt]
    return [SUMMARY, *(one for one in sections if one.prompt), *THEMES.values(), RECOMMENDATIONS, *last]


def with_texts(document: Document, content: dict[str, Any]) -> Document:
    """The document with everything people wrote; sections of theirs that are empty are left out."""
    texts: dict[str, str] = content.get("texts", {})
    sections = []
    for section in _around(document.sections):
        filled = replace(section, commentary=paragraphs_of(texts.get(section.key, "")))
        if section.key in {one.key for one in THEMES.values()}:
            kind = next(kind for kind, one in THEMES.items() if one.key == section.key)
            filled = replace(filled, themes=_themes(content, kind))
        elif section.key == RECOMMENDATIONS.key:
            filled = replace(filled, tables=_recommendations(content))
        own = section in document.sections
        if own or filled.commentary or filled.themes or filled.tables:
            sections.append(filled)
    return replace(document, sections=sections, status=_status(content))


def _themes(content: dict[str, Any], kind: str) -> list[Theme]:
    return [
        Theme(
            theme["title"],
            theme["text"],
            [Quote(quote["text"], VOICES[quote["voice"]]) for quote in theme["quotations"]],
        )
        for theme in content.get("themes", [])
        if theme["kind"] == kind
    ]


def _recommendations(content: dict[str, Any]) -> list[Table]:
    """The recommendations, and the plan of the actions that follow from them."""
    found = content.get("recommendations", [])
    if not found:
        return []
    rows = [Row(str(one["number"]), [Cell(one["text"]), Cell(one["agency"] or "The partnership")]) for one in found]
    tables = [Table("recommendations", "Recommendations", "Number", ["Recommendation", "For"], rows, words=True)]
    actions = [(one["number"], action) for one in found for action in one["actions"]]
    if actions:
        plan = [
            Row(
                action["reference"],
                [
                    Cell(str(number)),
                    Cell(action["specific"]),
                    Cell(action["measurable"]),
                    Cell(action["owner"]),
                    Cell(f"{date.fromisoformat(action['due_on']):%-d %B %Y}"),
                    Cell(action["state"]),
                ],
            )
            for number, action in actions
        ]
        columns = ["Recommendation", "What will be done", "How it will be measured", "Owner", "By", "State"]
        tables.append(Table("action-plan", "Action plan", "Action", columns, plan, words=True))
    return tables


def _status(content: dict[str, Any]) -> str:
    version = content.get("version")
    if not version:
        return DRAFT
    on = date.fromisoformat(version["on"])
    return f"Version {version['number']}, {version['stage_words'].lower()} on {on:%-d %B %Y}"
