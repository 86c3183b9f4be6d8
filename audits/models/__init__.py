"""What an audit is made of; one file a family."""

from audits.models.actions import Action, ActionUpdate, CaseDirection, CaseDirectionRevision
from audits.models.answers import Contribution, PaperAnswers, RejectedSave, SectionAnswers, SectionRevision
from audits.models.audits import Audit, State
from audits.models.capacity import Effort, EffortKind
from audits.models.cases import Case, CaseList, Draw, LegalStatus, PendingImport
from audits.models.coded import CodedAnswer
from audits.models.forms import About, AuditType, DraftRevision, Form, FormVersion, Pack, ProcessMap
from audits.models.judgements import (
    AuditGroupObjectPermission,
    AuditUserObjectPermission,
    Judgement,
    Reason,
    Recipient,
    ReferenceCounter,
)
from audits.models.lists import ListChange, Listing, ListKind, ListSource, Replacement
from audits.models.programme import Work, WorkKind, WorkState
from audits.models.schedule import Cycle, Expectation, Expected, Selection
from audits.models.work_parts import WorkAgency, WorkAudit, WorkCase, WorkNote, WorkPerson

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
    "CodedAnswer",
    "Contribution",
    "Cycle",
    "DraftRevision",
    "Draw",
    "Effort",
    "EffortKind",
    "Expectation",
    "Expected",
    "Form",
    "FormVersion",
    "Judgement",
    "LegalStatus",
    "ListChange",
    "ListKind",
    "ListSource",
    "Listing",
    "Pack",
    "PaperAnswers",
    "PendingImport",
    "ProcessMap",
    "Reason",
    "Recipient",
    "ReferenceCounter",
    "RejectedSave",
    "Replacement",
    "SectionAnswers",
    "SectionRevision",
    "Selection",
    "State",
    "Work",
    "WorkAgency",
    "WorkAudit",
    "WorkCase",
    "WorkKind",
    "WorkNote",
    "WorkPerson",
    "WorkState",
]
