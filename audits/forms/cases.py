"""The forms of the case lists: upload, say which column is what, look up, filter."""

from typing import Any

from django import forms

from audits.access import qa_teams
from audits.case_columns import FIELD_NAMES, FIELDS_OF, Mapping, heading_for, map_columns
from audits.models import LegalStatus, ListKind, ListSource
from audits.queries.cases import SORTS
from audits.workflow.list_sources import source_called
from qaf.people.models import Team, User

STATUSES = [(value, label) for value, label in LegalStatus.choices if value != LegalStatus.CONTACT]


def _status_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Which status do the children in the list have?",
        required=False,
        choices=[("", "The list says so itself"), *STATUSES],
        help_text="Used for rows that name no status.",
    )


def _team_field(user: User, *, needed: bool) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        qa_teams(user).order_by("name"),
        label="Team" if needed else "Which team do the cases belong to?",
        required=needed,
        empty_label="Choose a team" if needed else "The list says so itself",
        help_text="The contacts belong to this team." if needed else "Only for a list without a column for the team.",
        error_messages={"required": "Choose the team that the contacts belong to"},
    )


class UploadForm(forms.Form):
    """A list from the case system: of a source that is known from the last time, or of a new one."""

    source = forms.CharField(
        label="What is this list called?",
        max_length=120,
        help_text=(
            "For example “Annex A list 6”. Its columns are remembered under this name for the next time. No child's "
            "name."
        ),
        error_messages={"required": "Say what the list is called"},
    )
    kind = forms.ChoiceField(label="Which list is it?", choices=ListKind.choices)
    file = forms.FileField(
        label="The list",
        help_text=(
            "A CSV or XLSX file with a heading for each column, such as an Annex A list. Columns that are not needed "
            "are ignored."
        ),
        error_messages={
            "required": "Choose the file that holds the list",
            "empty": "The file is empty. Choose the file that holds the list",
        },
    )
    sheet = forms.CharField(
        label="Sheet",
        max_length=60,
        required=False,
        help_text="Of a workbook with several sheets the one to read, if it is not found by its headings.",
    )
    close_missing = forms.BooleanField(
        label="Close cases that are no longer in this list",
        required=False,
        help_text=(
            "Of each team and status that the list holds, cases that are open here but not in the list are closed as "
            "of today, unless the child is on another list. Cases of other teams and statuses stay as they are."
        ),
    )
    look_at_columns = forms.BooleanField(
        label="Let me look at the columns first",
        required=False,
        help_text="Otherwise you are asked only when one that is needed is not found.",
    )

    def __init__(self, *args: Any, user: User, known: ListSource | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix, self.known = "", known
        if known is not None:
            del self.fields["source"], self.fields["kind"]
            self.initial["close_missing"] = known.close_missing
            self.initial["team"] = known.team_id
        kind = known.kind if known is not None else ""
        if kind in ("", ListKind.MIXED):
            self.fields["status"] = _status_field()
        self.fields["team"] = _team_field(user, needed=kind == ListKind.CONTACTS)
        if not kind:
            self.fields["team"].help_text = "Needed for contacts, and for other lists without a column for the team."
        self.order_fields(["source", "kind", "file", "sheet", "team", "status", "close_missing", "look_at_columns"])

    def clean_source(self) -> str:
        name: str = " ".join(self.cleaned_data["source"].split())
        taken = source_called(name)
        if taken is not None:
            raise forms.ValidationError(
                f"A list called “{taken.name}” was imported before. Choose it among those above, or give this one "
                "another name"
            )
        return name

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.known is None and data.get("kind") == ListKind.CONTACTS and not data.get("team"):
            self.add_error("team", "Choose the team that the contacts belong to")
        return data

    def said(self) -> dict[str, Any]:
        """What ``look_over`` asks for beside the file."""
        data = self.cleaned_data
        return {
            "source": self.known.name if self.known is not None else data["source"],
            "kind": self.known.kind if self.known is not None else data["kind"],
            "status": data.get("status", ""),
            "team": data.get("team"),
            "close_missing": data["close_missing"],
            "sheet": data["sheet"],
            "look_at_columns": data["look_at_columns"],
        }


class ColumnsForm(forms.Form):
    """Which of a file's headings is what: a select for each field that is kept."""

    def __init__(
        self, *args: Any, headers: list[str], kind: str, mapping: Mapping, status: str, team: Any, user: User,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.label_suffix, self.headers, self.kind = "", headers, kind
        columns = map_columns(headers, kind=kind, mapping=mapping)
        choices = [("", "Not in this list"), *((header, header) for header in headers)]
        for name in FIELDS_OF[kind]:
            needed = name == "identifier"
            self.fields[name] = forms.ChoiceField(
                label=FIELD_NAMES[name],
                required=needed,
                choices=choices,
                initial=heading_for(columns, name),
                help_text=HELP.get(name, ""),
                error_messages={"required": "Choose the column that holds the child’s identifier"},
            )
        if "team" in FIELDS_OF[kind]:
            self.fields["team_of_all"] = _team_field(user, needed=False)
            self.fields["team_of_all"].initial = team
        if kind == ListKind.MIXED:
            self.fields["status_of_all"] = _status_field()
            self.fields["status_of_all"].initial = status

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "team" in self.fields and not data.get("team") and not data.get("team_of_all"):
            self.add_error("team", "Choose the column that holds the team, or the team that all the cases belong to")
        if "status_of_all" in self.fields and not data.get("status") and not data.get("status_of_all"):
            self.add_error("status", "Choose the column that holds the status, or the status that all children have")
        chosen: dict[str, str] = {}
        for name in FIELDS_OF[self.kind]:
            heading = data.get(name)
            if heading and heading in chosen:
                other = FIELD_NAMES[chosen[heading]].lower()
                self.add_error(name, f"“{heading}” is chosen for {other} already. One column holds one thing")
            elif heading:
                chosen[heading] = name
        return data

    def mapping(self) -> Mapping:
        """The headings as they were chosen."""
        data = self.cleaned_data
        return {name: [data[name]] if data.get(name) else [] for name in FIELDS_OF[self.kind]}

    def not_kept(self) -> list[str]:
        """The headings that nothing is read from, as the form stands."""
        read = {self[name].value() for name in FIELDS_OF[self.kind]}
        return [header for header in self.headers if header not in read]


HELP = {
    "birth": "Gives the age and is then dropped.",
    "initials": "Never a full name.",
    "holder": "The worker’s name or e-mail address, so that nobody is given their own case.",
    "gender": "Kept for the balance of samples alone.",
    "ethnicity": "Kept for the balance of samples alone.",
    "detail": "The category of abuse, the legal status in care, or the source of a contact.",
}


class IdentifierForm(forms.Form):
    """Find one child's case by the identifier that the case system gives. Sent in the body, never in an address."""

    identifier = forms.CharField(
        label="Child's identifier",
        max_length=50,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "govuk-input--width-20", "spellcheck": "false"}),
        error_messages={"required": "Enter the identifier that the case system gives the child"},
    )


class CaseFilterForm(forms.Form):
    """Which cases the list shows, and in which order."""

    team = forms.ModelChoiceField(Team.objects.none(), label="Team", required=False, empty_label="All teams")
    status = forms.ChoiceField(label="Status", required=False, choices=[("", "All"), *LegalStatus.choices])
    sort = forms.ChoiceField(
        label="Sort by", required=False, choices=[(key, words) for key, (_, words) in SORTS.items()]
    )
    closed = forms.BooleanField(label="Show closed cases too", required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = qa_teams(user)  # type: ignore[attr-defined]
        self.label_suffix = ""

    def chosen(self) -> dict[str, Any]:
        """The filter as ``cases_for_list`` takes it; what is not a choice counts as not chosen."""
        self.is_valid()
        data = getattr(self, "cleaned_data", {})
        return {
            "team": data.get("team"),
            "status": data.get("status") or "",
            "show_closed": bool(data.get("closed")),
            "sort": data.get("sort") or "team",
        }
