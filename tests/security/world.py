"""One authority with everybody in it, and audits in every state, for the tests of access.

Two teams of one service, a second service, and a second agency. The audits belong to the team "North"; a test that
asks about another team's audit moves the audit there, so that everything else about it stays the same.
"""

from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.db.models import Model
from django.test import Client
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from audits.access import DIRECT
from audits.models import (
    Audit,
    Case,
    CaseList,
    Cycle,
    Expectation,
    Expected,
    FormVersion,
    ListChange,
    RejectedSave,
    SectionAnswers,
    Selection,
    Work,
    WorkAgency,
    WorkAudit,
    WorkCase,
    WorkKind,
    WorkState,
)
from audits.models import State as AuditState
from audits.programme_terms import POINTS
from audits.workflow import distribution, submission
from audits.workflow.contributions import ask
from audits.workflow.directions import write_case_direction
from audits.workflow.distribution import Proposal
from audits.workflow.drafts import start_form
from audits.workflow.filling import save_section
from audits.workflow.parts import give_part
from audits.workflow.programme import propose
from audits.workflow.programme_parts import AgencyPart, set_agencies
from audits.workflow.programme_steps import take_step
from moderation.models import Panel, PanelMember
from moderation.panel_sampling import Sizes
from moderation.workflow import concerns, panel_drawing, panel_meeting, panels
from qaf.deadlines.models import ClosureDay
from qaf.notices.models import Notice
from qaf.notices.workflow import create_feed
from qaf.people.models import Absence, Agency, PeopleImport, Service, Team, User
from qaf.people.roles import Role
from qaf.people.workflow import prepare_import
from scorecard.making import make
from scorecard.models import Report, ReportFile, State
from scorecard.quarters import Quarter
from tests.audits import walk
from tests.audits.setting import Authority, make_authority
from tests.audits.views.builder_setting import small
from tests.factories import AgencyFactory, PostFactory, ServiceFactory, TeamFactory, UserFactory
from tests.security.scorecard import FAMILIES

ANONYMOUS = "an"


@dataclass
class Place:
    """Where an audit, case or report can belong."""

    team: Team
    service: Service
    agency: Agency


@dataclass
class World:
    """Everybody by the code of their column in the table, audits by what they are in the middle of."""

    authority: Authority
    places: dict[str, Place]
    people: dict[str, User | None]
    audits: dict[str, Audit] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)
    # Whatever the families of the scorecard have made, by what the table calls it.
    scorecard: dict[str, Any] = field(default_factory=dict)
    # Panels by their state, such as "reading panel": "PM" is a member of each, "a" is invited to the one in discussion.
    panels: dict[str, Panel] = field(default_factory=dict)
    # What the schedule expects of "a", by what became of it: "awaiting" and "skipped".
    expected: dict[str, Expected] = field(default_factory=dict)
    # Pieces of work of the programme by how far their fieldwork is.
    works: dict[str, Work] = field(default_factory=dict)
    rejected: RejectedSave | None = None
    # A form that is being built.
    draft: FormVersion | None = None
    notice: Notice | None = None
    feed_token: str = ""
    people_list: PeopleImport | None = None
    clients: dict[str, Client] = field(default_factory=dict)
    # What the administration site's way in said to each person.
    ways_in: dict[str, Any] = field(default_factory=dict)

    @property
    def case(self) -> Case:
        return self.audits["in progress"].case


def make_world() -> World:
    """Make everything, in the caller's transaction."""
    authority = make_authority()
    places = _places(authority)
    world = World(authority, places, _people(authority, places))
    _audits(world)
    # After the audits, or the re-audit and moderations would go to those who are to have no part in any.
    moderator = UserFactory.create(name="Moderator without a part")
    PostFactory.create(person=moderator, role=Role.MODERATOR, service=places["own team"].service)
    world.people["MO"] = moderator
    auditor = UserFactory.create(name="Auditor without a part")
    PostFactory.create(person=auditor, role=Role.AUDITOR, team=places["own team"].team)
    world.people["AU"] = auditor
    _panels(world)
    _reports(world)
    for family in FAMILIES.values():
        family.make(world)
    _cycle(world)
    _fieldworks(world)
    _proposals(world)
    _other_rows(world)
    world.draft = start_form(title="A form that is being built", by=authority.qa_manager, definition=small())
    return world


def _places(authority: Authority) -> dict[str, Place]:
    service = authority.service
    other_service = ServiceFactory.create(agency=service.agency, name="Through Care")
    other_agency = AgencyFactory.create(name="Police")
    police = ServiceFactory.create(agency=other_agency, name="Protection")

    def place(team: Team) -> Place:
        return Place(team, team.service, team.service.agency)

    return {
        "own team": place(authority.team),
        "other team": place(TeamFactory.create(service=service, name="South")),
        "other service": place(TeamFactory.create(service=other_service, name="Leaving care")),
        "other agency": place(TeamFactory.create(service=police, name="Unit 1")),
    }


