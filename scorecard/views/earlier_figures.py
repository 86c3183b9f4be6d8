"""Bringing in an indicator's figures from before QAF: first a dry run that names each bad row, then the figures."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from qaf.errors import Refused
from qaf.requests import SignedInRequest
from scorecard.earlier_figures import COLUMNS, NOTHING_TO_DIVIDE_BY, EarlierFigure, looks_like_shares, read_rows
from scorecard.forms.earlier_figures import EarlierForm
from scorecard.quarters import period_words
from scorecard.queries.indicators import definition_on, latest_version
from scorecard.value_words import parts_words, value_words
from scorecard.views.benchmarks import demand_enterer
from scorecard.views.indicators import fetch_indicator
from scorecard.workflow.earlier_figures import bring_in, meaning_of, not_allowed_in

FAULTS_SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
def earlier(request: SignedInRequest, code: str) -> HttpResponse:
    """Take a file or a table, say what is wrong with it, show what it would bring in, and bring it in."""
    found = fetch_indicator(request.user, code)
    demand_enterer(request.user)
    version = latest_version(found)
    form = EarlierForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"indicator": found, "version": version, "form": form, "columns": COLUMNS}
    if request.method != "POST":
        return render(request, "scorecard/indicators/earlier.html", context)
    if not form.is_bound or not form.is_valid():
        if not form.is_bound:
            context["errors"] = [{"text": "Choose a file, or paste a table", "target": "id_pasted"}]
        return render(request, "scorecard/indicators/earlier.html", context, status=422)
    versions = list(found.versions.all())
    read, bad = read_rows(form.numbered, lambda day: meaning_of(definition_on(versions, day)))
    numbers, figures = [number for number, _ in read], [figure for _, figure in read]
    bad = sorted([*bad, *not_allowed_in(found, figures, numbers)], key=lambda one: one.row)
    source = form.cleaned_data["source"].strip()
    if not bad and request.POST.get("step") == "bring_in":
        try:
            made = bring_in(found, rows=figures, source=source, by=request.user)
        except Refused as refused:
            form.add_error(None, str(refused))
            return render(request, "scorecard/indicators/earlier.html", context, status=refused.status)
        messages.success(request, f"{len(made)} figure{'' if len(made) == 1 else 's'} brought in.")
        return redirect("indicators:indicator", code)
    context |= {
        "bad": bad[:FAULTS_SHOWN],
        "bad_number": len(bad),
        "source": source,
        "table": form.as_text,
        "rows": [_as_shown(one, version.unit, source) for one in sorted(figures, key=lambda one: one.period_from)],
        "doubtful": looks_like_shares(figures, version.unit),
    }
    page = "earlier" if bad else "earlier_check"
    return render(request, f"scorecard/indicators/{page}.html", context, status=422 if bad else 200)


def _as_shown(figure: EarlierFigure, unit: str, source: str) -> dict[str, str]:
    """A figure as the dry run shows it."""
    return {
        "period": period_words(figure.period_from, figure.period_to),
        "parts": parts_words(figure.numerator, figure.denominator),
        "value": NOTHING_TO_DIVIDE_BY if figure.value is None else value_words(figure.value, unit),
        "source": figure.source or source,
    }
