"""The rows of this floor, one file a family."""

from moderation.models.concerns import Concern, ConcernQuerySet, Reassignment
from moderation.models.moderations import HandOver, Moderation, ModerationQuerySet, Regrade, RegradeRevision
from moderation.models.panels import Panel, PanelCase, PanelInvitation, PanelMember, PanelQuerySet, PanelView
from moderation.models.rules import ModerationSettings, ModeratorRule, Scope

__all__ = [
    "Concern",
    "ConcernQuerySet",
    "HandOver",
    "Moderation",
    "ModerationQuerySet",
    "ModerationSettings",
    "ModeratorRule",
    "Panel",
    "PanelCase",
    "PanelInvitation",
    "PanelMember",
    "PanelQuerySet",
    "PanelView",
    "Reassignment",
    "Regrade",
    "RegradeRevision",
    "Scope",
]
