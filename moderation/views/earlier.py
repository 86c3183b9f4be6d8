"""What a domain's finding said before it was saved anew."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from moderation.queries.review import domain_page, earlier_findings
from moderation.views.fetch import fetch
from qaf.requests import SignedInRequest

PAGE = 20


@require_safe
def earlier(request: SignedInRequest, reference: str, domain: str) -> HttpResponse:
    """Earlier findings of a domain, the latest first; whatever was replaced is here."""
    moderation = fetch(request, reference)
    page = domain_page(moderation, domain)
    if page is None:
        raise Http404
    before = request.GET.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None
    found = earlier_findings(moderation, page, before=number, most=PAGE + 1)
    shown = found[:PAGE]
    context = {
        "audit": moderation.audit,
        "page": page,
        "findings": shown,
        "next_path": f"{request.path}?before={shown[-1].revision}" if len(found) > PAGE else "",
    }
    return render(request, "moderation/desk/earlier.html", context)
