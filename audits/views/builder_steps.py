"""What is done with a draft as a whole: undo, history, publish, discard, export and import."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from audits.forms.builder import ImportForm, PublishForm
from audits.kloe.packs import PackErrors
from audits.kloe.writing import from_yaml, to_yaml
from audits.models import Form
from audits.views.builder_common import builders_only, draft_of, get_or_post, linked_faults, page, posted, to_outline
from audits.views.builder_sections import back_to
from audits.workflow import drafts, versions
from qaf.errors import NotAllowed, Refused, Stale
from qaf.requests import SignedInRequest

Json = dict[str, Any]
HISTORY_PAGE = 50


def seen_revision(request: SignedInRequest) -> int:
    """The revision that the page was made from; -1 for one that is none."""
    text = request.POST.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1


@require_POST
@builders_only
def undo(request: SignedInRequest, key: str) -> HttpResponse:
    """Take the last change back."""
    draft = draft_of(key)
    last = draft.revisions.order_by("-revision").values_list("change", flat=True).first()
    try:
        drafts.undo(draft, seen_revision=seen_revision(request), by=request.user)
    except NotAllowed:
        raise
    except Refused as refused:
        messages.warning(request, f"{refused} Nothing was taken back.")
    else:
        messages.success(request, f"Taken back: {last}")
    return to_outline(draft)


@require_safe
@builders_only
def history(request: SignedInRequest, key: str) -> HttpResponse:
    """Who changed what and when, newest first."""
    draft = draft_of(key)
    before = request.GET.get("before", "")
    changes = draft.revisions.select_related("by").defer("definition").order_by("-revision")
    if before.isdecimal() and len(before) < 10:
        changes = changes.filter(revision__lt=int(before))
    shown = list(changes[: HISTORY_PAGE + 1])
    more = len(shown) > HISTORY_PAGE
    shown = shown[:HISTORY_PAGE]
    context = {
        "changes": shown,
        "older": f"?before={shown[-1].revision}" if more else "",
        "back": back_to(draft),
    }
    return page(request, draft, "history", context)


@get_or_post
@builders_only
def publish(request: SignedInRequest, key: str) -> HttpResponse:
    """Say what publishing means, ask why, publish; then lead on to how audits with the form go."""
    draft = draft_of(key)
    form = PublishForm(posted(request))
    context: Json = {"form": form, "back": back_to(draft)}
    if not linked_faults(draft):
        context["against"] = versions.what_keeps_from_publishing(draft)
    elif request.method == "POST":
        return page(request, draft, "publish", context, status=422)
    if request.method == "POST" and request.POST.get("revision") != str(draft.revision):
        messages.warning(request, "The draft was changed after you opened this page. Look it over before you publish.")
        return page(request, draft, "publish", context, status=409)
    if request.method == "POST" and not context.get("against") and form.is_valid():
        published = versions.publish(draft, note=form.cleaned_data["note"], by=request.user)
        messages.success(request, f"“{published.form.title}” is published as version {published.number}.")
        if published.form.types.exists():
            return redirect("forms:form", key)
        return redirect("forms:type_new", key)
    context |= {
        "running": draft.form.versions.filter(state="published").first(),
        "types": list(draft.form.types.filter(is_active=True)),
    }
    wrong = form.errors or (request.method == "POST" and context.get("against"))
    return page(request, draft, "publish", context, status=422 if wrong else 200)


@get_or_post
@builders_only
def discard(request: SignedInRequest, key: str) -> HttpResponse:
    """Ask, then throw the draft away."""
    draft = draft_of(key)
    title = draft.form.title
    unseen = request.method == "POST" and seen_revision(request) != draft.revision
    if unseen:
        messages.warning(request, "The draft was changed after you opened this page, so nothing was discarded.")
    elif request.method == "POST":
        drafts.discard(draft, by=request.user)
        messages.success(request, f"The draft of “{title}” was discarded.")
        return redirect("forms:form", key) if Form.objects.filter(key=key).exists() else redirect("forms:index")
    stays = draft.form.versions.exclude(pk=draft.pk).exists()
    context = {
        "title": f"Discard the draft of “{title}”?",
        "text": "Everything that was changed in the draft is lost. This cannot be taken back. "
        + (
            "The versions before it stay as they are."
            if stays
            else "The form was never published, so it goes altogether. Export it first if you may want it again."
        ),
        "button": "Discard the draft",
        "revision": str(draft.revision),
        "back": back_to(draft),
    }
    return page(request, draft, "remove", context, status=409 if unseen else 200)


@require_safe
@builders_only
def export(request: SignedInRequest, key: str) -> HttpResponse:
    """The draft as one YAML file."""
    draft = draft_of(key)
    response = HttpResponse(to_yaml(draft.definition), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{draft.form.key}-draft-{draft.number}.yaml"'
    return response


@get_or_post
@builders_only
def replace(request: SignedInRequest, key: str) -> HttpResponse:
    """Put a form from a YAML file in place of the draft."""
    draft = draft_of(key)
    asks = bool(draft.definition.get("sections"))
    form = ImportForm(posted(request), request.FILES or None, asks=asks)
    context: Json = {"form": form, "back": back_to(draft), "asks": asks, "file_faults": []}
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            definition = from_yaml(file.read(), name=file.name)
            drafts.replace(draft, definition=definition, seen_revision=seen_revision(request), by=request.user)
        except PackErrors as errors:
            context |= {"file_faults": errors.errors, "has_errors": True}
        except Stale as stale:
            form.add_error(None, f"{stale} Look at the draft, then choose the file again.")
            return page(request, draft, "import", context, status=409)
        else:
            messages.success(request, "The draft is now what the file says. You can take this back.")
            return redirect(reverse("forms:draft", args=[key]))
    return page(request, draft, "import", context, status=422 if form.errors or context["file_faults"] else 200)
