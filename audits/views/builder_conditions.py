"""When a question or a section applies: conditions, built one look at an answer at a time.

The same four pages serve sections (no ``question``) and questions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from audits.forms.builder_conditions import AnswerForm, LookAtForm, joined, parts_of, with_tests
from audits.forms.builder_reading import readable
from audits.forms.builder_words import condition_words, reference_of
from audits.kloe.editing import ChangeQuestion, ChangeSection, Edit, mark, piece
from audits.kloe.fields import Fields, Problems
from audits.kloe.questions import FormDefinition
from audits.kloe.reading import FormReader
from audits.models import FormVersion
from audits.views.builder_common import builders_only, draft_of, found, get_or_post, moved_on, page, posted, save
from audits.views.builder_sections import back_to
from qaf.requests import SignedInRequest

Json = dict[str, Any]


@dataclass(frozen=True)
class Holder:
    """The question or section whose condition it is."""

    draft: FormVersion
    section: str
    question: str
    stands: Json

    @property
    def when(self) -> Json | None:
        return self.stands.get("when")

    @property
    def name(self) -> str:
        return str(self.stands.get("label") or self.stands.get("title") or self.stands["key"])

    @property
    def own(self) -> str:
        """How conditions would name it: it cannot hang on itself."""
        return f"{self.section}.{self.question}" if self.question else self.section

    def path(self, page_name: str) -> str:
        """The address of one of its pages: "when", "when_add" or "when_change"."""
        arguments = [self.draft.form.key, self.section, *([self.question] if self.question else [])]
        return reverse(f"forms:draft_{'question' if self.question else 'section'}_{page_name}", args=arguments)

    @property
    def back(self) -> str:
        return back_to(self.draft, f"{self.section}__{self.question}" if self.question else self.section)

    def edit(self, when: Json | None) -> Edit:
        """The edit that gives it this condition."""
        seen = mark(self.stands)
        if self.question:
            return ChangeQuestion(self.section, self.question, seen, {**self.stands, "when": when})
        return ChangeSection(
            self.section, seen, self.stands["title"], self.stands.get("part", "audit"),
            self.stands.get("introduction") or (), when,
        )  # fmt: skip


def _with_holder(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Find the question or section first; 404 when it is not there."""

    def wrapped(request: SignedInRequest, key: str, section: str, question: str = "") -> HttpResponse:
        draft = draft_of(key)
        place = ("question", section, question) if question else ("section", section, "head")
        return view(
            request, Holder(draft, section, question, found(piece(draft.definition, *place), place[0], request))
        )

    return wrapped


def _words(holder: Holder, form: FormDefinition) -> list[str]:
    """The parts of the condition in words."""
    reader = FormReader(Problems(), {}, {})
    said = []
    for part in parts_of(holder.when)[1]:
        read = reader.condition(Fields(part, Problems()), holder.section, 1)
        said.append(condition_words(read, form, holder.section) or "(this part cannot be read)")
    return said


@get_or_post
@builders_only
@_with_holder
def when(request: SignedInRequest, holder: Holder) -> HttpResponse:
    """The condition as it is, and the choice of one more question to look at."""
    form = readable(holder.draft.definition)
    look_at = LookAtForm(posted(request), form=form, own=holder.own)
    if request.method == "POST" and look_at.is_valid():
        return redirect(f"{holder.path('when_add')}?look_at={look_at.cleaned_data['look_at']}")
    joint, _ = parts_of(holder.when)
    context = {
        "form": look_at,
        "holder": holder,
        "parts": _words(holder, form),
        "joint": joint,
        "seen": mark(holder.when),
        "change_path": holder.path("when_change"),
        "title": f"When “{holder.name}” applies",
        "back": holder.back,
        "preview_of": holder.section,
    }
    return page(request, holder.draft, "when", context, status=422 if look_at.errors else 200)


@get_or_post
@builders_only
@_with_holder
def add(request: SignedInRequest, holder: Holder) -> HttpResponse:
    """What the answer to the chosen question has to be."""
    name = request.GET.get("look_at", "")
    form = readable(holder.draft.definition)
    looked_at = form.question(reference_of(name))
    if looked_at is None or name == holder.own:
        messages.warning(request, "That question is not in the form any more. Choose another.")
        return redirect(holder.path("when"))
    answer = AnswerForm(posted(request), question=looked_at, form=form, name=name)
    if request.method == "POST" and answer.is_valid():
        edit = holder.edit(with_tests(holder.when, answer.tests()))
        done, clash = save(request, holder.draft, edit, answer)
        if clash is not None:
            return moved_on(request, holder.draft)
        if done:
            messages.success(request, f"“{holder.name}” now hangs on “{looked_at.label}”.")
            return redirect(holder.path("when"))
    context = {
        "form": answer,
        "title": f"“{holder.name}” applies …",
        "looked_at": looked_at.label,
        "back": holder.path("when"),
    }
    return page(request, holder.draft, "when_add", context, status=422 if answer.errors else 200)


@require_POST
@builders_only
@_with_holder
def change(request: SignedInRequest, holder: Holder) -> HttpResponse:
    """Take a part of the condition out, or join its parts in the other way."""
    joint, parts = parts_of(holder.when)
    if request.POST.get("seen") != mark(holder.when):
        messages.warning(request, "Somebody else changed this condition. Nothing was done; this is how it stands now.")
        return redirect(holder.path("when"))
    command, _, number = request.POST.get("command", "").partition(":")
    if command == "remove" and number.isdecimal() and len(number) < 4 and int(number) < len(parts):
        del parts[int(number)]
    elif command == "join":
        joint = "any" if request.POST.get("joint") == "any" else "all"
    done, clash = save(request, holder.draft, holder.edit(joined(joint, parts)))
    if clash is not None:
        return moved_on(request, holder.draft)
    if done:
        messages.success(request, "The condition was changed." if parts else "It applies always now.")
    return redirect(holder.path("when"))
