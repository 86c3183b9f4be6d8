"""The trail: who did what to which thing, in a chain that shows any tampering."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models


class TrailIsAppendOnly(Exception):
    """An entry of the trail was about to be changed or deleted."""


class EntryQuerySet(models.QuerySet["Entry"]):
    def about(self, thing: models.Model) -> EntryQuerySet:
        """Entries about one thing, oldest first."""
        return self.filter(subject_type=ContentType.objects.get_for_model(thing), subject_id=thing.pk).order_by(
            "sequence"
        )

    def update(self, **kwargs: Any) -> NoReturn:
        raise TrailIsAppendOnly("The trail is only added to.")

    def delete(self) -> NoReturn:
        raise TrailIsAppendOnly("The trail is only added to.")


class Entry(models.Model):
    """One thing that was done. ``digest`` covers every field and the digest before it."""

    sequence = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=60)
    subject_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    subject_id = models.PositiveBigIntegerField()
    subject = GenericForeignKey("subject_type", "subject_id")
    # What changed and why; never a child's name or identifier.
    details = models.JSONField(default=dict)
    previous_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["sequence"]
        indexes = [models.Index(fields=["subject_type", "subject_id", "sequence"])]
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.sequence}: {self.verb}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TrailIsAppendOnly("The trail is only added to.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TrailIsAppendOnly("The trail is only added to.")


class Head(models.Model):
    """The end of the chain: how many entries there are and the last digest, sealed with the key.

    One row, locked while an entry is added. Without it, entries cut off the end would not be missed.
    """

    sequence = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="")
    seal = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="trail_has_one_head")]

    def __str__(self) -> str:
        return f"{self.sequence} entries"
