"""The sections of a form that is being built: adding, changing, moving and removing them."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from audits.forms.builder import PlaceForm, SectionForm
from audits.forms.builder_reading import readable
from audits.forms.builder_words import condition_words
from audits.kloe.editing import AddSection, ChangeSection, MoveSection, RemoveSection, mark, piece
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
from audits.workflow import drafts
from qaf.requests import SignedInRequest

Json = dict[str, Any]


def back_to(draft: FormVersion, place: str = "") -> str:
    """The outline, at a place."""
    path = reverse("forms:draft", args=[draft.form.key])
    return f"{path}#{place}" if place else path


def when_of(document: Json, section: str, question: str = "") -> str:
    """The condition of a section or question in words; empty for none."""
    form = readable(document)
    holder: Any = next((one for one in form.sections if one.key == section), None)
    if question and holder is not None:
        holder = next((one for one in holder.questions if one.key == question), None)
    return condition_words(holder.when, form, section) if holder is not None else ""


@get_or_post
@builders_only
def add(request: SignedInRequest, key: str) -> HttpResponse:
    """A new section, last or behind another."""
    draft = draft_of(key)
    after = request.GET.get("after")
    form = SectionForm(posted(request), initial={"part": "audit"})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        edit = AddSection(title=data["title"], part=data["part"], after=after)
        done, _ = save(request, draft, edit, form)
        if done:
            place = drafts.landing(done, edit)
            if data["introduction"]:
                _introduce(request, done, place[1], data["introduction"])
            return to_outline(draft, place)
    context = {"form": form, "back": back_to(draft, after or ""), "title": "Add a section"}
    return page(request, draft, "section", context, status=422 if form.errors else 200)


def _introduce(request: SignedInRequest, draft: FormVersion, key: str, introduction: list[str]) -> None:
    """A section is added by its title; what else was typed with it follows at once."""
    stands = piece(draft.definition, "section", key, "head")
    if stands is not None:
        edit = ChangeSection(key, mark(stands), stands["title"], stands["part"], introduction, None)
        save(request, draft, edit)


@get_or_post
@builders_only
def change(request: SignedInRequest, key: str, section: str) -> HttpResponse:
    """Title, step and introduction of a section."""
    draft = draft_of(key)
    stands = piece(draft.definition, "section", section, "head")
    if request.method != "POST" or "seen" not in request.POST:
        found(stands, "section")
    shown = stands or {}
    form = SectionForm(posted(request), initial=SectionForm.initial_of(shown))
    context: Json = {
        "form": form,
        "section": shown,
        "section_key": section,
        "seen": mark(stands),
        "when": when_of(draft.definition, section),
        "back": back_to(draft, section),
        "title": f"Section “{shown.get('title') or section}”",
        "exists": stands is not None,
        "preview_of": section if stands is not None else "",
    }
    if request.method == "POST" and form.is_valid():
        edit = _change(request, section, shown, form.cleaned_data)
        done, clash = save(request, draft, edit, form)
        if done:
            return to_outline(draft, drafts.landing(done, edit))
        if clash is not None:
            theirs = SectionForm(initial=SectionForm.initial_of(clash.theirs)) if clash.theirs else None
            context["met"] = met(form, theirs, clash.theirs)
            return page(request, draft, "section", context, status=409)
    return page(request, draft, "section", context, status=422 if form.errors else 200)


def _change(request: SignedInRequest, key: str, stands: Json, data: Json) -> AddSection | ChangeSection:
    if not stands and request.POST.get("again"):
        return AddSection(title=data["title"], part=data["part"])
    return ChangeSection(
        key=key,
        seen=request.POST.get("seen", ""),
        title=data["title"],
        part=data["part"],
        introduction=data["introduction"],
        when=stands.get("when"),
    )


@get_or_post
@builders_only
def move(request: SignedInRequest, key: str, section: str) -> HttpResponse:
    """Move a section to any place."""
    draft = draft_of(key)
    one = found(piece(draft.definition, "section", section), "section", request)
    others = [each for each in draft.definition["sections"] if each["key"] != section]
    places = [(":", "The start of the form")]
    places += [(f":{each['key']}", f"After “{each.get('title')}”") for each in others]
    form = PlaceForm(posted(request), places=places)
    if request.method == "POST" and form.is_valid():
        edit = MoveSection(section, to=[place for place, _ in places].index(form.cleaned_data["place"]))
        done, clash = save(request, draft, edit, form)
        if clash is not None:
            return moved_on(request, draft)
        if done:
            return to_outline(draft, drafts.landing(done, edit))
    context = {"form": form, "title": f"Move “{one.get('title')}”", "back": back_to(draft, section)}
    return page(request, draft, "place", context, status=422 if form.errors else 200)


@get_or_post
@builders_only
def remove(request: SignedInRequest, key: str, section: str) -> HttpResponse:
    """Ask, then take a section out with its questions."""
    draft = draft_of(key)
    one = found(piece(draft.definition, "section", section), "section", request)
    if request.method == "POST":
        done, clash = save(request, draft, RemoveSection(section, seen=request.POST.get("seen", "")))
        if clash is None:
            return to_outline(draft, () if done else ("section", section))
    count = len(one.get("questions") or [])
    questions = f"its {count} question{'' if count == 1 else 's'}" if count else "It has no questions."
    context = {
        "title": f"Remove “{one.get('title')}”?",
        "text": f"The section goes with {questions}. You can take this back." if count else questions,
        "button": "Remove the section",
        "seen": mark(one),
        "back": back_to(draft, section),
        "changed": request.method == "POST",
    }
    return page(request, draft, "remove", context, status=409 if request.method == "POST" else 200)
