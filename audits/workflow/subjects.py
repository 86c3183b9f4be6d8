"""What an audit is about: a child's case, or a practitioner's work, another record, or an agency."""

from __future__ import annotations

from dataclasses import dataclass

from audits.models import About, Audit, AuditType, Case
from qaf.people.models import Team, User

ASKED_FOR = {
    About.CASE: "a case from the imported list",
    About.PRACTITIONER: "the practitioner whose work is audited",
    About.RECORD: "the record, by its reference",
    About.AGENCY: "the agency or school",
}


@dataclass(frozen=True)
class Subject:
    """What an audit is about, and the team it belongs to.

    ``practitioner`` is the case-holder of a case, the worker whose work is looked at, or the one who holds a record.
    ``text`` says in words what an audit without a case is about; it is encrypted, since it may name somebody.
    """

    team: Team
    case: Case | None = None
    practitioner: User | None = None
    practitioner_name: str = ""
    text: str = ""

    @classmethod
    def of_case(cls, case: Case) -> Subject:
        return cls(case.team, case, case.case_holder, case.case_holder_name)

    @classmethod
    def of_audit(cls, audit: Audit) -> Subject:
        """What an audit is about now: a case as it stands today, anything else as it was.

        One agency's audit of a case that another holds stays in its own team, without a case-holder there: what the
        police found is not followed up in the council's team (Coventry QA framework 2025-27, 6.2.1).
        """
        if audit.case is not None and audit.case.team.service.agency_id != audit.agency_id:
            return cls(audit.team, audit.case)
        if audit.case is not None:
            return cls.of_case(audit.case)
        return cls(audit.team, None, audit.case_holder, "", audit.subject)

    def lacks(self, type: AuditType) -> str | None:
        """What a type of audit asks for that this subject does not say; None when it says all."""
        said = {
            About.CASE: self.case is not None,
            About.PRACTITIONER: self.practitioner is not None,
            About.RECORD: bool(self.text.strip()),
            About.AGENCY: bool(self.text.strip()),
        }
        if said[About(type.about)] and (type.about == About.CASE) == (self.case is not None):
            return None
        return ASKED_FOR[About(type.about)]
