"""Giving people a part in an audit, taking it away, and finding who should hold one."""

from datetime import date

from django.utils import timezone
from guardian.shortcuts import assign_perm, remove_perm

from audits.access import contributors
from audits.models import Audit, AuditUserObjectPermission
from qaf.deadlines.models import Deadline
from qaf.people.models import User, next_manager, people_with_role
from qaf.people.roles import Role


def give_part(audit: Audit, person: User, part: str) -> None:
    """Let a person act in this audit; ``part`` is one of the codes in access.py."""
    assign_perm(f"audits.{part}", person, audit)
    audit.__dict__.pop("_parts", None)


def take_part(audit: Audit, person: User, part: str) -> None:
    remove_perm(f"audits.{part}", person, audit)
    audit.__dict__.pop("_parts", None)


def take_part_from_all(audit: Audit, part: str) -> None:
    AuditUserObjectPermission.objects.filter(content_object=audit, permission__codename=part).delete()
    audit.__dict__.pop("_parts", None)


def _first_not_concerned(audit: Audit, people: list[User]) -> User | None:
    concerned = {audit.auditor_id, audit.case_holder_id, *contributors(audit)}
    return next((person for person in people if person.pk not in concerned), None)


def qa_officer_for(audit: Audit) -> User | None:
    """The QA officer nearest to the audit's team who has no part in it, else a QA manager, else nobody."""
    today = timezone.localdate()
    if audit.confidential:
        return qa_manager_for(audit)
    return _first_not_concerned(audit, people_with_role(Role.QA_OFFICER, day=today, team=audit.team)) or qa_manager_for(
        audit
    )


def qa_manager_for(audit: Audit) -> User | None:
    return _first_not_concerned(audit, people_with_role(Role.QA_MANAGER, day=timezone.localdate(), team=audit.team))


def service_manager_for(audit: Audit) -> User | None:
    """The service manager of the audit's team, unless they audited it themselves: then the QA manager.

    Of a confidential audit always the QA manager.
    """
    if audit.confidential:
        return qa_manager_for(audit)
    return _first_not_concerned(
        audit, people_with_role(Role.SERVICE_MANAGER, day=timezone.localdate(), team=audit.team)
    ) or qa_manager_for(audit)


def team_managers_of(audit: Audit) -> list[User]:
    """Team managers by the narrowest scope that has one; nobody for a confidential audit."""
    if audit.confidential:
        return []
    return [
        person
        for person in people_with_role(Role.TEAM_MANAGER, day=timezone.localdate(), team=audit.team)
        if person.pk != audit.auditor_id
    ][:1]


def told_when_late(deadline: Deadline, day: date) -> User | None:
    """Who is told beside its owner that a step of an audit is late: their next manager.

    Of a confidential audit a QA manager, since nobody's manager may know that it exists.
    """
    audit = Audit.objects.filter(pk=deadline.subject_id, confidential=True).first()
    if audit is None:
        return next_manager(deadline.owner, day=day)
    manager = qa_manager_for(audit)
    return manager if manager != deadline.owner else None
