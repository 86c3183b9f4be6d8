"""What the pages of coverage are narrowed to, read from the page's address so that a page can be kept and sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings

from audits.access.coverage import services_led_by
from audits.access.schedule import covered_services, covered_teams
from audits.coverage import Duty, months_after
from audits.cycles import cycle_of
from audits.forms.tracker import PickField
from audits.queries.coverage import Narrowing
from audits.queries.tracker_choices import Offered, choices
from qaf.people.models import Service, User

PERIODS = {
    "cycle": "Cycles running now",
    "quarter": "This quarter",
    "last_quarter": "Last quarter",
    "year": "This programme year",
    "last_year": "Last programme year",
}
# How many months of clinic sheets are offered, the running one first.
CLINIC_MONTHS = 13


def period_of(name: str, today: date) -> tuple[date, date]:
    """The first and the last day of a period by its name in ``PERIODS``; today twice for the running cycles."""
    if name == "cycle":
        return today, today
    length = 3 if name.endswith("quarter") else 12
    starts_month = settings.SCHEDULE_YEAR_STARTS_MONTH
    first, last = cycle_of(today, every_months=length, starts_month=starts_month)
    if name.startswith("last"):
        return cycle_of(first - timedelta(days=1), every_months=length, starts_month=starts_month)
    return first, last


def _places(user: User) -> tuple[Offered, Offered]:
    """The services and teams that the person's posts cover, to choose from."""
    services = [(str(pk), name) for pk, name in covered_services(user).order_by("name").values_list("pk", "name")]
    teams: dict[str, list[tuple[str, str]]] = {}
    rows = covered_teams(user).order_by("service__name", "name").values_list("pk", "name", "service__name")
    for pk, name, service in rows:
        teams.setdefault(service, []).append((str(pk), name))
    return Offered.of(("", services)), Offered.of(*teams.items())


class _Filters(forms.Form):
    """Filters that do not fit are named in a message and left out; they never make a page an error."""

    def offer(self, lists: dict[str, Offered], nothing_chosen: Mapping[str, str | None]) -> None:
        """Say what each list offers, and the words of choosing nothing in it; then read what was chosen."""
        for name, offered in lists.items():
            field = self.fields[name]
            if isinstance(field, PickField):
                field.offer(offered, empty_words=nothing_chosen.get(name, "All"))
        self.full_clean()

    def pk(self, name: str) -> int | None:
        """The key that was chosen; None for none, and for one that is not offered."""
        return int(self.cleaned_data[name]) if self.cleaned_data.get(name) else None

    def in_use(self) -> dict[str, str]:
        """The filters in force: their names as in the address, and their words for people."""
        words = {}
        for name, field in self.fields.items():
            if name == "sort" or not self.cleaned_data.get(name):
                continue
            chosen = field.widget.offered.words[self.cleaned_data[name]] if isinstance(field, PickField) else ""
            words[name] = f"{field.label}: {chosen}" if chosen else str(field.label)
        return words


class CoverageForm(_Filters):
    """The filters of expected against done."""

    period = PickField(label="Period", what="period")
    service = PickField(label="Service", what="service")
    team = PickField(label="Team", what="team")
    type = PickField(label="Type of audit", what="type of audit")
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, user: User, today: date) -> None:
        super().__init__(data, auto_id="filter-%s")
        self.today = today
        services, teams = _places(user)
        periods = Offered.of(("", [(key, words) for key, words in PERIODS.items() if key != "cycle"]))
        lists = {"period": periods, "service": services, "team": teams, "type": choices().type}
        self.offer(lists, {"period": PERIODS["cycle"]})

    def narrowing(self) -> Narrowing:
        """The filters that could be read."""
        name = self.cleaned_data.get("period") or "cycle"
        first, last = period_of(name, self.today)
        return Narrowing(
            first, last, name == "cycle", service=self.pk("service"), type=self.pk("type"), team=self.pk("team")
        )

    @property
    def period_words(self) -> str:
        """Which cycles count, in a sentence."""
        narrowing = self.narrowing()
        if narrowing.running:
            return f"Cycles that are running on {self.today:%-d %B %Y}."
        return f"Cycles that end from {narrowing.first:%-d %B %Y} to {narrowing.last:%-d %B %Y}."


class ObservationsForm(_Filters):
    """The filters of who is to be observed."""

    service = PickField(label="Service", what="service")
    team = PickField(label="Team", what="team")
    duty = PickField(label="What for", what="duty")
    late = forms.BooleanField(label="Late only", required=False)
    unseen = forms.BooleanField(label="Not observed in the last 12 months", required=False)
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data, auto_id="filter-%s")
        services, teams = _places(user)
        duties = Offered.of(("", [(duty.name.lower(), duty.value) for duty in Duty]))
        self.offer({"service": services, "team": teams, "duty": duties}, {})

    @property
    def chosen_duty(self) -> Duty | None:
        chosen = self.cleaned_data.get("duty")
        return Duty[chosen.upper()] if chosen else None


class ClinicForm(_Filters):
    """Which service's sheet, of which month; the first service and the running month unless chosen."""

    service = PickField(label="Service", what="service")
    month = PickField(label="Month", what="month")

    def __init__(self, data: Any, *, user: User, today: date) -> None:
        super().__init__(data, auto_id="clinic-%s")
        self.services = {one.pk: one for one in services_led_by(user).select_related("agency").order_by("name")}
        firsts = [months_after(today.replace(day=1), -back) for back in range(CLINIC_MONTHS)]
        self.running = firsts[0]
        services = Offered.of(("", [(str(pk), one.name) for pk, one in self.services.items()]))
        months = Offered.of(("", [(f"{first:%Y-%m}", f"{first:%B %Y}") for first in firsts]))
        self.offer({"service": services, "month": months}, {"service": None, "month": None})

    @property
    def chosen_service(self) -> Service | None:
        """The service whose sheet is wanted; None when the person leads none."""
        pk = self.pk("service")
        return self.services[pk] if pk is not None else next(iter(self.services.values()), None)

    @property
    def first_of_month(self) -> date:
        """The first day of the month."""
        chosen = self.cleaned_data.get("month")
        return date.fromisoformat(f"{chosen}-01") if chosen else self.running
