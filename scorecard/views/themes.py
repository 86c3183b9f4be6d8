"""The themes of a report: listed by kind, added, changed, put in order and taken out."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from qaf.errors import NotAllowed, Refused, Stale
from qaf.requests import SignedInRequest
from scorecard.access.reports import may
from scorecard.forms.themes import NewThemeForm, ThemeForm
from scorecard.models import Quotation, Report, ReportTheme
from scorecard.queries.quotable import quotable_keys
from scorecard.reports.texts import THEMES
from scorecard.views.report_fetch import fetch_draft, outline, seen_number
from scorecard.workflow.themes import OlderTheme, add_theme, change_theme, move_theme, remove_theme

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def fetch_theme(report: Report, pk: int) -> ReportTheme:
    """A theme of this report with its quotations; 404 for any other."""
    quotations = Quotation.objects.select_related("audit").order_by("position", "pk")
    themes = report.themes.select_related("report").prefetch_related(Prefetch("quotations", quotations))
    return get_object_or_404(themes, pk=pk)


@never_cache
@get_or_post
def themes(request: SignedInRequest, pk: int) -> HttpResponse:
    """The themes, strengths and areas for improvement, and the form that adds one."""
    report = fetch_draft(request.user, pk)
    form, status = NewThemeForm(initial={"kind": ReportTheme.Kind.THEME}), 200
    if request.method == "POST":
        form, status = NewThemeForm(request.POST), 422
        if form.is_valid():
            try:
                added = add_theme(report, by=request.user, **form.cleaned_data)
            except NotAllowed:
                raise
            except Refused as refused:
                form.add_error(None, str(refused))
                status = refused.status
            else:
                messages.success(request, f"{added.get_kind_display()} added. Now look for words that bear it out.")
                return redirect("scorecard:theme", pk, added.pk)
    found = list(report.themes.prefetch_related("quotations"))
    context = {
        "report": report,
        "places": outline(report, request.user, "scorecard:themes"),
        "groups": [(THEMES[kind], [one for one in found if one.kind == kind]) for kind in THEMES],
        "any": bool(found),
        "form": form,
        "may_write": may(request.user, "write", report),
    }
    return render(request, "scorecard/themes/list.html", context, status=status)


@never_cache
@get_or_post
def theme(request: SignedInRequest, pk: int, theme: int) -> HttpResponse:
    """One theme: its words, and its quotations with where they come from."""
    report = fetch_draft(request.user, pk)
    found = fetch_theme(report, theme)
    form = ThemeForm(initial={"title": found.title, "text": found.text})
    status, revision = 200, found.revision
    if request.method == "POST":
        form = ThemeForm(request.POST)
        status, revision = 422, max(seen_number(request), 0)
        if form.is_valid():
            try:
                change_theme(found, seen_revision=seen_number(request), by=request.user, **form.cleaned_data)
            except Stale as stale:
                return _conflict(request, report, found, form, stale)
            except NotAllowed:
                raise
            except Refused as refused:
                form.add_error(None, str(refused))
                status = refused.status
            else:
                messages.success(request, "The theme is saved.")
                return redirect("scorecard:theme", pk, theme)
    context = {
        "report": report,
        "theme": found,
        # Where words are from is told to those who could have quoted them.
        "sources": quotable_keys(report, request.user, [one.audit_id for one in found.quotations.all()]),
        "form": form,
        "revision": revision,
        "may_write": may(request.user, "write", report),
    }
    return render(request, "scorecard/themes/theme.html", context, status=status)


def _conflict(
    request: SignedInRequest, report: Report, found: ReportTheme, form: ThemeForm, stale: Stale
) -> HttpResponse:
    stored = stale.stored if isinstance(stale, OlderTheme) else found
    typed = form.cleaned_data
    context = {
        "report": report,
        "title": stale.title,
        "stale": stale,
        "caption": stored.title,
        "fields": [("Title", stored.title, typed["title"]), ("What the audits show", stored.text, typed["text"])],
        "can_choose": isinstance(stale, OlderTheme),
        "revision": stored.revision,
        "typed": typed,
        "path": reverse("scorecard:theme", args=[report.pk, found.pk]),
    }
    return render(request, "scorecard/reports/conflict.html", context, status=409)


@require_POST
def theme_move(request: SignedInRequest, pk: int, theme: int) -> HttpResponse:
    """Let a theme change places with its neighbour."""
    found = fetch_theme(fetch_draft(request.user, pk), theme)
    move_theme(
        found,
        up=request.POST.get("to") == "up",
        seen_position=seen_number(request, "position"),
        by=request.user,
    )
    return redirect(f"{reverse('scorecard:themes', args=[pk])}#theme-{found.pk}")


@get_or_post
def theme_remove(request: SignedInRequest, pk: int, theme: int) -> HttpResponse:
    """Ask before a theme is taken out, then do it."""
    report = fetch_draft(request.user, pk)
    found = fetch_theme(report, theme)
    if request.method == "POST":
        remove_theme(found, by=request.user)
        messages.success(request, "The theme is taken out.")
        return redirect("scorecard:themes", pk)
    number = len(found.quotations.all())
    context = {
        "title": f"Take out “{found.title}”?",
        "texts": [
            f"Its {number} quotation{'s go' if number != 1 else ' goes'} with it."
            if number
            else "It has no quotations.",
            "Versions that are kept already still hold it.",
        ],
        "button": "Take it out",
        "danger": True,
        "cancel_path": reverse("scorecard:themes", args=[pk]),
    }
    return render(request, "components/confirm.html", context)
