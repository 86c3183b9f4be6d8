"""How people come to have an account."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs themselves up: an administrator adds people, one by one or by import."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
