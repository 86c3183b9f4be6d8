"""A QA officer of a service with the teams East, West and First Response, and a way to bring lists in."""

from io import BytesIO
from typing import Any

from audits.models import Case, CaseList, ListChange, PendingImport
from audits.workflow.cases import import_pending, look_over
from audits.workflow.list_plan import Plan
from qaf.people.models import Team, User
from qaf.people.roles import Role
from tests.factories import PostFactory, ServiceFactory, TeamFactory

CP = "ChildUniqueID,Initials,Age,AllocatedTeam,AllocatedWorker,ChildProtectionPlanStartDate,LatestCategoryOfAbuse," \
    "ChildProtectionPlanEndDate\n"  # fmt: skip
CIN = "ChildUniqueID,Initials,Age,AllocatedTeam,AllocatedWorker,CINStartDate,CINClosureDate\n"
CONTACTS = "ChildUniqueID,Age,DateOfContact,ContactSource\n"


def make_officer() -> User:
    service = ServiceFactory.create(name="Area Social Care")
    for name in ("East", "West", "First Response"):
        TeamFactory.create(service=service, name=name, code=name.lower().replace(" ", "-"))
    return PostFactory.create(role=Role.QA_OFFICER, service=service).person


def team(name: str) -> Team:
    return Team.objects.get(name=name)


def upload(officer: User, kind: str, text: str, **more: Any) -> tuple[Plan, PendingImport | None]:
    said = {"name": "list.csv", "source": f"Annex A, {kind}", "kind": kind, "by": officer, **more}
    return look_over(BytesIO(text.encode()), **said)


def bring_in(officer: User, kind: str, text: str, **more: Any) -> CaseList:
    plan, _ = upload(officer, kind, text, **more)
    assert plan.faults == []
    return import_pending(by=officer)


def case(identifier: str = "SYN-1") -> Case:
    return Case.objects.with_identifier(identifier).get()


def changes(listed: CaseList) -> list[tuple[str, list[str]]]:
    return [(one.change, one.fields) for one in ListChange.objects.filter(case_list=listed)]
