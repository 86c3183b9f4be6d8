"""Who has a distributed audit: sending it to more people, reminding them, taking it back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.forms.recipients import RecipientsForm
from audits.forms.steps import ReasonForm
from audits.models import Audit, Recipient
from audits.views.fetch import fetch
from audits.workflow import recipients as recipient_workflow
from qaf.requests import SignedInRequest

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _recipient(audit: Audit, pk: int) -> Recipient:
    return get_object_or_404(audit.recipients.select_related("person"), pk=pk)


@require_safe
def recipients(request: SignedInRequest, reference: str) -> HttpResponse:
    """Everybody the audit was sent to, when, and whether they have opened it."""
    audit = fetch(request.user, reference, "share")
    rows = [
        {"recipient": one, "may_be_reminded": recipient_workflow.may_be_reminded(audit, one)}
        for one in audit.recipients.select_related("person")
    ]
    return render(request, "audits/recipients/list.html", {"audit": audit, "rows": rows})


@get_or_post
def add(request: SignedInRequest, reference: str) -> HttpResponse:
    """Send the audit to more people: those whom the case suggests and who were left out, and others."""
    audit = fetch(request.user, reference, "share")
    have_it = audit.recipients.values_list("person_id", flat=True)
    data = request.POST if request.method == "POST" else None
    form = RecipientsForm(data, audit=audit, user=request.user, have_it=have_it)
    if data is None:
        # Whoever was left out was left out on purpose.
        form.fields["proposed"].initial = []
    elif not form.is_search and form.is_valid():
        chosen = form.recipients()
        recipient_workflow.add_recipients(audit, recipients=chosen, by=request.user)
        names = ", ".join(str(one.person) for one in chosen)
        messages.success(request, f"Audit {audit.reference} was sent to {names} as well.")
        return redirect("audits:recipients", reference)
    context = {"audit": audit, "form": form}
    failed = data is not None and not form.is_search
    return render(request, "audits/recipients/add.html", context, status=422 if failed else 200)


@require_POST
def remind(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    """Tell a recipient once more; at most once a day."""
    audit = fetch(request.user, reference, "share")
    recipient = _recipient(audit, pk)
    if recipient_workflow.remind(audit, recipient, by=request.user):
        messages.success(request, f"{recipient.person} has been reminded.")
    else:
        messages.warning(request, f"{recipient.person} was reminded today already, so no second message was sent.")
    return redirect("audits:recipients", reference)


@get_or_post
def withdraw(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    """Ask why, then take the audit back from somebody who got it by mistake."""
    audit = fetch(request.user, reference, "share")
    recipient = _recipient(audit, pk)
    person = recipient.person
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        label="Why is it taken back?",
        hint="The reason is kept with the audit.",
        missing="Say why it is taken back",
    )
    if request.method == "POST" and form.is_valid():
        recipient_workflow.withdraw_recipient(audit, recipient, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, f"The audit was taken back from {person}, who has been told.")
        return redirect("audits:recipients", reference)
    opened = f"opened it on {recipient.opened_at:%-d %B %Y}" if recipient.opened_at else "has not opened it yet"
    texts = [f"{person} got this audit as {recipient.reason} on {recipient.sent_at:%-d %B %Y} and {opened}."]
    if recipient_workflow.keeps_reading(audit, recipient):
        texts.append(f"{person} may read it all the same, through a post or another part in this audit.")
    if audit.step == "feedback" and audit.step_owner_id == person.pk:
        texts.append("Their feedback is then no longer asked for, and the QA officer closes the audit.")
    context = {
        "form": form,
        "title": f"Take the audit back from {person}?",
        "texts": texts,
        "button": "Take it back",
        "cancel_path": reverse("audits:recipients", args=[reference]),
        "danger": True,
    }
    return render(request, "components/confirm.html", context, status=422 if form.errors else 200)
