"""What hangs on an audit: its judgements, who got it, the reasons given, its number, and who holds which part."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from audits.models.audits import Audit
from qaf.fields import EncryptedTextField


class Judgement(models.Model):
    """The grade of one domain of an audit: the auditor's, the moderated one, and the one that stands."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="judgements")
    domain = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField()
    is_overall = models.BooleanField(default=False)
    auditor_grade = models.CharField(max_length=10)
    moderated_grade = models.CharField(max_length=10, blank=True)
    # Set only where the site lets the moderation panel change grades; it then stands before the moderator's.
    panel_grade = models.CharField(max_length=10, blank=True)
    final_grade = models.CharField(max_length=10, blank=True)

    class Meta:
        ordering = ["audit_id", "position"]
        constraints = [models.UniqueConstraint(fields=["audit", "domain"], name="judgement_once_a_domain")]
        indexes = [models.Index(fields=["domain", "final_grade"])]

    def __str__(self) -> str:
        return f"{self.title}: {self.standing_grade}"

    @property
    def standing_grade(self) -> str:
        return self.final_grade or self.moderated_grade or self.auditor_grade


class Recipient(models.Model):
    """Somebody an audit was distributed to, and whether they have opened it."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="recipients")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=80)
    sent_at = models.DateTimeField(default=timezone.now)
    opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["audit_id", "pk"]
        constraints = [models.UniqueConstraint(fields=["audit", "person"], name="recipient_once")]

    def __str__(self) -> str:
        return f"{self.person}, {self.reason}"


class Reason(models.Model):
    """Why somebody returned, closed, cancelled, reopened or handed over: kept, whatever comes after it."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="reasons")
    kind = models.CharField(max_length=40)
    # Free text of people: it may name a child, so it is not in the trail.
    text = EncryptedTextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["audit_id", "pk"]

    def __str__(self) -> str:
        return f"{self.kind}: {self.by}"


class ReferenceCounter(models.Model):
    """The last number given out under a prefix in a year; locked while the next one is taken."""

    prefix = models.CharField(max_length=6)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="reference_counter_once")]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}-{self.last:05d}"


class AuditUserObjectPermission(UserObjectPermissionBase):
    """Who holds which part in an audit (django-guardian, with real foreign keys so that lists stay quick)."""

    content_object = models.ForeignKey(Audit, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        indexes = [models.Index(fields=["user", "content_object"], name="audit_part_of_user")]


class AuditGroupObjectPermission(GroupObjectPermissionBase):
    """Wanted by django-guardian beside the users' table; parts are only ever given to people."""

    content_object = models.ForeignKey(Audit, on_delete=models.CASCADE)
