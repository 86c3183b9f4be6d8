"""A return's own page: filled in by a lead of the agency, read by everybody else who may open it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods

from qaf.errors import Refused
from qaf.requests import SignedInRequest
from scorecard.access.returns import may_with_return
from scorecard.forms.return_filling import FilledPage, read_page, stored_values, values_of
from scorecard.models import Return, ReturnQuery
from scorecard.queries.return_versions import latest_of, versions_of
from scorecard.queries.returns import (
    Lack,
    LineView,
    is_open_query,
    lacks_of,
    lines_of,
    queries_of_the_whole,
)
from scorecard.views.return_fetch import fetch
from scorecard.workflow.return_filling import Conflict, Entry, Kept, marks_of, read_marks, same_lines, save, written
from scorecard.workflow.return_ground import MovedOn
from scorecard.workflow.return_steps import due_of

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
LABELS = {"narrative": "Narrative", "explanation": "Explanation", "no_figure": "Why there is no figure"}
SUMMARY_LABEL, ANSWER_LABEL = "Summary of the quarter", "Answer to a question"
ACTIONS = ("fill", "send", "query", "accept", "extend", "remind", "correct", "withdraw")


@dataclass
class ReturnPage:
    """A return with its lines and queries, read once for a request."""

    one: Return
    lines: list[LineView]
    whole: list[ReturnQuery]

    @classmethod
    def of(cls, one: Return) -> ReturnPage:
        return cls(one, lines_of(one), queries_of_the_whole(one))

    @property
    def queries(self) -> list[ReturnQuery]:
        return [*self.whole, *(query for view in self.lines for query in view.queries)]

    @property
    def open_queries(self) -> list[ReturnQuery]:
        """Those that wait for their answer."""
        return [query for query in self.queries if is_open_query(self.one, query)]

    @property
    def marks(self) -> dict[str, str]:
        return marks_of(self.one, (view.line for view in self.lines), self.open_queries)


@get_or_post
def show(request: SignedInRequest, pk: int) -> HttpResponse:
    """Figures, narratives, queries and answers on one page; what a lead types is saved part by part."""
    one = fetch(request, pk)
    if request.method == "POST":
        return _save(request, one)
    page = ReturnPage.of(one)
    lacks = lacks_of(one, page.lines) if "check" in request.GET and may_with_return(request.user, "fill", one) else []
    return show_page(request, page, lacks=lacks)


def show_page(
    request: SignedInRequest,
    page: ReturnPage,
    *,
    values: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
    lacks: list[Lack] | None = None,
    marks: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with ``values`` in its fields instead of what is stored, ``wrong`` messages by field, and ``lacks``."""
    one, user = page.one, request.user
    may = {action: may_with_return(user, action, one) for action in ACTIONS}
    versions = versions_of(one)
    may["correct"] = may["correct"] and latest_of(versions).pk == one.pk
    values = {**stored_values(one, page.lines, page.queries), **(values or {})}
    errors = [_wrong(page, name, text) for name, text in (wrong or {}).items()] or (lacks or [])
    messages_by_field = {error.target: error.short for error in reversed(errors)}
    context = {
        "one": one,
        "groups": [_group(page, view, values, messages_by_field) for view in page.lines],
        "whole": [_query(page, query, values, messages_by_field) for query in page.whole],
        "summary": values["summary"],
        "summary_error": messages_by_field.get("id_summary", ""),
        "may": may,
        "versions": versions,
        "due_on": due_of(one),
        "errors": [{"text": error.text, "target": error.target} for error in errors],
        "has_errors": bool(errors),
        "marks": written(page.marks if marks is None else marks),
    }
    template = "fill.html" if may["fill"] else "read.html"
    return render(request, f"scorecard/returns/{template}", context, status=status)


def _wrong(page: ReturnPage, name: str, text: str) -> Lack:
    """What is wrong with a field, as the error summary and the field itself say it."""
    titles = {view.key: view.definition.name for view in page.lines}
    title = titles.get(name.partition("-")[0], "")
    return Lack(f"id_{name}", f"{title}: {text}" if title else text, text)


def _group(
    page: ReturnPage, view: LineView, values: Mapping[str, str], messages_by_field: Mapping[str, str]
) -> dict[str, Any]:
    """One indicator as the page draws it: its fields with their texts and messages."""

    def box(name: str) -> dict[str, str]:
        full = f"{view.key}-{name}"
        return {"name": full, "value": values.get(full, ""), "error": messages_by_field.get(f"id_{full}", "")}

    texts = {name: box(name) for name in LABELS}
    return {
        "view": view,
        "rows": [
            {
                "row": row,
                "numerator": box(f"n{row.place}"),
                "denominator": box(f"d{row.place}") if view.rule.has_denominator else None,
            }
            for row in view.rows
        ],
        "texts": texts,
        "explains": bool(
            texts["explanation"]["value"] or texts["explanation"]["error"] or any(row.is_jump for row in view.rows)
        ),
        "has_no_figure": bool(texts["no_figure"]["value"] or texts["no_figure"]["error"]),
        "queries": [_query(page, query, values, messages_by_field) for query in view.queries],
    }


def _query(
    page: ReturnPage, query: ReturnQuery, values: Mapping[str, str], messages_by_field: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "query": query,
        "open": is_open_query(page.one, query),
        "name": f"q{query.pk}",
        "value": values.get(f"q{query.pk}", ""),
        "error": messages_by_field.get(f"id_q{query.pk}", ""),
    }


# Saving.


