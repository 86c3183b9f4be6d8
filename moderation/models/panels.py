"""The moderation panel: its meetings, members, cases, what each member found by themselves, and what was agreed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django_fsm import FSMField, FSMModelMixin, transition

from audits.models import Audit
from qaf.fields import EncryptedJSONField, EncryptedTextField


class PanelQuerySet(models.QuerySet["Panel"]):
    def standing(self) -> PanelQuerySet:
        return self.exclude(state=Panel.State.CANCELLED)


class Panel(FSMModelMixin, models.Model):
    """One meeting of the panel. Bristol QAF, *Moderation*: three times a year it samples completed audits.

    planned → reading (the sample is drawn and fixed, members read and grade by themselves) → discussing (everybody's
    grades are shown) → closed (minutes are fixed); cancelled, with a reason, before it is closed.
    """

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        READING = "reading", "Members are reading"
        DISCUSSING = "discussing", "In discussion"
        CLOSED = "closed", "Closed"
        CANCELLED = "cancelled", "Cancelled"

    title = models.CharField(max_length=120)
    meets_on = models.DateField("day of the meeting")
    place = models.CharField(max_length=200, blank=True)
    state = FSMField(default=State.PLANNED, choices=State.choices, protected=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    # The audits it samples: those whose grades were settled on one of these days, both included.
    decided_from = models.DateField()
    decided_to = models.DateField()
    random_size = models.PositiveSmallIntegerField(default=4)
    differing_size = models.PositiveSmallIntegerField(default=2)
    domain_size = models.PositiveSmallIntegerField(default=2)
    innovative_size = models.PositiveSmallIntegerField(default=2)
    # Whoever draws again with the same seed from the same audits draws the same.
    seed = models.PositiveBigIntegerField(null=True, blank=True)
    eligible_count = models.PositiveIntegerField(null=True, blank=True)
    # The draw in words: from how many, by which seed, what each kind found. No child's data.
    explanation = models.TextField(blank=True)
    drawn_at = models.DateTimeField(null=True, blank=True)
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    # What was said in general, for the minutes.
    notes = EncryptedTextField(blank=True, default="")
    revision = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # As the setting was on the day it closed.
    changed_grades = models.BooleanField(default=False)
    cancel_reason = EncryptedTextField(blank=True, default="")
    # As they were made on closing (moderation.documents.minutes): what changes later, such as a name, a title or the
    # grades of a moderation that is reopened, does not change what was minuted.
    minutes = EncryptedJSONField(null=True, blank=True)

    objects = PanelQuerySet.as_manager()

    class Meta:
        ordering = ["-meets_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["planned", "reading", "discussing", "closed", "cancelled"]),
                name="panel_state_known",
            ),
            models.CheckConstraint(condition=Q(decided_to__gte=F("decided_from")), name="panel_period_in_order"),
        ]

    def __str__(self) -> str:
        return self.title

    @transition(field=state, source=State.PLANNED, target=State.READING)
    def open_reading(self) -> None:
        """The sample is fixed: members read."""

    @transition(field=state, source=State.READING, target=State.DISCUSSING)
    def open_discussion(self) -> None:
        """Everybody's grades are shown; nobody records one any more."""

    @transition(field=state, source=State.DISCUSSING, target=State.CLOSED)
    def close(self) -> None:
        self.closed_at = timezone.now()

    @transition(field=state, source=[State.PLANNED, State.READING, State.DISCUSSING], target=State.CANCELLED)
    def call_off(self) -> None:
        """It does not meet."""


class PanelMember(models.Model):
    """Somebody who sits on one panel."""

    class Seat(models.TextChoices):
        CHAIR = "chair", "Chair"
        MEMBER = "member", "Member"
        # The QA social worker supports the panel (Bristol QAF) and grades nothing.
        SUPPORT = "support", "Support"

    panel = models.ForeignKey(Panel, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="panel_seats")
    seat = models.CharField(max_length=10, choices=Seat.choices, default=Seat.MEMBER)
    # None until somebody notes it at the meeting.
    attended = models.BooleanField(null=True)

    class Meta:
        ordering = ["panel_id", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "person"], name="panel_member_once"),
            models.UniqueConstraint(fields=["panel"], condition=Q(seat="chair"), name="one_chair_a_panel"),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_seat_display().lower()}"

    @property
    def grades(self) -> bool:
        return self.seat != self.Seat.SUPPORT


class PanelCase(models.Model):
    """An audit that the panel looks at, in one of its domains, and what the panel agreed on it."""

    class Drawn(models.TextChoices):
        RANDOM = "random", "Drawn at random"
        DIFFERING = "differing", "Auditor and moderator two grades apart"
        DOMAIN = "domain", "Domain that disagrees most"
        INNOVATIVE = "innovative", "Practice marked innovative"
        CHOSEN = "chosen", "Chosen by hand"

    panel = models.ForeignKey(Panel, on_delete=models.CASCADE, related_name="cases")
    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="panel_cases")
    position = models.PositiveSmallIntegerField()
    drawn_as = models.CharField(max_length=10, choices=Drawn.choices)
    # Why this one, in words without a child's data.
    why = models.CharField(max_length=300, blank=True)
    # The judgement that the members grade: a key of the audit's judgements, most often the overall one.
    domain = models.CharField(max_length=60)
    discussion = EncryptedTextField(blank=True, default="")
    agreed_grade = models.CharField(max_length=10, blank=True)
    lessons = EncryptedTextField(blank=True, default="")
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["panel_id", "position"]
        constraints = [models.UniqueConstraint(fields=["panel", "audit"], name="panel_case_once")]

    def __str__(self) -> str:
        return f"{self.audit} at {self.panel}"


class PanelView(models.Model):
    """The grade that a member recorded on a case before they saw anybody else's."""

    case = models.ForeignKey(PanelCase, on_delete=models.CASCADE, related_name="views")
    member = models.ForeignKey(PanelMember, on_delete=models.CASCADE, related_name="views")
    grade = models.CharField(max_length=10)
    reason = EncryptedTextField(blank=True, default="")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["case_id", "pk"]
        constraints = [models.UniqueConstraint(fields=["case", "member"], name="panel_view_once")]

    def __str__(self) -> str:
        return f"{self.member}: {self.grade}"


class PanelInvitation(models.Model):
    """An auditor who is invited to talk about their audit."""

    case = models.ForeignKey(PanelCase, on_delete=models.CASCADE, related_name="invitations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    message = EncryptedTextField(blank=True, default="")
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    accepted = models.BooleanField(null=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["case_id", "pk"]
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="panel_invitation_once")]

    def __str__(self) -> str:
        return f"{self.person} to {self.case}"
