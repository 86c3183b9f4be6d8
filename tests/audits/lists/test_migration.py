"""Cases from before a child could be on several lists get the listing of their own status."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from audits.models import CaseList, Listing
from tests.audits.factories import CaseFactory
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
migration = import_module("audits.migrations.0012_listings_of_cases")


def test_each_case_gets_one_listing_and_those_that_have_some_keep_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migration, "BATCH", 2)
    listed = CaseList.objects.create(source="Open cases", imported_by=UserFactory.create())
    day = date(2026, 3, 2)
    cases = [CaseFactory.create(legal_status="cp", opened_on=day, closed_on=None, listed_in=listed) for _ in range(5)]
    Listing.objects.create(case=cases[1], status="cic")
    for _ in range(2):
        migration.make_listings(apps, connection.schema_editor())
        assert list(Listing.objects.exclude(case=cases[1]).values_list("case", "status", "started_on", "seen_in")) == [
            (case.pk, "cp", day, listed.pk) for case in cases if case != cases[1]
        ]
    assert Listing.objects.get(case=cases[1]).status == "cic"
