"""The demonstration's year: rows of the schedule switched on, a cycle opened, somebody away, the programme's themes."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from audits.demo.authority import person, read
from audits.demo.writing import Writer
from audits.kloe.questions import Question, Section
from audits.models import Audit, AuditType, Case, Expectation, LegalStatus, Work, WorkKind
from audits.queries.answers import facts_of
from audits.workflow.absences import note_absence
from audits.workflow.cycles import allocate_due, open_cycle
from audits.workflow.fieldwork import close_fieldwork, open_fieldwork
from audits.workflow.fieldwork_matrix import draw_children
from audits.workflow.filling import save_section
from audits.workflow.programme import propose
from audits.workflow.programme_expected import plan_year
from audits.workflow.programme_parts import AgencyPart, Hours, set_agencies, set_people
from audits.workflow.programme_steps import take_step
from audits.workflow.submission import submit
from qaf.people.models import Agency, Post, Service, Team, User

# The framework's words for services, and this authority's own.
SERVICES = {"Area Unit": "area-social-care", "Through Care": "through-care"}
# In days.
HELD_FOR = 340
NEW_WORKERS = {"Vera Sandhu": 20, "Milan Kovac": 75, "Una Gill": 150}
MULTI_AGENCY = "multi-agency-audit-2025"


def plan_ahead(today: date, chance: random.Random) -> None:
    """Plan from today on; several agencies' audits only where the pack with their form is loaded."""
    admin, manager = person("admin@example.org"), person("qa.manager@example.org")
    away = person("Helen Okafor")
    note_absence(person=away, starts_on=today - timedelta(days=3), ends_on=today + timedelta(days=25), by=admin)
    # In force for most of a year, and some practitioners are new: so there is something to be behind with.
    Expectation.objects.update(valid_from=today - timedelta(days=HELD_FOR))
    for name, days in NEW_WORKERS.items():
        Post.objects.filter(person=person(name)).update(starts_on=today - timedelta(days=days))
    for row in Expectation.objects.filter(service_name__in=SERVICES).exclude(type=None).order_by("position"):
        row.service = Service.objects.get(code=SERVICES[row.service_name])
        row.opens_itself = True
        row.save()
        open_cycle(row, starts_on=today, by=admin, day=today)
    allocate_due(today)
    words = read("words.yaml")["programme"]
    _themes(words, today, manager)
    plan_year(year=_year(today), by=manager)
    if AuditType.objects.filter(key=MULTI_AGENCY).exists():
        _compared(words["compared"], today, manager, chance)


def _year(today: date) -> int:
    return today.year if today.month >= 4 else today.year - 1


def _themes(words: dict[str, dict[str, Any]], today: date, manager: User) -> None:
    """A theme that is agreed and whose children are drawn, and one that waits for the subgroup."""
    agreed = _propose(words["agreed"], today + timedelta(weeks=2), manager)
    _take_part(agreed, manager)
    agreed = take_step(agreed, "agree", by=person("subgroup.member@example.org"), minute="Item 4.2", on=today)
    if Case.objects.filter(closed_on=None, legal_status=LegalStatus.CP).count() >= 4:
        draw_children(agreed, how_many=3, status=LegalStatus.CP, seed="neglect", by=manager)
    # In the next quarter, where there is room for a theme.
    _take_part(_propose(words["proposed"], today + timedelta(weeks=15), manager), manager)


def _compared(words: dict[str, Any], today: date, manager: User, chance: random.Random) -> None:
    """An impromptu audit whose fieldwork is closed, so that what two agencies found stands side by side."""
    work = _propose(words, today - timedelta(weeks=3), manager, kind=WorkKind.IMPROMPTU)
    _take_part(work, manager)
    work = take_step(work, "agree", by=person("subgroup.member@example.org"), minute="Item 3.1", on=today)
    draw_children(work, how_many=2, status=LegalStatus.CIN, seed="review", by=manager)
    for audit, grade in zip(open_fieldwork(work, by=manager), ("G", "RI", "O", "I"), strict=True):
        writer = PartnershipWriter(read("words.yaml"), chance, grade=grade, today=today, holder=str(audit.auditor))
        for key, own in writer.fill(audit.form, audit.part, facts_of(audit), {}).items():
            document = {"answers": own, "raw": {}}
            save_section(audit, section=key, document=document, seen_revision=0, by=audit.auditor)
        submit(Audit.objects.get(pk=audit.pk), by=audit.auditor)
    close_fieldwork(Work.objects.get(pk=work.pk), by=manager)


class PartnershipWriter(Writer):
    """Writes on the partnership's form, whose scale has three grades."""

    def _judgement(self, section: Section, question: Question) -> str:
        return {"O": "EG", "G": "MG"}.get(self.grade, "DNMG")


def _propose(words: dict[str, Any], starts: date, manager: User, *, kind: WorkKind = WorkKind.THEMATIC) -> Work:
    return propose(
        kind=kind,
        title=words["title"],
        fieldwork_from=starts,
        fieldwork_until=starts + timedelta(weeks=4),
        reports_on=starts + timedelta(weeks=8),
        lead=manager,
        chair=person("audit.chair@example.org"),
        type=AuditType.objects.filter(key=MULTI_AGENCY).first(),
        past_the_most_because="For the demonstration",
        by=manager,
        **{name: text for name, text in words.items() if name != "title"},
    )


def _take_part(work: Work, manager: User) -> None:
    council, health = Agency.objects.get(code="fairhaven"), Agency.objects.get(code="fairhaven-health")
    work = set_agencies(
        work,
        agencies=[
            AgencyPart(council, Team.objects.get(code="west"), None, person("auditor@example.org")),
            AgencyPart(health, Team.objects.get(code="named-nurses"), person("agency.lead@example.org"),
                       person("Nell Harding")),
        ],
        by=manager,
    )  # fmt: skip
    set_people(
        work,
        people=[
            Hours(person("auditor@example.org"), "auditor", Decimal(18)),
            Hours(person("Nell Harding"), "auditor", Decimal(18)),
            Hours(manager, "analyst", Decimal(24)),
            Hours(person("Selma Hart"), "focus_group", Decimal(4)),
        ],
        by=manager,
    )
