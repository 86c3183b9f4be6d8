"""The bare pages: what Django itself costs for a list of rows, and for a form that saves one."""

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from bench.models import BareRow, BareText
from scorecard.models import Figure, IndicatorVersion, QaComment

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


def scorecard(request: HttpRequest) -> HttpResponse:
    """Every indicator with all of its figures and the texts on the last of them, in a template without a layout."""
    figures: dict[int, list[Figure]] = {}
    for figure in Figure.objects.filter(superseded_at=None).order_by("indicator_id", "period_from"):
        figures.setdefault(figure.indicator_id, []).append(figure)
    latest = [found[-1].pk for found in figures.values()]
    lines = {
        one.indicator_id: one.line.narrative
        for one in Figure.objects.filter(pk__in=latest, line__isnull=False).select_related("line")
        if one.line
    }
    comments = {one.indicator_id: one.text for one in QaComment.objects.all()}
    definitions = IndicatorVersion.objects.filter(valid_until=None).select_related("indicator", "agency", "priority")
    rows = [
        {
            "definition": one,
            "figures": figures.get(one.indicator_id, []),
            "narrative": lines.get(one.indicator_id, ""),
            "comment": comments.get(one.indicator_id, ""),
        }
        for one in definitions.order_by("priority_id", "name")
    ]
    return render(request, "bench/scorecard.html", {"rows": rows})
