"""The list of reports, one report in its page and as files, and the work of making it."""

from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from qaf.errors import NotAllowed
from qaf.people.models import User
from qaf.requests import SignedInRequest
from qaf.tables import csv_response, xlsx_response
from scorecard import tasks, workflow
from scorecard.access import may, may_make, may_read_reports
from scorecard.forms.report_lists import ReportFilterForm
from scorecard.forms.report_steps import STEPS
from scorecard.models import Report, ReportFile, ReportVersion
from scorecard.queries import report_lists as lists
from scorecard.queries.report_progress import progress_of, work_left
from scorecard.queries.reports import content_of, readable_versions
from scorecard.reports.contents import document_of
from scorecard.reports.files import MAKERS, TYPES
from scorecard.reports.pages import body_html
from scorecard.reports.snapshot import digest_of
from scorecard.views.report_fetch import fetch, outline, shows_draft, version_to_read
from scorecard.workflow.publication import note_export
from scorecard.workflow.report_files import file_bytes

PER_PAGE = 25
FILE_WORDS = {"pdf": "Download PDF", "docx": "Word document", "pptx": "Slides", "xlsx": "Spreadsheet"}


def demand_reader(user: User) -> None:
    """Raise NotAllowed unless reports are any business of this person's."""
    if not may_read_reports(user):
        raise NotAllowed("Reports are for QA, boards, chairs, scrutineers and service managers.")


def pages_of(request: SignedInRequest, page: Any) -> dict[str, str]:
    """The addresses of the page before and after, as the list is narrowed."""
    kept = {name: text for name, text in request.GET.items() if text and name != "page"}

    def path(number: int) -> str:
        return f"?{urlencode(kept | {'page': number})}"

    return {
        "previous": path(page.previous_page_number()) if page.has_previous() else "",
        "next": path(page.next_page_number()) if page.has_next() else "",
    }


@require_safe
def reports(request: SignedInRequest) -> HttpResponse:
    """All reports one may know of, as they are narrowed, the newest period first."""
    demand_reader(request.user)
    form = ReportFilterForm(request.GET, years=lists.years_of(request.user))
    filters = form.filters()
    page = Paginator(lists.reports_for(request.user, filters), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "form": form,
        "filters": filters,
        "may_make": may_make(request.user),
        "files": f"?{request.GET.urlencode()}" if filters.any or filters.sort else "",
        **pages_of(request, page),
    }
    return render(request, "scorecard/reports.html", context)


@require_GET
def reports_export(request: SignedInRequest, file_format: str) -> HttpResponseBase:
    """The list of reports, as it is narrowed, as a CSV or XLSX file."""
    demand_reader(request.user)
    if file_format not in ("csv", "xlsx"):
        raise Http404
    filters = ReportFilterForm(request.GET, years=lists.years_of(request.user)).filters()
    narrowed = {name: value for name, value in asdict(filters).items() if value and name != "sort"}
    note_export(file_format=file_format, filters=narrowed, by=request.user)
    rows = lists.report_rows(lists.reports_for(request.user, filters))
    return (xlsx_response if file_format == "xlsx" else csv_response)(
        f"reports.{file_format}", lists.REPORT_HEADERS, rows
    )


# One report.


@never_cache
@require_safe
def report(request: SignedInRequest, pk: int) -> HttpResponse:
    """The report as far on as one may read it; until it is made, how far it is."""
    found = fetch(request.user, pk)
    if not found.is_made:
        context = {
            "report": found,
            "may_cancel": may(request.user, "cancel", found),
            "may_retry": may(request.user, "retry", found),
        }
        return render(request, "scorecard/progress.html", context)
    version = version_to_read(request, found)
    if version is None and not shows_draft(request.user, found):
        raise Http404
    return render(request, "scorecard/report.html", _page(request, found, version))


