"""Uploading a filled document, and choosing section by section what of it is saved."""

from collections.abc import Sequence
from typing import Any

from django import forms

from audits.queries.paper import Change

TAKE, KEEP = "take", "keep"
CHOICES = {
    "changes": [(TAKE, "Save what the document says"), (KEEP, "Keep what stands now")],
    "clashes": [(TAKE, "Save what the document says"), (KEEP, "Keep what stands now")],
    "empties": [(KEEP, "Keep what stands now"), (TAKE, "Empty the section, as in the document")],
}
# Where somebody saved the section since the download, the person decides.
USUAL = {"changes": TAKE, "empties": KEEP, "clashes": ""}


class UploadForm(forms.Form):
    """A Word document that was downloaded here and filled in."""

    file = forms.FileField(
        label="The filled-in Word document",
        help_text="The .docx file that you downloaded for this audit, or a blank one of its form. Up to 10 MB.",
        widget=forms.FileInput(
            attrs={"accept": ".docx,application/vnd.openxmlformats-officedocument.wordprocessingml.document"}
        ),
        error_messages={
            "required": "Choose the Word document that you filled in",
            "empty": "The file is empty. Choose the Word document that you filled in",
        },
    )


class LookOverForm(forms.Form):
    """For each section that would change: the document's text, or what stands."""

    def __init__(self, *args: Any, changes: Sequence[Change], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.changes = [change for change in changes if change.effect in CHOICES]
        for change in self.changes:
            self.fields[self._name(change)] = forms.ChoiceField(
                label=f"What shall stand in “{change.section.title}”?",
                choices=CHOICES[change.effect],
                initial=USUAL[change.effect],
                widget=forms.RadioSelect,
                error_messages={
                    "required": f"Choose what shall stand in “{change.section.title}”",
                    "invalid_choice": f"Choose what shall stand in “{change.section.title}”",
                },
            )
            self.fields[f"revision-{change.section.key}"] = forms.IntegerField(
                min_value=0, initial=change.revision, widget=forms.HiddenInput, required=False
            )

    @staticmethod
    def _name(change: Change) -> str:
        return f"section-{change.section.key}"

    def rows(self, changes: Sequence[Change]) -> list[dict[str, Any]]:
        """Every section with the fields that decide about it."""
        return [
            {
                "change": change,
                "choice": self[self._name(change)] if self._name(change) in self.fields else None,
                "revision": self[f"revision-{change.section.key}"] if self._name(change) in self.fields else None,
            }
            for change in changes
        ]

    def taken(self) -> dict[str, int]:
        """The sections to save, each with the revision that was looked over."""
        return {
            change.section.key: self.cleaned_data.get(f"revision-{change.section.key}") or 0
            for change in self.changes
            if self.cleaned_data[self._name(change)] == TAKE
        }
