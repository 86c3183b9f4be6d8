"""A small authority: one service with one team, everybody an audit needs, and one case."""

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from audits.kloe.packs import Pack, read_pack
from audits.models import Audit, AuditType, Case, LegalStatus
from audits.workflow.allocation import allocate
from audits.workflow.packs import load_pack
from audits.workflow.subjects import Subject
from qaf.people.models import Service, Team, User
from qaf.people.roles import Role
from tests.factories import PostFactory, ServiceFactory, TeamFactory, UserFactory


@lru_cache(maxsize=1)
def bristol() -> Pack:
    """The child case audit and its re-audit alone: what these tests follow does not hang on how many forms ship."""
    pack = read_pack(Path(settings.BASE_DIR) / "fixtures" / "packs" / "bristol")
    return replace(
        pack,
        forms=(pack.form("child-case-audit"),),
        types=tuple(one for one in pack.types if one.form == "child-case-audit"),
        # What is expected of whom has tests of its own, which make the rows they need.
        expectations=(),
    )


@dataclass
class Authority:
    """The people by their part."""

    service: Service
    team: Team
    auditor: User
    second_auditor: User
    moderator: User
    service_manager: User
    team_manager: User
    officer: User
    qa_manager: User
    practitioner: User
    type: AuditType
    case: Case
    cases: int = 1

    def audit(self, case: Case | None = None) -> Audit:
        return allocate(
            subject=Subject.of_case(case or self.case),
            type=self.type,
            auditor=self.auditor,
            by=self.officer,
            selection="Chosen by hand.",
        )

    def another_case(self, **fields: object) -> Case:
        self.cases += 1
        values = {
            "identifier": f"SYN-{self.cases:05d}",
            "initials": "XY",
            "age": 9,
            "legal_status": LegalStatus.CIN,
            "team": self.team,
            "case_holder": self.practitioner,
            **fields,
        }
        return Case.objects.create(**values)


def someone(role: Role, name: str, *, team: Team | None = None, service: Service | None = None) -> User:
    user = UserFactory.create(name=name)
    PostFactory.create(person=user, role=role, team=team, service=service, starts_on=date(2020, 1, 1))
    return user


def make_authority() -> Authority:
    """Load the Bristol pack and make the people; call it in a test with a database."""
    load_pack(bristol(), by=None)
    service = ServiceFactory.create(name="Area Social Care")
    team = TeamFactory.create(service=service, name="North")
    practitioner = someone(Role.PRACTITIONER, "Pat Practitioner", team=team)
    case = Case.objects.create(
        identifier="SYN-00001",
        initials="AB",
        age=7,
        legal_status=LegalStatus.CP,
        team=team,
        case_holder=practitioner,
    )
    return Authority(
        service=service,
        team=team,
        auditor=someone(Role.AUDITOR, "Ade Auditor", service=service),
        second_auditor=someone(Role.AUDITOR, "Sam Second", service=service),
        moderator=someone(Role.MODERATOR, "Mo Moderator", service=service),
        service_manager=someone(Role.SERVICE_MANAGER, "Sal Service-Manager", service=service),
        team_manager=someone(Role.TEAM_MANAGER, "Tay Team-Manager", team=team),
        officer=someone(Role.QA_OFFICER, "Oli Officer"),
        qa_manager=someone(Role.QA_MANAGER, "Quin Manager"),
        practitioner=practitioner,
        type=AuditType.objects.get(key="child-case-audit"),
        case=case,
    )
