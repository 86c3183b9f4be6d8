"""What an audit is made of; one file a family."""

from audits.models.actions import Action, ActionUpdate, CaseDirection, CaseDirectionRevision
from audits.models.answers import Contribution, PaperAnswers, RejectedSave, SectionAnswers, SectionRevision
from audits.models.audits import Audit, State
from audits.models.cases import Case, CaseList, Draw, LegalStatus, PendingImport
from audits.models.forms import About, AuditType, DraftRevision, Form, FormVersion, Pack, ProcessMap
from audits.models.judgements import (
    AuditGroupObjectPermission,
    AuditUserObjectPermission,
    Judgement,
    Reason,
    Recipient,
    ReferenceCounter,
)

__all__ = [
    "About",
    "Action",
    "ActionUpdate",
    "Audit",
    "AuditGroupObjectPermission",
    "AuditType",
    "AuditUserObjectPermission",
    "Case",
    "CaseDirection",
    "CaseDirectionRevision",
    "CaseList",
    "Contribution",
    "DraftRevision",
    "Draw",
    "Form",
    "FormVersion",
    "Judgement",
    "LegalStatus",
    "Pack",
    "PaperAnswers",
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
