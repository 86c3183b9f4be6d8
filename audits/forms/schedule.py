"""The schedule's filters, a row of it, and the day on which a row ends."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone

from audits.access.schedule import services_planned_by
from audits.models import AuditType, Expectation, FormVersion, Selection
from audits.queries.schedule import EVERY, NONE, Filters
from audits.schedule_words import FREQUENCIES, WORDS
from audits.workflow.schedule_rows import RowFields
from qaf.dates import DateField
from qaf.people.models import Service, User
from qaf.people.roles import Role

_FROM_THE_LIST = "Choose from the list"
WHOLE, LATER = "whole", "later"


class FilterForm(forms.Form):
    """What the list shows, read from the page's address."""

    service = forms.ChoiceField(label="Service", required=False)
    type = forms.ChoiceField(label="Type of audit", required=False)
    selection = forms.ChoiceField(label="Who selects", required=False, choices=[("", "Anybody"), *Selection.choices])
    sort = forms.ChoiceField(
        label="Sort by",
        required=False,
        choices=[
            ("order", "Order of the framework"),
            ("service", "Service, A to Z"),
            ("type", "Type of audit, A to Z"),
            ("often", "Most often first"),
            ("first_day", "First day"),
        ],
    )
    on = DateField(
        what="the day",
        label="In force on",
        required=False,
        help_text="Empty: now or later",
    )
    past = forms.BooleanField(label="Rows that have ended as well", required=False)
    unmatched = forms.BooleanField(label="Only rows without a service here", required=False)
    optional_unmarked = True

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        services = Service.objects.select_related("agency").order_by("name", "agency__name")
        self.fields["service"].choices = [  # type: ignore[attr-defined]
            ("", "All"),
            (EVERY, "Rows of every service"),
            *((str(one.pk), f"{one.name} ({one.agency.name})") for one in services),
        ]
        self.fields["type"].choices = [  # type: ignore[attr-defined]
            ("", "All"),
            (NONE, "No type here"),
            *((str(one.pk), one.title) for one in AuditType.objects.order_by("title")),
        ]

    def filters(self) -> Filters:
        """What was asked for; a filter that makes no sense is left out, and said in the form's errors."""
        self.full_clean()
        said = self.cleaned_data
        return Filters(
            service=said.get("service") or "",
            type=said.get("type") or "",
            selection=said.get("selection") or "",
            on=said.get("on"),
            past=said.get("past", False),
            unmatched=said.get("unmatched", False),
            sort=said.get("sort") or "order",
        )


def _words(name: str, limit: int) -> forms.CharField:
    return forms.CharField(
        label=WORDS[name].partition(",")[0],
        max_length=limit,
        required=False,
        error_messages={"max_length": f"Enter {limit} characters or fewer"},
    )


