"""A return as a workbook: the template to fill, and the filled one, looked at before anything of it is taken."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from qaf.requests import SignedInRequest
from qaf.tables import XLSX_TYPE, UnreadableFile
from scorecard.forms.return_filling import values_of
from scorecard.forms.return_workbooks import filled_entry, template_of
from scorecard.forms.returns import UploadForm
from scorecard.models import Return
from scorecard.return_workbook import write_template
from scorecard.return_workbook_guard import MOST_BYTES
from scorecard.return_workbook_reading import WrongCells, read_filled
from scorecard.views.return_fetch import fetch
from scorecard.views.return_page import ReturnPage, labels_of
from scorecard.workflow.return_exports import note_template
from scorecard.workflow.return_filling import Entry, written

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def template(request: SignedInRequest, pk: int) -> HttpResponse:
    """The workbook of this return, with what has been entered so far."""
    one = fetch(request, pk)
    page = ReturnPage.of(one)
    note_template(one, by=request.user)
    response = HttpResponse(write_template(template_of(one, page.lines)), content_type=XLSX_TYPE)
    name = f"return-{one.agency.code}-{one.period_from:%Y-%m}-version-{one.version}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@get_or_post
def upload(request: SignedInRequest, pk: int) -> HttpResponse:
    """Read a filled workbook. One wrong cell, and nothing is taken; else what would change is shown first."""
    one = fetch(request, pk, "fill")
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    context = {"one": one, "form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, "scorecard/returns/upload.html", context, status=422 if form.errors else 200)
    page = ReturnPage.of(one)
    file = form.uploaded
    try:
        filled = read_filled(file.read(MOST_BYTES + 1), file.name or "", template_of(one, page.lines))
    except WrongCells as wrong:
        context["cells"] = wrong.cells
        return render(request, "scorecard/returns/upload.html", context, status=422)
    except UnreadableFile as unreadable:
        form.add_error("file", str(unreadable))
        return render(request, "scorecard/returns/upload.html", context, status=422)
    return _changes(request, one, page, {view.key: filled_entry(view, filled) for view in page.lines})


def _changes(request: SignedInRequest, one: Return, page: ReturnPage, entries: dict[str, Entry]) -> HttpResponse:
    """What the workbook would change, before and after; taking it saves as the page itself does."""
    changes: list[tuple[str, str, str]] = []
    typed: dict[str, str] = {}
    for view in page.lines:
        before, after = values_of(Entry.of(view.line), view), values_of(entries[view.key], view)
        if before != after:
            labels = labels_of(view)
            changes += [(labels[name], before[name], after[name]) for name in after if before[name] != after[name]]
            typed |= after
    context = {
        "one": one,
        "changes": changes,
        "typed": typed,
        "revision": written(page.marks),
        "path": reverse("returns:return", args=[one.pk]),
    }
    return render(request, "scorecard/returns/changes.html", context)
