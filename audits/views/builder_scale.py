"""The grading scale of a form that is being built, and what its grades look like."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from audits.forms.builder_scale import DescriptorForm, ScaleChoiceForm, ScaleTitleForm, grade_forms
from audits.kloe.editing import (
    AddDescriptor,
    ChangeDescriptor,
    ChangeScale,
    RemoveDescriptor,
    mark,
    piece,
)
from audits.models import FormVersion
from audits.views.builder_common import (
    Difference,
    Met,
    builders_only,
    draft_of,
    found,
    get_or_post,
    met,
    page,
    posted,
    save,
)
from audits.views.builder_sections import back_to
from qaf.requests import SignedInRequest

Json = dict[str, Any]


def _known_scales() -> dict[str, Json]:
    """The scales of all published forms, each once."""
    found_scales: dict[str, Json] = {}
    published = FormVersion.objects.filter(state=FormVersion.State.PUBLISHED).order_by("pk")
    for scale in published.values_list("definition__scale", flat=True):
        if scale and mark(scale) not in found_scales:
            found_scales[mark(scale)] = scale
    return found_scales


@get_or_post
@builders_only
def scale(request: SignedInRequest, key: str) -> HttpResponse:
    """How the form is graded: by a scale that is known, or by one of its own."""
    draft = draft_of(key)
    stands = piece(draft.definition, "scale")
    known = _known_scales()
    chosen = "none" if not stands else mark(stands) if mark(stands) in known else "own"
    choice = ScaleChoiceForm(posted(request), known=known, initial={"scale": chosen})
    title = ScaleTitleForm(posted(request), initial={"title": (stands or {}).get("title", "")})
    grades = grade_forms(posted(request), list((stands or {}).get("grades") or []))
    context: Json = {
        "form": choice,
        "title_form": title,
        "grades": grades,
        "seen": mark(stands),
        "back": back_to(draft),
        "chosen": chosen,
    }
    if request.method != "POST":
        return page(request, draft, "scale", context)
    wanted = _wanted(choice, title, grades, stands)
    # What was typed for an own scale is never dropped in silence; it is compared with what the page showed.
    can_compare = request.POST.get("seen") == mark(stands) and "grade-TOTAL_FORMS" in request.POST
    is_left_out = wanted is not False and choice.cleaned_data["scale"] != "own"
    if is_left_out and can_compare and (title.has_changed() or grades.has_changed()):
        choice.add_error("scale", "You wrote a scale of your own below. Choose “A scale of our own” to use it")
        wanted = False
    if wanted is not False:
        edit = ChangeScale(seen=request.POST.get("seen", ""), scale=wanted)
        done, clash = save(request, draft, edit, choice)
        if done:
            messages.success(request, "The grading scale was changed." if wanted else "The form is not graded now.")
            return redirect("forms:draft_descriptors" if wanted else "forms:draft", key)
        if clash is not None:
            both = Difference("Grading scale", _scale_words(wanted), _scale_words(clash.theirs))
            context["met"] = Met([both], mark(clash.theirs))
            return page(request, draft, "scale", context, status=409)
    if choice.cleaned_data.get("scale") == "own":
        context["errors"] = _grade_errors(title, grades)
    return page(request, draft, "scale", {**context, "has_errors": True}, status=422)


def _wanted(choice: ScaleChoiceForm, title: ScaleTitleForm, grades: Any, stands: Json | None) -> Any:
    """The scale that was chosen; None for none; False when something is wrong with what was filled in."""
    if not choice.is_valid():
        return False
    name = choice.cleaned_data["scale"]
    if name == "none":
        return None
    if name != "own":
        return choice.known[name]
    if not (title.is_valid() & grades.is_valid()):
        return False
    made: Json = {"title": title.cleaned_data["title"], "grades": grades.grades()}
    # A scale of one's own that is changed stays the one that it is; a known one becomes another.
    if stands and mark(stands) not in choice.known:
        made["key"] = stands["key"]
    elif stands:
        made["key"] = f"{stands['key']}-own"
    return made


def _grade_errors(title: ScaleTitleForm, grades: Any) -> list[Json]:
    found_errors = [{"text": text, "target": "id_title"} for texts in title.errors.values() for text in texts]
    found_errors += [{"text": text, "target": "id_grade-0-name"} for text in grades.non_form_errors()]
    for form in grades.forms:
        found_errors += [
            {"text": text, "target": f"id_{form.add_prefix(name)}"}
            for name, texts in form.errors.items()
            for text in texts
        ]
    return found_errors


def _scale_words(one: Any) -> str:
    if not one:
        return "It is not graded"
    return f"{one['title']}: {', '.join(grade['name'] for grade in one['grades'])}"


@require_safe
@builders_only
def descriptors(request: SignedInRequest, key: str) -> HttpResponse:
    """The areas for which the form says what each grade looks like."""
    draft = draft_of(key)
    scale_there = piece(draft.definition, "scale")
    listed = []
    for one in draft.definition.get("descriptors") or []:
        shown_by = [
            question.get("label") or question["key"]
            for section in draft.definition.get("sections") or []
            for question in section.get("questions") or []
            if one["key"] in (question.get("descriptors") or [])
        ]
        listed.append({**one, "shown_by": shown_by, "count": sum(map(len, one.get("grades", {}).values()))})
    context = {"scale": scale_there, "descriptors": listed, "back": back_to(draft)}
    return page(request, draft, "descriptors", context)


@get_or_post
@builders_only
def descriptor_add(request: SignedInRequest, key: str) -> HttpResponse:
    """What each grade looks like in one more area."""
    draft = draft_of(key)
    scale_there = piece(draft.definition, "scale")
    if not scale_there:
        messages.warning(request, "Choose first how the form is graded.")
        return redirect("forms:draft_scale", key)
    form = DescriptorForm(posted(request), scale=scale_there)
    if request.method == "POST" and form.is_valid():
        done, _ = save(request, draft, AddDescriptor(form.written()), form)
        if done:
            messages.success(request, f"“{form.cleaned_data['title']}” was added. Judgements can show it now.")
            return redirect("forms:draft_descriptors", key)
    context = {
        "form": form,
        "title": "What each grade looks like",
        "back": reverse("forms:draft_descriptors", args=[key]),
    }
    return page(request, draft, "descriptor", context, status=422 if form.errors else 200)


@get_or_post
@builders_only
def descriptor(request: SignedInRequest, key: str, descriptor: str) -> HttpResponse:
    """The sentences of one area."""
    draft = draft_of(key)
    stands = piece(draft.definition, "descriptor", descriptor)
    if request.method != "POST":
        found(stands, "descriptor")
    scale_there = piece(draft.definition, "scale") or {}
    form = DescriptorForm(posted(request), scale=scale_there, descriptor=stands or {})
    context: Json = {
        "form": form,
        "title": (stands or {}).get("title") or "What each grade looks like",
        "seen": mark(stands),
        "descriptor_key": descriptor if stands else "",
        "back": reverse("forms:draft_descriptors", args=[key]),
    }
    if request.method == "POST" and form.is_valid():
        edit: Any = ChangeDescriptor(descriptor, request.POST.get("seen", ""), form.written())
        if stands is None and request.POST.get("again"):
            edit = AddDescriptor({"key": descriptor, **form.written()})
        done, clash = save(request, draft, edit, form)
        if done:
            messages.success(request, f"“{form.cleaned_data['title']}” was changed.")
            return redirect("forms:draft_descriptors", key)
        if clash is not None:
            theirs = DescriptorForm(scale=scale_there, descriptor=clash.theirs) if clash.theirs else None
            return page(request, draft, "descriptor", {**context, "met": met(form, theirs, clash.theirs)}, status=409)
    return page(request, draft, "descriptor", context, status=422 if form.errors else 200)


@get_or_post
@builders_only
def descriptor_remove(request: SignedInRequest, key: str, descriptor: str) -> HttpResponse:
    """Ask, then take it out."""
    draft = draft_of(key)
    stands = found(piece(draft.definition, "descriptor", descriptor), "area", request)
    if request.method == "POST":
        done, clash = save(request, draft, RemoveDescriptor(descriptor, request.POST.get("seen", "")))
        if clash is None:
            if done:
                messages.success(request, f"“{stands.get('title')}” was removed.")
            return redirect("forms:draft_descriptors", key)
    context = {
        "title": f"Remove “{stands.get('title')}”?",
        "text": "Judgements that show it have to be changed before the form can be published. You can take this back.",
        "button": "Remove it",
        "seen": mark(stands),
        "back": reverse("forms:draft_descriptors", args=[key]),
        "changed": request.method == "POST",
    }
    return page(request, draft, "remove", context, status=409 if request.method == "POST" else 200)
