"""The performance-clinic sheet of a service and month: as a page, a PDF and a workbook."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_safe

from audits.access.schedule import may_see_clinic
from audits.documents.clinic import Sheet
from audits.documents.clinic_contents import sheet_of
from audits.documents.clinic_pdf import make_pdf
from audits.documents.clinic_xlsx import make_xlsx
from audits.forms.coverage import ClinicForm
from audits.queries.clinic import clinic_figures
from audits.views.coverage import links
from audits.workflow.coverage import note_clinic_sheet
from qaf.errors import NotAllowed
from qaf.requests import SignedInRequest
from qaf.tables import XLSX_TYPE


def _form(request: SignedInRequest) -> ClinicForm:
    if not may_see_clinic(request.user):
        raise NotAllowed(
            "The performance-clinic sheet is for heads of service and QA. Ask your service manager for it."
        )
    return ClinicForm(request.GET, user=request.user, today=timezone.localdate())


def _sheet(request: SignedInRequest, form: ClinicForm) -> Sheet | None:
    """The sheet that was chosen; None for somebody whose posts cover no whole service."""
    service = form.chosen_service
    if service is None:
        return None
    return sheet_of(clinic_figures(request.user, service, first=form.first_of_month, today=timezone.localdate()))


@require_safe
def clinic(request: SignedInRequest) -> HttpResponse:
    """The sheet as a page, and where to take it as a file."""
    form = _form(request)
    sheet, service = _sheet(request, form), form.chosen_service
    chosen = urlencode({"service": service.pk, "month": f"{form.first_of_month:%Y-%m}"}) if service else ""
    context = {
        "form": form,
        "sheet": sheet,
        "views": links(request.user, "coverage:clinic"),
        "path": reverse("coverage:clinic"),
        "pdf_path": f"{reverse('coverage:clinic_pdf')}?{chosen}",
        "xlsx_path": f"{reverse('coverage:clinic_xlsx')}?{chosen}",
    }
    return render(request, "audits/coverage/clinic.html", context)


def _file(request: SignedInRequest, file_format: str) -> HttpResponse:
    form = _form(request)
    sheet, service = (None, None) if form.errors else (_sheet(request, form), form.chosen_service)
    if sheet is None or service is None:
        # The wrong service's or month's sheet must not leave by mistake.
        return redirect(f"{reverse('coverage:clinic')}?{request.GET.urlencode()}")
    note_clinic_sheet(service, month=form.first_of_month, file_format=file_format, by=request.user)
    make, kind = (make_pdf, "application/pdf") if file_format == "pdf" else (make_xlsx, XLSX_TYPE)
    name = f"performance-clinic-{slugify(service.name)}-{form.first_of_month:%Y-%m}.{file_format}"
    return HttpResponse(
        make(sheet), content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@require_GET
def pdf(request: SignedInRequest) -> HttpResponse:
    """The sheet as a tagged PDF; the trail says who took it."""
    return _file(request, "pdf")


@require_GET
def xlsx(request: SignedInRequest) -> HttpResponse:
    """The sheet as a workbook; the trail says who took it."""
    return _file(request, "xlsx")
