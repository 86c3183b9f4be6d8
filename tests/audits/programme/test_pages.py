"""The programme's pages: what each person sees and may send, and what is kept of bad input."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from audits.models import Work, WorkKind, WorkState
from audits.programme_terms import POINTS
from audits.queries.programme import this_year
from audits.workflow.programme_parts import AgencyPart, Hours, set_agencies, set_people
from audits.workflow.programme_steps import take_step
from qaf.people.models import User
from qaf.trail.models import Entry
from tests.audits.programme.setting import ProgrammeSetting
from tests.audits.programme.test_planning import row

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
YEAR = 2031
TODAY = timezone.localdate()


def text_of(response: Any) -> str:
    return str(response.content.decode())


def content_of(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def plan_data(house: ProgrammeSetting, **fields: Any) -> dict[str, Any]:
    days = {"fieldwork_from": date(YEAR, 6, 2), "fieldwork_until": date(YEAR, 6, 20)}
    data: dict[str, Any] = {"kind": "thematic", "title": "Neglect", "lead": house.lead.pk, "chair": house.chair.pk}
    for name, day in days.items():
        data |= {f"{name}_0": day.day, f"{name}_1": day.month, f"{name}_2": day.year}
    return data | fields


def test_an_empty_year_says_what_to_do(house: ProgrammeSetting, client_for: SignIn) -> None:
    page = text_of(client_for(house.manager).get("/programme/"))
    assert "0 of 4 thematic multi-agency audits" in page
    assert "Propose the first theme with its terms of reference" in page
    assert "When a QA manager proposes work, it appears here." in text_of(client_for(house.member).get("/programme/"))
    assert "You and your agency take part in nothing" in text_of(client_for(house.police_lead).get("/programme/"))
    assert client_for(house.outsider).get("/programme/").status_code == 403


def test_a_theme_is_proposed_incomplete_and_completed_later(house: ProgrammeSetting, client_for: SignIn) -> None:
    client = client_for(house.manager)
    wrong = client.post(
        "/programme/new/", plan_data(house, title="", kind="", fieldwork_until_2=2030, chair=house.lead.pk)
    )
    assert wrong.status_code == 422
    for words in ("Enter a title", "Choose what kind of work it is", "The last day must be the first day or later"):
        assert words in text_of(wrong)
    done = client.post("/programme/new/", plan_data(house, why="A review asked for it.", scope=" "))
    work = Work.objects.get()
    assert done["Location"] == f"/programme/{work.reference}/"
    page = text_of(client.get(done["Location"]))
    assert "The terms of reference still lack:" in page
    assert "Complete the terms of reference" in page
    member = client_for(house.member)
    step = f"/programme/{work.reference}/steps/agree/"
    assert "Record that the subgroup agreed it" not in text_of(member.get(done["Location"]))
    assert "<li>who commissioned it</li>" in text_of(member.get(step))
    sent = {"minute": "Item 4", "on_0": TODAY.day, "on_1": TODAY.month, "on_2": TODAY.year, "revision": work.revision}
    refused = member.post(step, sent)
    assert refused.status_code == 422
    assert "do not say yet: who commissioned it; the scope" in text_of(refused)
    terms = {point.field: "Said." for point in POINTS} | {"commissioned_by": "The board"}
    changed = client.post(f"/programme/{work.reference}/change/", plan_data(house, **terms, revision=work.revision))
    assert changed.status_code == 302
    old = member.post(step, sent)
    assert old.status_code == 409
    assert "changed from another page" in text_of(old)
    assert member.post(step, sent | {"revision": work.revision + 1}).status_code == 302
    work = Work.objects.get()
    assert (work.state, work.agreed_minute) == (WorkState.AGREED, "Item 4")
    # The kind of agreed work is no longer asked.
    assert "kind" not in client.get(f"/programme/{work.reference}/change/").context["form"].fields


def test_a_theme_too_many_is_asked_about_and_says_why_on_both_pages(
    house: ProgrammeSetting, client_for: SignIn
) -> None:
    house.propose(fieldwork_from=date(YEAR, 5, 5))
    client = client_for(house.manager)
    assert "I know this" not in text_of(client.get("/programme/new/"))
    refused = client.post("/programme/new/", plan_data(house))
    assert refused.status_code == 422
    assert "Quarter 1 of 2031 to 2032 has a thematic multi-agency audit already" in text_of(refused)
    assert "I know this" in text_of(refused)
    silent = client.post("/programme/new/", plan_data(house, past_known="on"))
    assert "Say why it is to be planned all the same" in text_of(silent)
    assert Work.objects.count() == 1
    done = client.post("/programme/new/", plan_data(house, past_known="on", past_the_most="The board asked."))
    assert "because: The board asked." in text_of(client.get(done["Location"]))
    year = text_of(client.get(f"/programme/?year={YEAR}"))
    assert "because: The board asked." in year
    assert "A quarter has more than one theme." in year


def test_an_old_page_shows_what_is_stored_beside_what_was_typed(house: ProgrammeSetting, client_for: SignIn) -> None:
    work = house.propose(scope="All schools.")
    client = client_for(house.manager)
    page = client.post(f"/programme/{work.reference}/change/", plan_data(house, scope="Mine <only>", revision=7))
    assert page.status_code == 409
    assert "What is stored now" in text_of(page)
    assert "All schools." in text_of(page)
    assert "Mine &lt;only&gt;" in text_of(page)
    assert f'name="revision" value="{work.revision}"' in text_of(page)


def test_each_sees_what_is_theirs(house: ProgrammeSetting, client_for: SignIn) -> None:
    work = house.at(WorkState.AGREED, scope="All schools.")
    police = [AgencyPart(house.police, house.unit, house.police_lead)]
    work = set_agencies(work, agencies=police, by=house.manager)
    asked = [Hours(house.outsider, "focus_group", 3), Hours(house.lead, "analyst", 20)]  # type: ignore[arg-type]
    set_people(work, people=asked, by=house.manager)
    path = f"/programme/{work.reference}/"
    for reader in (house.manager, house.member, house.scrutineer):
        page = text_of(client_for(reader).get(path))
        for words in ("All schools.", "Subgroup minutes, item 4", "Agreed by the subgroup on", "23.0 hours in all"):
            assert words in page, (reader, words)
        assert ("Change the plan" in page) == (reader == house.manager)
    for part in (house.police_lead, house.outsider):
        page = text_of(client_for(part).get(path))
        assert "All schools." in page
        assert "What has happened" not in page
        assert "What was said and minuted" not in page
        assert "Change the plan" not in page
    assert "Your hours" in text_of(client_for(house.outsider).get(path))
    assert "Analysis and report</td>" not in text_of(client_for(house.outsider).get(path))
    assert client_for(house.council_lead).get(path).status_code == 404
    assert work.title in text_of(client_for(house.police_lead).get(f"/programme/?year={work.year}"))
    others = text_of(client_for(house.council_lead).get(f"/programme/?year={work.year}"))
    assert work.title not in others
    assert "of 4 thematic" not in others
    for page in ("change/", "agencies/", "people/", "steps/withdraw/"):
        assert client_for(house.police_lead).get(path + page).status_code == 403, page
        assert client_for(house.council_lead).post(path + page).status_code == 404, page
    assert client_for(house.manager).get(f"{path}steps/dance/").status_code == 404
    assert client_for(house.manager).get(f"{path}steps/plan/").status_code == 403
    assert client_for(house.member).get(f"{path}steps/agree/").status_code == 409


def test_a_visit_is_prepared_held_and_reported_by_its_lead(house: ProgrammeSetting, client_for: SignIn) -> None:
    visit = house.at(WorkState.PLANNED, WorkKind.ASSURANCE_VISIT)
    client = client_for(house.lead)
    path = f"/programme/{visit.reference}/"
    for step, text in (("prepare", "Are visits recorded?"), ("hold", ""), ("report", "Most are.")):
        revision = Work.objects.get().revision
        if text:
            assert client.post(f"{path}steps/{step}/", {"revision": revision}).status_code == 422
        assert client.post(f"{path}steps/{step}/", {"text": text, "revision": revision})["Location"] == path
    page = text_of(client.get(path))
    assert "Are visits recorded?" in page
    assert "Most are." in page
    assert client.get(f"{path}steps/close/").status_code == 403


def test_agencies_and_people_are_entered_by_name_or_address(house: ProgrammeSetting, client_for: SignIn) -> None:
    work = house.propose()
    client = client_for(house.manager)
    path = f"/programme/{work.reference}/agencies/"
    assert "Una" not in text_of(client.get(path))
    frame = {"row-TOTAL_FORMS": 3, "row-INITIAL_FORMS": 0, "revision": 0}
    first = {"row-0-agency": house.police.pk, "row-0-team": house.unit.pk, "row-0-lead": f"<{house.police_lead.email}>"}
    wrong = client.post(path, frame | first | {"row-1-team": house.team.pk, "row-2-lead": "Nobody Known"})
    assert wrong.status_code == 422
    for words in (
        "Choose the agency of this row, or empty the row",
        "Nobody who can sign in is known as “Nobody Known”",
    ):
        assert words in text_of(wrong)
    teamless = client.post(path, frame | {"row-0-agency": house.police.pk})
    assert "Police has no team that its audits are kept in" in text_of(teamless)
    assert client.post(path, frame | first).status_code == 302
    part = work.agencies.get()
    assert (part.agency, part.team, part.lead) == (house.police, house.unit, house.police_lead)
    assert client.post(path, frame | first).status_code == 409
    people = f"/programme/{work.reference}/people/"
    frame["revision"] = 1
    mistaken = {"row-0-person": "ade auditor", "row-0-hours": "many", "row-1-hours": "4"}
    page = text_of(client.post(people, frame | mistaken))
    for words in ("Choose the part of Ade Auditor", "such as 7.5", "Enter whose hours these are"):
        assert words in page
    good = {"row-0-person": "ade  auditor", "row-0-part": "auditor", "row-0-hours": "7.5", "more": "yes"}
    assert client.post(people, frame | good)["Location"] == people
    assert work.people.get().person == house.outsider


def test_what_the_schedule_expects_is_added_from_the_page(house: ProgrammeSetting, client_for: SignIn) -> None:
    visits, _ = row("SAV", 4, service_name="Management team"), row("Supervision file", 6)
    year = this_year() + 1
    client = client_for(house.manager)
    page = text_of(client.get(f"/programme/?year={year}"))
    assert "Plan it" in page
    assert "Add what the schedule expects (5)" in page
    assert "Plan it" not in text_of(client_for(house.member).get(f"/programme/?year={year}"))
    assert client_for(house.member).post(f"/programme/expected/{visits.pk}/?year={year}").status_code == 403
    assert client.post(f"/programme/expected/{visits.pk}/?year={year}").status_code == 302
    assert Work.objects.count() == 3
    asked = text_of(client.get(f"/programme/expected/?year={year}"))
    assert "Supervision file audit: 2 of 2 a year" in asked
    assert "Safeguarding assurance visit: " not in asked
    for _ in range(2):
        assert client.post(f"/programme/expected/?year={year}")["Location"] == f"/programme/?year={year}"
    assert Work.objects.count() == 5
    assert "Nothing was left to add" in text_of(client.get(f"/programme/?year={year}"))


def test_a_year_is_narrowed_and_taken_as_a_file(house: ProgrammeSetting, client_for: SignIn) -> None:
    house.propose(fieldwork_from=date(YEAR, 5, 5), title="=Danger")
    visit = house.propose(WorkKind.DEEP_DIVE, fieldwork_from=date(YEAR, 5, 6), title="Front door")
    take_step(visit, "plan", by=house.manager)
    client = client_for(house.manager)
    page = text_of(client.get(f"/programme/?year={YEAR}&kind=deep_dive"))
    assert "Front door" in page
    assert "=Danger" not in page
    assert "fits these filters" in text_of(client.get(f"/programme/?year={YEAR}&kind=deep_dive&state=closed"))
    # What is no year, kind or state narrows nothing and breaks nothing.
    for address in ("year=0000", "year=abcd", "kind=party", "year=9999&state=x"):
        assert client.get(f"/programme/?{address}").status_code == 200, address
    csv = content_of(client.get(f"/programme/year.csv?year={YEAR}")).decode("utf-8-sig")
    assert "Front door" in csv
    assert ",=Danger" not in csv
    book = client.get(f"/programme/year.xlsx?year={YEAR}&state=planned")
    rows = list(load_workbook(BytesIO(content_of(book)))["List"].values)
    assert [line[2] for line in rows[1:]] == ["Front door"]
    assert client.get("/programme/year.pdf").status_code == 404
    assert Entry.objects.filter(verb="work.year_exported").count() == 2


def queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


def test_more_work_asks_the_database_no_more(house: ProgrammeSetting, client_for: SignIn) -> None:
    client = client_for(house.manager)
    row("SAV", 4)

    def add(number: int) -> Work:
        for _ in range(number):
            work = house.propose(WorkKind.IMPROMPTU, fieldwork_from=date(YEAR, 5, 5))
            parts = [AgencyPart(house.police, house.unit), AgencyPart(house.council, house.team, house.council_lead)]
            set_agencies(work, agencies=parts[:number], by=house.manager)
        return work

    path = f"/programme/{add(1).reference}/"
    few = (queries(client, f"/programme/?year={YEAR}"), queries(client, path))
    set_people(Work.objects.get(), people=[Hours(house.lead, "analyst", 2)], by=house.manager)  # type: ignore[arg-type]
    path = f"/programme/{add(3).reference}/"
    many = (queries(client, f"/programme/?year={YEAR}"), queries(client, path))
    assert few == many
    assert many[0] <= 12
    assert many[1] <= 14