class RowForm(forms.Form):
    """A row: what is expected in which service, from whom, how often, and from when to when."""

    service = forms.ChoiceField(
        label="Service",
        required=False,
        error_messages={
            "invalid_choice": "This service is not there any more, or belongs to another part of the organisation than "
            "your post. Choose one from the list"
        },
    )
    type = forms.ModelChoiceField(AuditType.objects.none(), label="Type of audit", required=False)
    other_type = forms.ModelChoiceField(
        AuditType.objects.none(),
        label="Or instead of it",
        required=False,
        help_text="For a row that asks for either of two, such as a peer audit or an observation.",
    )
    every_months = forms.TypedChoiceField(
        label="How often?",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "Not yet said"), *((str(months), words) for months, words in FREQUENCIES.items())],
        error_messages={
            "invalid_choice": "Choose every 1, 2, 3, 4, 6 or 12 months: other cycles do not fit into a year"
        },
        help_text="Cycles are counted from the start of the programme’s year.",
    )
    each = forms.IntegerField(
        label="How many audits from each auditor a cycle?",
        min_value=1,
        max_value=10,
        initial=1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-2"}),
        error_messages={
            "required": "Enter how many audits each auditor does a cycle, such as 1",
            "invalid": "Enter a whole number of audits, such as 1",
            "min_value": "Enter 1 or more",
            "max_value": "Enter 10 or fewer",
        },
    )
    auditor_role = forms.ChoiceField(
        label="Who audits: everybody in the service with the role",
        required=False,
        choices=[("", "Not yet said"), *Role.choices],
        error_messages={"invalid_choice": _FROM_THE_LIST},
    )
    selection = forms.ChoiceField(
        label="Who selects what is audited?",
        choices=Selection.choices,
        initial=Selection.UNDECIDED,
        error_messages={"required": _FROM_THE_LIST, "invalid_choice": _FROM_THE_LIST},
    )
    how = forms.ChoiceField(
        label="From which day?",
        widget=forms.RadioSelect,
        choices=[],
        error_messages={"required": "Choose from which day this holds", "invalid_choice": _FROM_THE_LIST},
    )
    from_day = DateField(
        what="the day from which this holds",
        label="The later day",
        required=False,
        help_text="What held until the day before stays in the history.",
    )
    valid_from = DateField(what="the first day", label="First day")
    valid_until = DateField(
        what="the last day", label="Last day", required=False, help_text="Empty: until the row is changed or ended."
    )
    service_name = _words("service_name", 120)
    type_name = _words("type_name", 120)
    frequency_name = _words("frequency_name", 60)
    auditor_name = _words("auditor_name", 120)
    form_name = _words("form_name", 120)
    moderation_name = _words("moderation_name", 120)
    selection_name = _words("selection_name", 120)
    optional_unmarked = True

    def __init__(self, data: Any = None, *, user: User, row: Expectation | None = None, cycled: bool = False) -> None:
        """``cycled``: cycles of the row were opened, so what it means is changed from a later day on alone."""
        super().__init__(data, initial=initial_of(row) if row else {"valid_from": timezone.localdate()})
        services = services_planned_by(user).select_related("agency").order_by("name", "agency__name")
        self.services = {str(one.pk): one for one in services}
        self.fields["service"].choices = [  # type: ignore[attr-defined]
            ("", "None here yet"),
            (EVERY, "Every service"),
            *((key, f"{one.name} ({one.agency.name})") for key, one in self.services.items()),
        ]
        self._offer_types(row)
        if row is None:
            del self.fields["how"], self.fields["from_day"]
            return
        whole = f"From the first day on, {row.valid_from:%-d %B %Y}: it was wrong, and is corrected"
        if cycled:
            whole = "Only the words or the last day change"
        self.fields["how"].choices = [  # type: ignore[attr-defined]
            (WHOLE, whole),
            (LATER, "From a later day on"),
        ]
        self.initial["how"] = LATER if cycled else WHOLE

    def _offer_types(self, row: Expectation | None) -> None:
        published = FormVersion.objects.filter(state=FormVersion.State.PUBLISHED)
        wanted = Q(is_active=True, form__in=published.values("form"))
        if row is not None:
            # One that was switched off since may stay in its row.
            wanted |= Q(pk__in=[key for key in (row.type_id, row.other_type_id) if key])
        types = AuditType.objects.filter(wanted).select_related("process").order_by("title")
        for name, nothing in (("type", "None here: nothing can be allocated"), ("other_type", "No other type")):
            field = self.fields[name]
            field.queryset = types  # type: ignore[attr-defined]
            field.empty_label = nothing  # type: ignore[attr-defined]
            field.label_from_instance = lambda kind: (  # type: ignore[attr-defined]
                kind.title if kind.is_active else f"{kind.title} (switched off)"
            )
            field.error_messages["invalid_choice"] = (
                "This type is not there any more, is switched off, or its form is not published. Choose another"
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        service = cleaned.get("service", "")
        if not (service or cleaned.get("service_name") or "service" in self.errors):
            self.add_error("service", "Choose a service, or enter below how the framework calls it")
        if not (cleaned.get("type") or cleaned.get("type_name") or "type" in self.errors):
            self.add_error("type", "Choose a type of audit, or enter below how the framework calls it")
        if cleaned.get("how") == LATER and not cleaned.get("from_day") and "from_day" not in self.errors:
            self.add_error("from_day", "Enter the day from which this holds, such as 1 4 2027")
        return cleaned

    def said(self) -> RowFields:
        """What was entered; call it on a valid form."""
        said = {name: value for name, value in self.cleaned_data.items() if name not in ("how", "from_day")}
        chosen = said.pop("service")
        service = self.services.get(chosen)
        said["service_name"] = said["service_name"] or (service.name if service else "Every service")
        said["type_name"] = said["type_name"] or " or ".join(
            kind.title for kind in (said["type"], said["other_type"]) if kind
        )
        return RowFields(**said, service=service, every_service=chosen == EVERY)

    @property
    def later(self) -> date | None:
        """From which later day the change holds; None: from the row's first day. Call it on a valid form."""
        day: date | None = self.cleaned_data.get("from_day")
        return day if self.cleaned_data.get("how") == LATER else None


def initial_of(row: Expectation) -> dict[str, Any]:
    same = [name for name in RowForm.base_fields if name not in ("service", "how", "from_day")]
    service = EVERY if row.every_service else str(row.service_id or "")
    return {"service": service, **{name: getattr(row, name) for name in same}}


class ServiceForm(forms.Form):
    """Which service here is meant by the framework's name."""

    service = forms.ModelChoiceField(
        Service.objects.none(),
        label="Service",
        empty_label="Choose a service",
        error_messages={
            "required": "Choose a service",
            "invalid_choice": "This service is not there any more, or belongs to another part of the organisation than "
            "your post. Choose one from the list",
        },
    )

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        services = services_planned_by(user).select_related("agency").order_by("name", "agency__name")
        field = self.fields["service"]
        field.queryset = services  # type: ignore[attr-defined]
        field.label_from_instance = lambda one: f"{one.name} ({one.agency.name})"  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """On which day a row ends."""

    last_day = DateField(
        what="the last day",
        label="Last day",
        help_text="Cycles that were opened until then go on; none is opened after it.",
    )
