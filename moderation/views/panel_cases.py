"""One case of a panel: what a member reads and grades by themselves, then what the panel says of it; its auditor."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from moderation.access.panels import invitations_visible_to
from moderation.forms.panels import AnswerForm, DiscussionForm, InviteForm, ViewForm
from moderation.models import Panel, PanelCase
from moderation.queries import panel_cases as pages
from moderation.views.panel_fetch import fetch_case, seen_revision
from moderation.workflow import panel_meeting as workflow
from qaf.errors import NotAllowed, Refused, Stale
from qaf.requests import SignedInRequest

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
ANSWERS = {True: "I will come", False: "I cannot come", None: "None yet"}


@get_or_post
def case(request: SignedInRequest, pk: int, case_pk: int) -> HttpResponse:
    """Read a case and record one's own grade; once the discussion is open, everybody's grades and what was agreed."""
    found = fetch_case(request.user, pk, case_pk)
    page = pages.page_of(request.user, found)
    if request.method != "POST":
        return _render(request, page)
    # A grade that comes after the discussion was opened is told so, not taken for a word of the discussion.
    if found.panel.state == Panel.State.READING or "grade" in request.POST:
        return _record(request, found, page)
    return _discuss(request, found, page)


def _render(request: SignedInRequest, page: pages.CasePage, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {**page.context(), "form": _form(page), **more}
    return render(request, "moderation/panels/case.html", context, status=status)


def _form(page: pages.CasePage) -> ViewForm | DiscussionForm | None:
    if page.records:
        return ViewForm(scale=page.scale)
    if page.discusses:
        case = page.case
        return DiscussionForm(
            scale=page.scale,
            initial={"discussion": case.discussion, "agreed_grade": case.agreed_grade, "lessons": case.lessons},
        )
    return None


def _record(request: SignedInRequest, case: PanelCase, page: pages.CasePage) -> HttpResponse:
    form = ViewForm(request.POST, scale=page.scale)
    if not form.is_valid() and page.records:
        return _render(request, page, form=form, status=422)
    try:
        # Who may not record is told so by the use case, whatever they sent.
        workflow.record_view(case, **_sent(form), by=request.user)
    except (NotAllowed, Stale):
        raise
    except Refused as refused:
        form.add_error(None, str(refused))
        return _render(request, page, form=form, status=422)
    messages.success(request, f"Your grade on {case.audit.reference} is recorded.")
    return _go_on(request, page)


def _discuss(request: SignedInRequest, case: PanelCase, page: pages.CasePage) -> HttpResponse:
    form = DiscussionForm(request.POST, scale=page.scale)
    if not form.is_valid() and page.discusses:
        return _render(request, page, form=form, revision=seen_revision(request), status=422)
    try:
        workflow.save_discussion(case, **_sent(form), seen_revision=seen_revision(request), by=request.user)
    except Stale as stale:
        # What was typed stays on the page beside what is stored; saving again is a choice.
        now = fetch_case(request.user, case.panel.pk, case.pk)
        page = pages.page_of(request.user, now)
        if not page.discusses:
            raise
        form.add_error(None, str(stale))
        return _render(request, page, form=form, stored=pages.stored_of(now), status=stale.status)
    except NotAllowed:
        raise
    except Refused as refused:
        form.add_error(None, str(refused))
        return _render(request, page, form=form, revision=seen_revision(request), status=422)
    messages.success(request, f"What was said on {case.audit.reference} is saved.")
    return _go_on(request, page)


def _sent(form: ViewForm | DiscussionForm) -> dict[str, str]:
    return {name: form.cleaned_data.get(name, "") for name in form.fields}


def _go_on(request: SignedInRequest, page: pages.CasePage) -> HttpResponse:
    panel = page.case.panel
    if request.POST.get("go") == "next" and page.next_case is not None:
        return redirect("moderation:panel_case", panel.pk, page.next_case.pk)
    return redirect("moderation:panel_case", panel.pk, page.case.pk)


@get_or_post
def invite(request: SignedInRequest, pk: int, case_pk: int) -> HttpResponse:
    """Invite the auditor of a case to talk about it."""
    found = fetch_case(request.user, pk, case_pk, "invite")
    auditor = found.audit.auditor
    form = InviteForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound and not form.is_valid() else 200
    if request.method == "POST" and form.is_valid():
        try:
            workflow.invite(found, person=auditor, message=form.cleaned_data["message"], by=request.user)
        except (NotAllowed, Stale):
            raise
        except Refused as refused:
            form.add_error(None, str(refused))
            status = 422
        else:
            messages.success(request, f"{auditor} is invited and has been told.")
            return redirect("moderation:panel", pk)
    context = {
        "panel": found.panel,
        "form": form,
        "title": f"Invite the auditor of {found.audit.reference}",
        "intro": f"{auditor} is told the day and place, and which of their audits it is about. They see nothing "
        "else of the panel, and no grades.",
        "button": f"Invite {auditor}",
        "back_path": reverse("moderation:panel", args=[pk]),
        "back_text": "The panel",
    }
    return render(request, "moderation/panels/form.html", context, status=status)


@get_or_post
def invitation(request: SignedInRequest, pk: int) -> HttpResponse:
    """An invited auditor reads where and when, and says whether they will come."""
    rows = invitations_visible_to(request.user).select_related("case__panel", "case__audit", "invited_by", "person")
    found = get_object_or_404(rows, pk=pk)
    panel = found.case.panel
    words = {True: "yes", False: "no", None: ""}
    form = AnswerForm(request.POST if request.method == "POST" else None, initial={"answer": words[found.accepted]})
    if request.method == "POST" and form.is_valid():
        workflow.answer_invitation(found, accepted=form.accepted, by=request.user)
        messages.success(request, "Your answer is sent.")
        return redirect("moderation:panel_invitation", pk)
    facts = [
        {"key": "Your audit", "value": found.case.audit.reference},
        {"key": "Day", "value": f"{panel.meets_on:%A} {panel.meets_on:%-d %B %Y}"},
        {"key": "Place", "value": panel.place},
        {"key": "Invited by", "value": str(found.invited_by)},
        {"key": "Your answer", "value": ANSWERS[found.accepted]},
    ]
    context = {
        "invitation": found,
        "facts": facts,
        "form": form,
        "open": panel.state in (Panel.State.READING, Panel.State.DISCUSSING),
    }
    return render(request, "moderation/panels/invitation.html", context, status=422 if form.errors else 200)