def _people(authority: Authority, places: dict[str, Place]) -> dict[str, User | None]:
    own, other = places["own team"], places["other agency"]
    second_service = places["other service"]

    def holder(role: Role, **scope: object) -> User:
        user: User = UserFactory.create(name=f"{role.label} without a part")
        # Later than those of make_authority, who are the ones that get parts.
        PostFactory.create(person=user, role=role, starts_on=date(2021, 1, 1), **scope)
        return user

    return {
        "QO": holder(Role.QA_OFFICER, agency=own.agency),
        "QM": holder(Role.QA_MANAGER, agency=own.agency),
        "PR": holder(Role.PRACTITIONER, team=own.team),
        "TM": holder(Role.TEAM_MANAGER, team=own.team),
        "SM": holder(Role.SERVICE_MANAGER, service=own.service),
        "PM": holder(Role.PANEL_MEMBER),
        "CH": holder(Role.AUDIT_CHAIR),
        "SG": holder(Role.SUBGROUP_MEMBER),
        "BO": holder(Role.BOARD_MEMBER),
        "AL": holder(Role.AGENCY_LEAD, agency=own.agency),
        "SC": holder(Role.SCRUTINEER),
        "AD": holder(Role.ADMIN),
        ANONYMOUS: None,
        "a": authority.auditor,
        "m": authority.moderator,
        "p": authority.practitioner,
        "r": UserFactory.create(name="Rae Reviewing-Officer"),
        "d": UserFactory.create(name="Dee Director-of-the-case"),
        "c": UserFactory.create(name="Con Contributor"),
        # For the table of scopes.
        "QO everything": holder(Role.QA_OFFICER),
        "QO own service": holder(Role.QA_OFFICER, service=own.service),
        "QO own team": holder(Role.QA_OFFICER, team=own.team),
        "QO other agency": holder(Role.QA_OFFICER, agency=other.agency),
        "SM other service": holder(Role.SERVICE_MANAGER, service=second_service.service),
        "TM other team": holder(Role.TEAM_MANAGER, team=places["other team"].team),
    }


def _audits(world: World) -> None:
    authority = world.authority
    process = authority.type.process
    process.qa_check = True
    process.save()

    def opened(**fields: object) -> Audit:
        audit = authority.audit(authority.another_case(**fields))
        contributor = world.people["c"]
        assert contributor is not None
        ask(audit, section="improvement", person=contributor, note="", by=audit.auditor)
        return audit

    def checked(audit: Audit, grade: str = "G") -> Audit:
        return submission.pass_check(walk.submit(audit, grade=grade), by=authority.officer)

    def sent(audit: Audit) -> Audit:
        recipient = world.people["r"]
        assert recipient is not None
        proposals = [*distribution.propose_recipients(audit), Proposal(recipient, "Reviewing officer")]
        return distribution.distribute(audit, recipients=proposals, by=authority.officer)

    audits = world.audits
    audits["allocated"] = opened()
    audits["in progress"] = opened()
    _save_twice(world, audits["in progress"])
    audits["submitted"] = walk.submit(opened())
    audits["moderating"] = checked(opened())
    audits["moderated"] = walk.moderate(checked(opened()))
    audits["distributed"] = sent(walk.moderate(checked(opened())))
    audits["weak"] = sent(walk.moderate(checked(opened(), grade="I")))
    director = world.people["d"]
    assert director is not None
    give_part(audits["weak"], director, DIRECT)
    write_case_direction(audits["weak"], text="See the child today.", seen_revision=0, by=authority.service_manager)
    audits["closed"] = distribution.close(
        sent(walk.moderate(checked(opened()))), reason="No feedback came.", by=authority.officer
    )
    for state in ("moderating", "moderated"):
        _raise_concern(world, audits[state])


def _raise_concern(world: World, audit: Audit) -> None:
    """A concern of the moderator's, in the hands of somebody who has no column; acknowledged once it is moderated."""
    manager = world.authority.qa_manager
    concern = concerns.raise_concern(audit, worry="A worry.", done_at_once="", by=world.authority.moderator)
    seen = concern.owner_id
    concerns.reassign(concern, to=manager, reason="On leave.", seen_owner=seen, by=world.authority.officer)
    if audit.state == AuditState.MODERATED:
        concerns.acknowledge(concern, response="A visit today.", by=manager)


