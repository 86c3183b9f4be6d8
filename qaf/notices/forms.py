"""Forms of the notices' pages."""

from django import forms


class EmailChoiceForm(forms.Form):
    """How a person wants e-mail."""

    daily_digest = forms.TypedChoiceField(
        label="When do you want e-mails about your notices?",
        help_text="Urgent notices are always e-mailed at once.",
        choices=[("no", "At once, one e-mail a notice"), ("yes", "Once a day, all in one e-mail")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose when you want e-mails",
            "invalid_choice": "Choose when you want e-mails",
        },
    )
