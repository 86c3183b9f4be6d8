"""What an indicator was elsewhere: the values, entering one, correcting one, taking one out."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from qaf.errors import NotAllowed, Stale
from qaf.people.models import User
from qaf.requests import SignedInRequest
from scorecard.access.indicators import may_enter_benchmarks
from scorecard.definitions import decimal_text
from scorecard.forms.benchmarks import BenchmarkForm, CorrectionForm
from scorecard.forms.changes import put_faults
from scorecard.models import Benchmark, Indicator
from scorecard.queries.indicators import exact_words, latest_version, with_words
from scorecard.views.indicators import fetch_indicator
from scorecard.workflow.benchmarks import correct_benchmark, enter_benchmark, remove_benchmark
from scorecard.workflow.indicators import DoesNotFit

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def demand_enterer(user: User) -> None:
    """Raise NotAllowed unless this person enters benchmarks and earlier figures."""
    if not may_enter_benchmarks(user):
        raise NotAllowed("Benchmarks and figures from before QAF are entered by QA of the whole organisation.")


def _fetch(request: SignedInRequest, code: str, pk: int) -> tuple[Indicator, Benchmark]:
    found = fetch_indicator(request.user, code)
    demand_enterer(request.user)
    benchmark = get_object_or_404(Benchmark, indicator=found, pk=pk)
    if benchmark.superseded_at is not None:
        raise Stale("This value was corrected or taken out meanwhile. Open the benchmarks again to see what stands.")
    return found, benchmark


@get_or_post
def benchmarks(request: SignedInRequest, code: str) -> HttpResponse:
    """The values that stand and the earlier ones; those who may, enter another."""
    found = fetch_indicator(request.user, code)
    may_enter = may_enter_benchmarks(request.user)
    if request.method == "POST":
        demand_enterer(request.user)
    form = BenchmarkForm(request.POST if request.method == "POST" else None) if may_enter else None
    status = 200
    if form is not None and request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                enter_benchmark(indicator=found, **form.cleaned_data, by=request.user)
            except DoesNotFit as error:
                put_faults(form, error)
            else:
                messages.success(request, "The benchmark is entered.")
                return redirect("indicators:benchmarks", code)
    rows = Benchmark.objects.filter(indicator=found).select_related("entered_by")
    version = latest_version(found)
    context = {
        "indicator": found,
        "version": version,
        "standing": with_words((one for one in rows if one.superseded_at is None), version.unit),
        "earlier": with_words((one for one in rows if one.superseded_at is not None), version.unit),
        "form": form,
        "may_enter": may_enter,
    }
    return render(request, "scorecard/indicators/benchmarks.html", context, status=status)


@get_or_post
def correct(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """Put another value or source in place of one."""
    found, benchmark = _fetch(request, code, pk)
    initial = {"value": decimal_text(benchmark.value), "source": benchmark.source}
    form = CorrectionForm(request.POST if request.method == "POST" else None, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                correct_benchmark(benchmark, **form.cleaned_data, by=request.user)
            except DoesNotFit as error:
                put_faults(form, error)
            else:
                messages.success(request, "The benchmark is corrected. The earlier value is kept.")
                return redirect("indicators:benchmarks", code)
    context = {"indicator": found, "version": latest_version(found), "benchmark": benchmark, "form": form}
    return render(request, "scorecard/indicators/benchmark_correct.html", context, status=status)


@get_or_post
def remove(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """Ask before a value is taken out, then do it."""
    found, benchmark = _fetch(request, code, pk)
    path = reverse("indicators:benchmarks", args=[code])
    if request.method == "POST":
        remove_benchmark(benchmark, by=request.user)
        messages.success(request, "The benchmark is taken out. It is kept among the earlier values.")
        return redirect(path)
    context = {
        "title": "Take this benchmark out?",
        "texts": [
            f"{benchmark.get_series_display()}, {benchmark.period_from:%-d %B %Y} to {benchmark.period_to:%-d %B %Y}: "
            f"{exact_words(benchmark.value, latest_version(found).unit)}.",
            "Charts do not show it any more. It is kept among the earlier values.",
        ],
        "button": "Take it out",
        "danger": True,
        "cancel_path": path,
    }
    return render(request, "components/confirm.html", context)
