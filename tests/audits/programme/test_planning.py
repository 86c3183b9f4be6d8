"""Planning a year: themes and how many, what may change and when, who takes part, what the schedule expects."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone

from audits.models import AuditType, Expectation, Selection, Work, WorkKind, WorkState
from audits.queries.programme import themes_of, this_year
from audits.queries.programme_expected import expected_of_year, kind_of
from audits.workflow.programme import PastTheMost, change_work
from audits.workflow.programme_expected import placed_in, plan_expected, plan_year
from audits.workflow.programme_parts import AgencyPart, Hours, set_agencies, set_people
from audits.workflow.programme_steps import take_step
from qaf.deadlines.models import Deadline
from qaf.deadlines.subjects import told_when_late
from qaf.errors import NotAllowed, Refused, Stale
from qaf.notices.models import Notice
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.models import Entry
from tests.audits.programme.setting import ProgrammeSetting, holder
from tests.factories import AgencyFactory

pytestmark = pytest.mark.django_db
YEAR = 2031
QUARTERS = (date(YEAR, 4, 14), date(YEAR, 7, 14), date(YEAR, 10, 13), date(YEAR + 1, 1, 12))


def told(person: User, words: str) -> bool:
    return Notice.objects.filter(person=person, text__contains=words).exists()


def test_year_and_quarter_follow_from_the_first_day(house: ProgrammeSetting) -> None:
    works = [house.propose(fieldwork_from=day) for day in QUARTERS]
    assert [(work.year, work.quarter) for work in works] == [(YEAR, 1), (YEAR, 2), (YEAR, 3), (YEAR, 4)]
    assert [work.reference for work in works] == [f"PROG-{YEAR}-{number:05d}" for number in (1, 2, 3, 4)]
    assert themes_of(YEAR) == [1, 2, 3, 4]


@override_settings(SCHEDULE_YEAR_STARTS_MONTH=1)
def test_the_month_in_which_the_year_begins_is_a_setting(house: ProgrammeSetting) -> None:
    work = house.propose(fieldwork_from=date(YEAR, 2, 3))
    assert (work.year, work.quarter) == (YEAR, 1)


def test_a_fifth_theme_or_a_second_in_a_quarter_needs_somebody_who_knows_it(house: ProgrammeSetting) -> None:
    house.propose(fieldwork_from=QUARTERS[0])
    with pytest.raises(PastTheMost, match="Quarter 1 of 2031 to 2032 has a thematic multi-agency audit already"):
        house.propose(fieldwork_from=QUARTERS[0])
    assert Work.objects.count() == 1
    second = house.propose(fieldwork_from=QUARTERS[0], past_the_most_because="The board asked for both.")
    assert second.past_the_most == "The board asked for both."
    house.propose(fieldwork_from=QUARTERS[1])
    house.propose(fieldwork_from=QUARTERS[2])
    with pytest.raises(PastTheMost, match="has 4 thematic multi-agency audits already, of four at most"):
        house.propose(fieldwork_from=QUARTERS[3])
    # Neither other kinds nor withdrawn themes count.
    for kind in (WorkKind.IMPROMPTU, WorkKind.SINGLE_AGENCY, WorkKind.SECTION_11, WorkKind.DEEP_DIVE):
        assert house.propose(kind, fieldwork_from=QUARTERS[0]).past_the_most == ""
    take_step(second, "withdraw", by=house.manager, text="One is enough.")
    assert house.propose(fieldwork_from=QUARTERS[3]).past_the_most == ""


def test_moving_a_theme_into_a_full_quarter_asks_too_and_out_of_it_forgets(house: ProgrammeSetting) -> None:
    house.propose(fieldwork_from=QUARTERS[0])
    work = house.propose(fieldwork_from=QUARTERS[1])
    days: dict[str, Any] = {"fieldwork_from": QUARTERS[0], "fieldwork_until": QUARTERS[0]}
    with pytest.raises(PastTheMost):
        change_work(work, by=house.manager, **days)
    work = change_work(work, by=house.manager, past_the_most_because="Asked for.", **days)
    assert (work.quarter, work.past_the_most) == (1, "Asked for.")
    back: dict[str, Any] = {"fieldwork_from": QUARTERS[1], "fieldwork_until": QUARTERS[1]}
    assert change_work(work, by=house.manager, **back).past_the_most == ""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"chair": "lead"}, "Choose two people"),
        ({"chair": "member"}, "post of an audit chair"),
        ({"kind": "party"}, "from the list"),
        ({"lead": "outsider"}, "cannot lead it"),
        ({"reports_on": date(2000, 1, 1)}, "before the work begins"),
        ({"title": "  "}, "title"),
        ({"why": "x" * 10_001}, "10,000 characters"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, dict) else None,
)
def test_what_does_not_fit_is_refused(house: ProgrammeSetting, changes: dict[str, object], words: str) -> None:
    found = {name: getattr(house, str(value), value) for name, value in changes.items()}
    with pytest.raises(Refused, match=words):
        house.propose(**found)  # type: ignore[arg-type]
    assert not Work.objects.exists()


def test_days_in_the_wrong_order_are_refused(house: ProgrammeSetting) -> None:
    with pytest.raises(Refused, match="before the first"):
        house.propose(fieldwork_until=date(2001, 1, 1))
    with pytest.raises(NotAllowed):
        house.propose(by=house.lead)


def test_the_subgroup_is_told_once_when_a_theme_is_complete(house: ProgrammeSetting) -> None:
    work = house.propose(scope="")
    assert not told(house.member, "can be agreed")
    change_work(work, by=house.manager, scope="All schools.")
    change_work(work, by=house.manager, scope="Some schools.")
    assert Notice.objects.filter(person=house.member, text__contains="can be agreed").count() == 1
    assert told(house.lead, "You have a part in thematic multi-agency audit PROG-")
    # A notice never holds what somebody typed.
    assert not Notice.objects.filter(text__contains=work.title).exists()


def test_after_the_agreement_a_change_of_terms_is_seen(house: ProgrammeSetting) -> None:
    work = house.at(WorkState.AGREED)
    scope = work.scope
    work = change_work(work, by=house.manager, scope="Only secondary schools.", title="Neglect of teenagers")
    note = work.notes.get(step="changed")
    assert scope in note.text
    assert "Neglect of school-age children" not in note.text
    assert told(house.member, "were changed after it was agreed")
    entry = Entry.objects.about(work).latest("sequence")
    assert entry.details["fields"] == ["Title", "Scope of the audit"]
    with pytest.raises(Refused, match="stays as it was agreed"):
        change_work(work, by=house.manager, kind=WorkKind.IMPROMPTU)
    # What the audits under way are filled in stays.
    begun = house.at(WorkState.FIELDWORK)
    with pytest.raises(Refused, match="audits use this form"):
        change_work(begun, by=house.manager, type=AuditType(pk=1))
    # Work that slips into the next year stays in the programme that was agreed.
    late = date(work.year + 1, 5, 5)
    moved = change_work(work, by=house.manager, fieldwork_from=late, fieldwork_until=late)
    assert (moved.year, moved.quarter) == (work.year, work.quarter)
    # Sending the same once more changes nothing.
    assert change_work(moved, by=house.manager, title=moved.title).revision == moved.revision


def test_a_draft_changes_freely_and_an_old_page_does_not(house: ProgrammeSetting) -> None:
    work = house.propose()
    changed = change_work(work, by=house.manager, kind=WorkKind.SINGLE_AGENCY, seen_revision=0)
    assert (changed.kind, changed.notes.count()) == (WorkKind.SINGLE_AGENCY, 0)
    with pytest.raises(Stale):
        change_work(work, by=house.manager, title="Mine", seen_revision=0)
    with pytest.raises(NotAllowed):
        change_work(work, by=house.member, title="Mine")
    with pytest.raises(Stale):
        change_work(house.at(WorkState.WITHDRAWN), by=house.manager, title="Mine")


def open_deadline(work: Work) -> tuple[str, object, date] | None:
    found = Deadline.objects.about(work).open()
    assert found.count() <= 1
    first = found.first()
    return (first.kind, first.owner, first.due_on) if first else None


def test_whoever_must_act_has_one_deadline_that_follows_the_work(house: ProgrammeSetting) -> None:
    work = house.propose(reports_on=date(YEAR, 9, 1), fieldwork_from=date(YEAR, 6, 2), fieldwork_until=date(YEAR, 7, 1))
    assert open_deadline(work) is None
    work = take_step(work, "agree", by=house.member, minute="Item 4")
    assert open_deadline(work) == ("open_fieldwork", house.lead, date(YEAR, 6, 2))
    work = change_work(work, by=house.manager, lead=house.manager, fieldwork_from=date(YEAR, 6, 9))
    assert open_deadline(work) == ("open_fieldwork", house.manager, date(YEAR, 6, 9))
    assert Deadline.objects.about(work).filter(met_at__isnull=False).count() == 0
    signing = house.at(WorkState.ANALYSIS, reports_on=date(YEAR, 12, 1))
    assert open_deadline(signing) == ("sign_off", house.chair, date(YEAR, 12, 1))
    change_work(signing, by=house.manager, chair=house.other_chair)
    assert open_deadline(signing) == ("sign_off", house.other_chair, date(YEAR, 12, 1))
    take_step(signing, "sign_off", by=house.other_chair)
    assert open_deadline(signing) is None
    assert Deadline.objects.about(signing).filter(kind="sign_off", met_at__isnull=False).count() == 1
    assert told(house.member, "for the subgroup to consider")
    # Monday the 9th: lines of enquiry are due on the working day before the visit.
    visit = house.at(WorkState.PLANNED, WorkKind.DEEP_DIVE, fieldwork_from=date(YEAR, 6, 9))
    assert open_deadline(visit) == ("prepare", house.lead, date(YEAR, 6, 6))
    take_step(visit, "withdraw", by=house.manager, text="The service moves house.")
    assert open_deadline(visit) is None
    assert Deadline.objects.about(visit).get().dropped_at is not None


def test_a_qa_manager_is_told_when_somebody_is_late(house: ProgrammeSetting) -> None:
    today = timezone.localdate()
    of_lead = Deadline.objects.about(house.at(WorkState.AGREED)).get()
    assert told_when_late(of_lead, day=today) == house.manager
    # There is no other, and nobody is told of their own delay twice.
    of_manager = Deadline.objects.about(house.at(WorkState.AGREED, lead=house.manager)).get()
    assert told_when_late(of_manager, day=today) is None


def test_agencies_have_a_team_of_their_own_and_an_auditor_who_audits_there(house: ProgrammeSetting) -> None:
    work = house.propose()
    teamless = AgencyFactory.create(name="Ambulance")
    auditor = holder(Role.AUDITOR, "Una Police-Auditor", agency=house.police)
    for part, words in (
        (AgencyPart(teamless), "Ambulance has no team that its audits are kept in"),
        (AgencyPart(house.police, house.team), "not one of Police"),
        (AgencyPart(house.council, house.team, auditor=auditor), "no auditor’s post over the team North"),
    ):
        with pytest.raises(Refused, match=words):
            set_agencies(work, agencies=[part], by=house.manager)
    twice = [AgencyPart(house.police, house.unit)] * 2
    with pytest.raises(Refused, match="listed twice"):
        set_agencies(work, agencies=twice, by=house.manager)
    parts = [AgencyPart(house.police, house.unit, house.police_lead, auditor), AgencyPart(house.council, house.team)]
    work = set_agencies(work, agencies=parts, by=house.manager)
    assert [str(one.agency) for one in work.agencies.all()] == ["Council", "Police"]
    assert told(house.police_lead, "You answer for your agency")
    assert not told(house.council_lead, "You answer for your agency")
    # At the agreement both hear of it: the council's is whoever holds the post.
    work = take_step(work, "agree", by=house.member, minute="Item 4")
    assert told(house.police_lead, "has agreed")
    assert told(house.council_lead, "has agreed")
    work = set_agencies(work, agencies=parts[1:], by=house.manager)
    assert [str(one.agency) for one in work.agencies.all()] == ["Council"]


def test_after_the_fieldwork_no_agency_comes_or_goes(house: ProgrammeSetting) -> None:
    work = house.propose()
    part = AgencyPart(house.police, house.unit)
    set_agencies(work, agencies=[part], by=house.manager)
    Work.objects.filter(pk=work.pk).update(fieldwork_closed_at=timezone.now())
    with pytest.raises(Refused, match="fieldwork is closed"):
        set_agencies(work, agencies=[part, AgencyPart(house.council, house.team)], by=house.manager)
    led = set_agencies(work, agencies=[AgencyPart(house.police, house.unit, house.police_lead)], by=house.manager)
    assert led.agencies.get().lead == house.police_lead


def test_people_are_asked_for_hours(house: ProgrammeSetting) -> None:
    work = house.propose()
    with pytest.raises(Refused, match="more than 0"):
        set_people(work, people=[Hours(house.lead, "analyst", Decimal(0))], by=house.manager)
    with pytest.raises(Refused, match="from the list"):
        set_people(work, people=[Hours(house.lead, "cook", Decimal(1))], by=house.manager)
    hours = [Hours(house.lead, "analyst", Decimal("7.5")), Hours(house.outsider, "auditor", Decimal(3))]
    with pytest.raises(Refused, match="listed twice"):
        set_people(work, people=[*hours, hours[0]], by=house.manager)
    work = set_people(work, people=hours, by=house.manager)
    assert [(str(one.person), one.hours) for one in work.people.all()] == [
        ("Ade Auditor", 3),
        ("Lea Lead", Decimal("7.5")),
    ]
    work = set_people(work, people=hours[:1], by=house.manager)
    assert work.people.get().person == house.lead
    assert Notice.objects.filter(person=house.outsider, text__contains="Your time is asked").count() == 1


def row(type_name: str, every_months: int | None, **changes: object) -> Expectation:
    values = {"service_name": "CMT", "selection": Selection.PROGRAMME, "valid_from": date(2020, 1, 1)}
    return Expectation.objects.create(type_name=type_name, every_months=every_months, **(values | changes))


def test_rows_are_read_by_their_own_words(house: ProgrammeSetting) -> None:
    names = ("SAV", "Deep Dive", "Supervision file", "Section 11 audit", "Section 175/157", "QA visit", "Letters saved")
    assert [kind_of(Expectation(type_name=name)) for name in names] == [
        WorkKind.ASSURANCE_VISIT, WorkKind.DEEP_DIVE, WorkKind.SUPERVISION, WorkKind.SECTION_11, WorkKind.SECTION_175,
        WorkKind.QA_VISIT, WorkKind.SINGLE_AGENCY,
    ]  # fmt: skip


def test_what_the_schedule_expects_is_planned_once_and_spread_over_the_year(house: ProgrammeSetting) -> None:
    visits, dives, files = row("SAV", 4), row("Deep Dive", 4), row("Supervision file", 6)
    row("Case file audit", 1, selection=Selection.DRAWN)
    row("Peer review", None)
    year = this_year() + 1
    # One that somebody proposed by hand counts.
    house.propose(WorkKind.DEEP_DIVE, fieldwork_from=date(year, 5, 6))
    today = timezone.localdate()
    found = {one.expectation: one for one in expected_of_year(year, day=today)}
    assert [(found[one].times, found[one].planned, len(found[one].free)) for one in (visits, dives, files)] == [
        (3, 0, 3), (3, 1, 2), (2, 0, 2),
    ]  # fmt: skip
    assert [work.quarter for work in plan_expected(visits, year=year, by=house.manager)] == [1, 2, 4]
    assert plan_expected(visits, year=year, by=house.manager) == []
    added = plan_year(year=year, by=house.manager)
    assert sorted(work.kind for work in added) == ["deep_dive", "deep_dive", "supervision", "supervision"]
    assert plan_year(year=year, by=house.manager) == []
    # The standing audit brings its terms, so that the subgroup can agree it as it is.
    standing = next(work for work in added if work.kind == WorkKind.SUPERVISION)
    assert take_step(standing, "agree", by=house.member, minute="Item 4").state == WorkState.AGREED
    # What is withdrawn is expected again.
    take_step(added[0], "withdraw", by=house.manager, text="Moved.")
    assert len(plan_year(year=year, by=house.manager)) == 1
    with pytest.raises(NotAllowed):
        plan_year(year=year, by=house.member)
    with pytest.raises(Refused, match="asks nothing"):
        plan_expected(row("SAV", 4, valid_until=date(2020, 2, 1)), year=year, by=house.manager)


def test_a_part_of_the_year_that_is_over_is_missed_and_not_planned(house: ProgrammeSetting) -> None:
    row("SAV", 4)
    (found,) = expected_of_year(2031, day=date(2031, 9, 1))
    assert (found.missed, [first for first, _ in found.free]) == (1, [date(2031, 8, 1), date(2031, 12, 1)])
    (late,) = expected_of_year(2031, day=date(2032, 4, 1))
    assert (late.missed, late.free) == (3, [])


def test_planned_work_begins_on_a_working_day_within_its_part_of_the_year() -> None:
    first, last = date(2031, 8, 1), date(2031, 11, 30)
    assert placed_in(first, last, day=date(2031, 1, 1)) == date(2031, 9, 30)
    assert placed_in(first, last, day=date(2031, 10, 20)) == date(2031, 11, 3)
    assert placed_in(first, last, day=last - timedelta(days=1)) == last
