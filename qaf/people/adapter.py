"""How people come to have an account."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs themselves up: an administrator adds people, one by one or by import."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "This account is closed. If that is wrong, ask your QA team.",
        "email_password_mismatch": "The e-mail address or the password is not right. Check both and try again.",
        "incorrect_password": "This is not your password. Try again.",
        "enter_current_password": "This is not your current password. Try again.",
        "incorrect_code": "This code is not right, or no longer. Enter the one the app shows now.",
        "too_many_login_attempts": "There were too many wrong tries. Wait five minutes, then try again.",
        "rate_limited": "That was too many tries in a short time. Wait a few minutes, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
