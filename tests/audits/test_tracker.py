"""The list of audits: who sees which, filters, order, pages, and what it costs."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audits.access import grounds, visible_to
from audits.models import Audit, State
from audits.models.audits import NEVER
from audits.queries.tracker import Cursor, Filters, NoSuchPage, counted, page
from audits.workflow.parts import give_part
from qaf.people.models import User
from qaf.people.roles import Role
from tests.audits.factories import CaseFactory, make_audit
from tests.audits.setting import Authority, make_authority
from tests.factories import AgencyFactory, PostFactory, ServiceFactory, TeamFactory, UserFactory

Sign = Callable[[User], Client]


@pytest.fixture
def authority(db: None) -> Authority:
    return make_authority()


def plain_audits(authority: Authority, number: int, **fields: object) -> list[Audit]:
    """Many audits quickly, without the workflow: for what a list shows and costs."""
    # Beyond the numbers that the workflow gives out.
    first = 50_000 + Audit.objects.count()
    version = authority.type.form.published_version
    audits = []
    for count in range(first, first + number):
        values: dict[str, object] = {
            "reference": f"{authority.type.reference_prefix}-2026-{count:05d}",
            "type": authority.type,
            "form_version": version,
            "case": CaseFactory.create(team=authority.team),
            "auditor": authority.auditor,
            "legal_status": "cin",
            "team": authority.team,
            "service": authority.service,
            "agency": authority.service.agency,
            "step": "audit",
            "step_owner": authority.auditor,
            "due_on": timezone.localdate() + timedelta(days=count % 7),
        }
        audits.append(Audit(**{**values, **fields}))
    return Audit.objects.bulk_create(audits)


def references(html: str) -> list[str]:
    """The references of the rows, in the order of the page."""
    return re.findall(r'<th class="govuk-table__header" scope="row"><a [^>]*>([^<]+)</a>', html)


def shown(client: Client, **query: str) -> list[str]:
    return references(client.get(reverse("audits:tracker"), query).content.decode())


def link(html: str, rel: str) -> str | None:
    found = re.search(rf'href="([^"]+)"\s+rel="{rel}"', html)
    return found[1].replace("&amp;", "&") if found else None


# --- who sees which ---------------------------------------------------------------------------------------------------


def test_it_works(authority: Authority, client_for: Sign) -> None:
    audit = authority.audit()
    response = client_for(authority.officer).get(reverse("audits:tracker"))
    html = response.content.decode()
    assert response.status_code == 200
    assert references(html) == [audit.reference]
    for text in (
        "Child case audit",
        "North",
        "Area Social Care",
        "Ade Auditor",
        "Finish and submit the audit",
        "1 audit",
    ):
        assert text in html


def test_nothing_on_the_page_is_about_the_child(authority: Authority, client_for: Sign) -> None:
    audit = make_audit(authority, State.DISTRIBUTED)
    html = client_for(authority.officer).get(reverse("audits:tracker")).content.decode()
    assert audit.case.identifier not in html
    assert audit.case.initials_and_age not in html


def test_everybody_is_shown_exactly_what_they_may_know_of(authority: Authority) -> None:
    elsewhere = TeamFactory.create(service=ServiceFactory.create(agency=AgencyFactory.create()))
    mine = plain_audits(authority, 3) + plain_audits(authority, 2, state=State.CLOSED)
    other = plain_audits(authority, 2, team=elsewhere, service=elsewhere.service, agency=elsewhere.service.agency)
    both = UserFactory.create()
    PostFactory.create(person=both, role=Role.SERVICE_MANAGER, service=authority.service)
    PostFactory.create(person=both, role=Role.TEAM_MANAGER, team=elsewhere)
    PostFactory.create(person=both, role=Role.QA_OFFICER, team=authority.team)
    give_part(mine[0], both, "moderate_audit")
    give_part(other[0], both, "fill_audit")
    people = [both, authority.officer, authority.team_manager, authority.service_manager, UserFactory.create()]
    for person in people:
        known = set(visible_to(person).values_list("reference", flat=True))
        rows = [row.reference for row in page(person, Filters()).rows]
        assert len(rows) == len(set(rows))
        assert set(rows) == known
        assert counted(person, Filters()) == len(known)
    assert len(set(visible_to(both))) == 6
    assert len(set(visible_to(authority.team_manager))) == 2


def test_grounds_do_not_overlap(authority: Authority) -> None:
    audit = authority.audit()
    person = UserFactory.create()
    PostFactory.create(person=person, role=Role.SERVICE_MANAGER, service=authority.service)
    PostFactory.create(person=person, role=Role.QA_OFFICER, service=authority.service, starts_on="2021-01-01")
    PostFactory.create(person=person, role=Role.QA_OFFICER, agency=authority.service.agency)
    give_part(audit, person, "read_audit")
    found = [list(Audit.objects.filter(ground)) for ground in grounds(person)]
    assert sorted(len(rows) for rows in found) == [0, 0, 1]


def test_somebody_without_a_part_is_told_what_comes_next(authority: Authority, client_for: Sign) -> None:
    authority.audit()
    html = client_for(UserFactory.create()).get(reverse("audits:tracker")).content.decode()
    assert "There are no audits for you yet" in html


def test_a_person_who_left_sees_nothing(authority: Authority) -> None:
    authority.audit()
    authority.officer.is_active = False
    assert page(authority.officer, Filters()).rows == []


# --- filters ----------------------------------------------------------------------------------------------------------


def test_each_filter_narrows_the_list(authority: Authority, client_for: Sign) -> None:
    other_team = TeamFactory.create(service=ServiceFactory.create())
    here = authority.audit()
    (there,) = plain_audits(authority, 1, team=other_team, service=other_team.service, auditor=authority.second_auditor)
    (closed,) = plain_audits(
        authority, 1, state=State.CLOSED, step="", step_owner=None, due_on=None, auditor_grade="G", final_grade="RI"
    )
    (late,) = plain_audits(authority, 1, due_on=timezone.localdate() - timedelta(days=1))
    client = client_for(authority.officer)
    assert shown(client, service=str(other_team.service_id)) == [there.reference]
    assert shown(client, team=str(other_team.pk)) == [there.reference]
    assert shown(client, auditor="second") == [there.reference]
    assert shown(client, auditor=authority.second_auditor.email) == [there.reference]
    assert shown(client, state="closed") == [closed.reference]
    assert shown(client, state="ended") == [closed.reference]
    assert set(shown(client, state="open")) == {here.reference, there.reference, late.reference}
    assert shown(client, grade="RI") == [closed.reference]
    assert shown(client, grade="G") == []
    assert closed.reference not in shown(client, grade="none")
    assert shown(client, overdue="1") == [late.reference]
    assert shown(client, overdue="1", state="closed") == []
    assert len(shown(client, type=str(here.type_id))) == 4
    assert shown(client, type=str(here.type.process.reaudit_type_id)) == []


def test_a_reference_is_found_whole_or_by_how_it_begins(authority: Authority, client_for: Sign) -> None:
    plain_audits(authority, 12)
    client = client_for(authority.officer)
    prefix = authority.type.reference_prefix
    assert shown(client, reference=f"{prefix}-2026-50003") == [f"{prefix}-2026-50003"]
    assert sorted(shown(client, reference=f" {prefix.lower()}-2026-5001 ")) == [f"{prefix}-2026-5001{n}" for n in "01"]
    assert len(shown(client, reference=prefix)) == 12


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"team": "999999"}, "There is no such team"),
        ({"team": "north"}, "There is no such team"),
        ({"service": "-1"}, "There is no such service"),
        ({"state": "lost"}, "There is no such state"),
        ({"grade": "Z"}, "There is no such grade"),
        ({"type": "1' OR '1'='1"}, "There is no such type of audit"),
        ({"sort": "case__identifier"}, "There is no such order"),
        ({"reference": "Smith"}, "No reference begins like this"),
        ({"reference": "%"}, "No reference begins like this"),
        ({"auditor": "Nobody At All"}, "Nobody&#x27;s name is written like this"),
        ({"auditor": "\0"}, "Null characters are not allowed"),
        ({"page": "nonsense"}, "damaged"),
        ({"page": "W10"}, "damaged"),
        ({"page": "é" * 3000}, "damaged"),
        ({"page": str(Cursor("state", "closed", 5))}, "damaged"),
    ],
)
def test_a_filter_that_does_not_fit_is_named_and_the_list_shown_without_it(
    authority: Authority, client_for: Sign, query: dict[str, str], message: str
) -> None:
    audit = authority.audit()
    response = client_for(authority.officer).get(reverse("audits:tracker"), query)
    html = response.content.decode()
    assert response.status_code == 200
    assert message in html
    assert "Error: " in html.partition("</title>")[0]
    assert references(html) == [audit.reference]


def test_a_part_of_a_name_that_fits_half_the_council_is_not_taken(authority: Authority, client_for: Sign) -> None:
    UserFactory.create_batch(21)
    html = client_for(authority.officer).get(reverse("audits:tracker"), {"auditor": "person"}).content.decode()
    assert "More than 20 people&#x27;s names fit" in html


def test_filters_are_kept_in_every_address_and_can_be_taken_away_one_by_one(
    authority: Authority, client_for: Sign
) -> None:
    plain_audits(authority, 60)
    client = client_for(authority.officer)
    html = client.get(reverse("audits:tracker"), {"team": str(authority.team.pk), "state": "open"}).content.decode()
    for address in (link(html, "next"), *re.findall(r'href="(/audits/export/[^"]+)"', html)):
        assert address is not None
        assert f"team={authority.team.pk}" in address
        assert "state=open" in address
    without = re.findall(r'moj-filter__tag" href="([^"]+)"', html)
    assert without == [f"/audits/?team={authority.team.pk}", "/audits/?state=open"]


def test_an_empty_result_says_how_to_widen_it(authority: Authority, client_for: Sign) -> None:
    authority.audit()
    html = client_for(authority.officer).get(reverse("audits:tracker"), {"state": "cancelled"}).content.decode()
    assert "No audit that you may see fits all of these filters" in html
    assert "Clear filters" in html


def test_the_grade_of_a_returned_audit_is_not_shown(authority: Authority, client_for: Sign) -> None:
    (audit,) = plain_audits(authority, 1, state=State.IN_PROGRESS, auditor_grade="I")
    client = client_for(authority.service_manager)
    html = client.get(reverse("audits:tracker")).content.decode()
    assert "Inadequate</strong>" not in html
    assert shown(client, grade="I") == []
    assert shown(client, grade="none") == [audit.reference]


# --- order and pages --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sort", ["due", "-due", "reference", "-reference", "state", "-state"])
def test_pages_hold_every_audit_once_in_order_forwards_and_back(
    authority: Authority, client_for: Sign, sort: str
) -> None:
    plain_audits(authority, 60)
    plain_audits(authority, 55, state=State.CLOSED, due_on=None)
    # Somebody with two grounds, one of them apart from the other.
    person = UserFactory.create()
    PostFactory.create(person=person, role=Role.TEAM_MANAGER, team=authority.team)
    for audit in Audit.objects.filter(state=State.ALLOCATED).order_by("pk")[:50]:
        give_part(audit, person, "read_audit")
    for user, number in ((authority.officer, 115), (person, 105)):
        client = client_for(user)
        address: str | None = f"{reverse('audits:tracker')}?sort={sort}"
        pages, htmls = [], []
        while address:
            htmls.append(client.get(address).content.decode())
            pages.append(references(htmls[-1]))
            address = link(htmls[-1], "next")
        assert [len(one) for one in pages] == [50, 50, number - 100]
        seen = [reference for one in pages for reference in one]
        assert len(set(seen)) == number
        audits = {audit.reference: audit for audit in Audit.objects.all()}
        key = {
            "due": lambda audit: (audit.due_on or NEVER, audit.pk),
            "reference": lambda audit: (0, audit.pk),
            "state": lambda audit: (audit.state, audit.pk),
        }[sort.lstrip("-")]
        assert seen == sorted(seen, key=lambda reference: key(audits[reference]), reverse=sort.startswith("-"))
        back = link(htmls[-1], "prev")
        assert back is not None
        second = client.get(back).content.decode()
        assert references(second) == pages[1]
        first = client.get(link(second, "prev") or "")
        assert first.status_code == 302
        assert shown(client, sort=sort) == pages[0]


def test_a_page_stays_where_it_was_when_audits_come_and_go_before_it(authority: Authority, client_for: Sign) -> None:
    audits = plain_audits(authority, 101)
    client = client_for(authority.officer)
    first = client.get(reverse("audits:tracker"), {"sort": "reference"}).content.decode()
    Audit.objects.filter(pk=audits[0].pk).delete()
    second = references(client.get(link(first, "next") or "").content.decode())
    assert second == [audit.reference for audit in audits[50:100]]


def test_a_page_whose_audits_are_all_gone_leads_back(authority: Authority, client_for: Sign) -> None:
    audits = plain_audits(authority, 51)
    client = client_for(authority.officer)
    first = client.get(reverse("audits:tracker"), {"sort": "reference"}).content.decode()
    Audit.objects.filter(pk=audits[-1].pk).delete()
    html = client.get(link(first, "next") or "").content.decode()
    assert "There is nothing left on this page of the list" in html


def test_the_headings_say_how_the_list_is_sorted(authority: Authority, client_for: Sign) -> None:
    authority.audit()
    client = client_for(authority.officer)
    html = client.get(reverse("audits:tracker")).content.decode()
    assert re.findall(r'aria-sort="(\w+)"><a [^>]*href="([^"]+)"', html) == [
        ("none", "/audits/?sort=-reference"),
        ("none", "/audits/?sort=state"),
        ("ascending", "/audits/?sort=-due"),
    ]


def test_a_cursor_survives_its_address() -> None:
    cursor = Cursor("due", timezone.localdate(), 7, True)
    assert Cursor.read(str(cursor), sort="due") == cursor
    with pytest.raises(NoSuchPage):
        Cursor.read(str(cursor), sort="-due")


# --- what it costs ----------------------------------------------------------------------------------------------------


def test_the_number_of_queries_does_not_grow_with_the_rows(authority: Authority, client_for: Sign) -> None:
    for audit in plain_audits(authority, 1) + plain_audits(authority, 1, state=State.CLOSED):
        give_part(audit, authority.auditor, "fill_audit")
    people = [authority.officer, authority.service_manager, authority.team_manager, authority.auditor]

    def queries(person: User) -> int:
        client = client_for(person)
        client.get(reverse("audits:tracker"))
        with CaptureQueriesContext(connection) as caught:
            client.get(reverse("audits:tracker"))
        return len(caught)

    before = [queries(person) for person in people]
    for audit in plain_audits(authority, 70) + plain_audits(authority, 70, state=State.CLOSED):
        give_part(audit, authority.auditor, "fill_audit")
    assert [queries(person) for person in people] == before
    # Session, person, posts, audits, names, number, notices; one more of audits and number for a second ground: what
    # a post covers, and the parts that a person holds elsewhere (for a QA officer: in confidential audits).
    assert before == [9, 9, 9, 7]


def test_a_long_list_is_not_counted_to_its_end(authority: Authority, client_for: Sign) -> None:
    plain_audits(authority, 1)
    one = Audit.objects.get()
    case = one.case
    Audit.objects.bulk_create(
        Audit(
            **{
                **{field.attname: getattr(one, field.attname) for field in Audit._meta.concrete_fields},
                "id": None,
                "reference": f"X-2026-{number:05d}",
                "state": State.CLOSED,
                "case_id": case.pk,
            }
        )
        for number in range(1_001)
    )
    html = client_for(authority.officer).get(reverse("audits:tracker")).content.decode()
    assert "More than 1,000 audits" in html
