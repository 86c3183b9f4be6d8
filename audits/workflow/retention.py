"""Erasing the cases that were never drawn: nobody needs them any more some time after the last list."""

from datetime import date

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from audits.models import Case, CaseList
from audits.queries.lists import due_for_erasure
from qaf.people.models import User
from qaf.trail.chain import record

BATCH = 500


@transaction.atomic
def erase_cases(day: date, *, by: User | None = None) -> int:
    """Erase what is due on a day, with the lists each case was on and what lists changed of it; gives how many cases.

    Harmless to repeat. ``by`` None is the system. The trail is told how many, and nothing of whom.
    """
    # Not while a list is imported, which may name such a child again.
    CaseList.objects.select_for_update().order_by("pk").first()
    erased = 0
    while keys := list(due_for_erasure(Case.objects.all(), day).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        Case.objects.filter(pk__in=keys).delete()
        erased += len(keys)
    if erased:
        record("cases.erased", ContentType.objects.get_for_model(Case), by=by, cases=erased, day=day,
               after_months=settings.CASES_ERASED_AFTER_MONTHS)  # fmt: skip
    return erased
