"""Asking colleagues to fill sections, and asking no longer. Filling one is in section.py."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from audits.forms.contributions import AskForm
from audits.models import Contribution
from audits.views.fetch import fetch
from audits.workflow import contributions
from qaf.requests import SignedInRequest

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@get_or_post
def ask(request: SignedInRequest, reference: str) -> HttpResponse:
    """Ask a colleague to fill a section; ``?section=`` chooses it beforehand."""
    audit = fetch(request.user, reference, "ask")
    initial = {"section": request.GET.get("section", "")}
    form = AskForm(request.POST if request.method == "POST" else None, audit=audit, initial=initial)
    if request.method == "POST" and form.is_valid():
        asked = contributions.ask(
            audit,
            section=form.cleaned_data["section"],
            person=form.cleaned_data["asked"],
            note=form.cleaned_data["note"],
            by=request.user,
        )
        title = audit.form.section(asked.section).title
        messages.success(request, f"{asked.person} is asked to fill “{title}” and has been told.")
        return redirect("audits:detail", reference)
    context = {
        "audit": audit,
        "form": form,
        "title": "Ask a colleague to fill a section",
        "button": "Ask them",
        "intro": "They can then see this audit, read what is written in it and fill this one section until the audit "
        "is submitted. Submitting it stays with its auditor.",
    }
    return render(request, "audits/step.html", context, status=422 if form.errors else 200)


@get_or_post
def withdraw(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    """Ask whether to ask no longer, then do so."""
    audit = fetch(request.user, reference, "ask")
    asked = get_object_or_404(Contribution.objects.select_related("person"), pk=pk, audit=audit)
    title = audit.form.section(asked.section).title
    if request.method == "POST":
        contributions.withdraw(asked, by=request.user)
        messages.success(request, f"{asked.person} is no longer asked to fill “{title}” and has been told.")
        return redirect("audits:detail", reference)
    context = {
        "audit": audit,
        "title": f"Ask {asked.person} no longer?",
        "text": f"{asked.person} will no longer be able to write in “{title}”. What they have saved stays, and they "
        "are told.",
        "button": "Ask them no longer",
        "cancel_path": reverse("audits:detail", args=[reference]),
    }
    return render(request, "components/confirm.html", context)
