"""The forms with which a form is begun, and its sections and its end are seen to."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from audits.forms.builder_texts import Paragraphs, one_line, paragraphs_of
from audits.forms.builder_words import part_words
from audits.kloe.questions import PARTS
from audits.kloe.yaml_lines import MAX_BYTES
from audits.models import FormVersion

Json = dict[str, Any]


class YamlField(forms.FileField):
    """A form as a YAML file, no larger than the reader takes."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", f"At most {MAX_BYTES // 1024 // 1024} MB.")
        super().__init__(**kwargs)
        self.error_messages["empty"] = "The file is empty. Choose the file that holds the form"
        self.error_messages["required"] = "Choose the file that holds the form"

    def clean(self, data: Any, initial: Any = None) -> Any:
        found = super().clean(data, initial)
        if isinstance(found, UploadedFile) and (found.size or 0) > MAX_BYTES:
            raise forms.ValidationError(f"The file is larger than {MAX_BYTES // 1024 // 1024} MB.")
        return found


class StartForm(forms.Form):
    """A new form: its title, and what it begins with."""

    title = forms.CharField(
        max_length=200,
        label="What is the form called?",
        help_text="Such as: Return home interviews audit. It can be changed later.",
        error_messages={"required": "Enter what the form is called"},
    )
    begin = forms.ChoiceField(
        label="What does it begin with?",
        choices=[
            ("empty", "Nothing: I build it question by question"),
            ("copy", "A copy of a form that is in use"),
            ("file", "A YAML file"),
        ],
        initial="empty",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the form begins with"},
    )
    copy_of = forms.ChoiceField(label="The form to copy, if it begins with one", required=False)
    file = YamlField(label="The YAML file, if it begins with one", required=False)
    optional_unmarked = True

    def __init__(self, *args: Any, versions: list[FormVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.versions = {version.form.key: version for version in versions}
        named = [(key, f"{version.form.title} (version {version.number})") for key, version in self.versions.items()]
        self.fields["copy_of"].choices = [("", "Choose a form"), *named]  # type: ignore[attr-defined]

    def clean_title(self) -> str:
        return one_line(self.cleaned_data["title"])

    def clean(self) -> None:
        super().clean()
        begin = self.cleaned_data.get("begin")
        if begin == "copy" and not self.cleaned_data.get("copy_of") and "copy_of" not in self.errors:
            self.add_error("copy_of", "Choose the form to copy")
        if begin == "file" and not self.cleaned_data.get("file") and "file" not in self.errors:
            self.add_error("file", "Choose the file that holds the form")

    @property
    def copied(self) -> FormVersion | None:
        if self.cleaned_data["begin"] != "copy":
            return None
        return self.versions[self.cleaned_data["copy_of"]]


class ImportForm(forms.Form):
    """A YAML file that replaces the draft; ``asks`` when there is something to replace."""

    file = YamlField(label="The YAML file")
    sure = forms.BooleanField(
        label="Replace everything in the draft with what is in the file",
        error_messages={"required": "Tick the box if the file is to replace the draft; nothing was changed"},
    )

    def __init__(self, *args: Any, asks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks:
            del self.fields["sure"]


class HeadForm(forms.Form):
    """What the form is called and where it comes from."""

    title = forms.CharField(max_length=200, label="Title", error_messages={"required": "Enter what the form is called"})
    source = forms.CharField(
        max_length=500,
        required=False,
        label="Where it comes from",
        help_text="The framework, its year and page: auditors and inspectors can then look it up.",
    )

    @staticmethod
    def initial_of(document: Json) -> Json:
        return {"title": document.get("title", ""), "source": document.get("source", "")}


class SectionForm(forms.Form):
    """A section: its title, who fills it in and what stands under the title."""

    title = forms.CharField(
        max_length=200, label="Title of the section", error_messages={"required": "Enter the title of the section"}
    )
    part = forms.ChoiceField(
        label="Which step fills it in?",
        choices=[(part, part_words(part)) for part in PARTS],
        widget=forms.RadioSelect,
        initial="audit",
        error_messages={"required": "Choose which step fills the section in"},
    )
    introduction = Paragraphs(
        label="Introduction", help_text="Stands under the title. Leave an empty line between paragraphs."
    )

    @staticmethod
    def initial_of(section: Json) -> Json:
        return {
            "title": section.get("title", ""),
            "part": section.get("part", "audit"),
            "introduction": paragraphs_of(section.get("introduction")),
        }

    def clean_title(self) -> str:
        return one_line(self.cleaned_data["title"])


class KindForm(forms.Form):
    """Which kind a question is of. The radios are drawn by the page, which explains each."""

    kind = forms.ChoiceField(
        widget=forms.RadioSelect, error_messages={"required": "Choose what kind of question it is"}
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.explained = choices
        self.fields["kind"].choices = [(name, title) for name, title, _ in choices]  # type: ignore[attr-defined]
        self.fields["kind"].error_messages["invalid_choice"] = "Choose one of the kinds of question offered"


class PlaceForm(forms.Form):
    """A new place for a section or a question, told by what stands before it: numbers shift when others add."""

    place = forms.ChoiceField(
        label="Move it to",
        error_messages={"required": "Choose where it goes", "invalid_choice": "That place is gone. Choose another"},
    )

    def __init__(self, *args: Any, places: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [("", "Choose a place"), *places]  # type: ignore[attr-defined]


class PublishForm(forms.Form):
    """Why there is this version."""

    note = forms.CharField(
        label="What is new in this version, and why?",
        help_text="Everybody who looks at the form can read it. It stays with the version.",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say in a sentence or two what is new and why"},
    )
