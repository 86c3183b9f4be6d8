"""Every page of the form builder in a real browser: axe, 320 pixels, and a picture of each."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page

from qaf.people.models import User
from tests.audits.setting import make_authority
from tests.audits.views.builder_setting import begin
from tests.browser import no_sideways_scrolling

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = {
    "outline": "",
    "title": "title/",
    "scale": "scale/",
    "descriptors": "descriptors/",
    "descriptor": "descriptors/planning/",
    "descriptor-remove": "descriptors/planning/remove/",
    "section-add": "add-section/",
    "section": "sections/plan/",
    "section-move": "sections/plan/move/",
    "section-remove": "sections/plan/remove/",
    "section-when": "sections/end/when/",
    "kind": "sections/plan/add/",
    "question-add": "sections/plan/add/one_choice/",
    "judgement": "sections/end/questions/grade/",
    "evidence": "sections/plan/questions/voice/",
    "rows": "sections/plan/questions/actions/",
    "question-kind": "sections/plan/questions/voice/kind/",
    "question-move": "sections/plan/questions/voice/move/",
    "question-remove": "sections/plan/questions/voice/remove/",
    "question-when": "sections/plan/questions/voice/when/",
    "question-when-add": "sections/plan/questions/voice/when/add/?look_at=plan.team_type",
    "column-add": "sections/plan/questions/actions/add-column/date/",
    "column": "sections/plan/questions/actions/columns/who/",
    "library": "library/?words=plan",
    "preview": "preview/",
    "preview-section": "preview/plan/",
    "publish": "publish/",
    "history": "history/",
    "discard": "discard/",
    "import": "import/",
}


@pytest.fixture
def manager(person: Callable[..., User]) -> User:
    make_authority()
    return person("qa_manager", name="Quin Builder")


def test_every_page_is_accessible_and_fits_a_phone(
    manager: User, new_page: Callable[..., Page], axe: Any, screenshot: Any
) -> None:
    building = begin(manager, Client())
    page = new_page(manager)
    for name, path in {"new": "../../new/", **PAGES}.items():
        response = page.goto(f"/forms/{building.key}/draft/{path}")
        assert response is not None, path
        assert response.status == 200, path
        screenshot(page, f"builder-{name}")
        axe(page)
        no_sideways_scrolling(page)
