"""One piece of work: its page, proposing it, and changing what it is planned as."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from audits.forms.programme import WorkForm, stored
from audits.models import Work
from audits.queries.programme import year_in_words
from audits.queries.programme_work import page_of
from audits.views.programme import demand_planner, path_of_year, year_asked
from audits.views.work_fetch import fetch_work, seen_revision
from audits.workflow.programme import PastTheMost, change_work, propose
from qaf.errors import NotAllowed, Refused, Stale
from qaf.requests import SignedInRequest
from qaf.trail.queries import timeline

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def work(request: SignedInRequest, reference: str) -> HttpResponse:
    """How far the work is, what it is to find out, who takes part, and what the person who looks can do next."""
    found = fetch_work(request.user, reference)
    context = page_of(request.user, found)
    context["timeline"] = timeline(found) if context["whole"] else None
    context["year_path"] = path_of_year(found.year)
    return render(request, "audits/programme/work.html", context)


@get_or_post
def new(request: SignedInRequest) -> HttpResponse:
    """Propose a piece of work."""
    demand_planner(request.user)
    form = WorkForm(request.POST if request.method == "POST" else None, by=request.user)
    past = False
    if request.method == "POST" and form.is_valid():
        try:
            proposed = propose(**form.values(), by=request.user)
        except NotAllowed:
            raise
        except Refused as refused:
            past = _put(form, refused)
        else:
            messages.success(request, "The work is proposed. Say next which agencies and people take part.")
            return redirect("programme:work", proposed.reference)
    context = {
        "form": form,
        "title": "Propose work for the programme",
        "intro": "Save it as far as it is known: terms of reference can be completed later, until the subgroup agrees "
        "them.",
        "button": "Propose it",
        "show_past": past or _says_past(form),
        "back_path": path_of_year(year_asked(request)),
        "back_text": "The programme",
    }
    return render(request, "audits/programme/work_form.html", context, status=422 if form.errors else 200)


def _put(form: WorkForm, refused: Refused) -> bool:
    """Show a refusal where it belongs; gives whether it is that of one theme too many."""
    past = isinstance(refused, PastTheMost)
    form.add_error("past_known" if past else None, str(refused))
    return past


def _says_past(form: WorkForm) -> bool:
    return bool(form["past_known"].value() or form["past_the_most"].value())


@get_or_post
def change(request: SignedInRequest, reference: str) -> HttpResponse:
    """Change what the work is planned as. A page that is out of date shows what is stored beside what was typed."""
    found = fetch_work(request.user, reference, "change")
    data = request.POST if request.method == "POST" else None
    form = WorkForm(data, by=request.user, work=found, initial=stored(found))
    status, facts, revision, past = 200, None, found.revision, False
    if request.method == "POST":
        status, revision = 422, seen_revision(request)
        if form.is_valid():
            try:
                change_work(found, by=request.user, seen_revision=revision, **form.values())
            except NotAllowed:
                raise
            except Stale as stale:
                found = fetch_work(request.user, reference, "change")
                form.add_error(None, str(stale))
                status, facts, revision = stale.status, stored_facts(found), found.revision
            except Refused as refused:
                past = _put(form, refused)
            else:
                messages.success(request, "The work is changed.")
                return redirect("programme:work", reference)
    context = {
        "work": found,
        "form": form,
        "title": "Change the plan",
        "intro": _intro(found),
        "button": "Save",
        "revision": revision,
        "stored": facts,
        "show_past": past or _says_past(form),
        "back_path": reverse("programme:work", args=[reference]),
        "back_text": found.title,
    }
    return render(request, "audits/programme/work_form.html", context, status=status)


def _intro(found: Work) -> str:
    if found.state == "proposed":
        return "Save it as far as it is known. It cannot be agreed before all seven points of its terms are there."
    who = "those who take part" if found.is_visit else "the subgroup, which agreed it,"
    return (
        f"It is {'planned' if found.is_visit else 'agreed'}: its kind stays, and it stays in the programme of "
        f"{year_in_words(found.year)}. When its terms or days change, {who} are told, and the former text is kept with "
        "the work."
    ).replace("agreed it, are told", "agreed it, is told")


def stored_facts(found: Work) -> list[dict[str, Any]]:
    """What stands there now, for whoever typed into an old page."""
    form = WorkForm(by=found.lead, work=found, initial=stored(found))
    shown = [field for field in form if field.name not in ("past_known", "lead", "chair", "type", "kind")]
    facts = [{"key": field.label, "value": field.value()} for field in shown]
    people = [("Lead", found.lead), ("Chair", found.chair), ("Form", found.type)]
    return [*facts, *({"key": key, "value": str(value or "")} for key, value in people)]
