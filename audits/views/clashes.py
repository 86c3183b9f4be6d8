"""What a new piece of work would do to whom, when it would clash least, and what an inspection would make slip."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from audits.access.programme import may_with_work, people_in_capacity, works_visible_to
from audits.capacity import Clash, Inspection, Load, Proposal, Slip, Task, clashes, load_of, monday, proposals, slips
from audits.forms.capacity import InspectionForm
from audits.models import Work
from audits.queries.capacity import INSPECTION_WEEKS, inspected_by_default, people_named, tasks_of
from audits.views.capacity import Everything, demand_capacity, everything
from qaf.people.models import User
from qaf.requests import SignedInRequest

# How far around its own first day a piece of work could be moved, in weeks; and how many days are proposed.
AROUND, PROPOSED = 12, 3
SLIPS_SHOWN = 200


@dataclass(frozen=True)
class Asked:
    """What a piece of work asks of one person, and their weeks in which it is too much."""

    person: User
    hours: float
    clashes: list[Clash]


@dataclass(frozen=True)
class Effect:
    """What a piece of work does: to whom, where it is too much, and the days on which it would clash least."""

    asked: list[Asked]
    clashes: list[Clash]
    now: Proposal | None
    better: list[Proposal]

    @property
    def hours_over(self) -> float:
        return self.now.hours_over if self.now else 0.0


def effect_of(work: Work, user: User) -> Effect:
    """Weigh a piece of work against everything else that asks the same people's time."""
    found = everything(user, but_not=work)
    tasks = tasks_of(work, hours=found.hours)
    new = load_of(tasks, today=found.today, days_off=found.calendar.days_off)
    over = [clash for clash in clashes(found.load, new, found.calendar) if clash.added_over > 0.05]
    people = people_named(new)
    asked = [
        Asked(people[key], sum(new[key].values()), [clash for clash in over if clash.person == key])
        for key in sorted(new, key=lambda key: (-sum(clash.added_over for clash in over if clash.person == key), key))
        if key in people
    ]
    now, better = _proposed(found, tasks)
    return Effect(asked, over, now, better)


def _proposed(found: Everything, tasks: list[Task]) -> tuple[Proposal | None, list[Proposal]]:
    """What its own first day means, and the days with less clash around it, the best first."""
    if not tasks:
        return None, []
    own = min(task.starts_on for task in tasks)
    first = max(monday(own) - timedelta(weeks=AROUND), monday(found.today) + timedelta(weeks=1))
    starts = [first + timedelta(weeks=n) for n in range(2 * AROUND + 1)]
    every = proposals(found.load, tasks, starts=[own, *(day for day in starts if day != own)], today=found.today,
                      calendar=found.calendar)  # fmt: skip
    now = next(one for one in every if one.starts_on == own)
    better = [one for one in every if one.hours_over < now.hours_over - 0.05]
    return now, better[:PROPOSED]


@require_safe
def work(request: SignedInRequest, reference: str) -> HttpResponse:
    """What a piece of work would do to whom, before it is agreed."""
    demand_capacity(request.user)
    found = get_object_or_404(works_visible_to(request.user), reference=reference)
    effect = effect_of(found, request.user)
    context = {"work": found, "effect": effect, "may_change": may_with_work(request.user, "change", found)}
    return render(request, "audits/capacity/work.html", context)


@dataclass(frozen=True)
class Slipping:
    """A task that slips, with its person."""

    person: User
    slip: Slip


@require_safe
def inspection(request: SignedInRequest) -> HttpResponse:
    """A trial run of an inspection: notified on a day, so many weeks, these people. Nothing is changed by it."""
    demand_capacity(request.user)
    found = everything(request.user)
    asked = set(found.load) | inspected_by_default(on=found.today)
    people = people_in_capacity(request.user).filter(pk__in=asked)
    form = InspectionForm(
        request.GET if "weeks" in request.GET else None,
        people=people,
        initial={
            "notified_on": found.today,
            "weeks": INSPECTION_WEEKS,
            "hours": f"{found.hours['inspection']:g}",
            "people": inspected_by_default(on=found.today),
        },
    )
    context: dict[str, Any] = {"form": form, "today": found.today}
    if form.is_bound and form.is_valid():
        context |= _tried(form.cleaned_data, found)
    return render(request, "audits/capacity/inspection.html", context, status=422 if form.errors else 200)


def _tried(said: dict[str, Any], found: Everything) -> dict[str, Any]:
    chosen = {person.pk: person for person in said["people"]}
    trial = Inspection.notified(
        said["notified_on"],
        weeks=said["weeks"],
        hours=dict.fromkeys(chosen, float(said["hours"])),
        days_off=found.calendar.days_off,
    )
    late = slips([task for task in found.tasks if task.person in chosen], trial, today=found.today,
                 calendar=found.calendar)  # fmt: skip
    during = _during(found.load, trial, chosen)
    return {
        "trial": trial,
        "slips": [Slipping(chosen[slip.task.person], slip) for slip in late[:SLIPS_SHOWN]],
        "slip_count": len(late),
        "people_late": len({slip.task.person for slip in late}),
        "during": during,
        "asked_of": len(chosen),
    }


def _during(load: Load, trial: Inspection, people: dict[int, User]) -> list[tuple[User, float]]:
    """The hours of other work that these people have in the weeks of the inspection, the most first."""
    weeks: set[date] = set()
    week = monday(trial.starts_on)
    while week <= trial.ends_on:
        weeks.add(week)
        week += timedelta(weeks=1)
    hours = {key: sum(load.get(key, {}).get(one, 0.0) for one in weeks) for key in people}
    return sorted(((people[key], hours[key]) for key in people), key=lambda pair: (-pair[1], pair[0].name))
