"""Check the whole trail, entry by entry."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from qaf.trail.chain import verify
from qaf.trail.models import Entry
from qaf.trail.protection import missing_guards


class Command(BaseCommand):
    help = "Check that no entry of the trail was altered, removed or moved. Ends with 1 when anything is wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        faults = [f"Entry {fault.sequence}: {fault.reason}." for fault in verify()]
        faults += [
            f"The database's own guard {name} is missing. Put it back with: manage.py migrate"
            for name in missing_guards(connection)
        ]
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(
                f"The trail is not sound: {len(faults)} {'fault' if len(faults) == 1 else 'faults'}. "
                "Keep this database as it is, and compare it with the last good backup."
            )
        count = Entry.objects.count()
        self.stdout.write(f"The trail is sound: {count} {'entry' if count == 1 else 'entries'}.")
