"""What is being built, as an auditor will see it. Nothing that is typed into a preview is kept."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from audits.forms.builder_questions import QuestionForm
from audits.forms.builder_reading import column_in, document_with, question_with
from audits.kloe.editing import parse_leniently, piece
from audits.kloe.kinds import KINDS
from audits.views.builder_common import builders_only, draft_of, found, page, preview_of
from audits.views.builder_sections import back_to
from qaf.requests import SignedInRequest

Json = dict[str, Any]
# The key of a question that is not saved yet; it is in no form, for keys of questions have no hyphen at their end.
UNSAVED = "unsaved"


@require_safe
@builders_only
def whole(request: SignedInRequest, key: str) -> HttpResponse:
    """Every section, one after the other."""
    draft = draft_of(key)
    context = {"preview_form": parse_leniently(draft.definition), "back": back_to(draft)}
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "audits/builder/parts/whole.html", context)
    return page(request, draft, "preview", context)


@require_safe
@builders_only
def section(request: SignedInRequest, key: str, section: str) -> HttpResponse:
    """One section, with the way to the one before and after."""
    draft = draft_of(key)
    found(piece(draft.definition, "section", section), "section")
    keys = [one["key"] for one in draft.definition["sections"]]
    place = keys.index(section)
    context = {
        **preview_of(draft.definition, section),
        "title": piece(draft.definition, "section", section).get("title"),
        "section_key": section,
        "back": back_to(draft, section),
        "earlier": keys[place - 1] if place else "",
        "later": keys[place + 1] if place + 1 < len(keys) else "",
    }
    return page(request, draft, "preview_section", context)


@require_POST
@builders_only
def live(request: SignedInRequest, key: str, section: str) -> HttpResponse:
    """A section with the question as it is typed at this moment; for the pane beside the form."""
    draft = draft_of(key)
    document = draft.definition
    found(piece(document, "section", section), "section")
    kind = request.GET.get("kind", "")
    if kind not in KINDS:
        raise Http404("no such kind")
    if rows := request.GET.get("rows", ""):
        question = _with_column(request, document, section, rows, kind)
    else:
        stands = piece(document, "question", section, request.GET.get("question", ""))
        form = QuestionForm(request.POST, kind=kind, document=document, question=stands)
        form.is_valid()
        question = form.written(stands["key"] if stands else UNSAVED)
    changed = document_with(document, section, question, after=request.GET.get("after"))
    shown = preview_of(changed, section, always=question["key"])
    return render(request, "audits/builder/parts/preview.html", shown)


def _with_column(request: SignedInRequest, document: Json, section: str, rows: str, kind: str) -> Json:
    """The question with rows as it would be with the column that is being typed."""
    one = found(piece(document, "question", section, rows), "question")
    name = request.GET.get("column", "")
    column = column_in(one, name)
    form = QuestionForm(request.POST, kind=kind, document=document, question=column, column=True)
    form.is_valid()
    return question_with(one, form.written(name if column else UNSAVED), instead_of=name if column else "")
