"""The page of one audit: what it is, how far it is, what comes next."""

from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audits import access
from audits.extras import extras_for
from audits.models import Audit
from audits.queries.answers import rows_of
from audits.queries.contributions import contributions_of
from audits.queries.directions import direction_of
from audits.queries.earlier import last_time
from audits.queries.pages import parts_to_show, steps_for, tasks_of
from audits.queries.reaudits import actions_before, after, chain
from audits.views.fetch import fetch
from audits.workflow.reaudits import LIFTED, ONCE_MORE, REAUDIT, may_decline, reaudit_type_of
from audits.workflow.submission import note_opened
from qaf.deadlines.models import Deadline
from qaf.people.models import User
from qaf.requests import SignedInRequest
from qaf.trail.queries import timeline


@require_safe
def detail(request: SignedInRequest, reference: str) -> HttpResponse:
    """Show an audit to anybody who may know of it; what was written only to those who may read it."""
    user = request.user
    audit = fetch(user, reference)
    reads = access.may(user, "read", audit)
    if reads:
        note_opened(audit, by=user)
        # Asked for by the tasks, the grades and the chain alike.
        prefetch_related_objects([audit], "judgements")
    rows = rows_of(audit) if reads else {}
    parts = [
        {"key": part, "heading": heading, "tasks": tasks_of(audit, part, rows)}
        for part, heading in (parts_to_show(user, audit) if reads else [])
    ]
    moderated = audit.state in access.SETTLED
    later = after(audit)
    reasons = list(audit.reasons.select_related("by")) if reads else []
    context = {
        "audit": audit,
        "reads": reads,
        "parts": parts,
        "contributions": contributions_of(user, audit),
        "last_time": last_time(user, audit) if reads else None,
        "steps": steps_for(user, audit),
        "deadlines": Deadline.objects.about(audit).open().select_related("owner").prefetch_related("extensions"),
        "timeline": timeline(audit),
        "judgements": list(audit.judgements.all()) if reads and audit.submitted_at else [],
        "show_final": moderated,
        "actions": list(audit.actions.select_related("owner")) if reads else [],
        "first_actions": actions_before(user, audit),
        "recipients": list(audit.recipients.select_related("person")) if reads else [],
        "shares": access.may(user, "share", audit),
        "directs": access.may(user, "direct", audit) and audit.submitted_at is not None,
        "direction": direction_of(audit) if reads else None,
        "reasons": reasons,
        # Of several times the last one counts, and only while the grade is not at its lowest again.
        "lifted": next((one for one in reversed(reasons) if one.kind == LIFTED), None),
        "chain": chain(user, audit, later=later),
        "extras": extras_for(user, audit) if reads else [],
        "moderates": access.may(user, "moderate", audit),
        "allocates_reaudit": not later and _allocates_reaudit(user, audit),
        "declines_reaudit": not later and _declines_reaudit(user, audit),
    }
    return render(request, "audits/detail.html", context)


def _allocates_reaudit(user: User, audit: Audit) -> bool:
    return (
        audit.raises_alert
        and bool(audit.final_grade)
        and reaudit_type_of(audit) is not None
        and access.may_allocate(user)
        and access.holds_over(user, audit, *access.QA_ROLES)
    )


def _declines_reaudit(user: User, audit: Audit) -> bool:
    """Whether the QA manager still has to decide if another re-audit follows."""
    waits = Deadline.objects.about(audit).open().filter(kind__in=(ONCE_MORE, REAUDIT))
    return bool(audit.final_grade) and may_decline(user, audit) and waits.exists()
