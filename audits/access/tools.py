"""Who may do what beside single audits: allocate, look at forms, build them, load packs."""

from audits.access.codes import QA_ROLES
from qaf.people.models import User
from qaf.people.roles import Role


def may_allocate(user: User) -> bool:
    """Whether a person may draw and allocate audits at all (within their scope)."""
    return user.is_active and user.holds(*QA_ROLES)


def may_read_forms(user: User) -> bool:
    """Whether a person may look at the published forms: everybody who works here. A form holds nobody's data."""
    return user.is_active and bool(user.current_posts)


def may_build_forms(user: User) -> bool:
    """Whether a person may build, publish and retire forms, and say how audits with them go.

    Product design, *People* and *Forms*: QA managers build bespoke tools, administrators look after forms.
    """
    return user.is_active and user.holds(Role.QA_MANAGER, Role.ADMIN)


def may_load_packs(user: User) -> bool:
    """Whether a person may load framework packs: administrators."""
    return user.is_active and user.holds(Role.ADMIN)
