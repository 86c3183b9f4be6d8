"""The forms of the grading scale and of what its grades look like."""

from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet

from audits.forms.builder_texts import Lines, one_line
from audits.kloe.kinds.options import value_of

Json = dict[str, Any]
MAX_GRADES = 12
SPARE = 2


class ScaleChoiceForm(forms.Form):
    """A scale that is known already, one's own, or none."""

    scale = forms.ChoiceField(
        label="How is it graded?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it is graded"},
    )

    def __init__(self, *args: Any, known: dict[str, Json], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        listed = [
            (name, f"{scale['title']}: {', '.join(grade['name'] for grade in scale['grades'])}")
            for name, scale in known.items()
        ]
        self.fields["scale"].choices = [  # type: ignore[attr-defined]
            *listed,
            ("own", "A scale of our own"),
            ("none", "It is not graded"),
        ]


class ScaleTitleForm(forms.Form):
    """What an own scale is called."""

    title = forms.CharField(
        max_length=200, label="What is the scale called?", error_messages={"required": "Enter what the scale is called"}
    )


class GradeForm(forms.Form):
    """One grade. A line without a name is no grade."""

    use_required_attribute = False
    optional_unmarked = True

    name = forms.CharField(max_length=100, required=False, label="Name")
    code = forms.CharField(
        max_length=10,
        required=False,
        label="Code",
        help_text="Up to ten letters or digits. Left empty, it is made from the name.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5"}),
    )
    meets_standard = forms.BooleanField(required=False, label="Meets the standard")
    raises_alert = forms.BooleanField(required=False, label="Raises the alert")

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"]).strip()
        if code and not (code.isascii() and code.replace("_", "").isalnum()):
            raise forms.ValidationError("A code may have only letters, digits and underscores")
        return code

    def clean(self) -> None:
        super().clean()
        if self.cleaned_data.get("meets_standard") and self.cleaned_data.get("raises_alert"):
            self.add_error("raises_alert", "A grade that meets the standard cannot raise the alert")
        if self.cleaned_data.get("code") and not self.cleaned_data.get("name") and "name" not in self.errors:
            self.add_error("name", "Enter the name of the grade, or take its code away")


class _Grades(BaseFormSet):
    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        place = form.fields["ORDER"]
        place.label, place.help_text = "Place", "1 is the best."
        place.widget = forms.TextInput(attrs={"class": "govuk-input--width-3", "inputmode": "numeric"})
        place.error_messages["invalid"] = "The place must be a whole number, such as 2"

    def clean(self) -> None:
        grades = self.grades() if not any(self.errors) else []
        if any(self.errors):
            return
        if len(grades) < 2:
            raise forms.ValidationError("A scale needs at least two grades, the best first")
        for what, word in (("code", "code"), ("name", "name")):
            given = [grade[what].casefold() for grade in grades]
            if twice := next((one for one in given if given.count(one) > 1), ""):
                shown = next(grade[what] for grade in grades if grade[what].casefold() == twice)
                raise forms.ValidationError(f"Two grades have the {word} “{shown}”; each needs its own")

    def grades(self) -> list[Json]:
        """The grades as a scale holds them, best first."""
        data = [form.cleaned_data for form in self.forms if form.cleaned_data.get("name")]
        # By the places typed; a new line without one is the last.
        data.sort(key=lambda one: one.get("ORDER") or MAX_GRADES + 1)
        taken = {one["code"] for one in data if one["code"]}
        made = []
        for one in data:
            code = one["code"] or _new_code(one["name"], taken)
            taken.add(code)
            grade: Json = {"code": code, "name": one["name"], "meets_standard": one["meets_standard"]}
            made.append(grade | ({"raises_alert": True} if one["raises_alert"] else {}))
        return made


def _new_code(name: str, taken: set[str]) -> str:
    base = "".join(word[0] for word in value_of(name).split("_") if word).upper()[:6] or "G"
    code, number = base, 2
    while code in taken:
        code, number = f"{base}{number}", number + 1
    return code


def grade_forms(data: Any, grades: list[Json]) -> Any:
    """The grades to fill in: those there are, and two more; at least four."""
    spare = max(SPARE, 4 - len(grades))
    made = forms.formset_factory(
        GradeForm, formset=_Grades, can_order=True, extra=spare, max_num=MAX_GRADES, absolute_max=MAX_GRADES
    )
    return made(data, initial=grades, prefix="grade")


class DescriptorForm(forms.Form):
    """What the grades of the scale look like in one area."""

    title = forms.CharField(
        max_length=500,
        label="Area of practice",
        help_text="Such as: Assessments",
        error_messages={"required": "Enter the area of practice"},
    )

    def __init__(self, *args: Any, scale: Json, descriptor: Json | None = None, **kwargs: Any) -> None:
        said = (descriptor or {}).get("grades") or {}
        self.grades = list(scale.get("grades") or [])
        if descriptor is not None:
            listed = {
                f"grade-{number}": "\n".join(said.get(grade["code"]) or []) for number, grade in enumerate(self.grades)
            }
            kwargs["initial"] = {"title": descriptor.get("title", ""), **listed, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        for number, grade in enumerate(self.grades):
            self.fields[f"grade-{number}"] = Lines(
                label=f"What “{grade['name']}” looks like", help_text="One sentence a line.", rows=8
            )

    def clean_title(self) -> str:
        return one_line(self.cleaned_data["title"])

    def written(self) -> Json:
        """Title and sentences, as a descriptor holds them."""
        said = {grade["code"]: self.cleaned_data[f"grade-{number}"] for number, grade in enumerate(self.grades)}
        return {"title": self.cleaned_data["title"], "grades": {code: texts for code, texts in said.items() if texts}}
