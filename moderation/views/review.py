"""The pages of one moderation: the list of its domains, and each domain by itself."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods

from audits.queries.answers import rows_of
from audits.queries.pages import tasks_of
from moderation import workflow
from moderation.access import concerns as concern_access
from moderation.access import may
from moderation.forms.desk import FindingForm, RemarksForm
from moderation.models import Moderation, Regrade
from moderation.queries.review import DomainPage, domain_page, history, needing_care
from moderation.views.fetch import fetch, revision_seen
from moderation.workflow import Finding, Lack
from qaf.errors import Refused, Stale
from qaf.requests import SignedInRequest

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


# The whole: domains as a task list, the form's own moderation part, remarks, concerns, history.


@get_or_post
def review(request: SignedInRequest, reference: str) -> HttpResponse:
    """What has been done and is still to do; the comment on the write-up and innovative practice are kept here."""
    moderation = fetch(request, reference)
    if request.method == "POST":
        return _save_remarks(request, moderation)
    return show_review(request, moderation)


def show_review(
    request: SignedInRequest,
    moderation: Moderation,
    *,
    form: RemarksForm | None = None,
    errors: list[dict[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The moderation's own page; with ``errors`` what is to be put right, on it or on the pages behind it."""
    audit, user = moderation.audit, request.user
    said = {name: getattr(moderation, name) for name in ("comment", "innovative", "innovative_why")}
    rows = rows_of(audit) if audit.form.sections_of("moderation") else {}
    reviews = may(user, "review", moderation)
    context = {
        "moderation": moderation,
        "audit": audit,
        "domains": _domains(moderation),
        "form": form or RemarksForm(initial=said),
        "errors": errors or [],
        "has_errors": bool(errors),
        "tasks": tasks_of(audit, "moderation", rows) if rows or audit.form.sections_of("moderation") else [],
        "out_of_line": workflow.is_out_of_line(moderation),
        "reviews": reviews,
        "mine": moderation.moderator_id == user.pk,
        "reopens": may(user, "reopen", moderation),
        "hands_over": may(user, "hand_over", moderation),
        "concerns": list(concern_access.visible_to(user).filter(audit=audit).select_related("raised_by")),
        "may_raise": concern_access.may_raise(user, audit),
        "history": history(moderation, reopened_as=workflow.REOPENED),
    }
    return render(request, "moderation/review.html", context, status=status)


def _domains(moderation: Moderation) -> list[dict[str, Any]]:
    """The task list: each domain with both grades, and how far the moderator is with it."""
    audit = moderation.audit
    found = {regrade.domain: regrade for regrade in moderation.regrades.all()}
    care = needing_care(moderation)
    domains = []
    for judgement in audit.judgements.all():
        regrade = found.get(judgement.domain)
        lacks = workflow.lacks_of(judgement, regrade, analysis=audit.process.moderator_analysis)
        begun = regrade is not None and any(Finding.of(regrade).values.values())
        state = "complete" if not lacks else "in_progress" if begun else "not_started"
        domains.append(
            {
                "judgement": judgement,
                "regrade": regrade,
                "state": state,
                "lacks_reason": any(lack.field == "reason" for lack in lacks),
                "needs_care": judgement.domain in care,
            }
        )
    return domains


def _save_remarks(request: SignedInRequest, moderation: Moderation) -> HttpResponse:
    reference = moderation.audit.reference
    form = RemarksForm(request.POST)
    if not form.is_valid():
        workflow.demand(request.user, "review", moderation)
        return show_review(request, moderation, form=form, errors=[], status=422)
    try:
        workflow.save_remarks(moderation, **form.cleaned_data, seen_revision=revision_seen(request), by=request.user)
    except Stale as stale:
        return _remarks_conflict(request, moderation, form, stale)
    if request.POST.get("go") == "decide":
        return redirect("moderation:decide", reference)
    messages.success(request, "Your comment is saved.")
    return redirect("moderation:review", reference)


def _remarks_conflict(
    request: SignedInRequest, moderation: Moderation, form: RemarksForm, stale: Stale
) -> HttpResponse:
    moderation.refresh_from_db(fields=["comment", "innovative", "innovative_why", "revision"])
    typed = form.cleaned_data
    fields = [
        (str(form.fields[name].label), _in_words(getattr(moderation, name)), _in_words(typed[name])) for name in typed
    ]
    context = {
        "title": stale.title,
        "stale": stale,
        "audit": moderation.audit,
        "fields": fields,
        "saved_by": None,
        "can_choose": isinstance(stale, workflow.OlderRemarks),
        "revision": moderation.revision,
        "typed": {name: "on" if value is True else value for name, value in typed.items() if value},
        "path": reverse("moderation:review", args=[moderation.audit.reference]),
    }
    return render(request, "moderation/desk/conflict.html", context, status=409)


def _in_words(value: Any) -> str:
    return ("Yes" if value else "No") if isinstance(value, bool) else str(value)


# One domain: evidence, descriptors and the grade side by side.


@get_or_post
def domain(request: SignedInRequest, reference: str, domain: str) -> HttpResponse:
    """The auditor's evidence, what each grade looks like and the moderator's finding; to be read once it is decided."""
    moderation = fetch(request, reference)
    page = _page_of(moderation, domain)
    if request.method == "POST":
        return _save_finding(request, moderation, page)
    lacks = []
    if "check" in request.GET:
        lacks = workflow.lacks_of(page.judgement, page.stored, analysis=moderation.audit.process.moderator_analysis)
    return _show_domain(request, moderation, page, wrong=_wrong(lacks))


