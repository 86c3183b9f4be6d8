"""How the figures of a report are laid out: the names of rows, columns and cells. Pure.

A cell's key is "row|column". A grade's column is "stage:scale:code", where the stage is the auditor's grade or the
one that stands in the end.
"""

WHOLE = "whole"
AUDITOR, FINAL = "auditor", "final"
STAGES = (AUDITOR, FINAL)
ALL, GOOD, SHORT, UNGRADED = "all", "good", "short", "ungraded"
VOLUMES = (
    "allocated",
    "submitted",
    "on_time",
    "late",
    "undated",
    "settled",
    "moderated",
    "moderated_in_time",
    "moderated_late",
    "moderated_undated",
    "distributed",
    "closed",
    "cancelled",
    "overdue",
)


def cell(row: str, column: str) -> str:
    return f"{row}|{column}"


def grade_column(stage: str, scale: str, code: str) -> str:
    """The column of a grade of a scale; ALL for all on it, GOOD for those at the standard, SHORT for the rest."""
    # A colon before the words that are no grade, so that a grade whose code is "all" is not taken for them.
    return f"{stage}:{scale}::{code}" if code in (ALL, GOOD, SHORT) else f"{stage}:{scale}:{code}"
