"""Lists of children: where they come from, their imports, and what each changed."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from audits.access import cases_visible_to, may_allocate, visible_to
from audits.coverage import months_after
from audits.models import Audit, CaseList, ListChange, ListSource, WorkCase
from audits.models.cases import CaseQuerySet
from qaf.people.models import User

# What a page calls the fields that a list changed.
FIELD_WORDS = {
    "initials": "initials",
    "age": "age",
    "gender": "gender",
    "ethnicity": "ethnicity",
    "legal_status": "status",
    "team": "team",
    "case_holder": "worker",
    "opened_on": "start date",
    "closed_on": "end date",
    "lists": "lists the child is on",
    "dates": "dates on the list",
    "category": "category",
}


# What the kind of change says already.
SAID_BY = {"moved": "team", "closed": "closed_on", "reopened": "closed_on"}


def in_words(change: str, fields: Iterable[str]) -> str:
    """The fields that changed, as a page names them beside the kind of change."""
    return ", ".join(FIELD_WORDS.get(name, name) for name in fields if name != SAID_BY.get(change))


def sources_for(user: User) -> QuerySet[ListSource]:
    """The sources of lists that were imported before, the last used first, for whoever may import."""
    return ListSource.objects.order_by("-used_at", "pk") if may_allocate(user) else ListSource.objects.none()


def imports_visible_to(user: User) -> QuerySet[CaseList]:
    """The imports that named or changed a case this person may look at, and their own."""
    if not may_allocate(user):
        return CaseList.objects.none()
    cases = cases_visible_to(user)
    changed = ListChange.objects.filter(case__in=cases).values("case_list")
    return CaseList.objects.filter(
        Q(imported_by=user) | Q(pk__in=cases.filter(listed_in__isnull=False).values("listed_in")) | Q(pk__in=changed)
    )


def changes_of(listed: CaseList, user: User, *, change: str = "") -> QuerySet[ListChange]:
    """What an import changed of the cases that this person may look at now, one kind of change or all."""
    found = ListChange.objects.filter(case_list=listed, case__in=cases_visible_to(user))
    if change:
        found = found.filter(change=change)
    return found.select_related("case__team", "case__case_holder").order_by("change", "pk")


def counts_of(listed: CaseList, user: User) -> Counter[str]:
    """How many changes of each kind this person may look at; one query."""
    return Counter(changes_of(listed, user).order_by().values_list("change", flat=True))


def what_touches(change: str, fields: Iterable[str]) -> str:
    """What of a change bears on an audit under way: "closed", "moved", "worker", or nothing."""
    if change == ListChange.Change.CLOSED:
        return "closed"
    if change == ListChange.Change.MOVED:
        return "moved"
    return "worker" if "case_holder" in fields else ""


@dataclass(frozen=True)
class Touched:
    """An audit under way whose case a list has closed, moved, or given to another worker."""

    audit: Audit
    what: str


def touched_audits(listed: CaseList, user: User) -> list[Touched]:
    """The audits still under way about cases that an import changed so, as far as this person knows of them."""
    changes = ListChange.objects.filter(case_list=listed)
    audits = list(visible_to(user).open().filter(case__in=changes.values("case")).distinct().order_by("-pk"))
    by_case = {one.case_id: one for one in changes.filter(case__in=[audit.case_id for audit in audits])}
    found = [(audit, what_touches(by_case[audit.case_id].change, by_case[audit.case_id].fields))
             for audit in audits if audit.case_id is not None]  # fmt: skip
    return [Touched(audit, what) for audit, what in found if what]


def changes_since(case: int, day: date) -> list[ListChange]:
    """What lists changed of a case from a day on."""
    return list(ListChange.objects.filter(case=case, case_list__imported_at__date__gte=day))


def due_for_erasure(cases: CaseQuerySet, day: date) -> CaseQuerySet:
    """Those of some cases that are to be erased on a day: never audited, in no work of the programme, long unlisted.

    A case that no list has named for so long counts as over, whether or not a list has closed it.
    """
    last = months_after(day, -settings.CASES_ERASED_AFTER_MONTHS)
    used = Exists(Audit.objects.filter(case=OuterRef("pk"))) | Exists(WorkCase.objects.filter(case=OuterRef("pk")))
    return cases.filter(Q(closed_on=None) | Q(closed_on__lt=last), ~used, listed_on__lt=last)
