"""The people of the programme, and work in any state, brought there by the real workflow."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from audits.models import Work, WorkKind, WorkState
from audits.models.programme import VISITS
from audits.programme_terms import POINTS
from audits.workflow.programme import propose
from audits.workflow.programme_steps import note_step, take_step
from qaf.people.models import Agency, Team, User
from qaf.people.roles import Role
from tests.factories import AgencyFactory, PostFactory, ServiceFactory, TeamFactory, UserFactory


def holder(role: Role, name: str, **scope: Any) -> User:
    user: User = UserFactory.create(name=name)
    PostFactory.create(person=user, role=role, starts_on=date(2020, 1, 1), **scope)
    return user


@dataclass
class ProgrammeSetting:
    """A council and the police with a team each; ``lead`` is a QA officer, ``chair`` and ``member`` the subgroup."""

    council: Agency
    police: Agency
    team: Team
    unit: Team
    manager: User
    lead: User
    chair: User
    other_chair: User
    member: User
    council_lead: User
    police_lead: User
    scrutineer: User
    outsider: User
    counted: int = field(default=0)

    def propose(self, kind: str = WorkKind.THEMATIC, **changes: Any) -> Work:
        """Work of the manager's with complete terms; each theme in a year of its own, so that none is in the way."""
        self.counted += 1
        first = changes.pop("fieldwork_from", date(timezone.localdate().year + self.counted, 6, 1))
        terms = {point.field: f"About {point.named}." for point in POINTS}
        values: dict[str, Any] = {
            "kind": kind,
            "title": "Neglect of school-age children",
            "fieldwork_from": first,
            "fieldwork_until": first + timedelta(days=0 if kind in VISITS else 20),
            "lead": self.lead,
            "chair": None if kind in VISITS else self.chair,
            "commissioned_by": "The subgroup",
            "by": self.manager,
        }
        return propose(**(terms | values | changes))

    def at(self, state: str, kind: str = WorkKind.THEMATIC, **changes: Any) -> Work:
        """Work of a kind, walked to a state."""
        work = self.propose(kind, **changes)
        for step, by, said in self.steps_to(state, kind):
            if step in ("open_fieldwork", "close_fieldwork"):
                work = Work.objects.get(pk=work.pk)
                getattr(work, step)()
                note_step(work, step, by=by)
            else:
                work = take_step(work, step, by=by, **said)
        assert work.state == state, work.state
        return work

    def steps_to(self, state: str, kind: str) -> list[tuple[str, User, dict[str, Any]]]:
        """The steps from the proposal to a state: which, by whom, and what is said."""
        minute = {"minute": "Subgroup minutes, item 4"}
        audit: list[tuple[str, str, User, dict[str, Any]]] = [
            ("agreed", "agree", self.member, minute),
            ("fieldwork", "open_fieldwork", self.manager, {}),
            ("analysis", "close_fieldwork", self.manager, {}),
            ("signed_off", "sign_off", self.chair, {}),
            ("considered", "consider", self.member, minute),
            ("presented", "present", self.manager, {"minute": "Partnership Board"}),
            ("closed", "close", self.manager, {}),
        ]
        visit: list[tuple[str, str, User, dict[str, Any]]] = [
            ("planned", "plan", self.manager, {}),
            ("prepared", "prepare", self.lead, {"text": "How are visits recorded?"}),
            ("held", "hold", self.lead, {}),
            ("reported", "report", self.lead, {"text": "Recording is prompt."}),
            ("closed", "close", self.manager, {}),
        ]
        if state == WorkState.WITHDRAWN:
            return [("withdraw", self.manager, {"text": "No longer needed."})]
        steps = []
        for reached, step, by, said in visit if kind in VISITS else audit:
            if state == WorkState.PROPOSED:
                break
            steps.append((step, by, said))
            if reached == state:
                break
        return steps


def make_programme_setting() -> ProgrammeSetting:
    """Make the people and places; call it in a test with a database."""
    council, police = AgencyFactory.create(name="Council"), AgencyFactory.create(name="Police")
    return ProgrammeSetting(
        council=council,
        police=police,
        team=TeamFactory.create(service=ServiceFactory.create(agency=council), name="North"),
        unit=TeamFactory.create(service=ServiceFactory.create(agency=police), name="Unit 1"),
        manager=holder(Role.QA_MANAGER, "Quin Manager"),
        lead=holder(Role.QA_OFFICER, "Lea Lead"),
        chair=holder(Role.AUDIT_CHAIR, "Cho Chair"),
        other_chair=holder(Role.AUDIT_CHAIR, "Otto Chair"),
        member=holder(Role.SUBGROUP_MEMBER, "Mem Subgroup"),
        council_lead=holder(Role.AGENCY_LEAD, "Con Council-Lead", agency=council),
        police_lead=holder(Role.AGENCY_LEAD, "Pol Police-Lead", agency=police),
        scrutineer=holder(Role.SCRUTINEER, "Scout Scrutineer"),
        outsider=holder(Role.AUDITOR, "Ade Auditor"),
    )