def _panels(world: World) -> None:
    """A panel in each state, over audits that are settled."""
    for state, audit in {
        "planned": "",
        "reading": "moderated",
        "discussing": "distributed",
        "closed": "closed",
    }.items():
        panel = _planned_panel(world)
        if audit:
            _take_to(panel, state, world.audits[audit], by=world.authority.qa_manager)
        world.panels[f"{state} panel"] = Panel.objects.get(pk=panel.pk)


def _planned_panel(world: World) -> Panel:
    chair, member, today = world.authority.qa_manager, world.people["PM"], timezone.localdate()
    assert member is not None
    panel = panels.plan_panel(
        title="A panel",
        meets_on=today,
        place="",
        decided_from=today,
        decided_to=today,
        sizes=Sizes(1, 0, 0, 0),
        by=chair,
    )
    seats = [(chair, PanelMember.Seat.CHAIR), (member, PanelMember.Seat.MEMBER)]
    return panels.set_members(panel, members=seats, by=chair)


def _take_to(panel: Panel, state: str, audit: Audit, *, by: User) -> None:
    """Lead a panel over one audit on until it is in this state."""
    case = panel_drawing.add_case(panel, audit=audit, domain="overall", why="A look.", by=by)
    panel = panel_drawing.open_reading(panel, by=by)
    if state == "reading":
        return
    panel_meeting.open_discussion(panel, although_missing=True, by=by)
    panel_meeting.invite(case, person=audit.auditor, message="", by=by)
    if state == "discussing":
        return
    panel_meeting.save_discussion(
        case, discussion="Talked over.", agreed_grade="G", lessons="", seen_revision=case.revision, by=by
    )
    panel.refresh_from_db()
    came = {member.pk: True for member in panel.members.all()}
    panel_meeting.save_notes(panel, notes="", attended=came, seen_revision=panel.revision, by=by)
    panel_meeting.close_panel(panel, by=by)


def _fieldworks(world: World) -> None:
    """Work of the own agency alone, agreed and in fieldwork; themes with the other agency, under way and closed.

    "a" audits one child for the own agency in each; nothing is allocated, which is looked at in tests/audits/fieldwork.
    """
    for words, state, themes in (
        ("agreed work", WorkState.AGREED, False),
        ("our fieldwork", WorkState.FIELDWORK, False),
        ("a theme under way", WorkState.FIELDWORK, True),
        ("a theme that is closed", WorkState.ANALYSIS, True),
    ):
        world.works[words] = _work(world, state, themes=themes)


def _proposals(world: World) -> None:
    """A complete theme that waits for the subgroup, in which "a" audits for the own agency; and a planned visit.

    Both were proposed and are led by people without a column. A row of the schedule asks for more.
    """
    authority, own, today = world.authority, world.places["own team"], timezone.localdate()
    common = {"fieldwork_from": today, "fieldwork_until": today, "lead": authority.officer, "by": authority.qa_manager}
    terms = {point.field: "Said." for point in POINTS} | {"commissioned_by": "The board"}
    theme = propose(kind=WorkKind.IMPROMPTU, title="A proposed theme", **common, **terms)
    part = AgencyPart(own.agency, own.team, auditor=authority.auditor)
    world.works["a proposed theme"] = set_agencies(theme, agencies=[part], by=authority.qa_manager)
    visit = propose(kind=WorkKind.QA_VISIT, title="A visit", **common)
    world.works["a planned visit"] = take_step(visit, "plan", by=authority.qa_manager)
    Expectation.objects.create(
        service_name="Management team", type_name="Deep dive", every_months=4, selection=Selection.PROGRAMME
    )


def _work(world: World, state: WorkState, *, themes: bool) -> Work:
    authority, today = world.authority, timezone.localdate()
    work = Work.objects.create(
        reference=f"AUD-2026-{9001 + len(world.works):05d}",
        kind=WorkKind.THEMATIC if themes else WorkKind.SINGLE_AGENCY,
        title="A theme",
        year=today.year,
        quarter=3,
        state=state,
        agreed_on=today,
        agreed_minute="4.2",
        type=authority.type,
        lead=authority.qa_manager,
        proposed_by=authority.qa_manager,
        fieldwork_from=today,
        fieldwork_until=today,
        fieldwork_closed_at=timezone.now() if state == WorkState.ANALYSIS else None,
    )
    own, other = world.places["own team"], world.places["other agency"]
    for place, auditor in ((own, authority.auditor), (other, None)) if themes else ((own, authority.auditor),):
        WorkAgency.objects.create(work=work, agency=place.agency, team=place.team, auditor=auditor)
    child = WorkCase.objects.create(work=work, case=authority.another_case(), number=1, selection="By hand.")
    WorkAudit.objects.create(work_case=child, agency=own.agency, auditor=authority.auditor)
    return work


