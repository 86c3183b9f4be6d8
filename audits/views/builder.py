"""The outline of a form that is being built, and how a form is begun."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from audits.forms.builder import HeadForm, StartForm
from audits.forms.builder_reading import readable
from audits.forms.builder_words import condition_words, kind_short, part_words
from audits.kloe.conditions import Reference
from audits.kloe.editing import (
    ChangeForm,
    DuplicateQuestion,
    DuplicateSection,
    Edit,
    EditRefused,
    MoveQuestion,
    MoveSection,
    mark,
    piece,
    problems,
)
from audits.kloe.packs import PackErrors
from audits.kloe.questions import FormDefinition
from audits.kloe.writing import from_yaml
from audits.models import Form, FormVersion
from audits.views.builder_common import (
    builders_only,
    draft_of,
    get_or_post,
    met,
    moved_on,
    page,
    posted,
    save,
    to_outline,
)
from audits.workflow import drafts
from qaf.errors import NotAllowed
from qaf.requests import SignedInRequest

Json = dict[str, Any]


@dataclass(frozen=True)
class OutlineQuestion:
    """A question as a line of the outline."""

    key: str
    anchor: str
    label: str
    kind: str
    required: bool
    when: str
    overall: bool
    has_fault: bool


@dataclass(frozen=True)
class OutlineSection:
    """A section of the outline with its questions."""

    key: str
    title: str
    part: str
    when: str
    has_fault: bool
    questions: list[OutlineQuestion] = field(default_factory=list)


def outline_of(document: Json) -> list[OutlineSection]:
    """The outline of a draft, whatever state it is in."""
    form = readable(document)
    faults = {(fault.section, fault.question) for fault in problems(document)}
    sections = []
    for one in document.get("sections") or []:
        section = next((each for each in form.sections if each.key == one["key"]), None)
        sections.append(
            OutlineSection(
                key=one["key"],
                title=one.get("title") or one["key"],
                part=part_words(one.get("part", "audit")),
                when=condition_words(section.when, form, one["key"]) if section else "",
                has_fault=(one["key"], "") in faults,
                questions=[_line(question, one["key"], form, faults) for question in one.get("questions") or []],
            )
        )
    return sections


def _line(question: Json, section: str, form: FormDefinition, faults: set[tuple[str, str]]) -> OutlineQuestion:
    key = question["key"]
    read = form.question(Reference(section, key))
    return OutlineQuestion(
        key=key,
        anchor=f"{section}__{key}",
        label=question.get("label") or "(no question yet)",
        kind=kind_short(str(question.get("kind", ""))),
        required=bool(question.get("required")),
        when=condition_words(read.when, form, section) if read else "",
        overall=question.get("overall") is True,
        has_fault=(section, key) in faults,
    )


@require_safe
@builders_only
def outline(request: SignedInRequest, key: str) -> HttpResponse:
    """The draft as an outline; without one, the offer to begin one."""
    one = get_object_or_404(Form.objects.select_related("pack"), key=key)
    if not one.versions.filter(state=FormVersion.State.DRAFT).exists():
        return render(request, "audits/builder/no_draft.html", {"form_of": one, "key": key})
    draft = draft_of(key)
    at = request.GET.get("at", "")
    context = {
        "sections": outline_of(draft.definition),
        "at": at,
        # Which button was pressed, so that it has the focus again.
        "by": request.GET.get("by", "edit"),
    }
    return page(request, draft, "outline", context)


@get_or_post
@builders_only
def new(request: SignedInRequest) -> HttpResponse:
    """Begin a form: empty, as a copy, or from a file."""
    versions = list(
        FormVersion.objects.select_related("form").filter(state=FormVersion.State.PUBLISHED).order_by("form__title")
    )
    copied = request.GET.get("copy", "")
    initial = {"begin": "copy", "copy_of": copied} if copied else None
    form = StartForm(posted(request), request.FILES or None, versions=versions, initial=initial)
    faults: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            begun = _begun(request, form)
        except PackErrors as errors:
            faults = errors.errors
        except EditRefused as refused:
            form.add_error(None, refused.reasons[0])
        else:
            return redirect("forms:draft", begun.form.key)
    context = {"form": form, "file_faults": faults, "has_errors": bool(faults)}
    return render(request, "audits/builder/new.html", context, status=422 if faults or form.errors else 200)


def _begun(request: SignedInRequest, form: StartForm) -> FormVersion:
    data = form.cleaned_data
    definition = from_yaml(data["file"].read()) if data["begin"] == "file" else None
    return drafts.start_form(title=data["title"], by=request.user, copy_of=form.copied, definition=definition)


@require_POST
@builders_only
def start(request: SignedInRequest, key: str) -> HttpResponse:
    """Begin the draft of the next version of an own form."""
    one = get_object_or_404(Form, key=key)
    if one.pack_id:
        raise NotAllowed(
            "This form comes with a framework pack and is not changed here. Make a copy of it and change the copy."
        )
    drafts.start_draft(one, by=request.user)
    return redirect("forms:draft", key)


@require_POST
@builders_only
def arrange(request: SignedInRequest, key: str) -> HttpResponse:
    """Move a section or question up or down, or copy it: the buttons of the outline."""
    draft = draft_of(key)
    command, _, place = request.POST.get("command", "").partition(":")
    edit = _arrangement(command, *place.partition(".")[::2])
    if edit is None or piece(draft.definition, *edit.place) is None:
        return moved_on(request, draft)
    done, clash = save(request, draft, edit)
    if clash is not None:
        return moved_on(request, draft)
    response = to_outline(draft, drafts.landing(done, edit) if done else ())
    if done and command in ("up", "down"):
        response["Location"] += f"&by={command}"
    return response


def _arrangement(command: str, section: str, question: str) -> Edit | None:
    by = {"up": -1, "down": 1}.get(command)
    if by is not None:
        return MoveQuestion(section, question, by=by) if question else MoveSection(section, by=by)
    if command == "duplicate":
        return DuplicateQuestion(section, question) if question else DuplicateSection(section)
    return None


@get_or_post
@builders_only
def head(request: SignedInRequest, key: str) -> HttpResponse:
    """Title and source of the form."""
    draft = draft_of(key)
    stands = piece(draft.definition, "form")
    form = HeadForm(posted(request), initial=HeadForm.initial_of(stands))
    context: Json = {"form": form, "seen": mark(stands), "back": reverse("forms:draft", args=[key])}
    if request.method == "POST" and form.is_valid():
        edit = ChangeForm(seen=request.POST.get("seen", ""), **form.cleaned_data)
        done, clash = save(request, draft, edit, form)
        if done:
            return to_outline(draft)
        if clash is not None:
            context["met"] = met(form, HeadForm(initial=HeadForm.initial_of(clash.theirs or {})), clash.theirs)
            return page(request, draft, "head", context, status=409)
    return page(request, draft, "head", context, status=422 if form.errors else 200)
