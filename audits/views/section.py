"""Filling one section: by hand, by autosave, and when two people wrote at once."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.access import may, may_fill_section, may_read_part, sections_asked_of
from audits.kloe import filling
from audits.kloe.definition import Section
from audits.models import Audit, Contribution, RejectedSave, SectionAnswers
from audits.models.answers import empty_document
from audits.queries.answers import Rows, answers_for, facts_of, rows_of
from audits.queries.contributions import contributions_of
from audits.queries.earlier import last_time
from audits.queries.pages import tasks_of
from audits.queries.reaudits import actions_before
from audits.views.fetch import fetch
from audits.workflow.contributions import NotDone, mark_done
from audits.workflow.filling import Conflict, lock_to_fill, save_locked, save_section, settle_rejected
from qaf.errors import NotAllowed
from qaf.requests import SignedInRequest

HISTORY_PAGE = 20


def _section_of(audit: Audit, key: str) -> Section:
    try:
        return audit.form.section(key)
    except KeyError as error:
        raise Http404(f"no section {key}") from error


def _way_back(audit: Audit, part: str) -> tuple[str, str]:
    if part == "moderation":
        return reverse("moderation:review", args=[audit.reference]), "Moderation"
    if part == "qa_check" and audit.state == "submitted":
        return reverse("audits:qa_check", args=[audit.reference]), "The check"
    if part == "distribution" and audit.state == "moderated":
        return reverse("audits:distribute", args=[audit.reference]), "Distribute"
    if part == "feedback" and audit.state == "distributed":
        return reverse("audits:feedback", args=[audit.reference]), "Your feedback"
    return reverse("audits:detail", args=[audit.reference]), "The audit"


@require_http_methods(["GET", "HEAD", "POST"])
def section(request: SignedInRequest, reference: str, section_key: str) -> HttpResponse:
    """A section as a form for whoever fills it now, and as text for everybody else who may read it."""
    if request.method == "POST":
        with transaction.atomic():
            mine = lock_to_fill(request.user, reference)
            audit = mine or fetch(request.user, reference)
            return _save(request, audit, _section_of(audit, section_key), is_locked=mine is not None)
    audit = fetch(request.user, reference, with_=("type",))
    one = _section_of(audit, section_key)
    if not may_fill_section(request.user, audit, one.key):
        return _read(request, audit, one)
    return _form(request, audit, one)


def _saved(rows: Rows, key: str) -> SectionAnswers | None:
    """The section's row, unless it only holds saves that came too late."""
    row = rows.get(key)
    return row if row is not None and row.revision else None


def _demand_reading(request: SignedInRequest, audit: Audit, part: str) -> None:
    if not may_read_part(request.user, audit, part):
        raise NotAllowed("This part of the audit can be read once it is finished. Open the audit to see how far it is.")


def _read(request: SignedInRequest, audit: Audit, one: Section) -> HttpResponse:
    _demand_reading(request, audit, one.part)
    rows = rows_of(audit)
    row = _saved(rows, one.key)
    back_path, back_text = _way_back(audit, one.part)
    context = {
        "audit": audit,
        "definition": audit.form,
        "section": one,
        "document": row.document if row else empty_document(),
        "answers": answers_for(audit, one.part, rows)[0],
        "saved": row,
        "contributions": contributions_of(request.user, audit),
        "back_path": back_path,
        "back_text": back_text,
    }
    return render(request, "audits/section_read.html", context)


