"""What every page knows of the person who is signed in."""

from typing import Any

from django.http import HttpRequest

from qaf.people.roles import Role


def signed_in_person(request: HttpRequest) -> dict[str, Any]:
    """Give templates the person's roles as a set of codes, and the codes by name."""
    user = getattr(request, "user", None)
    roles = user.roles if user is not None and user.is_authenticated else set()
    return {"person_roles": roles, "Role": Role}
