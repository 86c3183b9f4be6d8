"""Days that nobody can have meant."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from audits.models import WorkKind
from audits.workflow.programme import propose
from qaf.errors import Refused
from qaf.people.roles import Role
from tests.factories import PostFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("first", "reports_on"),
    [(date(9999, 12, 1), None), (date(1026, 11, 1), None), (None, date(3026, 11, 1))],
)
def test_a_year_that_was_mistyped_is_refused(first: date | None, reports_on: date | None) -> None:
    manager = UserFactory.create()
    PostFactory.create(person=manager, role=Role.QA_MANAGER)
    first = first or timezone.localdate()
    with pytest.raises(Refused, match="year"):
        propose(
            kind=WorkKind.THEMATIC,
            title="Neglect",
            fieldwork_from=first,
            fieldwork_until=first + timedelta(days=20),
            reports_on=reports_on,
            lead=manager,
            by=manager,
        )
