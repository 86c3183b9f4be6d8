"""Writing the commentary of a report: its sections as a list, and each by itself beside its figures."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from qaf.errors import Refused, Stale
from qaf.requests import SignedInRequest
from scorecard.access.reports import may
from scorecard.forms.report_writing import SectionForm
from scorecard.models import Report, ReportText
from scorecard.reports.document import Section
from scorecard.views.report_fetch import fetch_draft, outline, seen_number
from scorecard.workflow.report_texts import OlderText, save_text, sections_to_write

EARLIER_SHOWN = 100


@never_cache
@require_safe
def writing(request: SignedInRequest, pk: int) -> HttpResponse:
    """Every section that QA writes in, and how far it is."""
    report = fetch_draft(request.user, pk)
    stored = {one.section: one for one in report.texts.select_related("by")}
    context = {
        "report": report,
        "places": outline(report, request.user, "scorecard:writing"),
        "sections": [(section, stored.get(section.key)) for section in sections_to_write(report)],
        "may_write": may(request.user, "write", report),
    }
    return render(request, "scorecard/reports/writing.html", context)


def _placed(report: Report, key: str) -> tuple[Section, Section | None, Section | None]:
    """A section, and those before and after it; 404 for one that the report does not have."""
    sections = sections_to_write(report)
    place = next((place for place, one in enumerate(sections) if one.key == key), None)
    if place is None:
        raise Http404
    before = sections[place - 1] if place else None
    after = sections[place + 1] if place + 1 < len(sections) else None
    return sections[place], before, after


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write_section(request: SignedInRequest, pk: int, section: str) -> HttpResponse:
    """One section: its figures, and the commentary, which is saved while one types."""
    report = fetch_draft(request.user, pk)
    placed = _placed(report, section)
    if request.method == "POST":
        return _save(request, report, placed)
    stored = report.texts.select_related("by").filter(section=section).first()
    form = SectionForm(initial={"text": stored.text if stored else ""})
    return _show(request, report, placed, form, stored)


def _show(
    request: SignedInRequest,
    report: Report,
    placed: tuple[Section, Section | None, Section | None],
    form: SectionForm,
    stored: ReportText | None,
    *,
    revision: int | None = None,
    status: int = 200,
) -> HttpResponse:
    section, before, after = placed
    context = {
        "report": report,
        "section": section,
        "before": before,
        "after": after,
        "form": form,
        "stored": stored,
        "revision": (stored.revision if stored else 0) if revision is None else revision,
        "may_write": may(request.user, "write", report),
    }
    return render(request, "scorecard/reports/section.html", context, status=status)


def _save(
    request: SignedInRequest, report: Report, placed: tuple[Section, Section | None, Section | None]
) -> HttpResponse:
    section, _, after = placed
    autosave = request.headers.get("X-Autosave") == "1"
    form = SectionForm(request.POST)
    if not form.is_valid():
        if autosave:
            return JsonResponse({"message": f"Not saved: {form.errors['text'][0]}."}, status=409)
        stored = report.texts.select_related("by").filter(section=section.key).first()
        return _show(request, report, placed, form, stored, revision=max(seen_number(request), 0), status=422)
    typed = form.cleaned_data["text"]
    try:
        saved = save_text(report, section=section.key, text=typed, seen_revision=seen_number(request), by=request.user)
    except Refused as refused:
        if autosave:
            return JsonResponse({"message": f"{refused} Your text is still on this page."}, status=409)
        if isinstance(refused, Stale):
            return _conflict(request, report, section, typed, refused)
        raise
    if autosave:
        at = date_format(timezone.localtime(saved.at), "H:i")
        return JsonResponse({"revision": saved.revision, "message": f"Saved at {at}."})
    messages.success(request, f"“{section.title}” is saved.")
    if request.POST.get("go") == "next" and after is not None:
        return redirect("scorecard:write_section", report.pk, after.key)
    return redirect("scorecard:writing", report.pk)


def _conflict(request: SignedInRequest, report: Report, section: Section, typed: str, stale: Stale) -> HttpResponse:
    """What is stored, by whom, beside what was typed: to choose from, or to copy when the report has gone on."""
    stored = report.texts.select_related("by").filter(section=section.key).first()
    context: dict[str, Any] = {
        "report": report,
        "title": stale.title,
        "stale": stale,
        "caption": section.title,
        "fields": [("Commentary", stored.text if stored else "", typed)],
        "saved_by": stored.by if stored else None,
        "saved_at": stored.at if stored else None,
        "can_choose": isinstance(stale, OlderText),
        "revision": stored.revision if stored else 0,
        "typed": {"text": typed},
        "path": reverse("scorecard:write_section", args=[report.pk, section.key]),
        "autosave_key": f"report/{report.pk}/{section.key}",
        "kept": "Text that is replaced is kept under the section’s earlier texts.",
    }
    return render(request, "scorecard/reports/conflict.html", context, status=409)


@require_safe
def earlier_texts(request: SignedInRequest, pk: int, section: str) -> HttpResponse:
    """What stood in a section before, the latest first."""
    report = fetch_draft(request.user, pk)
    placed, _, _ = _placed(report, section)
    stored = report.texts.select_related("by").filter(section=section).first()
    earlier = stored.revisions.select_related("by").order_by("-revision")[:EARLIER_SHOWN] if stored else []
    context = {"report": report, "section": placed, "stored": stored, "earlier": earlier}
    return render(request, "scorecard/reports/earlier.html", context)
