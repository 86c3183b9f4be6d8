"""The year's load, week by week and person by person: the table, the picture, one person's tasks, the hours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from audits.access.programme import may_plan_work, may_see_capacity, people_in_capacity, works_visible_to
from audits.capacity import Calendar, Load, Task, load_of, monday, weeks_between
from audits.capacity_charts import MOST_PEOPLE, Strip, level_of, year_chart
from audits.forms.capacity import EffortForm, LoadForm
from audits.models import Work, WorkState
from audits.queries.capacity import calendar_of, coming_tasks, efforts, open_tasks, people_named, settled_tasks
from audits.workflow.capacity import set_efforts
from qaf.errors import NotAllowed
from qaf.people.models import User
from qaf.requests import SignedInRequest
from qaf.tables import csv_response, xlsx_response

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
WEEKS = 52
WEEKS_SHOWN = 13
A_PAGE = 40
LEVEL_WORDS = ("", "", "", "over")


def demand_capacity(user: User) -> None:
    """Raise NotAllowed unless the person may see whose time is asked."""
    if not may_see_capacity(user):
        raise NotAllowed("Whose time is asked for what is shown to QA and to the audit subgroup.")


@dataclass(frozen=True)
class Everything:
    """What asks people's time from this week on: the tasks, the load by week, and what people can give."""

    today: date
    weeks: list[date]
    tasks: list[Task]
    load: Load
    calendar: Calendar
    hours: dict[str, float]


def everything(user: User, *, but_not: Work | None = None) -> Everything:
    """All that is open and planned of the coming year; ``but_not`` a piece of work that is looked at by itself."""
    today = timezone.localdate()
    weeks = weeks_between(today, today + timedelta(weeks=WEEKS - 1))
    until = weeks[-1] + timedelta(days=6)
    hours = efforts()
    tasks = [
        *open_tasks(user, until=until, hours=hours),
        *coming_tasks(today=today, hours=hours),
        *settled_tasks(until=until, hours=hours, but_not=but_not),
    ]
    calendar = calendar_of(weeks[0], until, hours=hours)
    return Everything(today, weeks, tasks, load_of(tasks, today=today, days_off=calendar.days_off), calendar, hours)


@dataclass(frozen=True)
class Cell:
    """One week of one person: hours asked, hours that can be given, and whether that is too much."""

    week: date
    hours: float
    limit: float

    @property
    def over(self) -> bool:
        return level_of(self.hours, self.limit) == 3


@dataclass(frozen=True)
class Row:
    """One person's year."""

    person: User
    cells: list[Cell]

    @property
    def total(self) -> float:
        return sum(cell.hours for cell in self.cells)

    @property
    def weeks_over(self) -> int:
        return sum(cell.over for cell in self.cells)


def rows_of(found: Everything, *, only: set[int] | None = None, only_over: bool = False) -> list[Row]:
    """A row for everybody of whom something is asked, whoever is over their limit most often first."""
    keys = [key for key in found.load if only is None or key in only]
    people = people_named(keys)
    rows = [
        Row(
            people[key],
            [Cell(week, found.load[key].get(week, 0.0), found.calendar.limit(key, week)) for week in found.weeks],
        )
        for key in keys
        if key in people
    ]
    if only_over:
        rows = [row for row in rows if row.weeks_over]
    return sorted(rows, key=lambda row: (-row.weeks_over, -row.total, row.person.name.casefold(), row.person.pk))


