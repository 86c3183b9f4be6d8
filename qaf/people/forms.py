"""Forms of the people's pages."""

from django import forms

from qaf.people.models import Team
from qaf.people.roles import Role


class DirectoryForm(forms.Form):
    """What to look for in the directory; all of it optional, and all of it in the address."""

    search = forms.CharField(label="Name or e-mail address", required=False, max_length=100)
    role = forms.ChoiceField(label="Role held today", required=False, choices=[("", "Any role"), *Role.choices])
    team = forms.ModelChoiceField(
        label="Team", required=False, queryset=Team.objects.select_related("service"), empty_label="Any team"
    )
    optional_unmarked = True


class UploadForm(forms.Form):
    """A list of people."""

    file = forms.FileField(
        label="List of people",
        help_text="A CSV or XLSX file with the columns of the template.",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={
            "required": "Choose the file that holds the list",
            "empty": "The file is empty. Choose the file that holds the list",
        },
    )
