"""What the figures of agreement are narrowed to, read from the page's address so that a page can be kept and sent."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.cache import cache

from audits.forms.tracker import PickField
from audits.models import FormVersion
from audits.queries.tracker_choices import Offered, choices
from moderation.access.agreement import Standpoint
from moderation.queries.agreement import DOMAINS, OVERALL, Narrowing, domain_titles, quarter_words

KEPT_AS, KEPT_SECONDS = "moderation.agreement.domains", 60
# Four years of quarters can be chosen; older work counts wherever no beginning is chosen.
QUARTERS = 16
DIVIDED_BY = {
    "domain": "Domain",
    "quarter": "Quarter",
    "form": "Form",
    "team": "Team",
    "auditor": "Auditor",
    "moderator": "Moderator",
}
NOTHING_CHOSEN = {"by": None, "since": "The beginning", "until": "Today"}
GRADED = Offered.of(("", [(OVERALL, "Overall grades"), (DOMAINS, "Grades of domains")]))


def quarter_start(day: date) -> date:
    """The first day of the quarter that a day lies in."""
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def recent_quarters(today: date) -> list[date]:
    """The first days of the last ``QUARTERS`` quarters, the running one first."""
    found = [quarter_start(today)]
    while len(found) < QUARTERS:
        found.append(quarter_start(found[-1] - timedelta(days=1)))
    return found


def _domains() -> Offered:
    """The domains of all forms that may have audits, by title; read anew within a minute."""
    titles: dict[str, str] | None = cache.get(KEPT_AS)
    if titles is None:
        versions = FormVersion.objects.exclude(state=FormVersion.State.DRAFT).order_by("pk")
        titles = domain_titles(FormVersion.parsed_by_pk(pk) for pk in versions.values_list("pk", flat=True))
        cache.set(KEPT_AS, titles, KEPT_SECONDS)
    return Offered.of(("", sorted(titles.items(), key=lambda pair: pair[1].casefold())))


class AgreementForm(forms.Form):
    """Filters that do not fit are named in a message and left out; they never make the page an error."""

    by = PickField(label="Compare", what="comparison")
    since = PickField(label="Moderated from", what="quarter")
    until = PickField(label="Moderated to", what="quarter")
    type = PickField(label="Type of audit", what="type of audit")
    graded = PickField(label="Which grades", what="kind of grade")
    domain = PickField(label="Domain", what="domain")
    service = PickField(label="Service", what="service")
    team = PickField(label="Team", what="team")

    def __init__(self, data: Any, *, standpoint: Standpoint, today: date) -> None:
        super().__init__(data, auto_id="filter-%s")
        offered = choices()
        quarters = Offered.of(("", [(f"{first:%Y-%m}", quarter_words(first)) for first in recent_quarters(today)]))
        lists = {
            "by": Offered.of(("", [(key, DIVIDED_BY[key]) for key in standpoint.divisions])),
            "since": quarters,
            "until": quarters,
            "type": offered.type,
            "graded": GRADED,
            "domain": _domains(),
            "service": offered.service,
            "team": offered.team,
        }
        if standpoint is not Standpoint.OVERSIGHT:
            del self.fields["service"], self.fields["team"]
        for name, field in self.fields.items():
            if isinstance(field, PickField):
                field.offer(lists[name], empty_words=NOTHING_CHOSEN.get(name, "All"))

    def clean(self) -> dict[str, Any]:
        read: dict[str, Any] = super().clean() or self.cleaned_data
        if read.get("since") and read.get("until") and read["since"] > read["until"]:
            self.add_error("until", "The last quarter lies before the first. This was left out: choose a later one")
        return read

    @property
    def divided_by(self) -> str:
        """What the figures are divided by; domains unless something else was chosen."""
        return str(self.cleaned_data.get("by") or "domain")

    def narrowing(self) -> Narrowing:
        """The filters that could be read."""
        self.full_clean()
        read = self.cleaned_data

        def pk(name: str) -> int | None:
            return int(read[name]) if read.get(name) else None

        def first(name: str) -> date | None:
            return date.fromisoformat(f"{read[name]}-01") if read.get(name) else None

        last = first("until")
        return Narrowing(
            first=first("since"),
            # The day before the next quarter, which begins within 93 days.
            last=quarter_start(last + timedelta(days=93)) - timedelta(days=1) if last else None,
            type=pk("type"),
            service=pk("service"),
            team=pk("team"),
            domain=read.get("domain", ""),
            graded=read.get("graded", ""),
        )

    def in_use(self) -> dict[str, str]:
        """The filters in force: their names as in the address, and their words for people."""
        return {
            name: f"{field.label}: {field.widget.offered.words[self.cleaned_data[name]]}"
            for name, field in self.fields.items()
            if isinstance(field, PickField) and name != "by" and self.cleaned_data.get(name)
        }
