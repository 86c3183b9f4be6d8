"""A theme that three agencies audit: who they are, their teams and auditors, and two children of the council's."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from audits.kloe.packs import Pack, read_pack
from audits.models import Audit, AuditType, Case, LegalStatus, Work, WorkAgency, WorkCase, WorkKind, WorkState
from audits.models.programme import TERMS
from audits.workflow import fieldwork_matrix
from audits.workflow.fieldwork import open_fieldwork
from audits.workflow.packs import load_pack
from qaf.people.models import Agency, Team, User
from qaf.people.roles import Role
from tests.audits import walk
from tests.factories import AgencyFactory, PostFactory, ServiceFactory, TeamFactory, UserFactory

TYPE = "multi-agency-audit-2025"


@lru_cache(maxsize=1)
def coventry() -> Pack:
    """The multi-agency audit alone."""
    pack = read_pack(Path(settings.BASE_DIR) / "fixtures" / "packs" / "coventry-2025")
    return replace(pack, forms=(pack.form(TYPE),), types=tuple(one for one in pack.types if one.form == TYPE))


def someone(role: Role, name: str, **scope: object) -> User:
    person: User = UserFactory.create(name=name)
    PostFactory.create(person=person, role=role, **scope)
    return person


@dataclass
class Partnership:
    """Agencies by name, each with its team, an auditor, a QA officer and a lead; one QA manager over all."""

    work: Work
    manager: User
    agencies: dict[str, Agency] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    auditors: dict[str, User] = field(default_factory=dict)
    officers: dict[str, User] = field(default_factory=dict)
    leads: dict[str, User] = field(default_factory=dict)
    holder: User | None = None
    cases: int = 0

    def case(self, **fields: object) -> Case:
        self.cases += 1
        values = {
            "identifier": f"SYN-{self.cases:05d}",
            "initials": f"Q{self.cases}",
            "age": 7,
            "legal_status": LegalStatus.CP,
            "team": self.teams["Council"],
            "case_holder": self.holder,
            "opened_on": timezone.localdate() - timedelta(days=60),
            **fields,
        }
        return Case.objects.create(**values)

    def child(self, case: Case | None = None) -> WorkCase:
        return fieldwork_matrix.add_child(self.work, case=case or self.case(), reason="For the theme.", by=self.manager)

    def takes_part(self, name: str) -> WorkAgency:
        return WorkAgency.objects.get(work=self.work, agency=self.agencies[name])

    def open(self) -> Work:
        open_fieldwork(self.work, by=self.manager)
        self.work = Work.objects.get(pk=self.work.pk)
        return self.work

    def audit(self, name: str, number: int = 1) -> Audit:
        return Audit.objects.get(
            work_cell__agency=self.agencies[name], work_cell__work_case__number=number, work=self.work
        )

    def submit(self, name: str, number: int = 1, *, grade: str = "MG") -> Audit:
        return walk.submit(self.audit(name, number), grade=grade)


def make_people(*names: str) -> Partnership:
    """The agencies with their people, before there is any work."""
    load_pack(coventry(), by=None)
    made = Partnership(Work(), someone(Role.QA_MANAGER, "Quin Manager"))
    for name in names:
        agency = AgencyFactory.create(name=name)
        made.agencies[name] = agency
        made.teams[name] = TeamFactory.create(service=ServiceFactory.create(agency=agency), name=f"{name} team")
        made.auditors[name] = someone(Role.AUDITOR, f"{name} Auditor", agency=agency)
        made.officers[name] = someone(Role.QA_OFFICER, f"{name} Officer", agency=agency)
        made.leads[name] = someone(Role.AGENCY_LEAD, f"{name} Lead", agency=agency)
    made.holder = someone(Role.PRACTITIONER, "Pat Practitioner", team=made.teams["Council"])
    return made


def make_partnership(*names: str, agreed: bool = True) -> Partnership:
    """A theme of these agencies (council, police and health unless said otherwise), agreed and ready for children."""
    made = make_people(*(names or ("Council", "Police", "Health")))
    today = timezone.localdate()
    made.work = Work.objects.create(
        reference="AUD-2026-00001",
        kind=WorkKind.THEMATIC,
        title="Neglect",
        year=today.year,
        quarter=3,
        state=WorkState.AGREED if agreed else WorkState.PROPOSED,
        agreed_on=today if agreed else None,
        agreed_minute="A&P 4.2" if agreed else "",
        type=AuditType.objects.get(key=TYPE),
        lead=made.manager,
        proposed_by=made.manager,
        fieldwork_from=today,
        fieldwork_until=today + timedelta(days=28),
        **dict.fromkeys(TERMS, "As agreed."),
    )
    for name, agency in made.agencies.items():
        WorkAgency.objects.create(work=made.work, agency=agency, team=made.teams[name], auditor=made.auditors[name])
    return made
