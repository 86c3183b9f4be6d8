"""The pages of reports."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qaf.errors import NotAllowed
from qaf.people.models import User
from scorecard import tasks, workflow
from scorecard.access import may, may_make, may_read_reports, visible_to
from scorecard.forms.reports import ReportForm
from scorecard.models import Report, ReportFile
from scorecard.reports.contents import document_of
from scorecard.reports.pages import body_html
from scorecard.reports.pdf import make_pdf
from scorecard.reports.snapshot import digest_of
from scorecard.reports.xlsx import make_xlsx

PER_PAGE = 25


class SignedInRequest(HttpRequest):
    """Every page here is behind signing in, so its person is never anonymous."""

    user: User


MAKERS = {ReportFile.Format.PDF: make_pdf, ReportFile.Format.XLSX: make_xlsx}
TYPES = {
    ReportFile.Format.PDF: "application/pdf",
    ReportFile.Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _report(request: SignedInRequest, pk: int) -> Report:
    return get_object_or_404(visible_to(request.user).select_related("agency", "requested_by"), pk=pk)


@require_safe
def reports(request: SignedInRequest) -> HttpResponse:
    """All reports one may know of, the newest quarter first."""
    if not may_read_reports(request.user):
        raise NotAllowed("Reports are for QA, boards, chairs, scrutineers and service managers.")
    found = visible_to(request.user).select_related("agency", "requested_by").defer("snapshot")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "scorecard/reports.html", {"page": page, "may_make": may_make(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
def new_report(request: SignedInRequest) -> HttpResponse:
    """Choose a quarter and have its report made."""
    if not may_make(request.user):
        raise NotAllowed("Only QA officers and QA managers can have a report made.")
    form = ReportForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        report = workflow.request_report(quarter=form.chosen_quarter, agency=form.chosen_agency, by=request.user)
        tasks.queue(report)
        return redirect(report)
    return render(request, "scorecard/new_report.html", {"form": form})


@never_cache
@require_safe
def report(request: SignedInRequest, pk: int) -> HttpResponse:
    """The report once it is made; until then, how far it is."""
    found = _report(request, pk)
    context = {"report": found, "may_cancel": may(request.user, "cancel", found)}
    if not found.is_made:
        context["may_retry"] = may(request.user, "retry", found)
        return render(request, "scorecard/progress.html", context)
    context |= {
        "document": document_of(found.frozen),
        # Our own template's output, escaped there.
        "body": mark_safe(body_html(found.frozen)),
        "is_whole": digest_of(found.frozen) == found.snapshot_digest,
    }
    return render(request, "scorecard/report.html", context)


@never_cache
@require_safe
def progress(request: SignedInRequest, pk: int) -> HttpResponse:
    """The part of the page that refreshes itself; once the work is over, it has the whole page loaded anew."""
    found = _report(request, pk)
    context = {"report": found, "may_cancel": may(request.user, "cancel", found)}
    response = render(request, "scorecard/progress_part.html", context)
    if not found.is_unfinished:
        response["HX-Refresh"] = "true"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_report(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask before a report is called off, then do it."""
    found = _report(request, pk)
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
    found = workflow.retry_report(_report(request, pk), by=request.user)
    tasks.queue(found)
    return redirect(found)


def _file(request: SignedInRequest, pk: int, format: ReportFile.Format) -> HttpResponse:
    found = _report(request, pk)
    workflow.note_download(found, by=request.user, format=format)
    kept = workflow.file_of(found, format)
    content = bytes(kept.content) if kept else MAKERS[format](found.frozen, found.snapshot_digest)
    response = HttpResponse(content, content_type=TYPES[format])
    name = f"quarterly-report-{found.period_from:%Y-%m}-{found.pk}.{format}"
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
