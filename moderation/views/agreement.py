"""The pages of agreement: QA's overview, a moderator's own, an auditor's own, and the figures as a file."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_safe

from moderation import agreement_words as words
from moderation.access.agreement import Standpoint, audits_for, standpoints
from moderation.agreement import TooFew
from moderation.agreement_charts import MOST_BARS, over_time_chart, shifts_chart
from moderation.forms.agreement import DIVIDED_BY, AgreementForm
from moderation.queries.agreement import Group, OnScale, measured, short_quarter
from moderation.workflow.agreement import note_export
from qaf.errors import NotAllowed
from qaf.requests import SignedInRequest
from qaf.tables import csv_response, xlsx_response

ADDRESSES = {
    Standpoint.OVERSIGHT: "moderation:agreement",
    Standpoint.MODERATOR: "moderation:agreement_as_moderator",
    Standpoint.AUDITOR: "moderation:agreement_as_auditor",
}
TITLES = {
    Standpoint.OVERSIGHT: "Agreement on grades",
    Standpoint.MODERATOR: "Agreement on what you moderated",
    Standpoint.AUDITOR: "My calibration",
}

SHIFTS = {
    Standpoint.OVERSIGHT: "What moderators did with auditors’ grades",
    Standpoint.MODERATOR: "What you did with auditors’ grades",
    Standpoint.AUDITOR: "What moderators did with your grades",
}


@require_safe
def agreement(request: SignedInRequest) -> HttpResponse:
    """QA's overview; moderators and auditors are sent to their own page."""
    mine = standpoints(request.user)
    if mine and mine[0] is not Standpoint.OVERSIGHT:
        return redirect(ADDRESSES[mine[0]])
    return _page(request, Standpoint.OVERSIGHT)


@require_safe
def as_moderator(request: SignedInRequest) -> HttpResponse:
    """What became of the grades that this person moderated; no auditor is named."""
    return _page(request, Standpoint.MODERATOR)


@require_safe
def as_auditor(request: SignedInRequest) -> HttpResponse:
    """What became of the grades that this person gave; no moderator and no other auditor is named."""
    return _page(request, Standpoint.AUDITOR)


def _demand(request: SignedInRequest, standpoint: Standpoint) -> tuple[Standpoint, ...]:
    mine = standpoints(request.user)
    if standpoint not in mine:
        raise NotAllowed(
            {
                Standpoint.OVERSIGHT: "How far auditors and moderators agree is for QA officers and QA managers. "
                "Auditors and moderators see their own figures.",
                Standpoint.MODERATOR: "This page is for moderators: it shows what they moderated themselves.",
                Standpoint.AUDITOR: "This page is for auditors: it shows what became of their own grades.",
            }[standpoint]
        )
    return mine


def _page(request: SignedInRequest, standpoint: Standpoint) -> HttpResponse:
    mine = _demand(request, standpoint)
    form = AgreementForm(request.GET, standpoint=standpoint, today=timezone.localdate())
    narrowing = form.narrowing()
    by = form.divided_by
    scales = measured(audits_for(request.user, standpoint), by, narrowing)
    path, kept = reverse(ADDRESSES[standpoint]), {name: text for name, text in request.GET.items() if text}

    def address(**changes: str | None) -> str:
        query = urlencode({name: text for name, text in (kept | changes).items() if text})
        return f"{path}?{query}" if query else path

    context = {
        "title": TITLES[standpoint],
        "standpoint": standpoint.value[0],
        "form": form,
        "scales": [_on_scale(one, by, standpoint) for one in scales],
        "by": DIVIDED_BY[by],
        "divisions": [(DIVIDED_BY[key], address(by=key), key == by) for key in standpoint.divisions],
        "in_use": [(text, address(**{name: None})) for name, text in form.in_use().items()],
        "path": path,
        "query_string": urlencode(kept),
        "others": [(TITLES[other], reverse(ADDRESSES[other])) for other in mine if other is not standpoint],
        "meanings": words.MEANINGS,
    }
    return render(request, "moderation/agreement/page.html", context)


def _on_scale(one: OnScale, by: str, standpoint: Standpoint) -> dict[str, Any]:
    """One scale as the page shows it: sentences, rows of tables and charts."""
    names = [name for _, name in one.grades]
    key = slugify("-".join(code for code, _ in one.grades))
    few = isinstance(one.figures, TooFew)
    chart = not few and one.groups and any(not isinstance(group.figures, TooFew) for group in one.groups)
    return {
        "key": key,
        "title": ", ".join(names),
        "too_few": words.too_few(one.figures) if isinstance(one.figures, TooFew) else "",
        "facts": [] if isinstance(one.figures, TooFew) else words.facts(one.figures),
        "grades": names,
        "matrix": _matrix(one) if not few else [],
        "rows": [] if few else [_row(group) for group in one.groups],
        "chart": _chart(f"chart-{key}", one.groups, by, standpoint) if chart else "",
        "chart_title": SHIFTS[standpoint],
        "first_of_many": MOST_BARS if by != "quarter" and len(one.groups) > MOST_BARS else 0,
    }


def _matrix(one: OnScale) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "cells": [{"number": number, "same": i == j} for j, number in enumerate(row)],
            "total": sum(row),
        }
        for i, ((_, name), row) in enumerate(zip(one.grades, one.table, strict=True))
    ]


def _row(group: Group) -> dict[str, Any]:
    figures = group.figures
    if isinstance(figures, TooFew):
        return {"name": group.name, "count": figures.count, "too_few": words.too_few(figures)}
    return {
        "name": group.name,
        "count": figures.count,
        "same": words.share_in_two(figures.same),
        "within_one": words.percent(figures.within_one.value),
        "shift": words.shift(figures.mean_shift),
        "kappa": words.coefficient_in_two(figures.kappa),
        "ac2": words.coefficient_in_two(figures.ac2),
    }


def _chart(key: str, groups: list[Group], by: str, standpoint: Standpoint) -> str:
    if by == "quarter":
        points = [(short_quarter(one.key), one.name, one.figures) for one in groups]
        return over_time_chart(key, "AC2 by quarter, with its 95% interval", points)
    return shifts_chart(
        key, f"{SHIFTS[standpoint]}, by {DIVIDED_BY[by].lower()}", [(one.name, one.figures) for one in groups]
    )


@require_GET
def export(request: SignedInRequest, file_format: str) -> HttpResponseBase:
    """QA's figures as a CSV or XLSX file; the trail says who took it."""
    _demand(request, Standpoint.OVERSIGHT)
    form = AgreementForm(request.GET, standpoint=Standpoint.OVERSIGHT, today=timezone.localdate())
    narrowing = form.narrowing()
    if form.errors:
        # A file with more in it than was asked for must not leave by mistake.
        return redirect(f"{reverse(ADDRESSES[Standpoint.OVERSIGHT])}?{request.GET.urlencode()}")
    by = form.divided_by
    scales = measured(audits_for(request.user, Standpoint.OVERSIGHT), by, narrowing)
    rows = [
        [", ".join(name for _, name in one.grades), name, *words.file_row(figures)]
        for one in scales
        for name, figures in [("All", one.figures), *((group.name, group.figures) for group in one.groups)]
    ]
    note_export(narrowing, by=request.user, divided_by=by, file_format=file_format)
    name = f"agreement-by-{by}-{timezone.localdate():%Y-%m-%d}.{file_format}"
    answer = xlsx_response if file_format == "xlsx" else csv_response
    return answer(name, ("Scale", DIVIDED_BY[by], *words.FILE_HEADERS), rows)
