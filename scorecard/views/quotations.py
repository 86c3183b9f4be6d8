"""Looking for words to quote, making them free of personal data, and what becomes of a quotation."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from qaf.errors import NotAllowed, Refused, Stale
from qaf.requests import SignedInRequest
from scorecard.forms.themes import EvidenceForm, QuotationForm
from scorecard.models import Quotation, Report
from scorecard.personal_data import Finding, Known, findings, redacted
from scorecard.queries.quotable import (
    AUDITS_A_PAGE,
    AUDITS_A_SEARCH,
    excerpt,
    excerpts,
    known_of,
    quotable_audits,
    to_read,
    types_of,
)
from scorecard.views.report_fetch import fetch, fetch_draft
from scorecard.views.themes import fetch_theme
from scorecard.workflow.themes import OlderQuotation, TellsWho, add_quotation, change_quotation, remove_quotation

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@require_safe
def evidence(request: SignedInRequest, pk: int, theme: int) -> HttpResponse:
    """Words of the period's audits, a page of audits at a time."""
    report = fetch(request.user, pk, "write")
    found = fetch_theme(report, theme)
    audits = quotable_audits(report, request.user)
    form = EvidenceForm(request.GET, types=types_of(audits))
    filters = form.filters()
    if filters.type:
        audits = audits.filter(type__key=filters.type)
    at_once = AUDITS_A_SEARCH if filters.words else AUDITS_A_PAGE
    page = Paginator(to_read(audits), at_once).get_page(request.GET.get("page"))
    context = {
        "report": report,
        "theme": found,
        "form": form,
        "filters": filters,
        "page": page,
        "excerpts": excerpts(list(page.object_list), request.user, filters),
        "previous": _page_path(request, page.previous_page_number()) if page.has_previous() else "",
        "next": _page_path(request, page.next_page_number()) if page.has_next() else "",
    }
    return render(request, "scorecard/themes/evidence.html", context)


def _page_path(request: SignedInRequest, number: int) -> str:
    kept = {name: text for name, text in request.GET.items() if text and name != "page"}
    return f"{request.path}?{urlencode({**kept, 'page': number})}"


@never_cache
@get_or_post
def quote(request: SignedInRequest, pk: int, theme: int, reference: str, key: str) -> HttpResponse:
    """Quote words of an audit: what is certain to tell who somebody is is taken out, the rest is asked about."""
    report = fetch(request.user, pk, "write")
    found = fetch_theme(report, theme)
    audit = get_object_or_404(to_read(quotable_audits(report, request.user)), reference=reference)
    source = excerpt(audit, key, request.user)
    if source is None:
        raise Http404
    known = known_of(audit)
    form = QuotationForm(initial={"text": redacted(source.text, known), "voice": source.voice})
    status, told = 200, findings(str(form.initial["text"]), known)
    form.asks = bool(told)
    if request.method == "POST":
        form = QuotationForm(request.POST, asks=_asks(request, known))
        status, told = 422, []
        if form.is_valid():
            try:
                add_quotation(found, audit=audit, by=request.user, **form.values())
            except Refused as refused:
                told = _refuse(form, refused)
                status = refused.status
            else:
                messages.success(request, "The quotation is added.")
                return redirect("scorecard:theme", pk, theme)
    context = {"report": report, "theme": found, "source": source, "taken_out": findings(source.text, known)}
    return _page(request, form, told, status, context)


@never_cache
@get_or_post
def quotation(request: SignedInRequest, pk: int, quotation: int) -> HttpResponse:
    """Change the words of a quotation, or whose they are."""
    report = fetch(request.user, pk, "write")
    found = _one(report, quotation)
    known = known_of(found.audit)
    form = QuotationForm(initial={"text": found.text, "voice": found.voice})
    status, told, seen = 200, findings(found.text, known), found.text
    form.asks = bool(told)
    if request.method == "POST":
        form = QuotationForm(request.POST, asks=_asks(request, known))
        status, told, seen = 422, [], request.POST.get("seen", "")
        if form.is_valid():
            try:
                change_quotation(found, seen_text=seen, by=request.user, **form.values())
            except Stale as stale:
                return _conflict(request, report, found, form, stale)
            except Refused as refused:
                told = _refuse(form, refused)
                status = refused.status
            else:
                messages.success(request, "The quotation is saved.")
                return redirect("scorecard:theme", pk, found.theme_id)
    source = None
    if found.audit is not None and quotable_audits(report, request.user).filter(pk=found.audit.pk).exists():
        source = found.audit
    return _page(
        request,
        form,
        told,
        status,
        {"report": report, "theme": found.theme, "quotation": found, "of": source, "seen": seen},
    )


def _asks(request: SignedInRequest, known: Known) -> bool:
    """Whether something in what was typed may be personal."""
    return bool(findings(request.POST.get("text", "")[:20_000], known))


def _refuse(form: QuotationForm, refused: Refused) -> list[Finding]:
    """Say in the form why it was refused; gives what was found in the words. Raises what is no matter of words."""
    if isinstance(refused, NotAllowed | Stale):
        raise refused
    if not isinstance(refused, TellsWho):
        form.add_error(None, str(refused))
        return []
    certain = [one for one in refused.found if one.certain]
    for one in certain:
        form.add_error("text", f"Take out “{one.text}”: it reads like {one.what}")
    if not certain:
        form.add_error("sure", "Look at what may tell who somebody is, and say that it does not")
    return refused.found


def _page(
    request: SignedInRequest, form: QuotationForm, told: list[Finding], status: int, context: dict[str, Any]
) -> HttpResponse:
    more = {"form": form, "doubtful": [one for one in told if not one.certain]}
    return render(request, "scorecard/themes/quote.html", {**context, **more}, status=status)


def _one(report: Report, pk: int) -> Quotation:
    rows = Quotation.objects.filter(theme__report=report)
    return get_object_or_404(rows.select_related("theme__report", "audit__auditor", "audit__case"), pk=pk)


def _conflict(
    request: SignedInRequest, report: Report, found: Quotation, form: QuotationForm, stale: Stale
) -> HttpResponse:
    stored = stale.stored if isinstance(stale, OlderQuotation) else found
    typed = form.values()
    voices = dict(Quotation.Voice.choices)
    context = {
        "report": report,
        "title": stale.title,
        "stale": stale,
        "caption": found.theme.title,
        "fields": [
            ("The words", stored.text, typed["text"]),
            ("Whose words", stored.get_voice_display(), voices[typed["voice"]]),
        ],
        "can_choose": isinstance(stale, OlderQuotation),
        "revision": "",
        "typed": {
            "text": typed["text"],
            "voice": typed["voice"],
            "seen": stored.text,
            "confirmed": "on",
            "sure": "on" if typed["sure"] else "",
        },
        "path": reverse("scorecard:quotation", args=[report.pk, found.pk]),
    }
    return render(request, "scorecard/reports/conflict.html", context, status=409)


@get_or_post
def quotation_remove(request: SignedInRequest, pk: int, quotation: int) -> HttpResponse:
    """Ask before a quotation is taken out, then do it."""
    report = fetch_draft(request.user, pk)
    found = _one(report, quotation)
    back = reverse("scorecard:theme", args=[pk, found.theme_id])
    if request.method == "POST":
        remove_quotation(found, by=request.user)
        messages.success(request, "The quotation is taken out.")
        return redirect(back)
    context = {
        "title": "Take out this quotation?",
        "texts": [f"“{found.text}”", "Versions that are kept already still hold it."],
        "button": "Take it out",
        "danger": True,
        "cancel_path": back,
    }
    return render(request, "components/confirm.html", context)
