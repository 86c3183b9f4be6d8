"""Whose own work an audit is, so that they neither read nor grade it on a panel (conflict of interest)."""

from collections.abc import Iterable

from django.db.models import QuerySet

from audits.access import CONTRIBUTE, DIRECT, FILL, MODERATE
from audits.models import Audit, AuditUserObjectPermission, CaseDirection, Contribution, SectionAnswers, SectionRevision
from audits.sampling import plain_name
from moderation.models import HandOver, Moderation, Regrade
from qaf.people.models import User

# What a conflict is called, as the end of a sentence: "… because they moderated it".
_PARTS = {FILL: "audited it", MODERATE: "moderated it", DIRECT: "direct the case", CONTRIBUTE: "wrote a part of it"}


class Conflicts:
    """Who is concerned with one audit, and in which way."""

    def __init__(self, audit: Audit) -> None:
        self._why: dict[int, str] = {}
        self._holder_name = ""
        if audit.case is not None and audit.case_holder_id is None:
            # The case list's name led to nobody who signs in, or to somebody who only later could.
            self._holder_name = plain_name(audit.case.case_holder_name)
        self.add(audit.auditor_id, "audited it")
        self.add(audit.case_holder_id, "hold the case" if audit.case_id else "did the work that was audited")

    def add(self, person: int | None, why: str) -> None:
        """The first reason stands."""
        if person is not None:
            self._why.setdefault(person, why)

    def why(self, person: User) -> str:
        """Why this person is concerned, such as "moderated it"; empty when they are not."""
        found = self._why.get(person.pk, "")
        if not found and self._holder_name and self._holder_name == plain_name(person.name):
            return "hold the case"
        return found


def conflicts_of(audits: Iterable[Audit]) -> dict[int, Conflicts]:
    """The conflicts of each of these audits, by its primary key, in as many queries for many as for one.

    Concerned are the auditor, the case-holder, whoever wrote a part of the auditor's form, whoever moderates it or
    moderated it before, and whoever directs the case after the lowest grade.
    """
    by_key = {audit.pk: audit for audit in audits}
    found = {pk: Conflicts(audit) for pk, audit in by_key.items()}
    if not found:
        return found
    of_these = list(found)
    for pk, person, part in AuditUserObjectPermission.objects.filter(content_object__in=of_these).values_list(
        "content_object_id", "user_id", "permission__codename"
    ):
        if part in _PARTS:
            found[pk].add(person, _PARTS[part])
    for pk, person, section in _writers(of_these):
        if section in {one.key for one in by_key[pk].form.sections_of(by_key[pk].part)}:
            found[pk].add(person, "wrote a part of it")
    for pk, person in _moderators(of_these):
        found[pk].add(person, "moderated it")
    for pk, person in CaseDirection.objects.filter(audit__in=of_these).values_list("audit_id", "by_id"):
        found[pk].add(person, "direct the case")
    return found


def _writers(audits: list[int]) -> QuerySet[Contribution, tuple[int, int, str]]:
    """Audit, person and section: whoever was asked to fill one, and whoever wrote in one."""
    asked = Contribution.objects.filter(audit__in=audits).order_by().values_list("audit_id", "person_id", "section")
    rows = SectionAnswers.objects.filter(audit__in=audits).order_by().values_list("audit_id", "saved_by_id", "section")
    earlier = SectionRevision.objects.filter(answers__audit__in=audits).order_by()
    return asked.union(rows, earlier.values_list("answers__audit_id", "saved_by_id", "answers__section"))


def _moderators(audits: list[int]) -> QuerySet[Moderation, tuple[int, int]]:
    """Audit and person: whose moderation it is or was, and whoever recorded a grade in it."""
    now = Moderation.objects.filter(audit__in=audits).order_by().values_list("audit_id", "moderator_id")
    before = HandOver.objects.filter(moderation__audit__in=audits).order_by()
    wrote = Regrade.objects.filter(moderation__audit__in=audits).order_by()
    return now.union(
        before.values_list("moderation__audit_id", "before_id"),
        wrote.values_list("moderation__audit_id", "saved_by_id"),
    )
