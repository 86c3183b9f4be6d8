"""The pages of reports in a real browser: nothing for axe to find, nothing to scroll sideways, and no script needed."""

from collections.abc import Callable
from typing import Any

import pytest

from qaf.people.models import User
from qaf.people.roles import Role
from scorecard import making
from tests.browser import no_sideways_scrolling
from tests.factories import TeamFactory
from tests.scorecard.factories import make_finished, waiting_report

pytestmark = pytest.mark.django_db(transaction=True)


def test_reports_are_read_on_any_screen(person: Callable[..., User], new_page: Any, axe: Any, screenshot: Any) -> None:
    manager = person(Role.QA_MANAGER)
    for team in TeamFactory.create_batch(2, service__name="Through Care"):
        for grade in ("O", "G", "RI", "I"):
            make_finished(team, grade)
    done, waiting = waiting_report(manager), waiting_report(manager)
    assert making.make(done.pk) is True
    page = new_page(manager)
    for name, address in {
        "reports": "/reports/",
        "new-report": "/reports/new/",
        "report": done.get_absolute_url(),
        "report-waiting": waiting.get_absolute_url(),
        "report-cancel": f"{waiting.get_absolute_url()}cancel/",
    }.items():
        page.goto(address)
        axe(page)
        no_sideways_scrolling(page)
        screenshot(page, name)


def test_the_page_follows_the_work_by_itself(person: Callable[..., User], new_page: Any) -> None:
    manager = person(Role.QA_MANAGER)
    report = waiting_report(manager)
    page = new_page(manager)
    page.goto(report.get_absolute_url())
    assert page.get_by_text("waits for its turn").is_visible()
    assert making.make(report.pk) is True
    page.get_by_role("button", name="Download PDF").wait_for()


def test_without_script_a_link_refreshes_the_page(person: Callable[..., User], new_page: Any) -> None:
    manager = person(Role.QA_MANAGER)
    report = waiting_report(manager)
    page = new_page(manager, javascript=False)
    page.goto(report.get_absolute_url())
    assert making.make(report.pk) is True
    page.get_by_role("link", name="Refresh this page").click()
    assert page.get_by_role("button", name="Download PDF").is_visible()
