"""From a snapshot to the report's document, one module a kind of report. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from scorecard.reports.contents import agency, annual, board, clinic, observation, programme, quarterly, thematic
from scorecard.reports.document import Document
from scorecard.reports.texts import with_texts

# By the kind that the snapshot names; those from before there were several are quarterly reports.
BUILDERS: Mapping[str, Callable[[dict[str, Any]], Document]] = {
    "quarterly": quarterly.document,
    "thematic": thematic.document,
    "programme": programme.document,
    "observation": observation.document,
    "agency": agency.document,
    "clinic": clinic.document,
    "annual": annual.document,
    "scorecard": board.document,
}


def figures_document(snapshot: dict[str, Any]) -> Document:
    """The figures of a report as a document, without what people wrote. Raises KeyError for an unknown kind."""
    return BUILDERS[snapshot.get("kind", "quarterly")](snapshot)


def document_of(content: dict[str, Any]) -> Document:
    """The whole document of a snapshot and its texts; the same content always gives the same document."""
    return with_texts(figures_document(content), content)
