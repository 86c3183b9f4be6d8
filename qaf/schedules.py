"""The scheduler: what runs when stands in the database, where an administrator can change it."""

from collections.abc import Mapping
from typing import Any

from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler


class Scheduler(DatabaseScheduler):
    """Adds the schedules of the settings that are new, and leaves alone those that are there.

    The library's own writes every schedule of the settings over the database's at each start, which would undo
    what an administrator changed.
    """

    def update_from_dict(self, mapping: Mapping[str, dict[str, Any]]) -> None:
        present = dict(PeriodicTask.objects.filter(name__in=mapping).values_list("name", "task"))
        for name, task in present.items():
            # A task that an upgrade renamed keeps its schedule.
            if mapping[name]["task"] != task:
                PeriodicTask.objects.filter(name=name).update(task=mapping[name]["task"])
        super().update_from_dict({name: entry for name, entry in mapping.items() if name not in present})
