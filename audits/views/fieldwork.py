"""The matrix of children and agencies: who audits whom, opening it, how far it is, and closing it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.access import cases_visible_to, visible_to
from audits.access.programme import may_with_work, works_visible_to
from audits.forms.fieldwork import CellForm, ChooseChildForm, CloseForm, DrawChildrenForm
from audits.models import Audit, State, Work, WorkCase
from audits.models.audits import WITH_THE_AUDITOR
from audits.queries.fieldwork import Cell, auditors_over, grid_of, matrix_for, other_audits_of
from audits.workflow import fieldwork as workflow
from audits.workflow import fieldwork_matrix
from audits.workflow.fieldwork_checks import problems_of
from audits.workflow.programme_ground import may_in_another_state
from qaf.errors import NotAllowed, Refused, Stale
from qaf.requests import SignedInRequest

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def fetch_work(request: SignedInRequest, reference: str, action: str = "") -> Work:
    """The work under a reference, for somebody who may know of it; 404 for others.

    Raises NotAllowed, or Stale where only the work's state is in the way, when they may not do ``action``.
    """
    works = works_visible_to(request.user).select_related("type__form", "lead")
    work = get_object_or_404(works, reference=reference)
    if not action or may_with_work(request.user, action, work):
        return work
    if may_in_another_state(request.user, action, work):
        raise Stale(f"This piece of work is “{work.get_state_display()}”, and this cannot be done in that state.")
    raise NotAllowed("The fieldwork is for QA managers whose post covers every agency that takes part.")


def _path(work: Work, name: str = "fieldwork", *args: object) -> str:
    return reverse(f"programme:{name}", args=[work.reference, *args])


@require_safe
def fieldwork(request: SignedInRequest, reference: str) -> HttpResponse:
    """Children and agencies with the state of each audit, as far as the person who looks may know it."""
    work = fetch_work(request, reference)
    matrix = matrix_for(request.user, work)
    plans = may_with_work(request.user, "fieldwork", work)
    opens = may_with_work(request.user, "open_fieldwork", work)
    running = may_with_work(request.user, "close_fieldwork", work)
    waiting = running and bool(matrix.grid.to_allocate)
    problems = problems_of(work, matrix.grid, by=request.user, day=timezone.localdate()) if opens or waiting else []
    others = other_audits_of(work, matrix.grid) if plans else {}
    readable = set(visible_to(request.user, Audit.objects.filter(work=work)).values_list("pk", flat=True))
    rows = [
        {
            "child": row.child,
            "words": row.words,
            "others": others.get(row.child.case_id, 0),
            "removable": plans and all(cell.audit is None for cell in matrix.grid.of(row.child)),
            "cells": [
                {"cell": cell, **_doing(cell, plans=plans, readable=readable)} if cell else None for cell in row.cells
            ],
        }
        for row in matrix.rows
    ]
    context = {
        "work": work,
        "matrix": matrix,
        "rows": rows,
        "plans": plans,
        "opens": opens,
        "running": running,
        "waiting": len(matrix.grid.to_allocate) if waiting else 0,
        "problems": problems,
        "hidden": len(matrix.agencies) < len(matrix.grid.agencies),
        "triangulates": may_with_work(request.user, "triangulate", work),
    }
    return render(request, "audits/fieldwork/fieldwork.html", context)


def _doing(cell: Cell, *, plans: bool, readable: set[int]) -> dict[str, Any]:
    """What can be done with a cell: change who audits, open its audit."""
    audit = cell.audit
    changes = plans and (audit is None or audit.state in (*WITH_THE_AUDITOR, State.CANCELLED))
    return {
        "changes": changes,
        "opens": audit is not None and audit.pk in readable,
        "late": cell.is_late(timezone.localdate()),
    }


@get_or_post
def case_add(request: SignedInRequest, reference: str) -> HttpResponse:
    """Add children: one by identifier with the reason, or some by lot."""
    work = fetch_work(request, reference, "fieldwork")
    drawing = request.POST.get("how") == "draw"
    chosen = ChooseChildForm(request.POST if request.method == "POST" and not drawing else None)
    draw = DrawChildrenForm(request.POST if drawing else None, prefix="draw")
    form: ChooseChildForm | DrawChildrenForm = draw if drawing else chosen
    if request.method == "POST" and form.is_valid():
        try:
            said = _draw(request, work, draw) if drawing else _choose(request, work, chosen)
        except (NotAllowed, Stale):
            raise
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            if said:
                messages.success(request, said)
                return redirect(_path(work))
    context = {"work": work, "form": form, "chosen": chosen, "draw": draw}
    return render(request, "audits/fieldwork/add.html", context, status=422 if form.errors else 200)


def _choose(request: SignedInRequest, work: Work, form: ChooseChildForm) -> str:
    data = form.cleaned_data
    case = cases_visible_to(request.user).with_identifier(data["identifier"]).first()
    if case is None:
        form.add_error("identifier", "No case of your teams has this identifier. Check it, or import the list first")
        return ""
    child = fieldwork_matrix.add_child(work, case=case, reason=data["reason"], by=request.user)
    return f"Child {child.number} is added."


def _draw(request: SignedInRequest, work: Work, form: DrawChildrenForm) -> str:
    made = fieldwork_matrix.draw_children(work, **form.cleaned_data, by=request.user)
    return f"{len(made)} {'child was' if len(made) == 1 else 'children were'} drawn."


def _child(work: Work, number: int) -> WorkCase:
    # Looked for among all, since a number from an address may be larger than a column holds.
    found = next(
        (one for one in WorkCase.objects.filter(work=work).select_related("work") if one.number == number), None
    )
    if found is None:
        raise Http404
    return found


@get_or_post
def case_remove(request: SignedInRequest, reference: str, number: int) -> HttpResponse:
    """Ask, then take a child out of the matrix."""
    work = fetch_work(request, reference, "fieldwork")
    child = _child(work, number)
    if request.method == "POST":
        fieldwork_matrix.remove_child(child, by=request.user)
        messages.success(request, f"Child {number} is removed.")
        return redirect(_path(work))
    context = {
        "title": f"Remove child {number}?",
        "text": "No audit of this child has been allocated. The other children keep their numbers.",
        "button": "Remove the child",
        "danger": True,
        "cancel_path": _path(work),
    }
    return render(request, "components/confirm.html", context)


@get_or_post
def audit(request: SignedInRequest, reference: str, number: int, agency: int) -> HttpResponse:
    """Who audits this child for this agency, or that the agency does not know the child."""
    work = fetch_work(request, reference, "fieldwork")
    grid = grid_of(work)
    cell = next((one for one in grid.cells if one.child.number == number and one.taking_part.agency_id == agency), None)
    if cell is None:
        raise Http404
    form = CellForm(request.POST or None, cell=cell, auditors=auditors_over(cell.team, timezone.localdate()))
    if request.method == "POST" and form.is_valid():
        fieldwork_matrix.set_cell(
            cell.child, cell.taking_part, auditor=form.chosen, not_known=form.not_known, by=request.user
        )
        messages.success(request, f"{cell.agency}, child {number}: saved.")
        return redirect(_path(work))
    context = {"work": work, "cell": cell, "form": form}
    return render(request, "audits/fieldwork/cell.html", context, status=422 if form.errors else 200)


@get_or_post
def open_page(request: SignedInRequest, reference: str) -> HttpResponse:
    """What opening the fieldwork, or allocating what was added to it, will do; then do it."""
    work = get_object_or_404(works_visible_to(request.user), reference=reference)
    begun = may_with_work(request.user, "close_fieldwork", work)
    work = fetch_work(request, reference, "close_fieldwork" if begun else "open_fieldwork")
    act: Callable[..., list[Audit]] = workflow.allocate_waiting if begun else workflow.open_fieldwork
    grid = grid_of(work)
    problems: list[str] = []
    if request.method == "POST":
        try:
            audits = act(work, by=request.user)
        except workflow.CannotOpen as refused:
            problems = refused.problems
        else:
            count = f"{len(audits)} audit{'' if len(audits) == 1 else 's'} allocated. The auditors have been told."
            messages.success(request, count if begun else f"The fieldwork is open. {count}")
            return redirect(_path(work))
    else:
        problems = problems_of(work, grid, by=request.user, day=timezone.localdate())
    context = {
        "work": work,
        "begun": begun,
        "problems": problems,
        "errors": [{"text": text} for text in problems],
        "has_errors": bool(problems),
        "cells": grid.to_allocate,
        "cancel_path": _path(work),
    }
    refused_now = request.method == "POST" and problems
    return render(request, "audits/fieldwork/open.html", context, status=409 if refused_now else 200)


@require_POST
def remind(request: SignedInRequest, reference: str) -> HttpResponse:
    """Remind everybody whose audit is not submitted."""
    work = fetch_work(request, reference, "close_fieldwork")
    told = workflow.remind(work, by=request.user)
    messages.success(request, f"{told} auditor{' is' if told == 1 else 's are'} reminded, once a day at most.")
    return redirect(_path(work))


@get_or_post
def close(request: SignedInRequest, reference: str) -> HttpResponse:
    """What is missing and what closing does to it; then close."""
    work = fetch_work(request, reference, "close_fieldwork")
    grid = grid_of(work)
    form = CloseForm(request.POST or None) if grid.missing else None
    if request.method == "POST" and (form is None or form.is_valid()):
        reason = form.cleaned_data["reason"] if form is not None else ""
        workflow.close_fieldwork(work, reason=reason, by=request.user)
        messages.success(request, "The fieldwork is closed. The agencies’ findings stand side by side now.")
        return redirect(_path(work))
    unchecked = [cell for cell in grid.cells if cell.audit is not None and cell.audit.step == "qa_check"]
    context = {
        "work": work,
        "form": form,
        "missing": grid.missing,
        "unchecked": unchecked,
        "cancel_path": _path(work),
    }
    return render(request, "audits/fieldwork/close.html", context, status=422 if form and form.errors else 200)
