"""What the agencies found, side by side: the whole work, one child, and as a file."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from audits.access import cases_visible_to
from audits.documents.triangulation import write_triangulation
from audits.forms.fieldwork import TriangulationForm
from audits.models import Work
from audits.queries.triangulation import Choice, Found, found_in, table_of
from audits.triangulation import differences_first
from audits.views.fieldwork import fetch_work
from audits.workflow.triangulation import demand_triangulation, note_export, note_reading
from qaf.requests import SignedInRequest
from qaf.tables import csv_response, xlsx_response

DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _read(request: SignedInRequest, reference: str) -> tuple[Work, Found, Choice, TriangulationForm]:
    work = fetch_work(request, reference)
    demand_triangulation(work, by=request.user)
    found = found_in(work)
    form = TriangulationForm(request.GET, found=found)
    return work, found, form.chosen(), form


def _words(request: SignedInRequest) -> str:
    kept = {key: request.GET[key] for key in ("agency", "line", "show") if request.GET.get(key)}
    return f"?{urlencode(kept)}" if kept else ""


@require_safe
def triangulation(request: SignedInRequest, reference: str) -> HttpResponse:
    """All children: their agencies' grades, how much differs in each line of enquiry, and what."""
    work, found, choice, form = _read(request, reference)
    note_reading(work, by=request.user)
    shown = {one.child.number: choice.of(one.lines) for one in found.children}
    counts: list[dict[str, Any]] = [
        {
            "key": key,
            "title": title,
            "cells": [
                {
                    "number": one.child.number,
                    "count": sum(line.differs and line.section == key for line in shown[one.child.number]),
                }
                for one in found.children
            ],
        }
        for key, title in found.sections.items()
        if not choice.section or choice.section == key
    ]
    context = {
        "work": work,
        "found": found,
        "form": form,
        "counts": [row for row in counts if not choice.only_differences or any(one["count"] for one in row["cells"])],
        "lines": [(one, line) for one in found.children for line in differences_first(shown[one.child.number])],
        "query": _words(request),
    }
    return render(request, "audits/fieldwork/triangulation.html", context)


@require_safe
def child(request: SignedInRequest, reference: str, number: int) -> HttpResponse:
    """One child: every line with every agency beside the others."""
    work, found, choice, form = _read(request, reference)
    one = found.of(number)
    if one is None:
        raise Http404
    note_reading(work, by=request.user)
    lines = choice.of(one.lines)
    by_form = request.GET.get("order") == "form"
    numbers = [each.child.number for each in found.children]
    place = numbers.index(number)
    may_see = cases_visible_to(request.user).filter(pk=one.child.case_id).exists()
    kept: dict[str, Any] = {key: value for key, value in request.GET.items() if key != "order"}
    context = {
        "work": work,
        "one": one,
        "words": one.child.case.initials_and_age if may_see else "",
        "form": form,
        "lines": lines if by_form else differences_first(lines),
        "by_form": by_form,
        "order_path": f"?{urlencode({**kept, 'order': '' if by_form else 'form'})}",
        "previous": numbers[place - 1] if place else None,
        "next": numbers[place + 1] if place + 1 < len(numbers) else None,
        "query": _words(request),
    }
    return render(request, "audits/fieldwork/child.html", context)


@require_safe
def export(request: SignedInRequest, reference: str, file_format: str) -> HttpResponseBase:
    """The triangulation as a DOCX, XLSX or CSV file, as filtered; children by number alone."""
    if file_format not in ("docx", "xlsx", "csv"):
        raise Http404
    work, found, choice, _ = _read(request, reference)
    note_export(work, file_format=file_format, by=request.user)
    name = f"triangulation-{work.reference}.{file_format}"
    if file_format == "docx":
        children = [
            (
                f"Child {one.child.number}",
                [(grade.agency, grade.text) for grade in one.grades],
                choice.of(one.lines),
            )
            for one in found.children
        ]
        facts = [("Piece of work", f"{work.title}, {work.reference}"), ("Made on", f"{timezone.localdate():%-d %B %Y}")]
        response = HttpResponse(write_triangulation("Triangulation", facts, children), content_type=DOCX_TYPE)
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
    headings, rows = table_of(found, choice)
    return csv_response(name, headings, rows) if file_format == "csv" else xlsx_response(name, headings, rows)
