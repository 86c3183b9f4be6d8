"""The terms of reference, point by point: what each is called, what it asks for, and which are missing. Pure.

Bristol QAF, *Thematic Audits*: an audit that is commissioned rests on terms of reference with seven points.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Point:
    """One point: the field that holds it, its heading, what helps whoever writes it, how a sentence names it."""

    field: str
    label: str
    hint: str
    named: str


POINTS = (
    Point(
        "why",
        "Why it is commissioned, and why now",
        "What has been seen or asked that makes this worth people’s time this year: a review, a figure, a priority.",
        "why it is commissioned",
    ),
    Point(
        "scope",
        "Scope of the audit",
        "Which children, which period, which part of the work; and what is left out.",
        "the scope",
    ),
    Point(
        "auditors",
        "Who undertakes the audits",
        "Roles or agencies. Those whose time it takes are named with their hours on a page of its own.",
        "who undertakes the audits",
    ),
    Point(
        "focus_groups",
        "Who is part of the focus groups",
        "Practitioners, managers, children or families. If there are to be none, say so and why.",
        "who is part of the focus groups",
    ),
    Point(
        "criteria",
        "Audit criteria",
        "What practice is measured against: legislation, local policy or procedures.",
        "the audit criteria",
    ),
    Point(
        "timescale",
        "Timescale for completion and reporting",
        "When the audits are finished, who reads the report first, and which meetings it goes to.",
        "the timescale",
    ),
    Point(
        "action_plan",
        "Who leads on the action plan",
        "The head of service or agency lead who turns the findings into actions.",
        "who leads on the action plan",
    ),
)
COMMISSIONED_BY = "who commissioned it"


def missing_points(work: Any) -> list[str]:
    """What the terms of reference of a theme still lack, as a sentence names it; nothing for other kinds of work."""
    if not work.is_theme:
        return []
    missing = [point.named for point in POINTS if not getattr(work, point.field).strip()]
    # Part of the first point.
    return missing if work.commissioned_by.strip() else [COMMISSIONED_BY, *missing]
