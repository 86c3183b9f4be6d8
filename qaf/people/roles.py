"""The fourteen roles. Each is held through a dated, scoped post."""

from django.db import models


class Role(models.TextChoices):
    AUDITOR = "auditor", "Auditor"
    MODERATOR = "moderator", "Moderator"
    QA_OFFICER = "qa_officer", "QA officer"
    QA_MANAGER = "qa_manager", "QA manager"
    PRACTITIONER = "practitioner", "Practitioner"
    TEAM_MANAGER = "team_manager", "Team manager"
    SERVICE_MANAGER = "service_manager", "Service manager"
    PANEL_MEMBER = "panel_member", "Panel member"
    AUDIT_CHAIR = "audit_chair", "Audit chair"
    SUBGROUP_MEMBER = "subgroup_member", "Subgroup member"
    BOARD_MEMBER = "board_member", "Board member"
    AGENCY_LEAD = "agency_lead", "Agency lead"
    SCRUTINEER = "scrutineer", "Scrutineer"
    ADMIN = "admin", "Administrator"
