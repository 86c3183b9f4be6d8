"""What a view is given: a request of a person who is signed in."""

from django.http import HttpRequest

from qaf.people.models import User


class SignedInRequest(HttpRequest):
    """A request whose ``user`` is a person. The sign-in middleware lets no other reach a view, so this is a type only.

    Views that anybody may open (marked with ``login_not_required``) take a plain ``HttpRequest``.
    """

    user: User
