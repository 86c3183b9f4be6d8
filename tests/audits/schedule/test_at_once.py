"""Two people change the schedule, or note an absence, at the same moment: one does, the other is told."""

from datetime import date

import pytest

from audits.models import Expectation
from audits.schedule_words import mark_of
from audits.workflow.absences import CannotNote, note_absence
from audits.workflow.schedule import add_row, end_row, remove_row
from audits.workflow.schedule_rows import CannotSave
from qaf.errors import Stale
from qaf.people.models import Absence, User
from qaf.people.roles import Role
from qaf.trail.chain import verify
from tests.audits.schedule.setting import said
from tests.audits.setting import make_authority, someone
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_same_row_is_made_once_and_ended_or_removed_once() -> None:
    authority = make_authority()
    admins = [someone(Role.ADMIN, name) for name in ("Ann Administrator", "Bea Administrator")]

    def fresh(number: int) -> User:
        return User.objects.get(pk=admins[number].pk)

    results = at_once(
        lambda: add_row(said(authority), by=fresh(0)),
        lambda: add_row(said(authority), by=fresh(1)),
    )
    assert sorted(type(one).__name__ for one in results) == [CannotSave.__name__, Expectation.__name__], results
    row = Expectation.objects.get()
    seen = mark_of(row)
    results = at_once(
        lambda: remove_row(row, seen=seen, by=fresh(0)),
        lambda: end_row(row, last_day=date(2027, 3, 31), seen=seen, by=fresh(1)),
    )
    assert [isinstance(one, Stale) for one in results].count(True) == 1, results
    results = at_once(
        *(
            lambda number=number: note_absence(  # type: ignore[misc]
                person=authority.auditor, starts_on=date(2026, 12, 1 + number), ends_on=None, by=fresh(number)
            )
            for number in range(2)
        )
    )
    assert sorted(type(one).__name__ for one in results) == [Absence.__name__, CannotNote.__name__], results
    assert list(verify()) == []
