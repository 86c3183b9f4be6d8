"""Who may see or do what with an audit. The only place that says so.

Two sources of right: a part in the audit (auditor, contributor, moderator, recipient, practitioner, service manager
of a weak case), given by the workflow as an object permission; and the scope of a post. The administrator's role
gives no right to the content of audits.
"""

from audits.access.codes import (
    ANSWER,
    CONTRIBUTE,
    DIRECT,
    FILL,
    MODERATE,
    QA_ROLES,
    READ,
    READABLE_BY_TEAM_MANAGER,
    SETTLED,
)
from audits.access.fieldwork import auditors_for_others, audits_for_another, in_fieldwork
from audits.access.rows import (
    audits_with_a_part,
    cases_visible_to,
    grounds,
    out_of_fieldwork,
    overseen_by,
    qa_teams,
    visible_to,
)
from audits.access.rules import (
    ACTION_OF_PART,
    READABLE_ONCE,
    RULES,
    action_for,
    contributors,
    holds_over,
    knows_outcome,
    may,
    may_be_sent,
    may_fill,
    may_fill_section,
    may_in_another_state,
    may_read_part,
    parts,
    reads_by_post,
    remember_parts,
    sections_asked_of,
)
from audits.access.tools import may_allocate, may_build_forms, may_load_packs, may_read_forms

__all__ = [
    "ACTION_OF_PART",
    "ANSWER",
    "CONTRIBUTE",
    "DIRECT",
    "FILL",
    "MODERATE",
    "QA_ROLES",
    "READ",
    "READABLE_BY_TEAM_MANAGER",
    "READABLE_ONCE",
    "RULES",
    "SETTLED",
    "action_for",
    "auditors_for_others",
    "audits_for_another",
    "audits_with_a_part",
    "cases_visible_to",
    "contributors",
    "grounds",
    "holds_over",
    "in_fieldwork",
    "knows_outcome",
    "may",
    "may_allocate",
    "may_be_sent",
    "may_build_forms",
    "may_fill",
    "may_fill_section",
    "may_in_another_state",
    "may_load_packs",
    "may_read_forms",
    "may_read_part",
    "out_of_fieldwork",
    "overseen_by",
    "parts",
    "qa_teams",
    "reads_by_post",
    "remember_parts",
    "sections_asked_of",
    "visible_to",
]
