"""The questions of a form that is being built: choosing the kind, adding, changing, moving and removing them."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from audits.forms.builder import KindForm, PlaceForm
from audits.forms.builder_questions import QuestionForm
from audits.forms.builder_words import kind_choices, kind_short, kind_title
from audits.kloe.editing import AddQuestion, ChangeQuestion, Edit, MoveQuestion, RemoveQuestion, mark, piece
from audits.kloe.kinds import KINDS
from audits.models import FormVersion
from audits.views.builder_common import (
    builders_only,
    draft_of,
    found,
    get_or_post,
    met,
    moved_on,
    page,
    posted,
    save,
    to_outline,
)
from audits.views.builder_sections import back_to, when_of
from audits.workflow import drafts
from qaf.requests import SignedInRequest

Json = dict[str, Any]


def kind_or_404(kind: str, kinds: Any = KINDS) -> str:
    """A kind of question that there is."""
    if kind not in kinds:
        raise Http404(f"no kind of question {kind}")
    return kind


@get_or_post
@builders_only
def choose_kind(request: SignedInRequest, key: str, section: str) -> HttpResponse:
    """First of all: what kind of question is it to be?"""
    draft = draft_of(key)
    one = found(piece(draft.definition, "section", section), "section", request)
    form = KindForm(posted(request), choices=kind_choices())
    after = request.GET.get("after", "")
    if request.method == "POST" and form.is_valid():
        path = reverse("forms:draft_question_add", args=[key, section, form.cleaned_data["kind"]])
        return redirect(f"{path}?after={after}" if "after" in request.GET else path)
    context = {
        "form": form,
        "title": f"Add a question to “{one.get('title')}”",
        "section_key": section,
        "back": back_to(draft, f"{section}__{after}" if after else section),
        "library": True,
        "after": after,
    }
    return page(request, draft, "kind", context, status=422 if form.errors else 200)


@get_or_post
@builders_only
def add(request: SignedInRequest, key: str, section: str, kind: str) -> HttpResponse:
    """A new question of this kind."""
    draft = draft_of(key)
    kind_or_404(kind)
    found(piece(draft.definition, "section", section), "section", request)
    after = request.GET.get("after") if request.GET.get("after") else None
    initial = {"domain": section} if kind == "judgement" else {}
    form = QuestionForm(posted(request), kind=kind, document=draft.definition, initial=initial)
    if request.method == "POST" and form.is_valid():
        edit = AddQuestion(section, form.written(""), after=after)
        done, clash = save(request, draft, edit, form)
        if clash is not None:
            raise clash
        if done:
            place = drafts.landing(done, edit)
            if kind == "rows" and not form.cleaned_data.get("becomes"):
                return redirect("forms:draft_column_kind", key, section, place[2])
            return to_outline(draft, place)
    context = {
        "form": form,
        "title": kind_title(kind),
        "caption": "New question",
        "kind": kind,
        "section_key": section,
        "back": reverse("forms:draft_kind", args=[key, section]) + (f"?after={after}" if after else ""),
        "preview_of": section,
        "live": f"?kind={kind}" + (f"&after={after}" if after else ""),
        "exists": True,
        "is_new": True,
    }
    return page(request, draft, "question", context, status=422 if form.errors else 200)


@get_or_post
@builders_only
def change(request: SignedInRequest, key: str, section: str, question: str) -> HttpResponse:
    """Everything about a question but its columns and its condition, which have pages of their own."""
    draft = draft_of(key)
    stands = piece(draft.definition, "question", section, question)
    if stands is None and not (request.method == "POST" and request.POST.get("kind") in KINDS):
        raise Http404(f"no question {question}")
    kind = kind_or_404(request.POST.get("kind") or request.GET.get("kind") or str((stands or {}).get("kind")))
    form = QuestionForm(posted(request), kind=kind, document=draft.definition, question=stands or {})
    if request.method == "POST" and form.is_valid():
        edit = _change(request, section, question, stands, form)
        done, clash = save(request, draft, edit, form)
        if done:
            return to_outline(draft, drafts.landing(done, edit))
        if clash is not None:
            return _clashed(request, draft, section, question, form, clash)
    context = _context(draft, section, question, stands, form)
    return page(request, draft, "question", context, status=422 if form.errors else 200)


def _change(
    request: SignedInRequest, section: str, key: str, stands: Json | None, form: QuestionForm
) -> AddQuestion | ChangeQuestion:
    if stands is None and request.POST.get("again"):
        return AddQuestion(section, form.written(key))
    return ChangeQuestion(section, key, seen=request.POST.get("seen", ""), question=form.written(key))


def _clashed(
    request: SignedInRequest, draft: FormVersion, section: str, key: str, form: QuestionForm, clash: drafts.Clash
) -> HttpResponse:
    theirs = None
    if clash.theirs is not None:
        theirs = QuestionForm(kind=str(clash.theirs["kind"]), document=draft.definition, question=clash.theirs)
    context = _context(draft, section, key, clash.theirs, form)
    context["met"] = met(form, theirs, clash.theirs)
    return page(request, draft, "question", context, status=409)


def _context(draft: FormVersion, section: str, key: str, stands: Json | None, form: QuestionForm) -> Json:
    one = stands or {}
    return {
        "form": form,
        "title": one.get("label") or "Question",
        "caption": kind_title(form.kind),
        "kind": form.kind,
        "kind_changed": stands is not None and form.kind != one.get("kind"),
        "section_key": section,
        "question_key": key,
        "question": one,
        "columns": [
            {**column, "kind_words": kind_short(column.get("kind", ""))} for column in one.get("columns") or []
        ],
        "seen": mark(stands),
        "when": when_of(draft.definition, section, key),
        "back": back_to(draft, f"{section}__{key}"),
        "exists": stands is not None,
        "preview_of": section if piece(draft.definition, "section", section) else "",
        "live": f"?kind={form.kind}&question={key}",
    }


@get_or_post
@builders_only
def change_kind(request: SignedInRequest, key: str, section: str, question: str) -> HttpResponse:
    """Choose another kind for a question; nothing is changed before the question itself is saved."""
    draft = draft_of(key)
    one = found(piece(draft.definition, "question", section, question), "question", request)
    form = KindForm(posted(request), choices=kind_choices(), initial={"kind": one.get("kind")})
    here = reverse("forms:draft_question", args=[key, section, question])
    if request.method == "POST" and form.is_valid():
        return redirect(f"{here}?kind={form.cleaned_data['kind']}")
    context = {
        "form": form,
        "title": f"What kind of question is “{one.get('label') or 'this'}”?",
        "section_key": section,
        "back": here,
        "other_kind": True,
    }
    return page(request, draft, "kind", context, status=422 if form.errors else 200)


@get_or_post
@builders_only
def move(request: SignedInRequest, key: str, section: str, question: str) -> HttpResponse:
    """Move a question to any place, in another section too."""
    draft = draft_of(key)
    one = found(piece(draft.definition, "question", section, question), "question", request)
    form = PlaceForm(posted(request), places=_places(draft.definition, section, question))
    if request.method == "POST" and form.is_valid():
        into, _, after = form.cleaned_data["place"].partition(":")
        others = _others(draft.definition, into, but_not=(section, question))
        edit = MoveQuestion(section, question, to=others.index(after) + 1 if after else 0, into=into)
        done, clash = save(request, draft, edit, form)
        if clash is not None:
            return moved_on(request, draft)
        if done:
            return to_outline(draft, drafts.landing(done, edit))
    context = {
        "form": form,
        "title": f"Move “{one.get('label') or question}”",
        "back": back_to(draft, f"{section}__{question}"),
    }
    return page(request, draft, "place", context, status=422 if form.errors else 200)


def _others(document: Json, section: str, *, but_not: tuple[str, str]) -> list[str]:
    """The keys of a section's questions without the one that moves."""
    asked = (piece(document, "section", section) or {}).get("questions") or []
    return [each["key"] for each in asked if (section, each["key"]) != but_not]


