"""Whom a concern goes to, and the list of concerns."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.utils import timezone

from audits.access import contributors
from audits.models import Audit
from moderation.access.concerns import visible_to, who_can_deal
from moderation.addressees import Addressees, choose
from moderation.models import Concern, ConcernQuerySet
from qaf.people.models import Post, User, people_with_role
from qaf.people.roles import Role

HEADERS = (
    "Audit", "Service", "Team", "State", "Raised", "Raised by", "Service manager", "QA manager", "Due", "Overdue",
    "Acknowledged", "Acknowledged by", "Resolved", "Resolved by",
)  # fmt: skip


def _of_the_organisation(audit: Audit, role: Role, day: date) -> list[User]:
    """Everybody with this role anywhere in the audit's agency, or over everything; the longest in post first."""
    agency = audit.agency_id
    inside = Q(agency_id=agency) | Q(service__agency_id=agency) | Q(team__service__agency_id=agency)
    posts = Post.objects.on(day).with_role(role).filter(inside | Q(agency=None, service=None, team=None))
    posts = posts.filter(person__is_active=True).select_related("person").order_by("starts_on", "pk")
    return list(dict.fromkeys(post.person for post in posts))


def addressees(audit: Audit, *, raised_by: User) -> tuple[Addressees, dict[int, User]]:
    """Whom a concern about this audit goes to, and those people by their keys; both empty when nobody is there.

    The service manager and the QA manager nearest to the team (``audits.workflow.parts`` finds them in the same
    order), but never the one who raises it while there is somebody else: service managers moderate too. Of a
    confidential audit a QA manager alone.
    """
    today = timezone.localdate()
    qa_managers = people_with_role(Role.QA_MANAGER, day=today, team=audit.team)
    seniors = [] if audit.confidential else people_with_role(Role.SERVICE_MANAGER, day=today, team=audit.team)
    elsewhere = _of_the_organisation(audit, Role.QA_MANAGER, today)
    chosen = choose(
        service_managers=[person.pk for person in seniors],
        qa_managers=[person.pk for person in qa_managers],
        elsewhere=[person.pk for person in elsewhere],
        barred={key for key in (audit.auditor_id, audit.case_holder_id) if key is not None},
        helpers=contributors(audit),
        raised_by=raised_by.pk,
    )
    known = {person.pk: person for person in (*seniors, *qa_managers, *elsewhere)}
    return chosen, {key: known[key] for key in chosen.keys}


@dataclass(frozen=True)
class Successors:
    """Who can be given a concern to deal with instead, by their post."""

    service_managers: list[User]
    qa_managers: list[User]

    @property
    def people(self) -> list[User]:
        return [*self.service_managers, *self.qa_managers]


def successors(concern: Concern) -> Successors:
    """Every other service manager and QA manager of the organisation; never the auditor or the case-holder.

    Whoever raised it only when nobody else is there. Of a confidential audit QA managers alone.
    """
    audit, today = concern.audit, timezone.localdate()
    barred = {audit.auditor_id, audit.case_holder_id, concern.owner_id}
    qa_managers = [one for one in _of_the_organisation(audit, Role.QA_MANAGER, today) if one.pk not in barred]
    seniors = [] if audit.confidential else _of_the_organisation(audit, Role.SERVICE_MANAGER, today)
    seniors = [one for one in seniors if one.pk not in barred and one not in qa_managers]
    raiser = concern.raised_by_id
    if any(one.pk != raiser for one in (*seniors, *qa_managers)):
        seniors, qa_managers = ([one for one in people if one.pk != raiser] for people in (seniors, qa_managers))
    return Successors(sorted(seniors, key=str), sorted(qa_managers, key=str))


def told_beside(concern: Concern, *, owner: User) -> User | None:
    """Whoever is told when a concern is late: the QA manager it was raised to, else another who can deal with it.

    Never the owner, and nobody who may not know of it.
    """
    people = who_can_deal(concern)
    people.sort(key=lambda person: person.pk != concern.qa_manager_id)
    return next((person for person in people if person != owner), None)


def concern_keys() -> QuerySet[Concern, int]:
    """The primary keys of every concern, as a part of another query."""
    return Concern.objects.order_by().values_list("pk", flat=True)


@dataclass(frozen=True)
class Filters:
    """What somebody narrowed the list to. ``shown`` is open, overdue, a state, or all."""

    reference: str = ""
    shown: str = "open"

    def narrow(self, concerns: ConcernQuerySet) -> ConcernQuerySet:
        """The concerns among these that the filters let through."""
        if self.reference:
            concerns = concerns.filter(audit__reference__startswith=self.reference)
        if self.shown == "overdue":
            return overdue(concerns)
        if self.shown == "open":
            return concerns.open()
        return concerns.filter(state=self.shown) if self.shown in Concern.State else concerns


def overdue(concerns: ConcernQuerySet) -> ConcernQuerySet:
    """Those whose present step should have been done before today."""
    return concerns.open().filter(due_on__lt=timezone.localdate())


ORDERS: dict[str, tuple[str | OrderBy, ...]] = {
    "due": (F("due_on").asc(nulls_last=True), "pk"),
    "-due": (F("due_on").desc(nulls_last=True), "-pk"),
    "raised": ("raised_at", "pk"),
    "-raised": ("-raised_at", "-pk"),
}
BESIDE = ("audit__team__service", "raised_by", "service_manager", "qa_manager", "acknowledged_by", "resolved_by")


def listed(user: User, filters: Filters, *, sort: str = "due") -> ConcernQuerySet:
    """The concerns a person may know of, narrowed and in order, without anything that people wrote in them."""
    concerns = filters.narrow(visible_to(user)).order_by(*ORDERS[sort])
    return concerns.select_related(*BESIDE).defer("worry", "done_at_once", "response", "outcome")


def every_row(concerns: ConcernQuerySet) -> Iterator[tuple[Any, ...]]:
    """The list under ``HEADERS`` for a file: who and when, and nothing that people wrote."""
    for one in concerns.iterator(chunk_size=500):
        yield (
            one.audit.reference,
            one.audit.team.service.name,
            one.audit.team.name,
            one.get_state_display(),
            one.raised_at,
            str(one.raised_by),
            str(one.service_manager or ""),
            str(one.qa_manager or ""),
            one.due_on,
            one.is_overdue,
            one.acknowledged_at,
            str(one.acknowledged_by or ""),
            one.resolved_at,
            str(one.resolved_by or ""),
        )