def _cycle(world: World) -> None:
    """A cycle of a row of the own service, with an audit that awaits its selection, and one that was passed over."""
    authority, today = world.authority, timezone.localdate()
    expectation = Expectation.objects.create(
        service_name="Area Social Care",
        service=authority.service,
        type_name="Case file",
        type=authority.type,
        every_months=2,
        auditor_role=Role.AUDITOR,
        selection=Selection.MANAGER,
    )
    cycle = Cycle.objects.create(expectation=expectation, starts_on=today, ends_on=today, seed="0")
    fields = {"cycle": cycle, "auditor": authority.auditor, "team": authority.team, "opens_on": today}
    world.expected["awaiting"] = Expected.objects.create(state="awaiting", **fields)
    skipped = {"state": "skipped", "why": Expected.Why.AWAY, "number": 2}
    world.expected["skipped"] = Expected.objects.create(**skipped, **fields)
    Absence.objects.create(person=authority.second_auditor, starts_on=today, noted_by=authority.officer)


def _save_twice(world: World, audit: Audit) -> None:
    """A saved section with a save that came too late beside it."""
    for text in ("The first words.", "Other words, from another tab."):
        save_section(
            audit,
            section="improvement",
            document={"answers": {"one": text}, "raw": {}},
            seen_revision=0,
            by=audit.auditor,
        )
    world.audits["in progress"] = Audit.objects.get(pk=audit.pk)
    world.rejected = RejectedSave.objects.get(answers=SectionAnswers.objects.get(audit=audit, section="improvement"))


def _reports(world: World) -> None:
    """A made, a waiting and a failed report about our agency, the whole organisation, and the other agency.

    One is really made; the others borrow its snapshot and files, since what they say is not looked at here.
    """
    quarter, officer = Quarter(2026, 3), world.authority.officer
    agencies = {"our": world.places["own team"].agency, "whole": None, "their": world.places["other agency"].agency}
    fields = {"period_from": quarter.first_day, "period_to": quarter.last_day, "requested_by": officer}
    model = Report.objects.create(agency=agencies["our"], **fields)
    assert make(model.pk), "the report could not be made"
    model = Report.objects.get(pk=model.pk)
    made = {"state": State.MADE, "snapshot": model.snapshot, "snapshot_digest": model.snapshot_digest}
    for whose, agency in agencies.items():
        report = model if whose == "our" else Report.objects.create(agency=agency, **fields, **made)
        world.reports[f"{whose}, made"] = report
        for file in model.files.all() if report != model else ():
            ReportFile.objects.create(
                report=report, format=file.format, content=file.content, snapshot_digest=file.snapshot_digest
            )
        for state in (State.WAITING, State.FAILED):
            world.reports[f"{whose}, {state}"] = Report.objects.create(agency=agency, state=state, **fields)


def _other_rows(world: World) -> None:
    """A row of every kind that has an address of its own."""
    person = world.people["a"]
    assert person is not None
    world.notice = Notice.objects.filter(person=person).first()
    world.feed_token = create_feed(person)
    administrator = world.people["AD"]
    assert administrator is not None
    rows = b"name,email,role\nNew Person,new@example.org,Auditor\n"
    world.people_list = prepare_import(BytesIO(rows), "people.csv", by=administrator)
    ClosureDay.objects.create(day=date(2026, 12, 29), name="Office closed")
    listed = CaseList.objects.create(source="Open cases", imported_by=world.authority.officer, rows=1, changed=1)
    ListChange.objects.create(case_list=listed, case=world.case, change=ListChange.Change.CHANGED, fields=["age"])
    EmailAddress.objects.create(user=person, email=person.email)
    TOTP.activate(person, "A" * 32)
    RecoveryCodes.activate(person)
    every, _ = IntervalSchedule.objects.get_or_create(every=77, period=IntervalSchedule.MINUTES)
    CrontabSchedule.objects.get_or_create(minute="1", hour="1", timezone="Europe/London")
    PeriodicTask.objects.create(name="A test's task", task="qaf.notices.tasks.send_outbox", interval=every)


def move_audit(audit: Audit, place: Place) -> None:
    """Make an audit and its case belong to another team, in the caller's transaction."""
    Audit.objects.filter(pk=audit.pk).update(team=place.team, service=place.service, agency=place.agency)
    Case.objects.filter(pk=audit.case_id).update(team=place.team)


def first_row(model: type[Model]) -> object:
    """The key of a row of a model; fails with what to do when there is none."""
    found = model._default_manager.order_by("pk").first()
    assert found is not None, f"Make a {model._meta.label} in tests/security/world.py, so that its pages can be opened"
    return found.pk