@require_safe
def year(request: SignedInRequest) -> HttpResponse:
    """Everybody's coming year: the picture, and the table of thirteen weeks at a time."""
    demand_capacity(request.user)
    form = LoadForm(request.GET)
    found = everything(request.user)
    rows = rows_of(found, only=form.people(on=found.today), only_over=form.only_over)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    first = _first_week(request.GET.get("from", ""), found.weeks)
    shown = found.weeks[first : first + WEEKS_SHOWN]
    kept = {name: request.GET[name] for name in ("place", "over") if request.GET.get(name)}

    def address(**changes: Any) -> str:
        return f"?{urlencode({**kept, **changes})}"

    context = {
        "form": form,
        "filtered": bool(kept),
        "page": page,
        "weeks": shown,
        "rows": [(row, row.cells[first : first + WEEKS_SHOWN]) for row in page],
        "chart": year_chart("capacity", "Hours asked by week", found.weeks, _strips(rows)) if rows else "",
        "more_than_drawn": MOST_PEOPLE if len(rows) > MOST_PEOPLE else 0,
        "earlier": address(**{"from": found.weeks[max(first - WEEKS_SHOWN, 0)]}) if first else "",
        "later": address(**{"from": found.weeks[first + WEEKS_SHOWN]})
        if first + WEEKS_SHOWN < len(found.weeks)
        else "",
        "previous": page.has_previous() and address(page=page.previous_page_number(), **{"from": found.weeks[first]}),
        "next": page.has_next() and address(page=page.next_page_number(), **{"from": found.weeks[first]}),
        "query": urlencode(kept),
        "limit": found.hours["week"],
        "works": proposed_works(request.user),
        "may_set": may_plan_work(request.user),
    }
    return render(request, "audits/capacity/year.html", context)


def proposed_works(user: User) -> list[Work]:
    """Work that is proposed and not agreed yet: what it would do to whom can be looked at."""
    return list(works_visible_to(user).filter(state=WorkState.PROPOSED).order_by("fieldwork_from", "pk")[:20])


def _strips(rows: Sequence[Row]) -> list[Strip]:
    return [Strip(row.person.name, [(cell.hours, cell.limit) for cell in row.cells]) for row in rows[:MOST_PEOPLE]]


def _first_week(text: str, weeks: list[date]) -> int:
    """Where the table begins: the week that the address names, else this one."""
    try:
        return weeks.index(monday(date.fromisoformat(text)))
    except ValueError:
        return 0


@require_safe
def export(request: SignedInRequest, file_format: str) -> HttpResponseBase:
    """The whole year as a file, one row a person and week."""
    demand_capacity(request.user)
    form = LoadForm(request.GET)
    found = everything(request.user)
    rows = rows_of(found, only=form.people(on=found.today), only_over=form.only_over)
    name = f"capacity-{found.today:%Y-%m-%d}"
    headings = ["Person", "Week from", "Hours asked", "Hours they can give", "Over"]
    if file_format == "csv":
        return csv_response(f"{name}.csv", headings, _lines(rows))
    return xlsx_response(f"{name}.xlsx", headings, _lines(rows))


def _lines(rows: Sequence[Row]) -> Iterator[list[Any]]:
    for row in rows:
        for cell in row.cells:
            if cell.hours >= 0.05:
                over = round(max(cell.hours - cell.limit, 0), 1)
                yield [row.person.name, cell.week, round(cell.hours, 1), round(cell.limit, 1), over]


@require_safe
def person(request: SignedInRequest, pk: int) -> HttpResponse:
    """What asks one person's time, in the order in which it is due."""
    demand_capacity(request.user)
    who = get_object_or_404(people_in_capacity(request.user), pk=pk)
    found = everything(request.user)
    own = sorted((task for task in found.tasks if task.person == pk), key=lambda task: (task.due_on, task.key))
    rows = rows_of(found, only={pk})
    context = {
        "who": who,
        "tasks": own,
        "row": rows[0] if rows else None,
        "total": sum(task.hours for task in own),
        "today": found.today,
        "chart": year_chart("capacity", f"Hours asked of {who} by week", found.weeks, _strips(rows)) if rows else "",
    }
    return render(request, "audits/capacity/person.html", context)


@get_or_post
def effort(request: SignedInRequest) -> HttpResponse:
    """How many hours a kind of task takes here."""
    if not may_plan_work(request.user):
        raise NotAllowed("QA managers say how long a task takes.")
    form = EffortForm(request.POST or None, hours=efforts())
    if request.method == "POST" and form.is_valid():
        changed = set_efforts(form.said(), by=request.user)
        messages.success(request, f"Saved: {', '.join(changed)}." if changed else "Nothing was changed.")
        return redirect("capacity:year")
    return render(request, "audits/capacity/effort.html", {"form": form}, status=422 if form.errors else 200)
