"""The home page's parts: each app adds its own, so that the ground floor never imports the floors above.

An app registers in the ``ready()`` of its ``apps.py``::

    home.register_panel(30, moderations_waiting)

where ``moderations_waiting(user)`` gives a ``Panel`` of what waits for this person, or None when the panel is
not for them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class PanelItem:
    """One thing that waits: its words, where to do it, and by when."""

    text: str
    path: str = ""
    hint: str = ""
    due_on: date | None = None
    overdue: bool = False


@dataclass(frozen=True)
class Panel:
    """A part of the home page. ``empty`` says what happens next when there is nothing; ``link`` leads to all."""

    title: str
    items: list[PanelItem] = field(default_factory=list)
    empty: str = ""
    link: str = ""
    link_text: str = ""


PanelFunction = Callable[[Any], Panel | None]

_panels: dict[str, tuple[int, PanelFunction]] = {}


def register_panel(order: int, function: PanelFunction) -> None:
    """Add a part to the home page; lower orders come first, and the same function is added once."""
    _panels[f"{function.__module__}.{function.__qualname__}"] = (order, function)


def panels_for(user: Any) -> list[Panel]:
    """The registered parts this person has, in order."""
    ordered = sorted(_panels.items(), key=lambda entry: (entry[1][0], entry[0]))
    found = (function(user) for _, (_, function) in ordered)
    return [panel for panel in found if panel is not None]
