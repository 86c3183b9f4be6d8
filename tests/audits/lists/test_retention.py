"""Cases that were never audited are erased some time after the last list that named them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audits.models import Case, ListChange, Listing, PendingImport, Work, WorkCase, WorkKind
from audits.queries.lists import due_for_erasure
from audits.tasks import delete_old_lists
from audits.tasks import erase_cases as erase_tonight
from audits.workflow.retention import erase_cases
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.models import Entry
from tests.audits.factories import CaseFactory
from tests.audits.lists.setting import CP, bring_in, make_officer, team
from tests.audits.setting import make_authority
from tests.factories import PostFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
YEAR_AGO, BEFORE = date(2025, 11, 24), date(2025, 11, 23)


def left() -> set[str]:
    return {case.identifier for case in Case.objects.all()}


def test_what_is_long_over_is_erased_with_all_that_lists_said_of_it() -> None:
    officer = make_officer()
    bring_in(officer, "cp", CP + "SYN-1,AB,7,East,,02/03/2025,Neglect,\nSYN-2,CD,9,East,,02/03/2025,Neglect,\n")
    gone = Case.objects.with_identifier("SYN-1").get()
    Case.objects.filter(pk=gone.pk).update(listed_on=BEFORE)
    assert erase_cases(TODAY) == 1
    assert left() == {"SYN-2"}
    assert not Listing.objects.filter(case_id=gone.pk).exists()
    assert not ListChange.objects.filter(case_id=gone.pk).exists()
    entry = Entry.objects.get(verb="cases.erased")
    assert (entry.actor, entry.details) == (None, {"cases": 1, "day": "2026-11-24", "after_months": 12})
    # Once more changes nothing, and leaves no entry.
    assert erase_cases(TODAY) == 0
    assert Entry.objects.filter(verb="cases.erased").count() == 1


@pytest.mark.parametrize(
    ("listed_on", "closed_on", "erased"),
    [
        (BEFORE, None, True),
        (BEFORE, BEFORE, True),
        (YEAR_AGO, None, False),
        (BEFORE, YEAR_AGO, False),
    ],
    ids=["on no list", "closed", "listed since", "closed since"],
)
def test_both_the_last_list_and_the_closing_lie_long_ago(listed_on: date, closed_on: date | None, erased: bool) -> None:
    CaseFactory.create(listed_on=listed_on, closed_on=closed_on)
    assert erase_cases(TODAY) == erased


def test_what_was_audited_or_is_in_the_programme_stays() -> None:
    authority = make_authority()
    audited, chosen = authority.case, authority.another_case()
    authority.audit(audited)
    work = Work.objects.create(
        reference="THM-2026-00001",
        kind=WorkKind.THEMATIC,
        title="Neglect",
        year=2026,
        quarter=3,
        lead=authority.qa_manager,
        proposed_by=authority.qa_manager,
        fieldwork_from=TODAY,
        fieldwork_until=TODAY,
    )
    WorkCase.objects.create(work=work, case=chosen, number=1)
    Case.objects.update(listed_on=BEFORE)
    assert erase_cases(TODAY) == 0
    assert Case.objects.count() == 2


def test_the_setting_says_after_how_many_months(settings: Any) -> None:
    CaseFactory.create(listed_on=date(2026, 8, 23))
    settings.CASES_ERASED_AFTER_MONTHS = 3
    assert erase_cases(TODAY) == 1


def test_the_task_of_the_night_erases() -> None:
    CaseFactory.create(listed_on=date(2020, 1, 1))
    erase_tonight()
    assert not Case.objects.exists()


def test_a_list_that_nobody_imported_is_gone_after_its_hour_though_nobody_uploads_another() -> None:
    late, waiting = make_officer(), PostFactory.create(role=Role.QA_OFFICER).person
    for officer in (late, waiting):
        PendingImport.objects.create(person=officer, source="Annex A, cp", rows=[])
    PendingImport.objects.filter(person=late).update(expires_at=timezone.now())
    delete_old_lists()
    assert [one.person for one in PendingImport.objects.all()] == [waiting]


def test_the_number_of_queries_does_not_grow_with_the_cases(django_assert_max_num_queries: Any) -> None:
    # What is looked up once in a process is no part of the count.
    CaseFactory.create(listed_on=BEFORE)
    assert erase_cases(TODAY) == 1
    CaseFactory.create_batch(40, listed_on=BEFORE)
    with django_assert_max_num_queries(18):
        assert erase_cases(TODAY) == 40


def test_the_page_says_when_and_how_many_of_ones_own_teams(client_for: Callable[[User], Client]) -> None:
    officer = make_officer()
    CaseFactory.create(team=team("East"), listed_on=date(2020, 1, 1))
    CaseFactory.create(listed_on=date(2020, 1, 1))
    assert due_for_erasure(Case.objects.all(), TODAY).count() == 2
    page = " ".join(client_for(officer).get("/audits/cases/").content.decode().split())
    assert "erased 12 months after the last list that named it: 1 of your teams within the next 30 days." in page
