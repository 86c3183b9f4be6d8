"""What is to do next at a panel, for the person who looks at its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from moderation.access.panels import may
from moderation.models import Panel, PanelMember
from moderation.queries.panel_lines import CaseLine
from qaf.people.models import User

Seat = PanelMember.Seat


@dataclass(frozen=True)
class Next:
    """Something the person can do now; the main one is a button."""

    text: str
    path: str
    main: bool = False


def next_of(user: User, panel: Panel, members: Sequence[PanelMember], lines: Sequence[CaseLine]) -> dict[str, Any]:
    """What is to do for this person: a sentence of advice and the links, the main one first."""
    advice, found = {
        Panel.State.PLANNED: _while_planned,
        Panel.State.READING: _while_reading,
        Panel.State.DISCUSSING: _while_discussing,
        Panel.State.CLOSED: _when_closed,
    }.get(Panel.State(panel.state), _when_cancelled)(user, panel, members, lines)
    actions = (
        ("change", "Change day, place, period or sizes", "panel_change"),
        ("members", "Change the members", "panel_members"),
        ("cancel", "Cancel the panel", "panel_cancel"),
    )
    known = {one.path for one in found}
    for action, text, name in actions:
        path = reverse(f"moderation:{name}", args=[panel.pk])
        if may(user, action, panel) and path not in known:
            found.append(Next(text, path))
    return {"advice": advice, "next": found}


def _while_planned(
    user: User, panel: Panel, members: Sequence[PanelMember], lines: Sequence[CaseLine]
) -> tuple[str, list[Next]]:
    if not may(user, "draw", panel):
        return "The cases are being chosen. You are told when they can be read.", []

    def path(name: str) -> str:
        return reverse(f"moderation:{name}", args=[panel.pk])

    has_chair = any(one.seat == Seat.CHAIR for one in members)
    seated = has_chair and sum(one.grades for one in members) > 1
    found = [Next("Add a case by hand", path("panel_case_add"))]
    if lines:
        found.insert(0, Next("Draw the cases again", path("panel_draw"), main=False))
    if not seated:
        who = "a chair and two members who grade" if not has_chair else "another member who grades"
        return f"The panel still needs {who}.", [
            Next("Choose the members", path("panel_members"), main=True),
            *([] if lines else [Next("Draw the cases", path("panel_draw"))]),
            *found,
        ]
    if not lines:
        return "The members are chosen. Draw the cases next.", [
            Next("Draw the cases", path("panel_draw"), main=True),
            *found,
        ]
    return "Members and cases are chosen. When nothing more is to change, open them for reading.", [
        Next("Open for reading", path("panel_open"), main=True),
        *found,
    ]


def _while_reading(
    user: User, panel: Panel, members: Sequence[PanelMember], lines: Sequence[CaseLine]
) -> tuple[str, list[Next]]:
    mine = [line for line in lines if line.graded_by_me]
    left = [line for line in mine if not line.recorded]
    found = []
    if left:
        advice = f"You have recorded {len(mine) - len(left)} of {len(mine)} grades. Read the next case."
        found.append(Next(f"Read {left[0].case.audit.reference}", left[0].path, main=True))
    elif mine:
        advice = "You have recorded all your grades. They are discussed at the meeting."
    else:
        advice = "Members read the cases and record their grades."
    if may(user, "reveal", panel):
        path = reverse("moderation:panel_discuss", args=[panel.pk])
        found.append(Next("Open the discussion", path, main=not left))
    return advice, found


def _while_discussing(
    user: User, panel: Panel, members: Sequence[PanelMember], lines: Sequence[CaseLine]
) -> tuple[str, list[Next]]:
    open_cases = [line for line in lines if line.agreed is None and line.path]
    if not may(user, "discuss", panel):
        return "Everybody’s grades are shown. Open a case to see them side by side.", []
    found = []
    if open_cases:
        found.append(Next(f"Discuss {open_cases[0].case.audit.reference}", open_cases[0].path, main=True))
        advice = f"{len(lines) - len(open_cases)} of {len(lines)} cases have an agreed grade."
    else:
        advice = "Every case has an agreed grade. Note who came, then close the panel."
    found.append(Next("Notes and attendance", reverse("moderation:panel_notes", args=[panel.pk])))
    if may(user, "close", panel):
        path = reverse("moderation:panel_close", args=[panel.pk])
        found.append(Next("Close the panel", path, main=not open_cases))
    return advice, found


def _when_closed(
    user: User, panel: Panel, members: Sequence[PanelMember], lines: Sequence[CaseLine]
) -> tuple[str, list[Next]]:
    found = [
        Next("Read the minutes", reverse("moderation:panel_minutes", args=[panel.pk]), main=True),
        Next("Download the minutes (PDF)", reverse("moderation:panel_minutes_pdf", args=[panel.pk])),
    ]
    return "The panel is closed, and its minutes are fixed.", found if may(user, "minutes", panel) else []


def _when_cancelled(
    user: User, panel: Panel, members: Sequence[PanelMember], lines: Sequence[CaseLine]
) -> tuple[str, list[Next]]:
    return "The panel does not meet. There is nothing to do.", []
