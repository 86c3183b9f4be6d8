"""Raising a concern, and the pages of one."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audits.access import visible_to as audits_visible_to
from audits.models import Audit
from moderation.access.concerns import is_left_to_others, may, may_in_another_state, may_raise, raises_about, visible_to
from moderation.forms.concerns import AcknowledgeForm, RaiseForm, ReassignForm, ResolveForm
from moderation.models import Concern
from moderation.queries.concerns import successors
from moderation.workflow import concerns as workflow
from qaf.errors import NotAllowed, Stale
from qaf.requests import SignedInRequest
from qaf.trail.queries import timeline

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
PEOPLE = ("raised_by", "service_manager", "qa_manager", "acknowledged_by", "resolved_by")


def _audit(request: SignedInRequest, reference: str) -> Audit:
    """The audit that a concern is to be raised about. 404 when the person may not know of it."""
    rows = audits_visible_to(request.user).select_related("type", "team__service", "form_version")
    audit = get_object_or_404(rows, reference=reference)
    if may_raise(request.user, audit):
        return audit
    if raises_about(request.user, audit):
        raise Stale(
            f"Audit {reference} is “{audit.get_state_display()}”, so you cannot raise a concern from it any more. "
            "Speak to the QA manager directly."
        )
    raise NotAllowed("Only the moderator of an audit, and QA over it, raise concerns about it.")


@get_or_post
def raise_concern(request: SignedInRequest, reference: str) -> HttpResponse:
    """Write it down, look at who would be told, send it: one page for each, with no script and nothing stored."""
    audit = _audit(request, reference)
    if request.method != "POST":
        return _write(request, audit, RaiseForm())
    form = RaiseForm(request.POST)
    if request.POST.get("go") == "change":
        return _write(request, audit, RaiseForm(initial=request.POST.dict()))
    if not form.is_valid():
        return _write(request, audit, form)
    if request.POST.get("go") != "send":
        return _check(request, audit, form)
    told = {int(key) for key in request.POST.get("told", "").split(",") if key.isdecimal() and len(key) < 19}
    try:
        concern = workflow.raise_concern(audit, **form.cleaned_data, told=told, by=request.user)
    except workflow.OthersWouldBeTold as others:
        return _check(request, audit, form, notice=str(others), status=409)
    except workflow.AlreadyRaised as already:
        messages.info(request, str(already))
        return redirect("moderation:concern", already.concern.pk)
    names = " and ".join(str(person) for person in (concern.service_manager, concern.qa_manager) if person)
    messages.success(request, f"Your concern is raised. {names} {'have' if ' and ' in names else 'has'} been told.")
    return redirect("moderation:concern", concern.pk)


def _write(request: SignedInRequest, audit: Audit, form: RaiseForm) -> HttpResponse:
    context = {"audit": audit, "form": form}
    return render(request, "moderation/concerns/raise.html", context, status=422 if form.errors else 200)


def _check(
    request: SignedInRequest, audit: Audit, form: RaiseForm, *, notice: str = "", status: int = 200
) -> HttpResponse:
    people = workflow.who_would_be_told(audit, by=request.user)
    context = {
        "audit": audit,
        "form": form,
        "values": form.cleaned_data,
        "people": people,
        "told": ",".join(str(person.pk) for person in people),
        "to_self": people == [request.user],
        "notice": notice,
    }
    return render(request, "moderation/concerns/check.html", context, status=status)


def _fetch(request: SignedInRequest, pk: int) -> Concern:
    """A concern that the person may know of; 404 for anything else."""
    rows = visible_to(request.user).select_related("audit__type", "audit__team__service", *PEOPLE)
    return get_object_or_404(rows, pk=pk)


@require_safe
def concern(request: SignedInRequest, pk: int) -> HttpResponse:
    """One concern: what was said at each step, who deals with it by when, and what has happened."""
    one, user = _fetch(request, pk), request.user
    context = {
        "concern": one,
        "audit": one.audit,
        "acknowledges": may(user, "acknowledge", one),
        "resolves": may(user, "resolve", one),
        "reassigns": may(user, "reassign", one),
        "left_to_others": one.is_open and is_left_to_others(user, one),
        "reassignments": list(one.reassignments.select_related("before", "after", "by")),
        "timeline": timeline(one),
        "sees_audit": audits_visible_to(user).filter(pk=one.audit_id).exists(),
    }
    return render(request, "moderation/concerns/concern.html", context)


def _demand(request: SignedInRequest, one: Concern, action: str) -> None:
    """Raise NotAllowed when somebody else deals with it, Stale when it is further than this."""
    if may(request.user, action, one):
        return
    if may_in_another_state(request.user, action, one):
        raise Stale(workflow.so_far(one))
    raise NotAllowed(
        "You raised this concern, so somebody else deals with it."
        if is_left_to_others(request.user, one)
        else "Whoever the concern was raised to deals with it, or a QA manager."
    )


def _step(
    request: SignedInRequest,
    pk: int,
    *,
    action: str,
    form: Form,
    act: Callable[[Concern], Concern],
    success: str,
    **words: str,
) -> HttpResponse:
    """A page with one form that brings a concern on; when somebody was quicker, what both of them wrote."""
    one = _fetch(request, pk)
    try:
        _demand(request, one, action)
        if form.is_bound and form.is_valid():
            act(one)
            messages.success(request, success)
            if not visible_to(request.user).filter(pk=pk).exists():
                # They were asked from elsewhere in the organisation, and have given it on.
                return redirect("moderation:concerns")
            return redirect("moderation:concern", pk)
    except Stale as stale:
        if not form.is_bound:
            raise
        now = _fetch(request, pk)
        context = {"concern": now, "audit": now.audit, "stale": stale, "fields": _typed(form)}
        return render(request, "moderation/concerns/stale.html", context, status=409)
    context = {"concern": one, "audit": one.audit, "form": form, **words}
    return render(request, "moderation/concerns/step.html", context, status=422 if form.errors else 200)


def _typed(form: Form) -> list[dict[str, str]]:
    """What somebody typed that could not be taken, by the label of its field."""
    texts = {name: str(form.data.get(name, "")).strip() for name, field in form.fields.items() if name not in _KEYS}
    return [{"key": str(form.fields[name].label), "value": text} for name, text in texts.items() if text]


# Fields that hold keys of rows, which say nothing to anybody.
_KEYS = ("to", "seen")


@get_or_post
def acknowledge(request: SignedInRequest, pk: int) -> HttpResponse:
    form = AcknowledgeForm(request.POST if request.method == "POST" else None)
    return _step(
        request,
        pk,
        action="acknowledge",
        form=form,
        act=lambda one: workflow.acknowledge(one, response=form.cleaned_data["response"], by=request.user),
        success="The concern is acknowledged, and whoever raised it has been told.",
        title="Acknowledge the concern",
        button="Acknowledge",
    )


@get_or_post
def resolve(request: SignedInRequest, pk: int) -> HttpResponse:
    form = ResolveForm(request.POST if request.method == "POST" else None)
    return _step(
        request,
        pk,
        action="resolve",
        form=form,
        act=lambda one: workflow.resolve(one, outcome=form.cleaned_data["outcome"], by=request.user),
        success="The concern is resolved, and whoever raised it has been told.",
        title="Resolve the concern",
        button="Resolve",
        intro="This ends the concern. It can still be read afterwards.",
    )


@get_or_post
def reassign(request: SignedInRequest, pk: int) -> HttpResponse:
    one = _fetch(request, pk)
    form = ReassignForm(
        request.POST if request.method == "POST" else None,
        successors=successors(one),
        initial={"seen": one.owner_id},
    )
    return _step(
        request,
        pk,
        action="reassign",
        form=form,
        act=lambda one: workflow.reassign(
            one,
            to=form.chosen,
            reason=form.cleaned_data["reason"],
            seen_owner=form.cleaned_data["seen"],
            by=request.user,
        ),
        success="The concern is given to somebody else, who has been told.",
        title="Give the concern to somebody else",
        button="Give it to them",
        intro="They are told at once. The due date stays as it is.",
    )
