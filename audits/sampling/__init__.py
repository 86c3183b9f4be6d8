"""Drawing a fair sample of cases for auditors. Pure: no database, no clock, and the same seed gives the same draw.

Bristol QAF, *Collaborative Case File Audit*: cases open within the last four weeks in the auditor's own unit are
drawn at random, varying case-holder and legal status. `docs/sampling.md` explains the method.
"""

from audits.sampling.drawing import draw, draw_columns, replacement
from audits.sampling.terms import (
    Auditor,
    Candidate,
    Past,
    Pick,
    Rules,
    Sample,
    Shortfall,
    is_own_case,
    plain_name,
    why_not,
)

__all__ = [
    "Auditor",
    "Candidate",
    "Past",
    "Pick",
    "Rules",
    "Sample",
    "Shortfall",
    "draw",
    "draw_columns",
    "is_own_case",
    "plain_name",
    "replacement",
    "why_not",
]
