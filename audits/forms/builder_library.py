"""The forms of the library of questions."""

from typing import Any

from django import forms

from audits.forms.builder_words import kind_choices
from audits.kloe.kinds import KINDS
from audits.models import Pack

Json = dict[str, Any]


class SearchForm(forms.Form):
    """What to look for. It is sent with GET, and anything that is no choice counts as not given."""

    words = forms.CharField(
        label="Words", required=False, max_length=200, help_text="Found in questions, hints, guidance and titles."
    )
    kind = forms.ChoiceField(label="Kind of question", required=False)
    pack = forms.ChoiceField(label="Comes from", required=False)
    optional_unmarked = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(name, title) for name, title, _ in kind_choices(KINDS)]
        self.fields["kind"].choices = [("", "Any kind"), *kinds]  # type: ignore[attr-defined]
        packs = list(Pack.objects.order_by("title").values_list("key", "title"))
        self.fields["pack"].choices = [("", "Any form"), *packs]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, str]:
        """The filters as the search takes them."""
        self.is_valid()
        data = self.cleaned_data
        return {name: data.get(name, "") for name in ("words", "kind", "pack")}


class PickForm(forms.Form):
    """Which of the questions found are added, and where."""

    section = forms.ChoiceField(
        label="Add what is ticked to", error_messages={"required": "Choose the section that they are added to"}
    )

    def __init__(self, *args: Any, document: Json, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sections = [(one["key"], one.get("title") or one["key"]) for one in document.get("sections") or []]
        self.fields["section"].choices = sections  # type: ignore[attr-defined]
