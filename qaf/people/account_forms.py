"""allauth's forms with our words: one label for each thing, no placeholders, hints that help."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms

PASSWORD_HINT = "At least 12 characters. Three or four unrelated words are easy to remember and hard to guess."  # noqa: S105
EMAIL_MISSING = "Enter your e-mail address"


class PlainMixin:
    """Takes away placeholders, which vanish as soon as one types, and says errors as the design system does."""

    fields: dict[str, forms.Field]

    def plain(self, **words: tuple[str, str, str]) -> None:
        """For each field by name: its label, its hint and what is said when it is left empty."""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        for name, (label, hint, missing) in words.items():
            if name in self.fields:
                self.fields[name].label = label
                self.fields[name].help_text = hint
                self.fields[name].error_messages["required"] = missing


class LoginForm(PlainMixin, account.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plain(
            login=("E-mail address", "", EMAIL_MISSING),
            password=("Password", "", "Enter your password"),
        )
        self.fields["login"].widget.attrs.update(autocomplete="username", spellcheck="false")


class ReauthenticateForm(PlainMixin, account.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plain(password=("Password", "", "Enter your password"))


class ResetPasswordForm(PlainMixin, account.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plain(email=("E-mail address", "", EMAIL_MISSING))


class NewPasswordMixin(PlainMixin):
    """The two boxes of a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plain(
            oldpassword=("Current password", "", "Enter your current password"),
            password1=("New password", PASSWORD_HINT, "Enter a new password"),
            password2=("New password, once more", "", "Enter the new password once more"),
        )


class ResetPasswordKeyForm(NewPasswordMixin, account.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(NewPasswordMixin, account.ChangePasswordForm):
    pass


class SetPasswordForm(NewPasswordMixin, account.SetPasswordForm):
    pass


class CodeMixin(PlainMixin):
    """The box of a code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plain(code=("Code", "", "Enter the code"))
        self.fields["code"].widget.attrs.update(
            {"class": "govuk-input--width-10", "autocomplete": "one-time-code", "spellcheck": "false"}
        )


class AuthenticateForm(CodeMixin, mfa.AuthenticateForm):
    pass


class MfaReauthenticateForm(CodeMixin, mfa.ReauthenticateForm):
    pass


class ActivateTOTPForm(CodeMixin, totp.ActivateTOTPForm):
    pass
