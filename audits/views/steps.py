"""Moving an audit on: submit, check, return, cancel, extend, distribute, feedback, close."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.forms.recipients import RecipientsForm
from audits.forms.steps import CheckForm, ExtendForm, ReasonForm
from audits.kloe import filling
from audits.models import Audit
from audits.queries.answers import answers_for
from audits.queries.pages import judgements_with_meaning, tasks_of
from audits.views.fetch import fetch
from audits.workflow import allocation, distribution, submission
from audits.workflow import steps as step_workflow
from audits.workflow.filling import documents_of
from audits.workflow.return_list import has_return_list
from qaf.requests import SignedInRequest

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _all_answers(audit: Audit, part: str) -> list[dict[str, Any]]:
    documents = documents_of(audit)
    answers, _ = answers_for(audit, part)
    return [
        {"section": section, "document": documents.get(section.key), "answers": answers}
        for section, _ in filling.visible(audit.form, part, answers)
    ]


@require_safe
def check(request: SignedInRequest, reference: str) -> HttpResponse:
    """Check your answers before you submit, with links to whatever is missing."""
    audit = fetch(request.user, reference, "submit")
    context = {
        "audit": audit,
        "sections": _all_answers(audit, audit.part),
        "missing": submission.what_is_missing(audit, audit.part),
    }
    return render(request, "audits/check.html", context)


@require_POST
def submit(request: SignedInRequest, reference: str) -> HttpResponse:
    audit = fetch(request.user, reference, "submit")
    try:
        submission.submit(audit, by=request.user)
    except submission.Incomplete as incomplete:
        context = {"audit": audit, "sections": _all_answers(audit, audit.part), "missing": incomplete.missing}
        return render(request, "audits/check.html", context, status=422)
    messages.success(request, f"Audit {audit.reference} is submitted. Thank you.")
    return redirect("audits:detail", reference)


@get_or_post
def qa_check(request: SignedInRequest, reference: str) -> HttpResponse:
    """Read the whole audit with what its grades mean, answer what the form asks; pass it on, or return it.

    Where nobody moderates, this review is all that stands between the auditor's grades and the final ones: then the
    reviewer says that there is evidence for each of them (Bristol QAF, *Observation of Practice*).
    """
    audit = fetch(request.user, reference, "check")
    reviews = not audit.process.moderation and audit.judgements.exists()
    form = CheckForm(request.POST if request.method == "POST" else None) if reviews else None
    missing = []
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            submission.pass_check(audit, by=request.user)
        except submission.Incomplete as incomplete:
            missing = incomplete.missing
        else:
            said = "Its grades stand." if reviews else "It went on to the next step."
            messages.success(request, f"Audit {audit.reference} is checked. {said}")
            return redirect("audits:detail", reference)
    context = {
        "audit": audit,
        "sections": _all_answers(audit, audit.part),
        "judgements": judgements_with_meaning(audit),
        "tasks": tasks_of(audit, "qa_check"),
        "missing": missing,
        "form": form,
        "reviews": reviews,
    }
    failed = missing or (form is not None and form.errors)
    return render(request, "audits/qa_check.html", context, status=422 if failed else 200)


def _with_reason(
    request: SignedInRequest,
    reference: str,
    *,
    action: str,
    title: str,
    button: str,
    form_texts: dict[str, str],
    do: Callable[[Audit, str], Any],
    done: str,
    warning: bool = False,
    intro: str = "",
) -> HttpResponse:
    """A page that asks for a reason and then does something that cannot be taken back lightly."""
    audit = fetch(request.user, reference, action)
    form = ReasonForm(request.POST or None, **form_texts)
    if request.method == "POST" and form.is_valid():
        do(audit, form.cleaned_data["reason"])
        messages.success(request, done.format(audit=audit))
        return redirect("home" if action == "cancel" else "audits:detail", *([] if action == "cancel" else [reference]))
    context = {"audit": audit, "form": form, "title": title, "button": button, "warning": warning, "intro": intro}
    return render(request, "audits/step.html", context, status=422 if form.errors else 200)


@get_or_post
def return_to_auditor(request: SignedInRequest, reference: str) -> HttpResponse:
    return _with_reason(
        request,
        reference,
        action="return",
        title="Return the audit to its auditor",
        button="Return the audit",
        form_texts={"label": "What needs to be put right?", "missing": "Say what the auditor needs to put right"},
        do=lambda audit, reason: submission.return_to_auditor(audit, reasons=reason, by=request.user),
        done="Audit {audit} went back to its auditor.",
        intro="The auditor gets it back with everything they wrote, and has five working days to submit it again.",
    )


@get_or_post
def cancel(request: SignedInRequest, reference: str) -> HttpResponse:
    return _with_reason(
        request,
        reference,
        action="cancel",
        title="Cancel this audit",
        button="Cancel the audit",
        form_texts={"label": "Why is it cancelled?", "missing": "Say why the audit is cancelled"},
        do=lambda audit, reason: allocation.cancel(audit, reason=reason, by=request.user),
        done="Audit {audit} is cancelled.",
        warning=True,
        intro="What was written is kept, but nobody can go on with the audit. This cannot be undone.",
    )


@get_or_post
def close(request: SignedInRequest, reference: str) -> HttpResponse:
    return _with_reason(
        request,
        reference,
        action="close",
        title="Close without feedback",
        button="Close the audit",
        form_texts={"label": "Why is it closed?", "missing": "Say why the audit is closed without feedback"},
        do=lambda audit, reason: distribution.close(audit, reason=reason, by=request.user),
        done="Audit {audit} is closed.",
        warning=True,
        intro="The audit is saved as it is, and its practitioner is no longer asked for feedback.",
    )


@get_or_post
def extend(request: SignedInRequest, reference: str) -> HttpResponse:
    audit = fetch(request.user, reference, "extend")
    form = ExtendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["to_day"]
        if audit.due_on and day <= audit.due_on:
            form.add_error("to_day", f"Enter a day after {audit.due_on:%-d %B %Y}, the present due date")
        else:
            step_workflow.extend_step(audit, to_day=day, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, f"Audit {audit.reference} is now due on {day:%-d %B %Y}.")
            return redirect("audits:detail", reference)
    intro = f"The present step is due on {audit.due_on:%-d %B %Y}. Both dates and the reason stay on record."
    context = {"audit": audit, "form": form, "title": "Extend the deadline", "button": "Extend", "intro": intro}
    return render(request, "audits/step.html", context, status=422 if form.errors else 200)


@get_or_post
def distribute(request: SignedInRequest, reference: str) -> HttpResponse:
    """Choose who gets the finished audit, and send it."""
    audit = fetch(request.user, reference, "distribute")
    data = request.POST if request.method == "POST" else None
    form = RecipientsForm(data, audit=audit, user=request.user)
    missing = []
    if data is not None and not form.is_search and form.is_valid():
        chosen = form.recipients()
        try:
            distribution.distribute(audit, recipients=chosen, by=request.user)
        except submission.Incomplete as incomplete:
            missing = incomplete.missing
        else:
            people = f"{len(chosen)} {'person' if len(chosen) == 1 else 'people'}"
            messages.success(request, f"Audit {audit.reference} was sent to {people}.")
            return redirect("audits:detail", reference)
    context = {
        "audit": audit,
        "form": form,
        "tasks": tasks_of(audit, "distribution"),
        "return_list": has_return_list(audit),
        "missing": missing,
    }
    failed = missing or (data is not None and not form.is_search)
    return render(request, "audits/distribute.html", context, status=422 if failed else 200)


@get_or_post
def feedback(request: SignedInRequest, reference: str) -> HttpResponse:
    """The practitioner's way through the feedback part, and its sending."""
    audit = fetch(request.user, reference, "feedback")
    missing = []
    if request.method == "POST":
        try:
            distribution.give_feedback(audit, by=request.user)
        except submission.Incomplete as incomplete:
            missing = incomplete.missing
        else:
            messages.success(request, "Thank you. Your feedback is saved and the audit is closed.")
            return redirect("audits:detail", reference)
    context = {
        "audit": audit,
        "tasks": tasks_of(audit, "feedback"),
        "sections": _all_answers(audit, "feedback"),
        "missing": missing,
    }
    return render(request, "audits/feedback.html", context, status=422 if missing else 200)
