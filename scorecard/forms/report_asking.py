"""The forms that ask for a report: the kind first, then what that kind needs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from audits.coverage import months_after
from audits.queries.programme import year_in_words
from qaf.people.models import Agency, User
from scorecard.access import agencies_to_report_on, may_make_for
from scorecard.models import Report
from scorecard.quarters import Quarter, from_code, quarter_of, recent
from scorecard.queries.report_subjects import (
    kinds_for,
    services_to_report_on,
    works_to_report_on,
    years_to_report_on,
)
from scorecard.workflow.report_requests import Wanted, about_quarter, about_work, about_year

QUARTERS_OFFERED = 9
MONTHS_OFFERED = 13
EVERYTHING = "all"
DAY = timedelta(days=1)

# What each kind is for, in a sentence.
SENTENCES: Mapping[str, str] = {
    Report.Kind.QUARTERLY: "What was audited in a quarter, how it was graded, what families and workers said, and "
    "what was done about it.",
    Report.Kind.THEMATIC: "What the audits of one theme found, by line of enquiry, and where agencies differ. For work "
    "of the programme whose fieldwork is closed.",
    Report.Kind.PROGRAMME: "The pieces of work in a year’s programme: what was expected, and how far each is.",
    Report.Kind.OBSERVATION: "Practice that was observed in a quarter, and how many are still to be observed.",
    Report.Kind.AGENCY: "One agency’s or school’s own audits, actions, returns and figures in a quarter.",
    Report.Kind.CLINIC: "A service’s sheet for its monthly performance clinic, kept as it stood. It names managers.",
    Report.Kind.ANNUAL: "What the framework expected of a year, and what was done.",
    Report.Kind.SCORECARD: "The indicators of a quarter with their charts, narratives and comments, for a board.",
}


def _choice(label: str, what: str, hint: str = "", **widget: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        help_text=hint,
        error_messages={"required": f"Choose {what}", "invalid_choice": f"Choose {what} from the list"},
        **widget,
    )


class KindForm(forms.Form):
    """Which kind of report. The page draws the radio buttons itself, each with its sentence."""

    kind = _choice("What kind of report do you need?", "a kind of report", widget=forms.RadioSelect)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = kinds_for(user)
        _offer(self, "kind", [(kind.value, str(kind.label)) for kind in self.kinds], kwargs.get("initial"))

    @property
    def options(self) -> list[dict[str, Any]]:
        """Each kind with what it is for, and whether it is chosen."""
        chosen = self["kind"].value()
        return [
            {"value": kind.value, "label": kind.label, "sentence": SENTENCES[kind], "chosen": kind.value == chosen}
            for kind in self.kinds
        ]


def _offer(form: forms.Form, name: str, choices: list[tuple[str, str]], remembered: Mapping[str, Any] | None) -> None:
    """Give a field its choices; what was chosen the last time is chosen again where it is still offered."""
    field = form.fields[name]
    field.choices = choices  # type: ignore[attr-defined]
    last = (remembered or {}).get(name)
    offered = [value for value, _ in choices]
    form.initial[name] = last if last in offered else field.initial or (offered[0] if offered else None)


class AskingForm(forms.Form):
    """What one kind of report needs. ``wanted`` is what is asked for, of a form that is valid."""

    # What is said instead of the form when there is nothing to choose.
    nothing: ClassVar[str] = ""

    def __init__(self, *args: Any, user: User, kind: Report.Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.kind = user, kind
        self.today = timezone.localdate()
        self.offer(kwargs.get("initial"))

    def offer(self, remembered: Mapping[str, Any] | None) -> None:
        """Give every field its choices."""
        raise NotImplementedError

    @property
    def is_possible(self) -> bool:
        """Whether every list has something to choose."""
        return all(field.choices for field in self.fields.values())  # type: ignore[attr-defined]

    @property
    def wanted(self) -> Wanted:
        raise NotImplementedError


class QuarterForm(AskingForm):
    """A quarter."""

    quarter = _choice("Quarter", "a quarter", "A quarter that is still running is counted as it is today.")

    def offer(self, remembered: Mapping[str, Any] | None) -> None:
        running = quarter_of(self.today)
        self.fields["quarter"].initial = running.previous.code
        choices = [
            (quarter.code, f"{quarter.label} (still running)" if quarter == running else quarter.label)
            for quarter in recent(self.today, QUARTERS_OFFERED)
        ]
        _offer(self, "quarter", choices, remembered)

    @property
    def chosen_quarter(self) -> Quarter:
        return from_code(self.cleaned_data["quarter"])

    @property
    def wanted(self) -> Wanted:
        return about_quarter(self.kind, self.chosen_quarter)


class ScopeForm(QuarterForm):
    """A quarter, and whose audits."""

    scope = _choice("Whose audits", "whose audits to report on")

    def offer(self, remembered: Mapping[str, Any] | None) -> None:
        super().offer(remembered)
        self.agencies = {f"agency-{agency.pk}": agency for agency in agencies_to_report_on(self.user)}
        whole = [(EVERYTHING, "Whole organisation")] if may_make_for(self.user, None) else []
        _offer(self, "scope", [*whole, *((key, agency.name) for key, agency in self.agencies.items())], remembered)

    @property
    def wanted(self) -> Wanted:
        agency: Agency | None = self.agencies.get(self.cleaned_data["scope"])
        return about_quarter(self.kind, self.chosen_quarter, agency)


class AgencyForm(QuarterForm):
    """A quarter, and one agency or school."""

    nothing = "There is no agency yet whose QA you are of. Ask your administrator to enter the agencies."
    agency = _choice("Agency or school", "an agency or school")

    def offer(self, remembered: Mapping[str, Any] | None) -> None:
        super().offer(remembered)
        self.agencies = {str(agency.pk): agency for agency in agencies_to_report_on(self.user)}
        _offer(self, "agency", [(key, agency.name) for key, agency in self.agencies.items()], remembered)

    @property
    def wanted(self) -> Wanted:
        return about_quarter(self.kind, self.chosen_quarter, self.agencies[self.cleaned_data["agency"]])


class WorkForm(AskingForm):
    """A piece of work of the programme."""

    nothing = (
        "No audit of the programme has come to its analysis yet, or its agencies are not all yours. "
        "Close the fieldwork of one first."
    )
    work = _choice("Piece of work", "a piece of work")

    def offer(self, remembered: Mapping[str, Any] | None) -> None:
        self.works = {str(work.pk): work for work in works_to_report_on(self.user)}
        names = [(key, f"{work.title} ({work.reference})") for key, work in self.works.items()]
        _offer(self, "work", names, remembered)

    @property
    def wanted(self) -> Wanted:
        return about_work(self.works[self.cleaned_data["work"]])


class YearForm(AskingForm):
    """A year of the programme."""

    year = _choice("Year of the programme", "a year", "A year that is still running is counted as it is today.")

    def offer(self, remembered: Mapping[str, Any] | None) -> None:
        years = years_to_report_on(self.today)
        choices = [
            (str(year), f"{year_in_words(year)} (still running)" if year == years[0] else year_in_words(year))
            for year in years
        ]
        _offer(self, "year", choices, remembered)

    @property
    def wanted(self) -> Wanted:
        return about_year(self.kind, int(self.cleaned_data["year"]))


class ClinicForm(AskingForm):
    """A service and a month."""

    nothing = "Your posts cover no service as a whole. Ask QA of the whole organisation to make the sheet."
    service = _choice("Service", "a service")
    month = _choice("Month", "a month", "A month that is still running is shown as it stands today.")

    def offer(self, remembered: Mapping[str, Any] | None) -> None:
        self.services = {str(service.pk): service for service in services_to_report_on(self.user)}
        _offer(self, "service", [(key, service.name) for key, service in self.services.items()], remembered)
        running = self.today.replace(day=1)
        months = [months_after(running, -place) for place in range(MONTHS_OFFERED)]
        self.fields["month"].initial = f"{months[1]:%Y-%m}"
        choices = [
            (f"{month:%Y-%m}", f"{month:%B %Y} (still running)" if month == running else f"{month:%B %Y}")
            for month in months
        ]
        _offer(self, "month", choices, remembered)

    @property
    def wanted(self) -> Wanted:
        service = self.services[self.cleaned_data["service"]]
        year, month = map(int, self.cleaned_data["month"].split("-"))
        first = date(year, month, 1)
        return Wanted(self.kind, first, months_after(first, 1) - DAY, agency=service.agency, service=service)


FORMS: Mapping[str, type[AskingForm]] = {
    Report.Kind.QUARTERLY: ScopeForm,
    Report.Kind.THEMATIC: WorkForm,
    Report.Kind.PROGRAMME: YearForm,
    Report.Kind.OBSERVATION: ScopeForm,
    Report.Kind.AGENCY: AgencyForm,
    Report.Kind.CLINIC: ClinicForm,
    Report.Kind.ANNUAL: YearForm,
    Report.Kind.SCORECARD: QuarterForm,
}
