"""What all pages of the form builder share: who may open them, the draft, its faults, and saving an edit."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import wraps
from typing import Any

from django.contrib import messages
from django.forms import BaseForm, BoundField
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from audits.access import may_build_forms
from audits.forms.builder_questions import OWN_FIELDS
from audits.kloe.editing import Edit, EditRefused, Fault, mark, parse_leniently, problems
from audits.models import DraftRevision, FormVersion
from audits.queries.forms import in_use
from audits.workflow import drafts
from qaf.errors import NotAllowed, Stale
from qaf.requests import SignedInRequest

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
View = Callable[..., HttpResponseBase]
Json = dict[str, Any]
LATELY = timedelta(minutes=15)


def builders_only(view: View) -> View:
    """Refuse everybody who may not build forms, before anything is looked up."""

    @wraps(view)
    def checked(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_build_forms(request.user):
            raise NotAllowed("Forms are built by QA managers and administrators. Ask one of them for what you need.")
        return view(request, *args, **kwargs)

    return checked


def draft_of(key: str) -> FormVersion:
    """The draft of the form under a key; 404 when it has none."""
    drafts_there = FormVersion.objects.select_related("form", "saved_by").filter(state=FormVersion.State.DRAFT)
    return get_object_or_404(drafts_there, form__key=key)


def posted(request: SignedInRequest) -> Json | None:
    """What was sent with a form; None while there is only something to look at."""
    return request.POST if request.method == "POST" else None


def found(piece: Json | None, what: str, request: SignedInRequest | None = None) -> Json:
    """A piece of the draft; 404 when there is none.

    Whoever has just sent a form about it had it before their eyes: they are told that somebody took it out, and shown
    what they typed.
    """
    if piece is None and request is not None and request.method == "POST":
        raise Stale(f"Somebody else has removed this {what} meanwhile, so nothing was saved.")
    if piece is None:
        raise Http404(f"no such {what}")
    return piece


@dataclass(frozen=True)
class LinkedFault:
    """Something still to put right, and the page on which it is put right."""

    text: str
    path: str


def linked_faults(draft: FormVersion) -> list[LinkedFault]:
    """What stands against publishing a draft, each with a link to its place."""
    return [LinkedFault(fault.text, _place_of(draft, fault)) for fault in problems(draft.definition)]


def _place_of(draft: FormVersion, fault: Fault) -> str:
    key = draft.form.key
    if fault.section and fault.question:
        if fault.field == "when":
            return reverse("forms:draft_question_when", args=[key, fault.section, fault.question])
        path = reverse("forms:draft_question", args=[key, fault.section, fault.question])
        return f"{path}#id_{fault.field}" if fault.field in OWN_FIELDS or fault.field == "label" else path
    if fault.section:
        page_of = {"when": "draft_section_when", "questions": "draft_kind"}.get(fault.field, "draft_section")
        return reverse(f"forms:{page_of}", args=[key, fault.section])
    pages = {"scale": "draft_scale", "descriptors": "draft_descriptors", "title": "draft_head", "source": "draft_head"}
    return reverse(f"forms:{pages.get(fault.field, 'draft')}", args=[key])


def page(
    request: SignedInRequest, draft: FormVersion, template: str, context: Json | None = None, *, status: int = 200
) -> HttpResponse:
    """Draw a page of the builder, with what stands at its side."""
    latest = list(draft.revisions.select_related("by").defer("definition").order_by("-revision")[:20])
    others = [one for one in latest if one.by_id != request.user.pk and one.at > timezone.now() - LATELY]
    shared: Json = {
        "draft": draft,
        "key": draft.form.key,
        "document": draft.definition,
        "faults": linked_faults(draft),
        "last_change": latest[0] if latest else None,
        "others": _newest_of_each(others),
        # What the person who looks at the page has just done, as long as nobody did anything after that.
        "said": latest[0].change if latest and latest[0].by_id == request.user.pk else "",
        "published_before": bool(earlier := in_use(draft)),
        "audits_use_it": any(earlier),
    }
    if context and context.get("preview_of"):
        worked_on = context.get("shown_key") or context.get("question_key", "")
        shared |= {"worked_on": worked_on, **preview_of(draft.definition, context["preview_of"], always=worked_on)}
    return render(request, f"audits/builder/{template}.html", shared | (context or {}), status=status)


def preview_of(document: Json, section: str, *, always: str = "") -> Json:
    """A section as an auditor would see it: what the preview's template needs.

    The question with the key ``always`` is shown whatever its condition: whoever writes it wants to see it.
    """
    form = parse_leniently(document)
    one = next((each for each in form.sections if each.key == section), None) if form else None
    if one is not None and always:
        questions = (replace(each, when=None) if each.key == always else each for each in one.questions)
        one = replace(one, questions=tuple(questions))
    return {"preview_form": form, "preview_section": one}


def _newest_of_each(changes: Iterable[DraftRevision]) -> list[DraftRevision]:
    newest: dict[int, DraftRevision] = {}
    for change in changes:
        newest.setdefault(change.by_id, change)
    return list(newest.values())


def anchor(place: Iterable[str]) -> str:
    """The name of a place in the outline: "plan", "plan__voice"."""
    return "__".join(part for part in list(place)[1:] if part != "head")


def to_outline(draft: FormVersion, place: Iterable[str] = ()) -> HttpResponseRedirect:
    """Back to the outline, to where the last change was made."""
    path = reverse("forms:draft", args=[draft.form.key])
    at = anchor(place)
    return HttpResponseRedirect(f"{path}?at={at}" if at else path)


@dataclass(frozen=True)
class Difference:
    """One field of a form that two people filled in differently."""

    label: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class Met:
    """Two people changed the same piece: what each wrote, and the mark of what stands now ("" when it is gone)."""

    differences: list[Difference]
    mark: str
    gone: bool = False


def save(
    request: SignedInRequest, draft: FormVersion, edit: Edit, form: BaseForm | None = None
) -> tuple[FormVersion | None, drafts.Clash | None]:
    """Make an edit. Gives the draft after it, or else, when somebody else was quicker, the Clash.

    What cannot be done at all is said above the ``form``, or as a message when there is none.
    """
    try:
        return drafts.change(draft, edit=edit, by=request.user), None
    except drafts.Clash as clash:
        return None, clash
    except EditRefused as refused:
        for reason in refused.reasons:
            if form is None:
                messages.error(request, reason)
            else:
                form.add_error(None, reason)
        return None, None


def met(mine: BaseForm, theirs: BaseForm | None, piece: Any) -> Met:
    """What the two wrote, field by field where they differ; ``theirs`` is None when they took the piece away."""
    if theirs is None:
        return Met([], mark(piece), gone=True)
    differences = []
    for field in mine:
        one, other = said(field), said(theirs[field.name]) if field.name in theirs.fields else ""
        if one != other:
            differences.append(Difference(str(field.label), one, other))
    return Met(differences, mark(piece))


def said(field: BoundField) -> str:
    """What is in a field, in words."""
    value = field.value()
    choices = getattr(field.field, "choices", None)
    if choices:
        labels = {str(name): str(label) for name, label in choices}
        values = value if isinstance(value, list | tuple) else [value]
        return ", ".join(labels.get(str(one), str(one)) for one in values if one not in (None, ""))
    if value in (None, ""):
        return ""
    if isinstance(value, bool) or value == "on":
        return "Yes" if value else "No"
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value).replace("\r\n", "\n")


def moved_on(request: SignedInRequest, draft: FormVersion) -> HttpResponse:
    """Say that somebody else changed what this was about, and show the outline as it is now."""
    messages.warning(
        request,
        "Somebody else changed this after you opened the page, so nothing was done. The form is shown as it is now.",
    )
    return redirect("forms:draft", draft.form.key)
