"""What the page of an audit shows of the concerns about it."""

from audits.extras import Extra
from audits.models import Audit
from moderation.access.concerns import KNOWING, may_raise, visible_to
from qaf.people.models import User
from qaf.people.roles import Role


def concerns(user: User, audit: Audit) -> Extra | None:
    """The concerns about an audit that this person may know of, and the way to raise one; nothing for anybody else.

    Auditor and case-holder are told apart before anything is looked up, and so is everybody whose posts could not
    have let them raise one: they find their own under Moderation.
    """
    if user.pk in (audit.auditor_id, audit.case_holder_id) or not user.holds(Role.MODERATOR, *KNOWING):
        return None
    found = list(visible_to(user).filter(audit=audit).select_related("raised_by"))
    raises = may_raise(user, audit)
    if not found and not raises:
        return None
    return Extra("moderation/concerns/of_audit.html", {"concerns": found, "may_raise": raises})
