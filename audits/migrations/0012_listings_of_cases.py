"""Every case that is there is on the list of its own status: rows made before a child could be on several lists."""

from typing import Any

from django.db import migrations
from django.db.migrations.state import StateApps

BATCH = 1000


def make_listings(apps: StateApps, schema_editor: Any) -> None:
    """Make the listing of each case that has none, a batch at a time."""
    cases, listings = apps.get_model("audits", "Case"), apps.get_model("audits", "Listing")
    last = 0
    columns = ("pk", "legal_status", "opened_on", "closed_on", "listed_in_id")
    while True:
        rows = cases.objects.filter(pk__gt=last, listings=None).order_by("pk").values_list(*columns)
        batch = list(rows[:BATCH])
        if not batch:
            return
        listings.objects.bulk_create(
            listings(case_id=pk, status=status, started_on=opened, ended_on=closed, seen_in_id=listed)
            for pk, status, opened, closed, listed in batch
        )
        last = batch[-1][0]


class Migration(migrations.Migration):
    dependencies = [("audits", "0011_draws_by_the_system")]

    operations = [migrations.RunPython(make_listings, migrations.RunPython.noop)]
