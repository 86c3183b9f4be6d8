"""The meeting: opening the discussion, notes and who came, closing, and the minutes."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from moderation.documents.minutes_pdf import make_pdf
from moderation.forms.panels import AlthoughMissingForm, NotesForm
from moderation.models import ModerationSettings, Panel, PanelMember
from moderation.queries.panel_cases import path_of
from moderation.queries.panel_minutes import kept_minutes
from moderation.queries.panels import missing_views
from moderation.views.panel_fetch import fetch, seen_revision
from moderation.workflow import panel_meeting as workflow
from qaf.errors import NotAllowed, Refused, Stale
from qaf.requests import SignedInRequest

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@get_or_post
def discuss(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask whether everybody's grades are to be shown, naming those who have not recorded all of theirs."""
    panel = fetch(request.user, pk, "reveal")
    missing = missing_views(panel)
    too_early = bool(missing) and timezone.localdate() < panel.meets_on
    form = None
    if missing and not too_early:
        form = AlthoughMissingForm(request.POST if request.method == "POST" else None)
    errors: list[dict[str, str]] = []
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            workflow.open_discussion(panel, although_missing=form is not None, by=request.user)
        except (NotAllowed, Stale):
            raise
        except Refused as refused:
            errors = [{"text": str(refused), "target": ""}]
        else:
            messages.success(request, "The discussion is open: everybody’s grades are shown.")
            return redirect("moderation:panel", pk)
    wrong = bool(errors) or bool(form and form.errors)
    context = {
        "title": "Open the discussion?",
        "texts": [
            "Everybody’s grades are then shown to all members, and nobody can record one any more.",
            *_when(panel, bool(missing)),
        ],
        "missing": [
            f"{one.member.person}: {len(one.cases)} case{'' if len(one.cases) == 1 else 's'} left" for one in missing
        ],
        "form": form or "",
        "button": "Open the discussion",
        "cancel_path": reverse("moderation:panel", args=[pk]),
        "errors": errors,
        "has_errors": wrong,
        "too_early": too_early,
    }
    return render(request, "moderation/panels/open_discussion.html", context, status=422 if wrong else 200)


def _when(panel: Panel, missing: bool) -> list[str]:
    if not missing:
        return ["Every member has recorded every grade that is theirs to record."]
    if timezone.localdate() < panel.meets_on:
        return [f"It can be opened on {panel.meets_on:%-d %B %Y}, or before that once every grade is recorded."]
    return []


@get_or_post
def notes(request: SignedInRequest, pk: int) -> HttpResponse:
    """Note who came and what was said in general."""
    panel = fetch(request.user, pk, "discuss")
    members = list(panel.members.select_related("person").order_by("pk"))
    form = NotesForm(
        request.POST if request.method == "POST" else None,
        members=members,
        initial=NotesForm.stored(panel, members),
    )
    status, revision, saved_now = 200, panel.revision, None
    if request.method == "POST":
        status, revision = 422, seen_revision(request)
        if form.is_valid():
            try:
                workflow.save_notes(
                    panel,
                    notes=form.cleaned_data["notes"],
                    attended=form.attended(),
                    seen_revision=seen_revision(request),
                    by=request.user,
                )
            except NotAllowed:
                raise
            except Stale as stale:
                # Whoever may no longer write notes learns why; anybody else sees both texts and chooses.
                panel = fetch(request.user, pk, "discuss")
                form.add_error(None, str(stale))
                status, revision, saved_now = stale.status, panel.revision, _stored(panel)
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, "Notes and attendance are saved.")
                return redirect("moderation:panel", pk)
    context = {
        "panel": panel,
        "form": form,
        "title": "Notes and attendance",
        "button": "Save",
        "revision": revision,
        "stored": saved_now,
        "back_path": reverse("moderation:panel", args=[pk]),
        "back_text": "The panel",
    }
    return render(request, "moderation/panels/notes.html", context, status=status)


def _stored(panel: Panel) -> list[dict[str, str]]:
    words = {True: "Came", False: "Sent apologies", None: ""}
    rows = PanelMember.objects.filter(panel=panel).select_related("person").order_by("pk")
    return [
        *({"key": str(one.person), "value": words[one.attended]} for one in rows),
        {"key": "General notes", "value": panel.notes},
    ]


@get_or_post
def close(request: SignedInRequest, pk: int) -> HttpResponse:
    """Look at what is missing, or close the panel."""
    panel = fetch(request.user, pk, "close")
    lacks = workflow.lacks_of(panel)
    if request.method == "POST":
        try:
            workflow.close_panel(panel, by=request.user)
        except workflow.NotCloseable as refused:
            lacks = refused.lacks
        else:
            messages.success(request, "The panel is closed, and its minutes are made.")
            return redirect("moderation:panel_minutes", pk)
    refused_now = request.method == "POST"
    context: dict[str, Any] = {
        "panel": panel,
        "lacks": [
            {
                "text": f"{lack.message[:1].upper()}{lack.message[1:]}",
                "path": _where(panel, lack),
            }
            for lack in lacks
        ],
        "changes_grades": ModerationSettings.current().panel_changes_grades,
        "errors": [{"text": "The panel cannot be closed yet", "target": "lacks"}] if refused_now else [],
        "has_errors": refused_now,
    }
    return render(request, "moderation/panels/close.html", context, status=422 if refused_now else 200)


def _where(panel: Panel, lack: workflow.Lack) -> str:
    """The page on which something that is missing is put right."""
    if lack.case is None:
        return reverse("moderation:panel_notes", args=[panel.pk])
    if lack.comes_off:
        return reverse("moderation:panel_case_remove", args=[panel.pk, lack.case.pk])
    return path_of(lack.case)


@require_safe
def minutes(request: SignedInRequest, pk: int) -> HttpResponse:
    """The minutes of a closed panel."""
    panel = fetch(request.user, pk, "minutes")
    return render(request, "moderation/panels/minutes.html", {"panel": panel, "minutes": kept_minutes(panel)})


@require_safe
def minutes_pdf(request: SignedInRequest, pk: int) -> HttpResponse:
    """The minutes as an accessible PDF; the same panel gives the same file."""
    panel = fetch(request.user, pk, "minutes")
    response = HttpResponse(make_pdf(kept_minutes(panel)), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="panel-minutes-{panel.meets_on:%Y-%m-%d}-{panel.pk}.pdf"'
    return response