def _page_of(moderation: Moderation, domain: str) -> DomainPage:
    page = domain_page(moderation, domain)
    if page is None:
        raise Http404
    return page


def _wrong(lacks: list[Lack]) -> dict[str, str]:
    """What is missing, by the field to put it right in, in words that need no title before them."""
    return {lack.field: (words := lack.message.rpartition(": ")[2])[:1].upper() + words[1:] for lack in lacks}


def _show_domain(
    request: SignedInRequest,
    moderation: Moderation,
    page: DomainPage,
    *,
    values: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with ``values`` in its fields instead of what is stored, and ``wrong``: messages by field."""
    if values is None:
        values = Finding.of(page.stored or Regrade()).values
    wrong = wrong or {}
    anchors = {"evidence": "id_evidence_0", "grade": "id_grade_0"}
    context = {
        "moderation": moderation,
        "audit": moderation.audit,
        "page": page,
        "values": values,
        "wrong": wrong,
        "errors": [{"text": text, "target": anchors.get(field, f"id_{field}")} for field, text in wrong.items()],
        "has_errors": bool(wrong),
        "analyses": moderation.audit.process.moderator_analysis and not page.judgement.is_overall,
        # The question is whether it is enough, so the answers can be short.
        "evidence_choices": [(Regrade.Evidence.SUFFICIENT.value, "Yes"), (Regrade.Evidence.INSUFFICIENT.value, "No")],
        "reviews": may(request.user, "review", moderation),
        "out_of_line": page.judgement.is_overall and workflow.is_out_of_line(moderation),
    }
    return render(request, "moderation/desk/domain.html", context, status=status)


def _save_finding(request: SignedInRequest, moderation: Moderation, page: DomainPage) -> HttpResponse:
    autosave = request.headers.get("X-Autosave") == "1"
    analysis = moderation.audit.process.moderator_analysis
    form = FindingForm(request.POST, judgement=page.judgement, scale=page.scale, analysis=analysis)
    if not form.is_valid():
        if not autosave:
            workflow.demand(request.user, "review", moderation)
        return _unreadable(request, moderation, page, form, autosave=autosave)
    try:
        saved = workflow.save_finding(
            moderation, finding=form.finding(), seen_revision=revision_seen(request), by=request.user
        )
    except Refused as refused:
        if autosave:
            message = f"{refused} Your text is still on this page."
            return JsonResponse({"message": message}, status=409)
        if isinstance(refused, Stale):
            return _finding_conflict(request, moderation, page, form, refused)
        raise
    if autosave:
        saved_at = date_format(timezone.localtime(saved.saved_at), "H:i")
        return JsonResponse({"revision": saved.revision, "message": f"Saved at {saved_at}."})
    return _onward(request, moderation, page, saved)


def _unreadable(
    request: SignedInRequest, moderation: Moderation, page: DomainPage, form: FindingForm, *, autosave: bool
) -> HttpResponse:
    wrong = {field: str(texts[0]) for field, texts in form.errors.items()}
    if autosave:
        return JsonResponse({"message": f"Not saved: {'; '.join(wrong.values())}."}, status=409)
    values = {name: request.POST.get(name, "") for name in form.fields}
    return _show_domain(request, moderation, page, values=values, wrong=wrong, status=422)


def _onward(request: SignedInRequest, moderation: Moderation, page: DomainPage, saved: Regrade) -> HttpResponse:
    """To the next domain, or back to the list; a changed grade is not left behind without its reason."""
    reference = moderation.audit.reference
    if request.POST.get("go") == "back":
        messages.success(request, f"“{page.judgement.title}” is saved.")
        return redirect("moderation:review", reference)
    lacks = workflow.lacks_of(page.judgement, saved, analysis=False)
    if missing := [lack for lack in lacks if lack.field == "reason"]:
        fresh = fetch(request, reference)
        again = _page_of(fresh, page.judgement.domain)
        return _show_domain(request, fresh, again, wrong=_wrong(missing), status=422)
    if page.next is not None:
        return redirect("moderation:domain", reference, page.next.domain)
    return redirect("moderation:review", reference)


def _finding_conflict(
    request: SignedInRequest, moderation: Moderation, page: DomainPage, form: FindingForm, stale: Stale
) -> HttpResponse:
    """What is stored, by whom, beside what was typed: to choose from, or to copy when the moderation has moved on."""
    stored = moderation.regrades.filter(domain=page.judgement.domain).select_related("saved_by").first()
    stored = stored or Regrade(domain=page.judgement.domain)
    kept, typed = Finding.of(stored).values, form.finding().values
    words = {name: dict(getattr(form.fields[name], "choices", ())) for name in form.fields}
    context = {
        "title": stale.title,
        "stale": stale,
        "audit": moderation.audit,
        "caption": page.judgement.title,
        "fields": [
            (
                str(form.fields[name].label),
                words[name].get(kept[name], kept[name]),
                words[name].get(typed[name], typed[name]),
            )
            for name in form.fields
        ],
        "saved_by": stored.saved_by,
        "saved_at": stored.saved_at,
        "can_choose": isinstance(stale, workflow.OlderFinding),
        "revision": stored.revision,
        "typed": {name: typed[name] for name in form.fields},
        "path": reverse("moderation:domain", args=[moderation.audit.reference, page.judgement.domain]),
        "autosave_key": f"moderation/{moderation.audit.reference}/{page.judgement.domain}",
    }
    return render(request, "moderation/desk/conflict.html", context, status=409)
