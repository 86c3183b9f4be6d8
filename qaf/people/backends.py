"""The permission back end of the administration pages."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from qaf.people.administration import allowed_to_administrators, app_has_pages_for_administrators
from qaf.people.roles import Role


class AdministratorBackend(BaseBackend):
    """Gives today's holders of the administrator's post what was allowed to them, and nobody anything else."""

    def has_perm(self, user_obj: AbstractBaseUser | AnonymousUser, perm: str, obj: Any = None) -> bool:
        return allowed_to_administrators(perm) and _administers(user_obj)

    def has_module_perms(self, user_obj: AbstractBaseUser | AnonymousUser, app_label: str) -> bool:
        return app_has_pages_for_administrators(app_label) and _administers(user_obj)


def _administers(user: Any) -> bool:
    return bool(user.is_authenticated and user.is_active and user.holds(Role.ADMIN))
