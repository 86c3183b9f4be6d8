"""Who moderates what: the rules an administrator sees and edits, and the settings of this floor."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from audits.models import AuditType
from qaf.people.roles import Role


class Scope(models.TextChoices):
    """Where a moderator's post must lie, seen from the audit."""

    NEAREST = "nearest", "Nearest to the team: its own, its service's, its agency's, then any"
    TEAM = "team", "The audit's team"
    SERVICE = "service", "The audit's service"
    AGENCY = "agency", "The audit's agency"
    OTHER_SERVICE = "other_service", "Another service of the same agency"
    ORGANISATION = "organisation", "The whole organisation"


class ModeratorRuleQuerySet(models.QuerySet["ModeratorRule"]):
    def in_force(self) -> ModeratorRuleQuerySet:
        return self.filter(is_active=True).order_by("position", "pk")


class ModeratorRule(models.Model):
    """When somebody with this role audits this type, who moderates; the first rule that fits an audit applies.

    Bristol QAF, *Moderation*: the relevant service manager; the QA service manager when a service manager audited.
    """

    position = models.PositiveSmallIntegerField(default=1)
    # Empty: whatever the auditor's role; None: whatever the type.
    auditor_role = models.CharField("auditor's role", max_length=20, choices=Role.choices, blank=True)
    type = models.ForeignKey(
        AuditType, null=True, blank=True, on_delete=models.CASCADE, related_name="moderator_rules", verbose_name="type"
    )
    moderator_role = models.CharField("moderator's role", max_length=20, choices=Role.choices, default=Role.MODERATOR)
    scope = models.CharField(max_length=14, choices=Scope.choices, default=Scope.NEAREST)
    # Asked when nobody of the first role may; empty: the QA manager names somebody.
    alternate_role = models.CharField("alternate's role", max_length=20, choices=Role.choices, blank=True)
    alternate_scope = models.CharField(max_length=14, choices=Scope.choices, default=Scope.NEAREST)
    # Among those who may: whoever has the fewest undecided moderations, not the first found.
    shares_load = models.BooleanField("share the load", default=True)
    is_active = models.BooleanField("in force", default=True)
    # The pack that brought it; empty: made here. A rule that was edited here is the site's own.
    pack = models.CharField(max_length=80, blank=True)

    objects = ModeratorRuleQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["auditor_role", "type"],
                condition=Q(is_active=True),
                nulls_distinct=False,
                name="one_moderator_rule_a_role_and_type",
                violation_error_message="There is a rule for this role and type already. Change that one.",
            ),
        ]

    def __str__(self) -> str:
        who = self.get_auditor_role_display() if self.auditor_role else "anybody"
        return f"{self.type or 'any type'}, audited by {who.lower()}: {self.get_moderator_role_display()}"


class ModerationSettings(models.Model):
    """The settings of moderation and its panel: one row, made when it is first asked for."""

    # Working days a service manager has to acknowledge a concern, and from then on to resolve it.
    concern_acknowledge_days = models.PositiveSmallIntegerField("working days to acknowledge a concern", default=1)
    concern_resolve_days = models.PositiveSmallIntegerField("working days to resolve a concern", default=10)
    # Bristol QAF, *Moderation*: the panel samples completed audits three times a year.
    panels_a_year = models.PositiveSmallIntegerField(default=3)
    # How many cases of each kind a panel draws unless it is asked otherwise.
    panel_random = models.PositiveSmallIntegerField("drawn at random", default=4)
    panel_differing = models.PositiveSmallIntegerField("auditor and moderator two grades apart", default=2)
    panel_domains = models.PositiveSmallIntegerField("from the domains that disagree most", default=2)
    panel_innovative = models.PositiveSmallIntegerField("practice marked innovative", default=2)
    # The framework's panel calibrates: its view changes no grade.
    panel_changes_grades = models.BooleanField("the panel's view changes the audit's grade", default=False)

    class Meta:
        verbose_name_plural = "moderation settings"
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="moderation_settings_once")]

    def __str__(self) -> str:
        return "Settings of moderation"

    @classmethod
    def current(cls) -> ModerationSettings:
        """The one row, with the defaults when nobody has changed anything."""
        return cls.objects.get_or_create(pk=1)[0]