def _page(request: SignedInRequest, found: Report, version: ReportVersion | None) -> dict[str, Any]:
    user = request.user
    content = version.content if version else content_of(found)
    versions = list(readable_versions(user, found).defer("content"))
    sealed = version.digest if version else found.snapshot_digest
    query = f"?version={version.number}" if version else ""
    return {
        "report": found,
        "version": version,
        "is_old": version is not None and version.number != versions[0].number,
        "places": outline(found, user, "scorecard:report"),
        "document": document_of(content),
        # Our own template's output, escaped there.
        "body": mark_safe(body_html(content)),
        "is_whole": digest_of(version.content if version else found.frozen) == sealed,
        "files": [
            (words, f"{reverse(f'scorecard:report_{format}', args=[found.pk])}{query}")
            for format, words in FILE_WORDS.items()
            if format in MAKERS
        ],
        "steps": [(name, words) for name, words in STEPS.items() if may(user, name, found)],
        "may_write": may(user, "write", found),
        "stages": progress_of(found, versions),
        "publications": found.publications.select_related("version").defer("version__content"),
        "work": work_left(found, user),
    }


@never_cache
@require_safe
def progress(request: SignedInRequest, pk: int) -> HttpResponse:
    """The part of the page that refreshes itself; once the work is over, it has the whole page loaded anew."""
    found = fetch(request.user, pk)
    context = {"report": found, "may_cancel": may(request.user, "cancel", found)}
    response = render(request, "scorecard/progress_part.html", context)
    if not found.is_unfinished:
        response["HX-Refresh"] = "true"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_report(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask before a report is called off, then do it."""
    found = fetch(request.user, pk)
    if request.method == "POST":
        workflow.cancel_report(found, by=request.user)
        return redirect(found)
    if not may(request.user, "cancel", found):
        return redirect(found)
    context = {
        "title": "Stop making this report?",
        "texts": [f"{found.title}, {found.scope_name}. You can have it made again later."],
        "button": "Stop making it",
        "danger": True,
        "cancel_path": found.get_absolute_url(),
    }
    return render(request, "components/confirm.html", context)


@require_POST
def retry_report(request: SignedInRequest, pk: int) -> HttpResponse:
    """Have a failed or cancelled report made after all."""
    found = workflow.retry_report(fetch(request.user, pk), by=request.user)
    tasks.queue(found)
    return redirect(found)


def _file(request: SignedInRequest, pk: int, format: str) -> HttpResponse:
    """A file of the version that the address asks for; else of the latest one may read, or of the draft."""
    if format not in MAKERS:
        raise Http404
    found = fetch(request.user, pk)
    version = version_to_read(request, found) if found.is_made else None
    workflow.note_download(found, by=request.user, format=format, version=version.number if version else None)
    content = version.content if version else content_of(found)
    digest = version.digest if version else digest_of(content)
    response = HttpResponse(
        file_bytes(found, format=format, content=content, digest=digest, keep=version is not None),
        content_type=TYPES[format],
    )
    edition = f"v{version.number}" if version else "draft"
    name = f"{slugify(found.get_kind_display())}-{found.period_from:%Y-%m}-{found.pk}-{edition}.{format}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
def report_pdf(request: SignedInRequest, pk: int) -> HttpResponse:
    """The report as an accessible PDF."""
    return _file(request, pk, ReportFile.Format.PDF)


@require_safe
def report_xlsx(request: SignedInRequest, pk: int) -> HttpResponse:
    """The report's figures as a spreadsheet."""
    return _file(request, pk, ReportFile.Format.XLSX)


@require_safe
def report_docx(request: SignedInRequest, pk: int) -> HttpResponse:
    """The report as a Word document."""
    return _file(request, pk, ReportFile.Format.DOCX)


@require_safe
def report_pptx(request: SignedInRequest, pk: int) -> HttpResponse:
    """The report's key facts as slides."""
    return _file(request, pk, ReportFile.Format.PPTX)