def _places(document: Json, section: str, question: str) -> list[tuple[str, list[tuple[str, str]]]]:
    places = []
    for one in document.get("sections") or []:
        others = [each for each in one.get("questions") or [] if (one["key"], each["key"]) != (section, question)]
        inside = [(f"{one['key']}:", "At the start" if others else "In this section")]
        inside += [(f"{one['key']}:{each['key']}", f"After “{each.get('label') or each['key']}”") for each in others]
        places.append((str(one.get("title") or one["key"]), inside))
    return places


@get_or_post
@builders_only
def remove(request: SignedInRequest, key: str, section: str, question: str) -> HttpResponse:
    """Ask, then take a question out."""
    draft = draft_of(key)
    one = found(piece(draft.definition, "question", section, question), "question", request)
    if request.method == "POST":
        edit: Edit = RemoveQuestion(section, question, seen=request.POST.get("seen", ""))
        done, clash = save(request, draft, edit)
        if clash is None:
            return to_outline(draft, ("section", section) if done else ("question", section, question))
    context = {
        "title": f"Remove “{one.get('label') or question}”?",
        "text": "If a condition of another question looks at it, that is shown as something to put right. You can "
        "take this back.",
        "button": "Remove the question",
        "seen": mark(one),
        "back": back_to(draft, f"{section}__{question}"),
        "changed": request.method == "POST",
    }
    return page(request, draft, "remove", context, status=409 if request.method == "POST" else 200)
