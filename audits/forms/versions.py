"""The filters of the list of forms."""

from __future__ import annotations

from django import forms

from audits.models import Pack
from audits.queries.forms import OWN, STATES


class FormFilter(forms.Form):
    """Read from the page's address, so that a filtered list can be kept and sent."""

    # Every filter may be left empty, which needs no saying.
    optional_unmarked = True

    words = forms.CharField(
        label="Search for forms",
        required=False,
        max_length=200,
        help_text="Words of the form’s name, its pack, or a type of audit that uses it",
    )
    pack = forms.ChoiceField(label="Comes from", required=False)
    state = forms.ChoiceField(label="State", required=False, choices=[("", "Any"), *STATES])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        packs = Pack.objects.order_by("title").values_list("key", "title")
        choices = [("", "Anywhere"), (OWN, "This site’s own"), *packs]
        self.fields["pack"].choices = choices  # type: ignore[attr-defined]

    def filters(self) -> dict[str, str]:
        """What to look for; a value that cannot be is left out."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in ("words", "pack", "state")}
