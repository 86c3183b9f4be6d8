"""The pages of capacity: whose time is asked, what new work would do to it, and an inspection tried out."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audits.capacity import monday
from audits.models import (
    Audit,
    Cycle,
    Effort,
    Expectation,
    Expected,
    Selection,
    Work,
    WorkAgency,
    WorkAudit,
    WorkCase,
    WorkKind,
    WorkPerson,
    WorkState,
)
from audits.queries.capacity import ASSUMED, coming_tasks, efforts, open_tasks, settled_tasks, tasks_of
from audits.workflow.capacity import set_efforts
from qaf.errors import NotAllowed
from qaf.people.models import Absence, User
from qaf.people.roles import Role
from tests.audits.setting import Authority, make_authority, someone

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority() -> Authority:
    return make_authority()


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def a_work(authority: Authority, *, state: str = WorkState.PROPOSED, weeks: int = 3, number: int = 1) -> Work:
    start = timezone.localdate() + timedelta(weeks=1)
    agreed = {"agreed_on": start, "agreed_minute": "4.2"} if state != WorkState.PROPOSED else {}
    return Work.objects.create(
        reference=f"AP-2026-9{number:04d}",
        kind=WorkKind.THEMATIC,
        title="Neglect",
        year=2026,
        quarter=3,
        state=state,
        lead=authority.qa_manager,
        proposed_by=authority.qa_manager,
        fieldwork_from=start,
        fieldwork_until=start + timedelta(weeks=weeks),
        **agreed,
    )


def gives(work: Work, person: User, hours: float, part: str = WorkPerson.Part.AUDITOR) -> WorkPerson:
    return WorkPerson.objects.create(work=work, person=person, part=part, hours=Decimal(str(hours)))


def far_ahead() -> date:
    return timezone.localdate() + timedelta(days=365)


def test_an_open_audit_asks_its_auditors_time_until_it_is_due(authority: Authority) -> None:
    audit = authority.audit()
    (task,) = open_tasks(authority.officer, until=far_ahead(), hours=efforts())
    assert (task.person, task.due_on, task.hours) == (authority.auditor.pk, audit.due_on, ASSUMED["audit"])
    assert task.label == f"{audit.reference}: an audit"


def test_an_audit_is_named_to_nobody_who_may_not_know_of_it(authority: Authority) -> None:
    authority.audit()
    chair = someone(Role.AUDIT_CHAIR, "Cy Chair")
    (task,) = open_tasks(chair, until=far_ahead(), hours=efforts())
    assert task.label == "An audit"


def test_a_confidential_audit_is_a_task_to_nobody_who_may_not_know_that_there_is_one(authority: Authority) -> None:
    audit = authority.audit()
    Audit.objects.filter(pk=audit.pk).update(confidential=True)
    assert not open_tasks(authority.officer, until=far_ahead(), hours=efforts())
    (task,) = open_tasks(authority.qa_manager, until=far_ahead(), hours=efforts())
    assert task.label == f"{audit.reference}: an audit"


def test_what_a_cycle_expects_and_nobody_has_begun_counts(authority: Authority) -> None:
    row = Expectation.objects.create(
        service=authority.service, service_name="Area", type_name="Case file", type=authority.type, every_months=2,
        selection=Selection.DRAWN,
    )  # fmt: skip
    opens = timezone.localdate() + timedelta(weeks=2)
    cycle = Cycle.objects.create(expectation=row, starts_on=opens, ends_on=opens + timedelta(weeks=8), seed="s")
    Expected.objects.create(cycle=cycle, auditor=authority.auditor, opens_on=opens)
    Expected.objects.create(cycle=cycle, auditor=authority.second_auditor, opens_on=opens, state="skipped", why="away")
    (task,) = open_tasks(authority.officer, until=far_ahead(), hours=efforts())
    assert (task.person, task.starts_on) == (authority.auditor.pk, opens)


def test_cycles_to_come_count_once_their_row_opens_them_by_itself(authority: Authority) -> None:
    row = Expectation.objects.create(
        service=authority.service, service_name="Area", type_name="Case file", type=authority.type, every_months=12,
        selection=Selection.DRAWN, auditor_role=Role.AUDITOR, valid_from=timezone.localdate(),
    )  # fmt: skip
    today = timezone.localdate()
    assert coming_tasks(today=today, hours=efforts()) == []
    row.opens_itself = True
    row.save()
    found = coming_tasks(today=today, hours=efforts())
    assert {task.person for task in found} == {authority.auditor.pk, authority.second_auditor.pk}
    assert all(today <= task.starts_on < task.due_on for task in found)


def test_proposed_work_counts_for_nobody_until_it_is_agreed(authority: Authority) -> None:
    work = a_work(authority)
    gives(work, authority.auditor, 12)
    assert settled_tasks(until=far_ahead(), hours=efforts()) == []
    (task,) = tasks_of(work, hours=efforts())
    assert (task.person, task.hours) == (authority.auditor.pk, 12)
    agreed = a_work(authority, state=WorkState.AGREED, number=2)
    gives(agreed, authority.auditor, 5)
    assert [task.hours for task in settled_tasks(until=far_ahead(), hours=efforts())] == [5]
    assert settled_tasks(until=far_ahead(), hours=efforts(), but_not=agreed) == []


def test_once_fieldwork_is_open_its_audits_count_and_not_the_hours_planned_for_them(authority: Authority) -> None:
    work = a_work(authority, state=WorkState.FIELDWORK)
    gives(work, authority.auditor, 12)
    gives(work, authority.qa_manager, 4, WorkPerson.Part.ANALYST)
    (task,) = settled_tasks(until=far_ahead(), hours=efforts())
    assert task.person == authority.qa_manager.pk
    assert task.starts_on == work.fieldwork_until


def test_the_year_shows_whose_week_is_too_full_and_what_they_can_give_when_away(authority: Authority) -> None:
    today = timezone.localdate()
    work = a_work(authority, state=WorkState.AGREED, weeks=0)
    gives(work, authority.auditor, 20)
    week = monday(work.fieldwork_from)
    Absence.objects.create(
        person=authority.auditor, starts_on=today, ends_on=today + timedelta(weeks=6), noted_by=authority.officer
    )
    page = signed_in(authority.qa_manager).get("/capacity/")
    assert page.status_code == 200
    row, cells = page.context["rows"][0]
    assert row.person == authority.auditor
    (cell,) = [cell for cell in cells if cell.week == week]
    assert (cell.hours, cell.limit, cell.over) == (20, 0, True)
    assert "over 0" in page.content.decode()


def test_the_year_takes_few_queries_however_many_audits_there_are(
    authority: Authority, django_assert_max_num_queries: object
) -> None:
    for _ in range(6):
        authority.audit(authority.another_case())
    client = signed_in(authority.qa_manager)
    with django_assert_max_num_queries(32):  # type: ignore[operator]
        assert client.get("/capacity/").status_code == 200


def test_agreed_works_take_as_many_queries_as_one(authority: Authority) -> None:
    """Each asks somebody to audit for its agency, who is not named for the child."""

    def with_a_child(number: int) -> None:
        work = a_work(authority, state=WorkState.AGREED, number=number)
        agency = authority.team.service.agency
        WorkAgency.objects.create(work=work, agency=agency, auditor=authority.auditor)
        child = WorkCase.objects.create(work=work, case=authority.case, number=1)
        WorkAudit.objects.create(work_case=child, agency=agency)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            settled_tasks(until=far_ahead(), hours=efforts())
        return len(asked)

    with_a_child(1)
    one = queries()
    for number in range(2, 6):
        with_a_child(number)
    assert queries() == one
    assert {task.person for task in settled_tasks(until=far_ahead(), hours=efforts())} == {authority.auditor.pk}


def test_a_piece_of_work_shows_what_it_does_to_whom_and_when_it_would_clash_less(authority: Authority) -> None:
    busy = a_work(authority, state=WorkState.AGREED, weeks=1)
    gives(busy, authority.auditor, 15)
    new = a_work(authority, weeks=1, number=2)
    gives(new, authority.auditor, 10)
    page = signed_in(authority.qa_manager).get(f"/capacity/work/{new.reference}/")
    effect = page.context["effect"]
    assert [asked.person for asked in effect.asked] == [authority.auditor]
    assert effect.hours_over > 5
    assert effect.better
    assert effect.better[0].hours_over < effect.hours_over
    busy_until = busy.fieldwork_until
    assert effect.better[0].starts_on > busy_until or effect.better[0].starts_on < busy.fieldwork_from
    assert "When it would clash less" in page.content.decode()


def test_whoever_agrees_work_sees_first_whose_time_it_asks(authority: Authority) -> None:
    work = a_work(authority, weeks=1)
    gives(work, authority.auditor, 40)
    member = someone(Role.SUBGROUP_MEMBER, "Sunny Subgroup")
    page = signed_in(member).get(f"/programme/{work.reference}/steps/agree/").content.decode()
    assert "It would bring 1 person over their limit" in page
    assert "Who, and in which weeks" in page


def test_work_without_people_says_what_to_do(authority: Authority) -> None:
    page = signed_in(authority.qa_manager).get(f"/capacity/work/{a_work(authority).reference}/")
    assert "Nobody’s time is entered" in page.content.decode()


def test_an_inspection_is_tried_out_and_changes_nothing(authority: Authority) -> None:
    work = a_work(authority, state=WorkState.AGREED, weeks=1)
    gives(work, authority.qa_manager, 10)
    client = signed_in(authority.qa_manager)
    today = work.fieldwork_from
    asked = {
        "notified_on_0": today.day, "notified_on_1": today.month, "notified_on_2": today.year, "weeks": 3, "hours": 15,
        "people": [authority.qa_manager.pk],
    }  # fmt: skip
    page = client.get("/capacity/inspection/", asked)
    assert page.status_code == 200
    (slipping,) = page.context["slips"]
    assert slipping.person == authority.qa_manager
    assert slipping.slip.with_it > page.context["trial"].ends_on
    work.refresh_from_db()
    assert work.state == WorkState.AGREED


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("weeks", "0", "It takes at least 1 week"),
        ("weeks", "many", "Enter a whole number of weeks"),
        ("hours", "x", "Enter a number of hours"),
        ("notified_on_1", "13", "must be a real date"),
        ("people", "", "Tick at least one person"),
    ],
)
def test_an_inspection_that_cannot_be_tried_says_why(authority: Authority, field: str, value: str, words: str) -> None:
    asked = {"notified_on_0": "1", "notified_on_1": "2", "notified_on_2": "2027", "weeks": "3", "hours": "15"}
    asked |= {"people": str(authority.qa_manager.pk), field: value}
    page = signed_in(authority.qa_manager).get("/capacity/inspection/", {k: v for k, v in asked.items() if v})
    assert page.status_code == 422
    assert words in page.content.decode()


def test_hours_are_the_organisations_own_once_it_says_so(authority: Authority) -> None:
    assert efforts()["audit"] == ASSUMED["audit"]
    assert set_efforts({"audit": Decimal("8"), "week": Decimal("7.5")}, by=authority.qa_manager) == [
        "An audit",
        "What somebody can give in a week",
    ]
    assert efforts()["audit"] == 8
    assert set_efforts({"audit": Decimal("8.0")}, by=authority.qa_manager) == []
    with pytest.raises(NotAllowed):
        set_efforts({"audit": Decimal("1")}, by=authority.officer)


def test_hours_that_cannot_be_are_refused_and_nothing_typed_is_lost(authority: Authority) -> None:
    client = signed_in(authority.qa_manager)
    sent = dict.fromkeys(ASSUMED, "1") | {"audit": "-3"}
    page = client.post("/capacity/hours/", sent)
    assert page.status_code == 422
    assert 'value="-3"' in page.content.decode()
    assert not Effort.objects.exists()
    assert client.post("/capacity/hours/", sent | {"audit": "7.5"}).status_code == 302
    assert Effort.objects.get(kind="audit").hours == Decimal("7.5")


def test_the_export_holds_a_line_a_person_and_week(authority: Authority) -> None:
    authority.audit()
    client = signed_in(authority.qa_manager)
    lines = b"".join(client.get("/capacity/export/csv/").streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == "Person,Week from,Hours asked,Hours they can give,Over"
    assert lines[1].startswith("Ade Auditor,")
    assert client.get("/capacity/export/xlsx/").status_code == 200


@pytest.mark.parametrize("address", ["", "export/csv/", "inspection/", "hours/"])
def test_whose_time_is_asked_is_not_for_everybody(authority: Authority, address: str) -> None:
    assert signed_in(authority.auditor).get(f"/capacity/{address}").status_code == 403


def test_a_filter_that_does_not_fit_is_named_and_left_out(authority: Authority) -> None:
    authority.audit()
    page = signed_in(authority.qa_manager).get("/capacity/", {"place": "nowhere", "from": "soon", "page": "x"})
    assert page.status_code == 200
    assert "There is no such place" in page.content.decode()
    assert page.context["rows"]
