"""One function a use case of this floor, one file a family."""

from moderation.workflow.moderations import (
    Finding,
    Lack,
    NotDecidable,
    decide,
    hand_over,
    open_moderation,
    reopen,
    save_findings,
    what_is_lacking,
    withdraw,
)

__all__ = [
    "Finding",
    "Lack",
    "NotDecidable",
    "decide",
    "hand_over",
    "open_moderation",
    "reopen",
    "save_findings",
    "what_is_lacking",
    "withdraw",
]
