"""The steps of a return: sent, queried, accepted; more time, reminders, corrections, and its history."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from qaf.requests import SignedInRequest
from qaf.trail.queries import timeline
from scorecard.forms.returns import CorrectForm, ExtendForm, QueryForm
from scorecard.models import Return
from scorecard.queries.return_versions import earlier_lines, extensions_of, latest_of, versions_of
from scorecard.queries.returns import lacks_of, lines_of
from scorecard.views.return_fetch import fetch
from scorecard.workflow import return_corrections, return_steps
from scorecard.workflow.return_ground import mark_of
from scorecard.workflow.return_steps import NotReady, due_of

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _page(pk: int) -> str:
    return reverse("returns:return", args=[pk])


def _seen(request: SignedInRequest) -> str:
    return request.POST.get("seen", "")


def _check_page(pk: int) -> HttpResponse:
    return redirect(f"{_page(pk)}?check=1")


@get_or_post
def send(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the whole return once more before it goes to QA; what is missing is shown on its own page."""
    one = fetch(request, pk, "send")
    if request.method == "POST":
        try:
            return_steps.send(one, by=request.user, seen=_seen(request))
        except NotReady:
            return _check_page(pk)
        messages.success(request, "The return is sent to QA. You are told when it is accepted or queried.")
        return redirect("returns:return", pk)
    lines = lines_of(one)
    if lacks_of(one, lines):
        return _check_page(pk)
    context = {
        "title": "Check and send this return",
        "texts": ["QA reads it and takes it into the scorecard, or asks something back. Until then it cannot change."],
        "button": "Send it to QA",
    }
    return _confirm_all(request, one, lines, context)


@get_or_post
def accept(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show what would go into the scorecard, then take it."""
    one = fetch(request, pk, "accept")
    if request.method == "POST":
        return_steps.accept(one, by=request.user, seen=_seen(request))
        messages.success(request, f"The return of {one.agency} is accepted. Its figures are in the scorecard.")
        return redirect("returns:return", pk)
    texts = ["These figures and narratives go into the scorecard. They can be corrected later, as another version."]
    if one.corrects_id:
        texts = [f"Reason for the correction: {one.correction_reason}", "The earlier figures are kept beside these."]
    context = {"title": f"Accept the return of {one.agency}?", "texts": texts, "button": "Accept"}
    return _confirm_all(request, one, lines_of(one), context)


def _confirm_all(request: SignedInRequest, one: Return, lines: list[Any], context: dict[str, Any]) -> HttpResponse:
    context |= {"one": one, "lines": lines, "seen": mark_of(one), "cancel_path": _page(one.pk)}
    return render(request, "scorecard/returns/confirm.html", context)


@get_or_post
def query(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask the agency something back, about the whole or about single indicators."""
    one = fetch(request, pk, "query")
    lines = lines_of(one)
    initial = {"seen": mark_of(one)}
    form = QueryForm(request.POST if request.method == "POST" else None, lines=lines, initial=initial)
    if form.is_bound and form.is_valid():
        return_steps.query(one, questions=form.questions, by=request.user, seen=form.cleaned_data["seen"])
        messages.success(request, f"The return went back to {one.agency} with your questions.")
        return redirect("returns:return", pk)
    context = {
        "one": one,
        "form": form,
        "pairs": [(view, form[view.key]) for view in lines],
        "days": return_steps.ANSWER_DAYS,
    }
    return render(request, "scorecard/returns/query.html", context, status=422 if form.errors else 200)


def _asked(request: SignedInRequest, one: Return, *, form: forms.Form | None = None, **context: Any) -> HttpResponse:
    """A page that asks before something is done, with a form or without."""
    status = 422 if form is not None and form.errors else 200
    page = {"form": form, "cancel_path": _page(one.pk), **context}
    return render(request, "components/confirm.html", page, status=status)


@get_or_post
def extend(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give the agency more time, with the reason."""
    one = fetch(request, pk, "extend")
    due_on = due_of(one)
    after = max(due_on, timezone.localdate() - timedelta(days=1))
    form = ExtendForm(request.POST if request.method == "POST" else None, after=after)
    if form.is_bound and form.is_valid():
        return_steps.extend(one, by=request.user, **form.cleaned_data)
        messages.success(request, f"The agency has until {form.cleaned_data['to_day']:%-d %B %Y}, and is told so.")
        return redirect("returns:return", pk)
    texts = [f"It is now due on {due_on:%-d %B %Y}. The agency’s leads are told of the new date."]
    title = f"Give {one.agency} more time?"
    return _asked(request, one, form=form, title=title, texts=texts, button="Give more time")


@get_or_post
def remind(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask before the agency's leads are reminded, then do it."""
    one = fetch(request, pk, "remind")
    if request.method == "POST":
        people = return_steps.remind(one, by=request.user)
        messages.success(request, f"Reminded today: {', '.join(str(person) for person in people)}.")
        return redirect("returns:return", pk)
    due = due_of(one)
    late = due < timezone.localdate()
    texts = [
        f"It {'was' if late else 'is'} due on {due:%-d %B %Y}. The agency’s leads get a notice and an e-mail, at most "
        "once a day. Reminders also go out by themselves around the due date."
    ]
    return _asked(request, one, title=f"Remind {one.agency}?", texts=texts, button="Remind them")


@get_or_post
def correct(request: SignedInRequest, pk: int) -> HttpResponse:
    """Begin a correction of an accepted return, with the reason."""
    one = fetch(request, pk, "correct")
    if return_corrections.later_versions(one):
        return redirect("returns:return", latest_of(versions_of(one)).pk)
    form = CorrectForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        fresh = return_corrections.correct(one, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, "The correction is begun. What was accepted stands until it is accepted too.")
        return redirect("returns:return", fresh.pk)
    texts = ["A copy of the return is opened for the agency to change and send. Nothing that was accepted is lost."]
    title = f"Correct the return of {one.agency}?"
    return _asked(request, one, form=form, title=title, texts=texts, button="Begin the correction")


@get_or_post
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask before a correction is called off, then do it."""
    one = fetch(request, pk, "withdraw")
    if request.method == "POST":
        return_corrections.withdraw(one, by=request.user)
        messages.success(request, "The correction is called off. What was accepted before stands.")
        return redirect("returns:return", one.corrects_id)
    texts = ["What was changed in it is kept but goes nowhere. What was accepted before goes on standing."]
    title = "Call this correction off?"
    return _asked(request, one, title=title, texts=texts, button="Call it off", danger=True)


@require_safe
def history(request: SignedInRequest, pk: int) -> HttpResponse:
    """What happened to a return, its versions, and what its lines were before they were saved anew."""
    one = fetch(request, pk)
    context = {
        "one": one,
        "versions": versions_of(one),
        "timeline": timeline(one),
        "extensions": extensions_of(one),
        "earlier": earlier_lines(one),
    }
    return render(request, "scorecard/returns/history.html", context)
