"""Contacts are no cases yet, and are drawn only for audits that are about contacts."""

from datetime import date

import pytest

from audits.models import LegalStatus
from audits.queries.cases import pool_of
from audits.sampling import Rules
from tests.audits.factories import CaseFactory
from tests.factories import TeamFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("statuses", "drawn"),
    [(None, {"CIN", "CP"}), ({"contact"}, {"Contact"}), ({"cp", "contact"}, {"CP", "Contact"}), (set(), set())],
    ids=["any case", "contacts", "two statuses", "none"],
)
def test_a_pool_holds_contacts_only_when_they_are_asked_for(statuses: set[str] | None, drawn: set[str]) -> None:
    team = TeamFactory.create()
    for status in (LegalStatus.CIN, LegalStatus.CP, LegalStatus.CONTACT):
        CaseFactory.create(team=team, legal_status=status)
    pool = pool_of([team], Rules(date(2026, 11, 24)), statuses=statuses)
    assert {candidate.status for candidate in pool.candidates} == drawn