def _form(
    request: SignedInRequest,
    audit: Audit,
    one: Section,
    *,
    document: dict[str, Any] | None = None,
    errors: dict[str, list[str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The section's form, with what is stored or (``document``) what was just typed."""
    rows = rows_of(audit)
    tasks = tasks_of(audit, one.part, rows)
    row = _saved(rows, one.key)
    contributions = contributions_of(request.user, audit)
    if document is None:
        document = (
            row.document if row else {"answers": filling.prefill(audit.form, one, facts_of(audit, one)), "raw": {}}
        )
    answers, _ = answers_for(audit, one.part, rows)
    found = list(filling.problems(audit.form, one, document, answers)) if request.GET.get("check") else []
    summary = [{"text": problem.message, "target": problem.anchor} for problem in found]
    for messages_of_question in (errors or {}).values():
        summary += [
            {"text": message, "target": filling.prefix_of(one) + getattr(message, "field", "")}
            for message in messages_of_question
        ]
    position = next((number for number, task in enumerate(tasks, start=1) if task.key == one.key), 0)
    back_path, back_text = _way_back(audit, one.part)
    context = {
        "audit": audit,
        "definition": audit.form,
        "section": one,
        "document": document,
        "answers": answers,
        "errors": errors or _by_question(found),
        "summary": summary,
        "has_errors": bool(summary),
        "revision": row.revision if row else 0,
        "saved": row,
        "has_history": row is not None and (row.revision > 1 or row.rejected.exists()),
        "tasks": tasks,
        "contributions": contributions,
        "mine": contributions.mine(one.key),
        "last_time": last_time(request.user, audit),
        "position": position,
        "total": len(tasks),
        "back_path": back_path,
        "back_text": back_text,
        "first_actions": actions_before(request.user, audit),
    }
    return render(request, "audits/section.html", context, status=status)


def _by_question(found: list[filling.Missing]) -> dict[str, list[str]]:
    messages_by_key: dict[str, list[str]] = {}
    for problem in found:
        messages_by_key.setdefault(problem.question.key, []).append(problem.message)
    return messages_by_key


def _save(request: SignedInRequest, audit: Audit, one: Section, *, is_locked: bool) -> HttpResponse:
    autosave = request.headers.get("X-Autosave") == "1"
    submitted = filling.read_section(audit.form, one, request.POST)
    document = submitted.document
    save = save_locked if is_locked else save_section
    outcome = save(audit, section=one.key, document=document, seen_revision=_seen_revision(request), by=request.user)
    if isinstance(outcome, Conflict):
        return _conflict(request, audit, one, outcome, autosave=autosave)
    row = outcome.answers
    if autosave:
        saved_at = date_format(timezone.localtime(row.saved_at), "H:i")
        return JsonResponse({"revision": row.revision, "message": f"Saved at {saved_at}."})
    if submitted.row_command:
        return redirect(f"{request.path}#{submitted.row_command.anchor}")
    if submitted.errors and request.POST.get("go") != "back":
        return _form(request, audit, one, document=document, errors=submitted.errors, status=422)
    return _onward(request, audit, one)


def _seen_revision(request: SignedInRequest) -> int:
    """The revision that the page was made from. One that is none is taken for a page from before the first save."""
    text = request.POST.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _onward(request: SignedInRequest, audit: Audit, one: Section) -> HttpResponse:
    back_path, _ = _way_back(audit, one.part)
    if request.POST.get("go") == "done" and one.key in sections_asked_of(request.user, audit):
        asked = Contribution.objects.get(audit=audit, section=one.key, person=request.user)
        try:
            mark_done(asked, by=request.user)
        except NotDone:
            messages.warning(request, f"“{one.title}” is saved, but not done yet: what is listed below is missing.")
            return redirect(f"{request.path}?check=1")
        messages.success(request, f"“{one.title}” is saved. {audit.auditor} has been told that it is done.")
        return redirect(back_path)
    if request.POST.get("go") == "back":
        messages.success(request, f"“{one.title}” is saved.")
        return redirect(back_path)
    only = sections_asked_of(request.user, audit) if not may(request.user, "fill", audit) else ()
    keys = [task.key for task in tasks_of(audit, one.part) if not only or task.key in only]
    following = keys[keys.index(one.key) + 1 :] if one.key in keys else []
    if following:
        return redirect("audits:section", audit.reference, following[0])
    if one.part == audit.part and not only:
        return redirect("audits:check", audit.reference)
    return redirect(back_path)


def _conflict(
    request: SignedInRequest, audit: Audit, one: Section, conflict: Conflict, *, autosave: bool
) -> HttpResponse:
    """The losing text beside the winning one; autosave is only told, so that the page is not torn away."""
    if autosave:
        return JsonResponse(
            {
                "message": "Somebody else, or another tab, saved this section after you opened it. Your text is kept. "
                "Choose “Save and continue” to compare the two.",
            },
            status=409,
        )
    context = {
        "audit": audit,
        "definition": audit.form,
        "section": one,
        "winning": conflict.winning,
        "losing": conflict.losing,
    }
    return render(request, "audits/conflict.html", context, status=409)


@require_POST
def settle(request: SignedInRequest, reference: str, section_key: str, pk: int) -> HttpResponse:
    """Decide which of two texts stands."""
    audit = fetch(request.user, reference)
    one = _section_of(audit, section_key)
    losing = get_object_or_404(RejectedSave, pk=pk, answers__audit=audit, answers__section=one.key, by=request.user)
    mine = request.POST.get("use") == "mine"
    settle_rejected(losing, use_losing=mine, by=request.user)
    messages.success(request, "Your text is now the saved one." if mine else "The saved text was kept.")
    return redirect("audits:section", reference, one.key)


@require_safe
def history(request: SignedInRequest, reference: str, section_key: str) -> HttpResponse:
    """Earlier texts of a section, newest first, and saves that were not taken over."""
    audit = fetch(request.user, reference, "read")
    one = _section_of(audit, section_key)
    _demand_reading(request, audit, one.part)
    row = get_object_or_404(SectionAnswers, audit=audit, section=one.key)
    before = request.GET.get("before", "")
    revisions = row.revisions.select_related("saved_by").order_by("-revision")
    if before.isdecimal() and len(before) < 10:
        revisions = revisions.filter(revision__lt=int(before))
    shown = list(revisions[: HISTORY_PAGE + 1])
    more = len(shown) > HISTORY_PAGE
    shown = shown[:HISTORY_PAGE]
    context = {
        "audit": audit,
        "definition": audit.form,
        "section": one,
        "revisions": shown,
        "rejected": [] if before else list(row.rejected.select_related("by").order_by("-at")),
        "fills": may_fill_section(request.user, audit, one.key),
        "next_path": f"{request.path}?before={shown[-1].revision}" if more else "",
    }
    return render(request, "audits/history.html", context)
