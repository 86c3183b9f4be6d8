"""What the administrator's post allows on the administration pages. There is no superuser."""

_allowed: set[str] = set()


def allow_administrators(model: str, *actions: str) -> None:
    """Let administrators ``view``, ``add``, ``change`` or ``delete`` a model such as "people.team" on its pages.

    Called in ``ready()`` of the app that owns the model. The content of audits is never given this way: an
    administrator has no access to it by that role alone.
    """
    app, name = model.lower().split(".")
    _allowed.update(f"{app}.{action}_{name}" for action in actions)


def allowed_to_administrators(permission: str) -> bool:
    """Whether a permission such as "people.change_team" was given to administrators."""
    return permission in _allowed


def app_has_pages_for_administrators(app: str) -> bool:
    return any(permission.startswith(f"{app}.") for permission in _allowed)
