"""Pages for a case that turns out unsuitable."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from audits.forms.replacements import AnswerForm, FindingForm
from audits.views.fetch import fetch
from audits.workflow.replacements import ask_replacement, let_stand, pending, replace
from qaf.requests import SignedInRequest

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@get_or_post
def unsuitable(request: SignedInRequest, reference: str) -> HttpResponse:
    """The auditor says that their case cannot be audited."""
    audit = fetch(request.user, reference, "ask_replacement")
    form = FindingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ask_replacement(audit, finding=form.said(), by=request.user)
        messages.success(request, "QA was told. Until they answer, the audit is yours as it is.")
        return redirect("audits:detail", reference)
    context = {
        "audit": audit,
        "form": form,
        "title": "This case is unsuitable",
        "button": "Tell QA",
        "intro": "QA has another case drawn for you, or says why this one stands. Your due date runs on until then.",
    }
    return render(request, "audits/step.html", context, status=422 if form.errors else 200)


@get_or_post
def replace_case(request: SignedInRequest, reference: str) -> HttpResponse:
    """QA has another case drawn in the place of one, or answers that it stands."""
    audit = fetch(request.user, reference, "replace")
    asked = pending(audit)
    form: forms.Form = (FindingForm if asked is None else AnswerForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if isinstance(form, AnswerForm) and form.cleaned_data["replaced"] == "no":
            let_stand(audit, answer=form.cleaned_data["answer"], by=request.user)
            messages.success(request, f"The case of audit {audit.reference} stands. Its auditor was told why.")
            return redirect("audits:detail", reference)
        finding = form.said() if isinstance(form, FindingForm) else None
        fresh = replace(audit, finding=finding, by=request.user)
        messages.success(
            request,
            f"Audit {audit.reference} is cancelled. {fresh.auditor} has audit {fresh.reference} in its place, due on "
            f"{fresh.due_on:%-d %B %Y}.",
        )
        return redirect("audits:detail", fresh.reference)
    context = {
        "audit": audit,
        "form": form,
        "asked": asked,
        "title": "Replace an unsuitable case",
        "button": "Go on" if asked else "Replace the case",
        "warning": asked is None,
        "intro": f"This audit is cancelled with the reason, and another case of the same unit is drawn for "
        f"{audit.auditor}, with a due date of its own. What was written in this audit stays with it.",
    }
    return render(request, "audits/replacements/replace.html", context, status=422 if form.errors else 200)