def _save(request: SignedInRequest, one: Return) -> HttpResponse:
    autosave = request.headers.get("X-Autosave") == "1"
    page = ReturnPage.of(one)
    filled = read_page(request.POST, one, page.lines, page.open_queries)
    seen = read_marks(request.POST.get("revision", ""))
    from_workbook = "from_workbook" in request.POST
    try:
        kept = save(one, filling=filled.filling, seen=seen, by=request.user, from_workbook=from_workbook)
    except Refused as refused:
        if autosave:
            return JsonResponse({"message": f"{refused} Your text is still on this page."}, status=409)
        if isinstance(refused, MovedOn):
            return _moved_on(request, page, filled, refused)
        raise
    if autosave:
        return _autosaved(page, filled, kept)
    if kept.conflicts:
        return _conflict(request, one, kept, filled)
    if filled.wrong:
        fresh = ReturnPage.of(fetch(request, one.pk))
        return show_page(request, fresh, values=filled.values, wrong=filled.wrong, marks=kept.marks, status=422)
    if request.POST.get("go") == "send":
        return redirect("returns:send", one.pk)
    messages.success(request, "Saved. Nothing is sent yet." if kept.changed else "Everything was saved already.")
    return redirect("returns:return", one.pk)


def _autosaved(page: ReturnPage, filled: FilledPage, kept: Kept) -> JsonResponse:
    """What the page is told after it saved by itself."""
    if kept.conflicts:
        names = {view.line.pk: view.definition.name for view in page.lines}
        first = kept.conflicts[0].stored
        what = f"“{names[first.line]}”" if isinstance(first, Entry) else "A text"
        message = f"{what} was saved from another page too. Your text is still here: press Save to compare the two."
        return JsonResponse({"message": message}, status=409)
    message = f"Saved at {date_format(timezone.localtime(), 'H:i')}."
    if filled.wrong:
        message = f"{message[:-1]}, but not everything: {'; '.join(filled.wrong.values())}."
    return JsonResponse({"revision": written(kept.marks), "message": message})


def _conflict(request: SignedInRequest, one: Return, kept: Kept, filled: FilledPage) -> HttpResponse:
    """What is saved beside what was typed, for each part that was changed on two pages; all others are saved, but for
    what could not be read, which is among them."""
    page = ReturnPage.of(fetch(request, one.pk))
    views = {view.line.pk: view for view in page.lines}
    fields: list[tuple[str, str, str]] = []
    typed: dict[str, str] = {}
    for conflict in kept.conflicts:
        _compare(conflict, views, fields, typed)
    _add_unread(page, filled, fields, typed)
    context = {
        "one": one,
        "fields": fields,
        "typed": typed,
        "revision": written(page.marks),
        "path": reverse("returns:return", args=[one.pk]),
        "others_saved": kept.changed,
        "unread": bool(filled.wrong),
    }
    return render(request, "scorecard/returns/conflict.html", context, status=409)


def _add_unread(
    page: ReturnPage, filled: FilledPage, fields: list[tuple[str, str, str]], typed: dict[str, str]
) -> None:
    """Add the rows of what was typed and is wrong, so that it comes back with the rest."""
    stored, labels = stored_values(page.one, page.lines, page.queries), _labels(page)
    for name in filled.wrong:
        fields.append((labels[name], stored[name], filled.values[name]))
        typed[name] = filled.values[name]


def _labels(page: ReturnPage) -> dict[str, str]:
    """The names of all fields of a page in words."""
    labels = {"summary": SUMMARY_LABEL, **{f"q{query.pk}": ANSWER_LABEL for query in page.queries}}
    for view in page.lines:
        labels |= labels_of(view)
    return labels


def _moved_on(request: SignedInRequest, page: ReturnPage, filled: FilledPage, refused: MovedOn) -> HttpResponse:
    """What was typed into a return that can no longer be changed, beside what it holds: to be copied from."""
    stored, labels = stored_values(page.one, page.lines, page.queries), _labels(page)
    typed = {name: same_lines(text) for name, text in filled.values.items()}
    context = {
        "one": page.one,
        "stale": refused,
        "fields": [(labels[name], stored[name], text) for name, text in typed.items() if text != stored[name]],
        "path": reverse("returns:return", args=[page.one.pk]),
    }
    return render(request, "scorecard/returns/conflict.html", context, status=409)


def _compare(
    conflict: Conflict, views: Mapping[int, LineView], fields: list[tuple[str, str, str]], typed: dict[str, str]
) -> None:
    """Add the rows of one conflict, and what was typed by the names of its fields."""
    stored, mine = conflict.stored, conflict.typed
    if not isinstance(stored, Entry) or not isinstance(mine, Entry):
        label = SUMMARY_LABEL if conflict.query is None else ANSWER_LABEL
        fields.append((label, str(stored), str(mine)))
        typed["summary" if conflict.query is None else f"q{conflict.query}"] = str(mine)
        return
    view = views[stored.line]
    before, after = values_of(stored, view), values_of(mine, view)
    typed |= after
    labels = labels_of(view)
    fields += [(labels[name], before[name], after[name]) for name in after if before[name] != after[name]]


def labels_of(view: LineView) -> dict[str, str]:
    """The names of a line's fields in words, with the name of its indicator."""
    name = view.definition.name
    labels = {f"{view.key}-{field}": f"{name}: {words}" for field, words in LABELS.items()}
    for row in view.rows:
        period = f", {row.label}" if len(view.rows) > 1 else ""
        labels[f"{view.key}-n{row.place}"] = f"{name}: {view.rule.numerator_label}{period}"
        labels[f"{view.key}-d{row.place}"] = f"{name}: {view.rule.denominator_label}{period}"
    return labels
