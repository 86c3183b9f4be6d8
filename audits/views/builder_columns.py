"""The columns of a question with rows: each is a small question of its own."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from audits.forms.builder import KindForm
from audits.forms.builder_questions import QuestionForm
from audits.forms.builder_reading import column_in, question_with
from audits.forms.builder_words import kind_choices, kind_title
from audits.kloe.editing import ChangeQuestion, mark, new_key, piece
from audits.kloe.kinds.simple import COLUMNS
from audits.models import FormVersion
from audits.views.builder_common import builders_only, draft_of, found, get_or_post, met, moved_on, page, posted, save
from audits.views.builder_questions import kind_or_404
from qaf.requests import SignedInRequest

Json = dict[str, Any]


def _rows(request: SignedInRequest, draft: FormVersion, section: str, question: str) -> Json:
    one = found(piece(draft.definition, "question", section, question), "question", request)
    if one.get("kind") != "rows":
        raise Http404(f"{question} has no columns")
    return one


def _question_page(key: str, section: str, question: str, column: str = "") -> str:
    path = reverse("forms:draft_question", args=[key, section, question])
    return f"{path}#column-{column}" if column else f"{path}#columns"


def _keep(
    request: SignedInRequest, draft: FormVersion, section: str, question: Json, form: QuestionForm | None = None
) -> bool:
    """Save a question whose columns were changed here, and nothing else of it.

    The columns were put together from the question as it stood a moment ago, so its mark is that of now.
    """
    before = piece(draft.definition, "question", section, question["key"])
    edit = ChangeQuestion(section, question["key"], seen=mark(before), question=question)
    done, clash = save(request, draft, edit, form)
    if clash is not None and form is not None:
        form.add_error(None, "Somebody else changed the question at this very moment. Press the button again")
    return done is not None


@get_or_post
@builders_only
def choose_kind(request: SignedInRequest, key: str, section: str, question: str) -> HttpResponse:
    """What kind of question is the new column?"""
    draft = draft_of(key)
    one = _rows(request, draft, section, question)
    form = KindForm(posted(request), choices=kind_choices(COLUMNS))
    if request.method == "POST" and form.is_valid():
        return redirect("forms:draft_column_add", key, section, question, form.cleaned_data["kind"])
    context = {
        "form": form,
        "title": f"Add a column to “{one.get('label')}”",
        "section_key": section,
        "back": _question_page(key, section, question),
    }
    return page(request, draft, "kind", context, status=422 if form.errors else 200)


@get_or_post
@builders_only
def add(request: SignedInRequest, key: str, section: str, question: str, kind: str) -> HttpResponse:
    """A new column, last."""
    draft = draft_of(key)
    one = _rows(request, draft, section, question)
    kind_or_404(kind, COLUMNS)
    form = QuestionForm(posted(request), kind=kind, document=draft.definition, column=True)
    if request.method == "POST" and form.is_valid():
        taken = {column["key"] for column in one.get("columns") or []}
        name = new_key(form.cleaned_data["label"], taken, underscore=True, fallback="column")
        if _keep(request, draft, section, question_with(one, form.written(name)), form):
            messages.success(request, f"“{form.cleaned_data['label']}” was added as a column.")
            return HttpResponseRedirect(_question_page(key, section, question))
    context = {
        "form": form,
        "title": kind_title(kind),
        "caption": f"New column of “{one.get('label')}”",
        "kind": kind,
        "section_key": section,
        "back": reverse("forms:draft_column_kind", args=[key, section, question]),
        "preview_of": section,
        "shown_key": question,
        "live": f"?kind={kind}&rows={question}",
        "exists": True,
        "is_column": True,
    }
    return page(request, draft, "question", context, status=422 if form.errors else 200)


@get_or_post
@builders_only
def change(request: SignedInRequest, key: str, section: str, question: str, column: str) -> HttpResponse:
    """Everything about one column."""
    draft = draft_of(key)
    one = _rows(request, draft, section, question)
    stands = found(column_in(one, column), "column", request)
    kind = kind_or_404(str(stands.get("kind")), COLUMNS)
    form = QuestionForm(posted(request), kind=kind, document=draft.definition, question=stands, column=True)
    context: Json = {
        "form": form,
        "title": stands.get("label") or "Column",
        "caption": f"Column of “{one.get('label')}”: {kind_title(kind)}",
        "kind": kind,
        "section_key": section,
        "seen": mark(stands),
        "back": _question_page(key, section, question),
        "preview_of": section,
        "shown_key": question,
        "live": f"?kind={kind}&rows={question}&column={column}",
        "exists": True,
        "is_column": True,
    }
    if request.method == "POST" and form.is_valid():
        if request.POST.get("seen") != mark(stands):
            theirs = QuestionForm(kind=kind, document=draft.definition, question=stands, column=True)
            return page(request, draft, "question", {**context, "met": met(form, theirs, stands)}, status=409)
        changed = question_with(one, form.written(column), instead_of=column)
        if _keep(request, draft, section, changed, form):
            messages.success(request, f"The column “{form.cleaned_data['label']}” was changed.")
            return HttpResponseRedirect(_question_page(key, section, question, column))
    return page(request, draft, "question", context, status=422 if form.errors else 200)


@require_POST
@builders_only
def move(request: SignedInRequest, key: str, section: str, question: str, column: str) -> HttpResponse:
    """One place to the left or right in the row; up or down in the list."""
    draft = draft_of(key)
    one = _rows(request, draft, section, question)
    stands = found(column_in(one, column), "column", request)
    columns = list(one["columns"])
    place = columns.index(stands)
    columns.remove(stands)
    columns.insert(max(0, place + (-1 if request.POST.get("by") == "up" else 1)), stands)
    if not _keep(request, draft, section, {**one, "columns": columns}):
        return moved_on(request, draft)
    place = columns.index(stands) + 1
    messages.success(request, f"“{stands.get('label')}” is now column {place} of {len(columns)}.")
    return HttpResponseRedirect(_question_page(key, section, question, column))


@get_or_post
@builders_only
def remove(request: SignedInRequest, key: str, section: str, question: str, column: str) -> HttpResponse:
    """Ask, then take a column out."""
    draft = draft_of(key)
    one = _rows(request, draft, section, question)
    stands = found(column_in(one, column), "column", request)
    stale = request.method == "POST" and request.POST.get("seen") != mark(stands)
    if request.method == "POST" and not stale:
        rest = [each for each in one["columns"] if each is not stands]
        if not _keep(request, draft, section, {**one, "columns": rest}):
            return moved_on(request, draft)
        messages.success(request, f"The column “{stands.get('label')}” was removed.")
        return HttpResponseRedirect(_question_page(key, section, question))
    context = {
        "title": f"Remove the column “{stands.get('label') or column}”?",
        "text": "It goes from every row. You can take this back.",
        "button": "Remove the column",
        "seen": mark(stands),
        "back": _question_page(key, section, question, column),
        "changed": stale,
    }
    return page(request, draft, "remove", context, status=409 if stale else 200)
