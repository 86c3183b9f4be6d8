"""What only a few may know of shows in nobody's week."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audits.models import Cycle, Expectation, Expected, Selection
from audits.queries.capacity import coming_tasks, efforts, open_tasks
from qaf.people.roles import Role
from tests.audits.setting import make_authority

pytestmark = pytest.mark.django_db


def test_what_the_schedule_asks_of_a_confidential_type_is_left_out() -> None:
    authority, today = make_authority(), timezone.localdate()
    row = Expectation.objects.create(
        service=authority.service, service_name="Area", type_name="Talk", type=authority.type, every_months=12,
        selection=Selection.MANAGER, auditor_role=Role.AUDITOR, valid_from=today, opens_itself=True,
    )  # fmt: skip
    cycle = Cycle.objects.create(
        expectation=row, starts_on=today - timedelta(days=400), ends_on=today - timedelta(days=300), seed="s"
    )
    Expected.objects.create(cycle=cycle, auditor=authority.auditor, opens_on=today)

    def shown() -> int:
        return len(open_tasks(authority.officer, until=today, hours=efforts())) + len(
            coming_tasks(today=today, hours=efforts())
        )

    assert shown() > 1
    authority.type.confidential = True
    authority.type.save()
    assert shown() == 0
