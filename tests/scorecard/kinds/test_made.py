"""Every kind of report from its asking to its files, and its document as the same words each time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest
import time_machine

from audits.models import Work, WorkKind, WorkState
from qaf.people.models import User
from qaf.people.roles import Role
from scorecard import making, tasks
from scorecard.kinds import KINDS
from scorecard.models import Report, State
from scorecard.quarters import Quarter
from scorecard.reports.contents import BUILDERS, document_of
from scorecard.reports.texts import writable_sections
from scorecard.workflow.report_requests import Wanted, about_quarter, about_work, about_year, ask_for
from tests.factories import ServiceFactory, TeamFactory
from tests.scorecard.board_factories import somebody
from tests.scorecard.factories import make_audit, make_finished

pytestmark = pytest.mark.django_db
QUARTER = Quarter(2026, 3)
MINE = ("thematic", "programme", "observation", "agency", "clinic", "annual")


@pytest.fixture(autouse=True)
def in_november() -> Iterator[None]:
    with time_machine.travel("2026-11-25 09:00+00:00", tick=False):
        yield


@pytest.fixture
def manager() -> User:
    return somebody(Role.QA_MANAGER)


def wanted(kind: str, by: User) -> Wanted:
    """A report of this kind on a service with a few audits."""
    service = ServiceFactory.create(name="Area Social Care")
    for grade in ("G", "RI"):
        make_finished(TeamFactory.create(service=service), grade)
    if kind in ("programme", "annual"):
        return about_year(Report.Kind(kind), 2026)
    if kind == "observation":
        return about_quarter(Report.Kind.OBSERVATION, QUARTER)
    if kind == "agency":
        return about_quarter(Report.Kind.AGENCY, QUARTER, service.agency)
    if kind == "clinic":
        first, last = date(2026, 10, 1), date(2026, 10, 31)
        return Wanted(Report.Kind.CLINIC, first, last, agency=service.agency, service=service)
    work = Work.objects.create(
        reference="AUD-2026-00001", kind=WorkKind.SINGLE_AGENCY, title="Neglect", year=2026, quarter=2,
        state=WorkState.ANALYSIS, agreed_on=date(2026, 5, 1), agreed_minute="Item 4", lead=by, proposed_by=by,
        fieldwork_from=date(2026, 7, 6), fieldwork_until=date(2026, 7, 31), why="It was seen often.",
    )  # fmt: skip
    return about_work(work)


@pytest.mark.parametrize("kind", MINE)
def test_every_kind_is_made_with_its_files(manager: User, kind: str) -> None:
    report = ask_for(wanted(kind, manager), by=manager)
    assert making.make(report.pk)
    report.refresh_from_db()
    assert report.state == State.MADE
    assert {"pdf", "xlsx"} <= set(report.files.values_list("format", flat=True))
    assert writable_sections(document_of(report.frozen))[0].key == "summary"
    document = document_of(report.frozen)
    assert document == document_of(json.loads(json.dumps(report.frozen)))
    assert document.sections[-1].key == "how"
    keys = [section.key for section in document.sections]
    tables = [table.key for section in document.sections for table in section.tables]
    assert len(set(keys)) == len(keys)
    assert len(set(tables)) == len(tables)
    assert all(len(row.cells) == len(one.columns) for section in document.sections for one in section.tables
               for row in one.rows)  # fmt: skip


def test_each_kind_that_is_counted_is_laid_out() -> None:
    assert {kind.value for kind in map(Report.Kind, KINDS)} == set(BUILDERS)


def test_the_annual_review_is_asked_for_by_the_schedule() -> None:
    make_audit(team=TeamFactory.create(), allocated=date(2025, 11, 3))
    pk = tasks.open_year_end_report()
    assert Report.objects.get(pk=pk).kind == Report.Kind.ANNUAL
    assert tasks.open_year_end_report() is None
