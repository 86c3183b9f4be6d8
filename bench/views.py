"""The bare pages: what Django itself costs for a list of fifty rows, and for a form that saves one."""

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from bench.models import BareRow, BareText

# The form of the bare page: made of the fields that the section beside it shows (bench/section.py).
BareForm: type[forms.Form] = forms.Form
# The primary key of the row that it is filled from.
kept = 0


def rows(request: HttpRequest) -> HttpResponse:
    """Fifty rows in the order of one indexed column, in a template without a layout."""
    return render(request, "bench/rows.html", {"rows": BareRow.objects.order_by("due_on")[:50]})


def save(request: HttpRequest) -> HttpResponse:
    """Write one row with the text that was sent."""
    row = BareText.objects.create(text=request.POST["text"])
    return JsonResponse({"id": row.pk})


def form(request: HttpRequest) -> HttpResponse:
    """A form of Django's own, filled from one row, in a template without a layout."""
    text = BareText.objects.get(pk=kept).text
    initial = dict.fromkeys(BareForm.base_fields, text)
    return render(request, "bench/form.html", {"form": BareForm(initial=initial)})
