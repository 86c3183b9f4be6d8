"""Writing what a list changes: cases, the lists they are on, and what was changed."""

from collections import defaultdict

from django.utils import timezone

from audits.models import Case, CaseList, ListChange, Listing, ListSource, PendingImport
from audits.workflow.list_comparison import COPIED
from audits.workflow.list_plan import BATCH, Change, Plan, batches
from qaf.people.models import User


def write(plan: Plan, pending: PendingImport, *, source: ListSource, by: User) -> CaseList:
    """Write a plan without faults, and the import it makes; a fixed number of queries for each thousand rows."""
    counts = {change: sum(one.change == change for one in plan.differences) for change in Change}
    listed = CaseList.objects.create(
        source=pending.source,
        list_source=source,
        kind=pending.kind,
        imported_by=by,
        imported_at=timezone.now(),
        rows=len(pending.rows),
        new=counts[Change.NEW],
        changed=counts[Change.CHANGED],
        moved=counts[Change.MOVED],
        closed=counts[Change.CLOSED],
        reopened=counts[Change.REOPENED],
    )
    new = [one.case for one in plan.differences if one.change == Change.NEW]
    for case in new:
        case.listed_in = listed
    Case.objects.bulk_create(new, batch_size=BATCH)
    stored = [one.case for one in plan.differences if one.change != Change.NEW]
    Case.objects.bulk_update(stored, [name.removesuffix("_id") for name in COPIED], batch_size=BATCH)
    _write_listings(plan, listed)
    ListChange.objects.bulk_create(
        [
            ListChange(case_list=listed, case=one.case, change=one.change, fields=list(one.fields))
            for one in plan.differences
        ],
        batch_size=BATCH,
    )
    _note_named(plan, listed)
    return listed


def _write_listings(plan: Plan, listed: CaseList) -> None:
    listings = [listing for one in plan.differences for listing in one.listings]
    fresh = [listing for listing in listings if listing.pk is None]
    kept = [listing for listing in listings if listing.pk is not None]
    for one in plan.differences:
        if one.change == Change.NEW:
            for listing in one.listings:
                # The case has its key only now.
                listing.case, listing.seen_in = one.case, listed
    Listing.objects.bulk_create(fresh, batch_size=BATCH)
    Listing.objects.bulk_update(kept, ["started_on", "ended_on", "detail"], batch_size=BATCH)


def _note_named(plan: Plan, listed: CaseList) -> None:
    """Note of every case that the list names, changed or not, that it was named, and under which status."""
    by_status: dict[str, list[int]] = defaultdict(list)
    for pk, status in plan.named:
        by_status[status].append(pk)
    for status, keys in by_status.items():
        for batch in batches(keys):
            Case.objects.filter(pk__in=batch).update(listed_on=timezone.localdate(), listed_in=listed)
            Listing.objects.filter(case__in=batch, status=status).update(seen_in=listed)
