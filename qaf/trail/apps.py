from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate

from qaf.people.administration import allow_administrators
from qaf.trail import protection
from qaf.trail.sentences import register_sentences


def restore_guards(using: str, **kwargs: Any) -> None:
    """Put back what a later migration took away: SQLite loses a table's triggers when it rebuilds the table."""
    connection = connections[using]
    if "trail_entry" in connection.introspection.table_names():
        protection.protect(connection)


class TrailConfig(AppConfig):
    name = "qaf.trail"
    verbose_name = "Trail"

    def ready(self) -> None:
        post_migrate.connect(restore_guards, sender=self, dispatch_uid="trail.restore_guards")
        allow_administrators("trail.entry", "view")
        register_sentences(
            {
                "admin.added": "Added {what}",
                "admin.changed": "Changed {what}",
                "admin.removed": "Removed {what}",
            }
        )
