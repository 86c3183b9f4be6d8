"""The page of one audit: what it is, how far it is, what comes next."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audits import access
from audits.extras import extras_for
from audits.models import CaseDirection
from audits.queries.answers import rows_of
from audits.queries.contributions import contributions_of
from audits.queries.earlier import last_time
from audits.queries.pages import parts_to_show, steps_for, tasks_of
from audits.views.fetch import fetch
from audits.workflow.submission import note_opened
from qaf.deadlines.models import Deadline
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
    rows = rows_of(audit) if reads else {}
    parts = [
        {"key": part, "heading": heading, "tasks": tasks_of(audit, part, rows)}
        for part, heading in (parts_to_show(user, audit) if reads else [])
    ]
    moderated = audit.state in ("moderated", "distributed", "closed")
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
        "recipients": list(audit.recipients.select_related("person")),
        "reviews_actions": access.may(user, "review_actions", audit),
        "directs": access.may(user, "direct", audit) and moderated,
        "direction": CaseDirection.objects.filter(audit=audit).select_related("by", "reviewed_by").first()
        if reads
        else None,
        "reaudit": audit.reaudit,
        "reasons": list(audit.reasons.select_related("by")) if reads else [],
        "first_audit": audit.reaudit_of,
        "extras": extras_for(user, audit) if reads else [],
        "moderates": access.may(user, "moderate", audit),
        "allocates_reaudit": access.may_allocate(user) and audit.raises_alert and bool(audit.final_grade),
    }
    return render(request, "audits/detail.html", context)
