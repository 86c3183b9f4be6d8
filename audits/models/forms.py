"""Forms, their versions, the types of audit and the process map of each type."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from audits.kloe.definition import FormDefinition, from_json


class Pack(models.Model):
    """A framework pack that was loaded."""

    key = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    source = models.CharField(max_length=300, blank=True)
    loaded_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.title


class Form(models.Model):
    """A form under its key; what it asks is in its versions."""

    pack = models.ForeignKey(Pack, null=True, blank=True, on_delete=models.PROTECT, related_name="forms")
    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    @property
    def published_version(self) -> FormVersion | None:
        return self.versions.filter(state=FormVersion.State.PUBLISHED).order_by("-number").first()


class PublishedVersionIsFixed(Exception):
    """A published form version was about to be changed."""


@lru_cache(maxsize=256)
def _parsed(pk: int) -> FormDefinition:
    # Keyed by primary key alone: a published version never changes.
    return from_json(FormVersion.objects.values_list("definition", flat=True).get(pk=pk))


class FormVersion(models.Model):
    """One wording of a form. An audit keeps the version it was started on; a published one never changes."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        RETIRED = "retired", "Retired"

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    definition = models.JSONField()
    # Why there is this version, in the words of whoever published it.
    note = models.TextField(blank=True)
    # Grows by one with each change of a draft.
    revision = models.PositiveIntegerField(default=0)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    saved_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["form", "number"]
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="form_version_number_once"),
            models.UniqueConstraint(fields=["form"], condition=Q(state="draft"), name="one_draft_a_form"),
            models.UniqueConstraint(fields=["form"], condition=Q(state="published"), name="one_published_a_form"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "published", "retired"]), name="form_version_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form}, version {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk and not self._state.adding:
            before = FormVersion.objects.get(pk=self.pk)
            if before.state != self.State.DRAFT and self._differs_too_much(before):
                raise PublishedVersionIsFixed(f"{self} is published; make a new version instead.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if FormVersion.objects.exclude(state=self.State.DRAFT).filter(pk=self.pk).exists():
            raise PublishedVersionIsFixed(f"{self} is published, and stays; retire the form instead.")
        return super().delete(*args, **kwargs)

    def _differs_too_much(self, before: FormVersion) -> bool:
        """Whether more is changed than that a published version is retired. The database's triggers say the same."""
        retires = before.state == self.State.PUBLISHED and self.state == self.State.RETIRED
        free = {"state", "retired_at"} if retires else set()
        names = [field.attname for field in self._meta.concrete_fields if field.attname not in free]
        return any(getattr(before, name) != getattr(self, name) for name in names)

    @property
    def parsed(self) -> FormDefinition:
        """The definition as plain dataclasses; parsed once a process for a published version."""
        if self.state == self.State.DRAFT or not self.pk:
            return from_json(self.definition)
        return _parsed(self.pk)

    @staticmethod
    def parsed_by_pk(pk: int) -> FormDefinition:
        """The definition of a published version without loading its row when it is known already."""
        return _parsed(pk)


class DraftRevision(models.Model):
    """A draft as it was before a change: what its author can go back to."""

    version = models.ForeignKey(FormVersion, on_delete=models.CASCADE, related_name="revisions")
    revision = models.PositiveIntegerField()
    definition = models.JSONField()
    # What the change after this was, such as "Question moved up".
    change = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["version_id", "revision"]
        constraints = [models.UniqueConstraint(fields=["version", "revision"], name="draft_revision_once")]

    def __str__(self) -> str:
        return f"{self.version}, revision {self.revision}"


class About(models.TextChoices):
    """What an audit of a type looks at."""

    CASE = "case", "A child's case"
    PRACTITIONER = "practitioner", "A practitioner's work"
    RECORD = "record", "Another record"
    AGENCY = "agency", "An agency or school"


class AuditType(models.Model):
    """A type of audit: which form, which part of it, what it is about, and how it goes on from there."""

    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="types")
    part = models.CharField(max_length=20, default="audit")
    reference_prefix = models.CharField(max_length=6)
    about = models.CharField(max_length=12, choices=About.choices, default=About.CASE)
    confidential = models.BooleanField(
        default=False, help_text="Read by those who hold a part in the audit and by QA managers alone."
    )
    is_active = models.BooleanField("may be allocated", default=True)

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


def default_reminder_steps() -> list[int]:
    return [-3, 0, 2]


class ProcessMap(models.Model):
    """Which steps a type of audit goes through and how long each may take.

    Days are working days. A step that is switched off does not apply (product design, *The life of one audit*).
    """

    type = models.OneToOneField(AuditType, on_delete=models.CASCADE, related_name="process")
    audit_days = models.PositiveSmallIntegerField("working days to audit", default=10)
    audit_weeks = models.PositiveSmallIntegerField(
        "calendar weeks to audit", null=True, blank=True, help_text="Used instead of working days when given."
    )
    qa_check = models.BooleanField("QA check before moderation", default=False)
    qa_check_days = models.PositiveSmallIntegerField(default=5)
    moderation = models.BooleanField("moderated", default=True)
    moderation_days = models.PositiveSmallIntegerField(default=10)
    moderator_analysis = models.BooleanField(
        "moderator's own analysis of each domain",
        default=False,
        help_text="The moderator writes an analysis beside the auditor's, as the deep dive asks.",
    )
    distribution = models.BooleanField("distributed", default=True)
    distribution_days = models.PositiveSmallIntegerField(default=5)
    feedback = models.BooleanField("practitioner's feedback asked for", default=True)
    feedback_days = models.PositiveSmallIntegerField(default=10)
    reaudit_type = models.ForeignKey(
        AuditType,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The type opened when the lowest grade stands. Leave empty for none.",
    )
    reaudit_weeks = models.PositiveSmallIntegerField(default=8)
    action_review_months = models.PositiveSmallIntegerField(default=1)
    reminder_steps = models.JSONField(default=default_reminder_steps, help_text="Working days from the due date.")
    reminder_repeat = models.PositiveSmallIntegerField(default=5)
    copy_manager_from = models.SmallIntegerField(default=2)

    def __str__(self) -> str:
        return f"Process map of {self.type}"
