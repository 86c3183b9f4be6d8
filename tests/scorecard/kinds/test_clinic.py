"""A performance clinic's report: the sheet of a service and month, kept as it stood."""

from __future__ import annotations

import json
from datetime import date
from types import SimpleNamespace

import pytest

from audits.documents.clinic_contents import sheet_of
from audits.queries.clinic import clinic_figures
from qaf.people.models import Post
from qaf.people.roles import Role
from scorecard.models import Report
from scorecard.reports.contents.clinic import figures_of
from scorecard.workflow.report_requests import Wanted
from tests.audits.coverage.setting import DAY, expect, make_audit, make_cycle, make_row, settle, someone
from tests.factories import ServiceFactory, TeamFactory
from tests.moderation.agreement.setting import make_type
from tests.scorecard.kinds.reading import document_of, report_of, snapshot_of, words

pytestmark = pytest.mark.django_db
NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def place() -> SimpleNamespace:
    """A service with work that is late, audits settled, somebody to observe, and cycles that run."""
    service = ServiceFactory.create(name="Area Social Care")
    team = TeamFactory.create(name="North", service=service)
    kind = make_type()
    ade = someone(Role.AUDITOR, "Ade Auditor", team=team)
    cycle = make_cycle(make_row(service, kind))
    late = make_audit(team, ade, kind)
    expect(cycle, ade, team, late)
    settle(make_audit(team, ade, kind, submitted=date(2026, 11, 10)), date(2026, 11, 12), planning="G", overall="G")
    return SimpleNamespace(service=service, late=late, officer=someone(Role.QA_OFFICER, "Olu Officer", service=service))


def report_on(place: SimpleNamespace) -> Report:
    wanted = Wanted(
        Report.Kind.CLINIC, NOVEMBER, date(2026, 11, 30), agency=place.service.agency, service=place.service
    )
    return report_of(wanted, by=place.officer)


def test_it_says_what_the_sheet_says(place: SimpleNamespace) -> None:
    sheet = sheet_of(clinic_figures(place.officer, place.service, first=NOVEMBER, today=DAY))
    document = document_of(report_on(place))
    assert document.title == sheet.title == "Performance clinic: Area Social Care, November 2026"
    assert [(fact.name, fact.words) for fact in document.facts] == list(sheet.facts)
    assert [one.title for one in document.sections[:-1]] == [one.title for one in sheet.sections]
    assert words(document, "late")[place.late.reference][-1] == "16 November 2026"


def test_its_snapshot_gives_the_figures_back_to_the_letter(place: SimpleNamespace) -> None:
    snapshot = json.loads(json.dumps(snapshot_of(report_on(place))))
    assert figures_of(snapshot["figures"]["sheet"]) == clinic_figures(
        place.officer, place.service, first=NOVEMBER, today=DAY
    )


def test_small_numbers_of_grades_of_a_team_are_hidden(place: SimpleNamespace) -> None:
    document = document_of(report_on(place))
    hidden = [cell for section in document.sections for one in section.tables for row in one.rows for cell in row.cells
              if cell.hidden]  # fmt: skip
    assert hidden
    assert {cell.text for cell in hidden} == {"[c]"}


def test_who_lost_their_post_meanwhile_gets_no_empty_sheet(place: SimpleNamespace) -> None:
    report = report_on(place)
    Post.objects.filter(person=place.officer).update(ends_on=date(2020, 12, 31), starts_on=date(2020, 1, 1))
    report.refresh_from_db()
    with pytest.raises(ValueError, match="may not have the sheet"):
        snapshot_of(report)


def test_a_clinic_of_no_service_is_not_counted(place: SimpleNamespace) -> None:
    report = report_of(Wanted(Report.Kind.CLINIC, NOVEMBER, date(2026, 11, 30)), by=place.officer)
    with pytest.raises(ValueError, match="names no service"):
        snapshot_of(report)
