"""What an audit is made of; one file a family."""

from audits.models.actions import Action, ActionUpdate, CaseDirection
from audits.models.answers import RejectedSave, SectionAnswers, SectionRevision
from audits.models.audits import (
    Audit,
    AuditGroupObjectPermission,
    AuditUserObjectPermission,
    Judgement,
    Reason,
    Recipient,
    ReferenceCounter,
    State,
)
from audits.models.cases import Case, CaseList, Draw, LegalStatus, PendingImport
from audits.models.forms import AuditType, Form, FormVersion, Pack, ProcessMap

__all__ = [
    "Action",
    "ActionUpdate",
    "Audit",
    "AuditGroupObjectPermission",
    "AuditType",
    "AuditUserObjectPermission",
    "Case",
    "CaseDirection",
    "CaseList",
    "Draw",
    "Form",
    "FormVersion",
    "Judgement",
    "LegalStatus",
    "Pack",
    "PendingImport",
    "ProcessMap",
    "Reason",
    "Recipient",
    "ReferenceCounter",
    "RejectedSave",
    "SectionAnswers",
    "SectionRevision",
    "State",
]
