"""The forms of the grading scale and of what its grades look like."""

from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet

from audits.forms.builder_texts import Lines, one_line
from audits.kloe.kinds.options import value_of
from audits.kloe.reading import MAX_GRADES

Json = dict[str, Any]
SPARE = 2
# What the names of fields with sentences begin with; the code of their grade follows.
GRADE = "grade-"


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
        said: Json = (descriptor or {}).get("grades") or {}
        if descriptor is not None:
            listed = {_name(code): "\n".join(sentences) for code, sentences in said.items()}
            kwargs["initial"] = {"title": descriptor.get("title", ""), **listed, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        # By code, not by place: somebody may change the scale while the sentences are being written.
        self.grades = {grade["code"]: grade["name"] for grade in scale.get("grades") or []}
        for code, name in self.grades.items():
            self.fields[_name(code)] = Lines(
                label=f"What “{name}” looks like", help_text="One sentence a line.", rows=8
            )
        sent = [name.removeprefix(GRADE) for name in self.data if name.startswith(GRADE) and len(name) < 20]
        # What was written for a grade that is gone stays in sight until it is moved or taken out.
        self.gone = [code for code in dict.fromkeys([*said, *sent]) if code not in self.grades]
        for code in self.gone:
            self.fields[_name(code)] = Lines(
                label=f"What “{code}” looked like",
                help_text="The scale has no such grade any more. Move the sentences to another grade, or delete them.",
                rows=8,
            )

    def clean_title(self) -> str:
        return one_line(self.cleaned_data["title"])

    def clean(self) -> None:
        super().clean()
        for code in self.gone:
            if self.cleaned_data.get(_name(code)):
                self.add_error(_name(code), f"Move or delete what “{code}” looked like: it is no grade of the scale")

    def written(self) -> Json:
        """Title and sentences, as a descriptor holds them."""
        said = {code: self.cleaned_data[_name(code)] for code in self.grades}
        return {"title": self.cleaned_data["title"], "grades": {code: texts for code, texts in said.items() if texts}}


def _name(code: str) -> str:
    return f"{GRADE}{code}"
