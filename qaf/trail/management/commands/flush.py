"""Django's ``flush``, which empties every table: the guards of the trail step aside for it and come back."""

from typing import Any

from django.core.management.commands import flush
from django.db import connections

from qaf.trail.protection import without_guards


class Command(flush.Command):
    def handle(self, **options: Any) -> None:
        with without_guards(connections[options["database"]]):
            super().handle(**options)
