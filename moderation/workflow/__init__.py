"""One function a use case of this floor, one file a family."""

from moderation.workflow.findings import (
    Finding,
    OlderFinding,
    OlderRemarks,
    mark_of,
    save_finding,
    save_findings,
    save_remarks,
)
from moderation.workflow.moderations import (
    REOPENED,
    Lack,
    NotDecidable,
    decide,
    hand_over,
    is_out_of_line,
    lacks_of,
    open_moderation,
    reopen,
    what_is_lacking,
    withdraw,
)
from moderation.workflow.steps import demand

__all__ = [
    "REOPENED",
    "Finding",
    "Lack",
    "NotDecidable",
    "OlderFinding",
    "OlderRemarks",
    "decide",
    "demand",
    "hand_over",
    "is_out_of_line",
    "lacks_of",
    "mark_of",
    "open_moderation",
    "reopen",
    "save_finding",
    "save_findings",
    "save_remarks",
    "what_is_lacking",
    "withdraw",
]
