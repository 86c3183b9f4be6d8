"""Pages of cycles, of what is expected, of selecting, and of the dry run."""

import csv
import itertools
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audits.models import Audit, Case, Cycle, Expected, Selection
from audits.queries.dry_run import dry_run
from audits.workflow.cycles import cycle_days
from qaf.deadlines import coverage_of_calendar
from qaf.notices.models import Notice
from qaf.people.models import Absence, User
from qaf.people.roles import Role
from qaf.trail.models import Entry
from tests.audits.cycles.setting import TODAY, bring_due, observation, of, opened, row
from tests.audits.setting import Authority, someone
from tests.factories import PostFactory, ServiceFactory, UserFactory

Sign = Callable[[User], Client]
DRY_RUN = "/schedule/dry-run/"


def text(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return " ".join(content.decode().split())


def awaiting(authority: Authority, **fields: Any) -> Expected:
    return bring_due(of(opened(row(authority, **{"selection": Selection.MANAGER, **fields})), authority.auditor))


@pytest.fixture
def known_holidays(monkeypatch: pytest.MonkeyPatch) -> None:
    """A calendar whose bank holidays reach to the end of this year and no further."""
    monkeypatch.setattr(coverage_of_calendar, "bank_holidays", lambda: frozenset({date(TODAY().year, 12, 28)}))


# Cycles


def test_the_list_counts_what_was_expected_and_done(authority: Authority, client_for: Sign) -> None:
    one = awaiting(authority)
    page = text(client_for(authority.officer).get(reverse("schedule:cycles")))
    assert f"/schedule/cycles/{one.cycle_id}/" in page
    assert "Area Social Care: Case file" in page


def test_an_empty_list_says_what_to_do(authority: Authority, client_for: Sign) -> None:
    assert "No cycle has been opened yet" in text(client_for(authority.officer).get(reverse("schedule:cycles")))


def test_a_cycle_shows_who_when_and_why_not(authority: Authority, client_for: Sign) -> None:
    Absence.objects.create(person=authority.second_auditor, starts_on=date(2020, 1, 1), noted_by=authority.officer)
    one = bring_due(of(opened(row(authority)), authority.auditor))
    path = reverse("schedule:cycle", args=[one.cycle_id])
    page = text(client_for(authority.officer).get(path))
    assert one.audit is not None
    assert one.audit.reference in page
    assert "0 of 1 audit done" in page
    assert "Sam Second: away" in page
    assert "Away until further notice." in page
    # An administrator sees who and when, and neither the audit nor its number.
    page = text(client_for(someone(Role.ADMIN, "Ann Admin")).get(path))
    assert "Ade Auditor" in page
    assert one.audit.reference not in page
    assert "Not open to you" in page


def test_a_case_that_moved_is_said_plainly(authority: Authority, client_for: Sign) -> None:
    one = bring_due(of(opened(row(authority)), authority.auditor))
    Case.objects.update(team=authority.service.teams.create(code="south", name="South"))
    page = text(client_for(authority.officer).get(reverse("schedule:cycle", args=[one.cycle_id])))
    assert "The case has moved to another team since. The audit stays here." in page


def test_a_cycle_as_a_file(authority: Authority, client_for: Sign) -> None:
    one = bring_due(of(opened(row(authority)), authority.auditor))
    response: Any = client_for(authority.officer).get(reverse("schedule:cycle_export", args=[one.cycle_id]))
    rows = list(csv.DictReader(StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    assert [line["Auditor"] for line in rows] == ["Ade Auditor", "Sam Second"]
    assert one.audit is not None
    assert (rows[0]["State"], rows[0]["Audit"]) == ("Allocated", one.audit.reference)
    assert Entry.objects.get(verb="cycle.exported").subject_id == one.cycle_id


def test_opening_shows_who_is_asked_before_it_is_done(authority: Authority, client_for: Sign) -> None:
    expectation = row(authority)
    client, path = client_for(authority.qa_manager), reverse("schedule:cycle_open", args=[expectation.pk])
    page = text(client.get(path))
    assert "Ade Auditor, North: opens on" in page
    assert not Cycle.objects.exists()
    assert client.post(path, {}).status_code == 422
    first, _ = cycle_days(expectation, TODAY())
    response = client.post(path, {"starts_on": first.isoformat()})
    assert response.headers["Location"] == f"/schedule/cycles/{Cycle.objects.get().pk}/"
    assert f"/schedule/cycles/{Cycle.objects.get().pk}/" in text(client.get(path))
    assert client_for(authority.officer).get(path).status_code == 403


def test_the_page_of_opening_is_for_whoever_plans_for_the_service(authority: Authority, client_for: Sign) -> None:
    path = reverse("schedule:cycle_open", args=[row(authority).pk])
    elsewhere = someone(Role.QA_MANAGER, "Ola Outside", service=ServiceFactory.create())
    response = client_for(elsewhere).get(path)
    assert response.status_code == 403
    assert "Ade Auditor" not in text(response)


def test_a_row_of_the_programme_opens_none(authority: Authority, client_for: Sign) -> None:
    expectation = row(authority, selection=Selection.PROGRAMME)
    page = text(client_for(authority.qa_manager).get(reverse("schedule:cycle_open", args=[expectation.pk])))
    assert "put it into the plan of the year" in page


# Expected of somebody


def test_ones_own_list(authority: Authority, client_for: Sign) -> None:
    one = awaiting(authority)
    bring_due(of(opened(row(authority)), authority.auditor))
    client = client_for(authority.auditor)
    page = text(client.get(reverse("schedule:mine")))
    assert f"/schedule/expected/{one.pk}/select/" in page
    assert Audit.objects.get().reference in page
    home = text(client.get("/"))
    assert "Expected of you" in home
    assert "Case file, Area Social Care: choose what you audit" in home
    other = client_for(authority.practitioner)
    assert "expects no audit of you at present" in text(other.get(reverse("schedule:mine")))
    assert "Expected of you" not in text(other.get("/"))


def test_the_auditor_selects_a_case(authority: Authority, client_for: Sign) -> None:
    one = awaiting(authority)
    authority.another_case(case_holder=authority.auditor, initials="QQ")
    client, path = client_for(authority.auditor), reverse("schedule:select", args=[one.pk])
    page = text(client.get(path))
    assert "AB, 7: CP" in page
    assert "1 case can be chosen" in page
    assert "Nobody audits their own case." in page
    assert "Choose a case" in text(client.post(path, {"do": "choose"}))
    found = client.post(path, {"do": "find", "words": "ab"})
    assert "AB, 7: CP" in text(found)
    # What is looked for stays out of addresses.
    assert found.status_code == 200
    assert "None of these cases can be chosen with this filter" in text(
        client.post(path, {"do": "find", "words": "qq"})
    )
    response = client.post(path, {"do": "choose", "chosen": authority.case.pk, "reason": ""}, follow=True)
    audit = Audit.objects.get()
    assert response.redirect_chain[-1][0] == f"/audits/{audit.reference}/"
    assert audit.selection == "Selected by Ade Auditor, as the schedule says."
    assert client.get(path).status_code == 409


def test_one_is_drawn_for_the_auditor(authority: Authority, client_for: Sign) -> None:
    one = awaiting(authority)
    client_for(authority.auditor).post(reverse("schedule:select", args=[one.pk]), {"do": "draw"})
    assert Audit.objects.get().draw is not None


def test_a_case_that_was_taken_meanwhile_is_refused(authority: Authority, client_for: Sign) -> None:
    one = awaiting(authority)
    authority.audit()
    response = client_for(authority.auditor).post(
        reverse("schedule:select", args=[one.pk]), {"do": "choose", "chosen": authority.case.pk}
    )
    assert response.status_code == 422
    assert "can no longer be chosen" in text(response)


def test_nobody_else_learns_of_the_selection(authority: Authority, client_for: Sign) -> None:
    path = reverse("schedule:select", args=[awaiting(authority).pk])
    assert client_for(authority.second_auditor).get(path).status_code == 404
    # These see that it is awaited, and no child.
    for person in (authority.service_manager, someone(Role.ADMIN, "Ann Admin")):
        response = client_for(person).get(path)
        assert response.status_code == 403
        assert "AB, 7" not in text(response)


def test_a_worker_is_selected(authority: Authority, client_for: Sign) -> None:
    one = awaiting(authority, type=observation(authority), selection=Selection.WORKER_OR_MANAGER)
    client, path = client_for(authority.auditor), reverse("schedule:select", args=[one.pk])
    assert "Pat Practitioner" in text(client.get(path))
    assert client.post(path, {}).status_code == 422
    client.post(path, {"chosen": authority.practitioner.pk})
    assert Audit.objects.get().case_holder == authority.practitioner


def test_words_name_a_record(authority: Authority, client_for: Sign) -> None:
    kind = observation(authority)
    kind.about = "record"
    kind.save()
    client, path = client_for(authority.auditor), reverse("schedule:select", args=[awaiting(authority, type=kind).pk])
    assert "Give the reference of the record" in text(client.post(path, {"text": ""}))
    client.post(path, {"text": "LADO-7"})
    assert Audit.objects.get().subject == "LADO-7"


def test_qa_excuses_and_puts_back(authority: Authority, client_for: Sign) -> None:
    one = awaiting(authority)
    client = client_for(authority.officer)
    excuse, back = (reverse(f"schedule:{name}", args=[one.pk]) for name in ("excuse", "put_back"))
    assert "Say why they are excused" in text(client.post(excuse, {"reason": ""}))
    client.post(excuse, {"reason": "Secondment."})
    one.refresh_from_db()
    assert one.why == "by_hand"
    assert "Secondment." in text(client.get(back))
    client.post(back)
    one.refresh_from_db()
    assert one.state == "planned"
    assert client_for(authority.auditor).get(excuse).status_code == 403


def test_the_pages_ask_the_database_a_fixed_number_of_times(authority: Authority, client_for: Sign) -> None:
    for number in range(8):
        someone(Role.AUDITOR, f"Auditor {number}", service=authority.service)
        authority.another_case()
    one = awaiting(authority)
    client, auditor = client_for(authority.officer), client_for(authority.auditor)
    for who, path, most in (
        (client, reverse("schedule:cycles"), 12),
        (client, reverse("schedule:cycle", args=[one.cycle_id]), 20),
        (auditor, reverse("schedule:mine"), 12),
        (auditor, reverse("schedule:select", args=[one.pk]), 20),
    ):
        with CaptureQueriesContext(connection) as queries:
            assert who.get(path).status_code == 200
        assert len(queries) <= most, (path, len(queries))


# The dry run


def test_the_dry_run_writes_nothing_and_tells_nobody(authority: Authority, client_for: Sign) -> None:
    row(authority)
    client = client_for(authority.officer)
    before = [model.objects.count() for model in (Cycle, Expected, Audit, Notice, Entry)]
    page = text(client.get(DRY_RUN))
    assert "Area Social Care: Case file" in page
    assert "Not switched on" in page
    assert [model.objects.count() for model in (Cycle, Expected, Audit, Notice, Entry)] == before


def test_the_dry_run_is_what_opening_gives(authority: Authority) -> None:
    expectation = row(authority, each=2)
    day = date(2027, 2, 1)
    run = dry_run(day=day)
    planned = {(line.person.pk, line.number, line.opens_on) for line in run.lines if line.cycle_starts_on == day}
    cycle = opened(expectation, day=day)
    assert planned == set(cycle.expected.values_list("auditor", "number", "opens_on"))
    # And afterwards it shows the cycle itself.
    again = [line for line in dry_run(day=day).lines if line.cycle_starts_on == day]
    assert {line.cycle for line in again} == {cycle}
    assert {(line.person.pk, line.number, line.opens_on) for line in again} == planned


def test_the_dry_run_leaves_out_a_cycle_that_would_not_open_any_more(authority: Authority) -> None:
    row(authority)
    assert min(line.cycle_starts_on for line in dry_run(day=date(2027, 3, 29)).lines) == date(2027, 4, 1)


def test_the_dry_run_covers_twelve_months(authority: Authority) -> None:
    monthly = row(authority, every_months=1)
    run = dry_run(day=date(2027, 2, 1))
    assert [month.first for month in run.months][:2] == [date(2027, 2, 1), date(2027, 3, 1)]
    assert len(run.months) == 12
    [counts] = run.counts
    assert (counts.row, list(counts.months), counts.total) == (monthly, [2] * 12, 24)


def test_the_dry_run_names_who_is_passed_over(authority: Authority, client_for: Sign) -> None:
    Absence.objects.create(person=authority.auditor, starts_on=date(2020, 1, 1), noted_by=authority.officer)
    row(authority)
    row(authority, selection=Selection.PROGRAMME, type_name="Supervision file")
    page = text(client_for(authority.officer).get(DRY_RUN))
    assert "Ade Auditor: Case file, Area Social Care. Away. Away until further notice." in page
    assert "Area Social Care: Supervision file. It is placed in the audit programme" in page


def test_the_dry_run_foresees_who_will_have_enough_to_do(authority: Authority, settings: Any) -> None:
    settings.SCHEDULE_MOST_OPEN_AUDITS = 1
    for _ in range(6):
        row(authority, every_months=1)
    run = dry_run(day=date(2027, 2, 1))
    loads = [line for line in run.lines if line.why == "load"]
    assert loads
    assert all(line.note.endswith("of 1 at most.") for line in loads)
    # Nobody has two at a time.
    for person in (authority.auditor, authority.second_auditor):
        own = [line for line in run.lines if line.person == person and not line.why]
        assert all(later.opens_on > earlier.due_on for earlier, later in itertools.pairwise(own))


def test_months_without_bank_holidays_are_marked(authority: Authority, known_holidays: None, client_for: Sign) -> None:
    row(authority)
    run = dry_run(day=TODAY())
    assert [month.holidays_known for month in run.months] == [month.first.year == TODAY().year for month in run.months]
    assert "(bank holidays not known)" in text(client_for(authority.officer).get(DRY_RUN))


def test_the_dry_run_as_files(authority: Authority, client_for: Sign) -> None:
    row(authority)
    client = client_for(authority.officer)
    lines = text(client.get("/schedule/dry-run/export/csv/"))
    assert "Ade Auditor" in lines
    workbook: Any = client.get("/schedule/dry-run/export/xlsx/")
    content = b"".join(workbook.streaming_content)
    sheet = openpyxl.load_workbook(BytesIO(content)).active
    assert sheet is not None
    assert sheet.max_row == 1 + len(dry_run(day=TODAY()).lines)
    assert Entry.objects.filter(verb="dry_run.exported").count() == 2


def test_cycles_are_opened_from_the_dry_run_by_whoever_plans_for_the_service(
    authority: Authority, client_for: Sign
) -> None:
    path = reverse("schedule:cycle_open", args=[row(authority).pk])
    elsewhere = someone(Role.QA_MANAGER, "Ola Outside", service=ServiceFactory.create())
    assert path in text(client_for(authority.qa_manager).get(DRY_RUN))
    for person in (elsewhere, authority.officer):
        assert path not in text(client_for(person).get(DRY_RUN))


def test_an_empty_schedule_says_what_to_do(authority: Authority, client_for: Sign) -> None:
    assert "No row of the schedule opens cycles yet" in text(client_for(authority.officer).get(DRY_RUN))
    assert client_for(authority.auditor).get(DRY_RUN).status_code == 403


def test_thirty_rows_and_sixty_people_take_as_many_queries_as_one(authority: Authority) -> None:
    row(authority)
    with CaptureQueriesContext(connection) as few:
        dry_run(day=TODAY())
    for _ in range(29):
        row(authority)
    for _ in range(58):
        person = UserFactory.create()
        PostFactory.create(person=person, role=Role.AUDITOR, service=authority.service, starts_on=date(2020, 1, 1))
    opened(row(authority), day=TODAY() + timedelta(days=70))
    with CaptureQueriesContext(connection) as many:
        run = dry_run(day=TODAY())
    assert len({line.person.pk for line in run.lines}) == 60
    # One more for what was settled in the cycle that is open.
    assert len(many) <= len(few) + 1 <= 12
