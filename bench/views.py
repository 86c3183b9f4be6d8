"""The bare pages: what Django itself costs for a list of fifty rows, and for a form that saves one."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from bench.models import BareRow, BareText


def rows(request: HttpRequest) -> HttpResponse:
    """Fifty rows in the order of one indexed column, in a template without a layout."""
    return render(request, "bench/rows.html", {"rows": BareRow.objects.order_by("due_on")[:50]})


def save(request: HttpRequest) -> HttpResponse:
    """Write one row with the text that was sent."""
    row = BareText.objects.create(text=request.POST["text"])
    return JsonResponse({"id": row.pk})
