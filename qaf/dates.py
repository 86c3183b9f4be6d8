"""A date asked for as day, month and year in three boxes, as the design system does."""

from datetime import date
from typing import Any

from django import forms

MONTHS = [
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
]  # fmt: skip


def month_number(text: str) -> int:
    """Read a month written as a number, a name or its first three letters; raises ValueError otherwise."""
    word = text.strip().lower()
    if len(word) >= 3 and not word.isdigit():
        for number, name in enumerate(MONTHS, start=1):
            if name.startswith(word):
                return number
    return int(word)


class DateParts(forms.MultiWidget):
    """Three text boxes. ``is_date_parts`` tells the field component which markup to draw."""

    is_date_parts = True
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        boxes = [
            forms.TextInput(attrs={"inputmode": "numeric"}),
            # A month may be typed as a word, so its box does not ask for the number keys.
            forms.TextInput(),
            forms.TextInput(attrs={"inputmode": "numeric"}),
        ]
        super().__init__(boxes, attrs)

    def decompress(self, value: Any) -> list[Any]:
        if isinstance(value, str) and value:
            try:
                value = date.fromisoformat(value)
            except ValueError:
                return [value, None, None]
        return [value.day, value.month, value.year] if value else [None, None, None]


class DateField(forms.MultiValueField):
    """A day. Errors say which part is missing or that there is no such day, and give an example."""

    widget = DateParts

    def __init__(self, *, what: str = "a date", **kwargs: Any) -> None:
        """``what`` is how errors name it: "the date of the visit"."""
        self.what = what
        fields = [forms.CharField(required=False, max_length=20) for _ in range(3)]
        super().__init__(fields, require_all_fields=False, **kwargs)
        self.error_messages["required"] = f"Enter {what}, such as 24 11 2026"

    def clean(self, value: Any) -> date | None:
        parts = [str(part or "").strip() for part in (value or ["", "", ""])]
        if not any(parts):
            if self.required:
                raise forms.ValidationError(self.error_messages["required"], "required")
            return None
        names = ["day", "month", "year"]
        missing = [name for name, part in zip(names, parts, strict=True) if not part]
        if missing:
            raise forms.ValidationError(
                f"{self.what[:1].upper()}{self.what[1:]} must include a {' and a '.join(missing)}",
                "incomplete",
            )
        try:
            if len(parts[2]) != 4:
                raise ValueError("a year of four digits")
            day = date(int(parts[2]), month_number(parts[1]), int(parts[0]))
        except ValueError:
            raise forms.ValidationError(
                f"{self.what[:1].upper()}{self.what[1:]} must be a real date, such as 24 11 2026",
                "invalid",
            ) from None
        self.run_validators(day)
        return day

    def has_changed(self, initial: Any, data: Any) -> bool:
        before = [str(part) if part else "" for part in DateParts().decompress(initial)]
        return before != [str(part or "").strip() for part in (data or ["", "", ""])]
