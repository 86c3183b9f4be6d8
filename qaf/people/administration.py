"""What the administrator's post allows on the administration pages. There is no superuser."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from qaf.people.roles import Role

_allowed: set[str] = set()


def allow_administrators(model: str, *actions: str) -> None:
    """Let administrators ``view``, ``add``, ``change`` or ``delete`` a model such as "people.team" on its pages.

    Called in ``ready()`` of the app that owns the model. The content of audits is never given this way: an
    administrator has no access to it by that role alone.
    """
    app, name = model.lower().split(".")
    _allowed.update(f"{app}.{action}_{name}" for action in actions)


class AdministratorBackend(BaseBackend):
    """Gives today's holders of the administrator's post what was allowed to them, and nobody anything else."""

    def has_perm(self, user_obj: AbstractBaseUser | AnonymousUser, perm: str, obj: Any = None) -> bool:
        return perm in _allowed and _administers(user_obj)

    def has_module_perms(self, user_obj: AbstractBaseUser | AnonymousUser, app_label: str) -> bool:
        return any(perm.startswith(f"{app_label}.") for perm in _allowed) and _administers(user_obj)


def _administers(user: Any) -> bool:
    return bool(user.is_authenticated and user.is_active and user.holds(Role.ADMIN))
