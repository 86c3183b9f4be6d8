"""Working on paper or in Word: blank and filled documents, and bringing a filled one back."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods, require_safe

from audits.access import may_fill, may_read_forms
from audits.documents.docx_writing import write_docx
from audits.documents.layout import Layout, lay_form
from audits.documents.pdf import make_pdf
from audits.forms.paper import LookOverForm, UploadForm
from audits.models import FormVersion
from audits.queries.paper import changes_of, paper_of
from audits.views.fetch import fetch
from audits.views.versions import fetch_form, fetch_version
from audits.workflow import paper as workflow
from qaf.requests import SignedInRequest

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def _file(layout: Layout, *, kind: str, name: str) -> HttpResponse:
    """A document to be kept as a file; ``name`` is a key or a reference, never anything of a child's."""
    content = make_pdf(layout) if kind == "pdf" else write_docx(layout)
    response = HttpResponse(content, content_type=TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    add_never_cache_headers(response)
    return response


def _check_kind(kind: str) -> None:
    if kind not in TYPES:
        raise Http404(f"no kind {kind}")


@require_safe
def blank(request: SignedInRequest, key: str, number: int, kind: str) -> HttpResponse:
    """A blank form, of a version that is or was published."""
    _check_kind(kind)
    version = fetch_version(request.user, fetch_form(request.user, key), number)
    if version.state == FormVersion.State.DRAFT:
        raise Http404("a draft has no paper")
    return _file(lay_form(version.parsed, version=number), kind=kind, name=f"{key}-version-{number}")


@get_or_post
def paper(request: SignedInRequest, reference: str) -> HttpResponse:
    """What can be downloaded of an audit, and the way back for a filled document."""
    audit = fetch(request.user, reference, "read")
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST":
        workflow.demand_paper(request.user, audit)
        if form.is_valid():
            try:
                pending = workflow.take_in(audit, file=form.cleaned_data["file"], by=request.user)
            except workflow.BadPaper as refused:
                form.add_error("file", str(refused))
            else:
                if pending.sections:
                    return redirect("audits:paper_look_over", reference)
                workflow.discard(audit, by=request.user)
                messages.info(request, "The document says the same as the audit, so there is nothing to save.")
                return redirect("audits:paper", reference)
    fills = may_fill(request.user, audit, audit.part)
    context = {
        "audit": audit,
        "form": form,
        "fills": fills,
        "reads_forms": may_read_forms(request.user),
        "pending": workflow.pending_of(audit, request.user) if fills else None,
    }
    return render(request, "audits/paper/paper.html", context, status=422 if form.errors else 200)


@require_safe
def download(request: SignedInRequest, reference: str, kind: str) -> HttpResponse:
    """The audit as far as the person may read it, as a file; the trail says who took it."""
    _check_kind(kind)
    audit = fetch(request.user, reference, "read")
    response = _file(paper_of(audit, request.user), kind=kind, name=audit.reference)
    if request.method == "GET":
        workflow.note_download(audit, kind=kind, by=request.user)
    return response


@get_or_post
def look_over(request: SignedInRequest, reference: str) -> HttpResponse:
    """Section by section what an uploaded document would change, and the button that saves it."""
    audit = fetch(request.user, reference, "read")
    workflow.demand_paper(request.user, audit)
    if request.method == "POST" and request.POST.get("answer") == "discard":
        workflow.discard(audit, by=request.user)
        messages.success(request, "What was read of the document was thrown away. Nothing was saved.")
        return redirect("audits:paper", reference)
    pending = workflow.pending_of(audit, request.user)
    if pending is None:
        messages.info(request, "No document is waiting to be looked over. Upload one.")
        return redirect("audits:paper", reference)
    changes = changes_of(pending, audit)
    form = LookOverForm(request.POST if request.method == "POST" else None, changes=changes)
    if request.method == "POST" and form.is_valid():
        return _confirmed(request, reference, workflow.confirm(audit, taken=form.taken(), by=request.user))
    context = {
        "audit": audit,
        "form": form,
        "rows": form.rows(changes),
        "pending": pending,
        "expires_at": pending.at + workflow.KEPT_FOR,
        "unreadable": sum(change.unreadable for change in changes),
    }
    return render(request, "audits/paper/look_over.html", context, status=422 if form.errors else 200)


def _confirmed(request: SignedInRequest, reference: str, outcome: workflow.Outcome) -> HttpResponse:
    if outcome.saved:
        many = "section is" if len(outcome.saved) == 1 else "sections are"
        messages.success(request, f"{len(outcome.saved)} {many} saved from the document.")
    else:
        messages.info(request, "Nothing of the document was saved.")
    for section in outcome.conflicts:
        messages.warning(
            request,
            f"“{section.title}” was saved by somebody else while you looked the document over. The document's text is "
            "kept: open the section and its earlier texts to compare the two.",
        )
    return redirect("audits:detail", reference)
