"""What the page of an audit says of its case when a list has closed it, moved it, or given it to another worker."""

from audits.access import QA_ROLES
from audits.extras import Extra
from audits.models import Audit, Case
from audits.queries.lists import changes_since, what_touches
from qaf.people.models import User


def case_note(user: User, audit: Audit) -> Extra | None:
    """The note for those who may read an audit under way; nothing while its case is as it was when it was allocated.

    Nothing is asked of the database unless the case differs from the audit.
    """
    case = audit.case
    if case is None or not audit.is_open:
        return None
    sentences = _sentences(audit, case)
    if not sentences:
        return None
    since = {
        what
        for one in changes_since(case.pk, audit.allocated_on)
        for what in (what_touches(one.change, one.fields), "worker" if "case_holder" in one.fields else "")
    }
    shown = [sentence for what, sentence in sentences if what in since]
    if not shown:
        return None
    if user.pk == audit.auditor_id:
        advice = "Go on with the audit if it can still be done. If not, say that the case is unsuitable, or ask QA."
    elif user.holds(*QA_ROLES):
        advice = "Let the audit go on, give its auditor another case, or cancel it with the reason."
    else:
        advice = "The auditor and QA have been told."
    return Extra("audits/cases/audit_note.html", {"sentences": shown, "advice": advice}, first=True)


def _sentences(audit: Audit, case: Case) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if case.closed_on is not None:
        found.append(("closed", f"The list of cases says that the case was closed on {case.closed_on:%-d %B %Y}."))
    # In the programme other agencies than the case's own audit it as well.
    if case.team_id != audit.team_id and audit.work_id is None:
        found.append(("moved", f"The list of cases says that the case has moved to the team {case.team.name}."))
    if case.case_holder_id != audit.case_holder_id and audit.work_id is None:
        found += _of_worker(audit, case)
    return found


def _of_worker(audit: Audit, case: Case) -> list[tuple[str, str]]:
    now = str(case.case_holder or case.case_holder_name or "nobody")
    if now == str(audit.case_holder or ""):
        # A name that is not known in the case's new team is the same worker all the same.
        return []
    found = [("worker", f"The list of cases says that the case is now with {now}.")]
    if case.case_holder_id == audit.auditor_id:
        found.append(("worker", "That is the auditor, and nobody audits their own case."))
    return found
