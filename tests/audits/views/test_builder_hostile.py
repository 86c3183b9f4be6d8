"""Whatever is sent to the form builder, it answers with a page, and the draft can be shown afterwards."""

import re
from collections.abc import Callable
from posixpath import normpath
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from audits.form_builder_urls import urlpatterns
from audits.models import FormVersion
from qaf.people.models import User
from tests.audits.setting import make_authority
from tests.audits.views.builder_setting import Building, begin
from tests.security.test_bad_requests import TEXTS, fields_of, held

pytestmark = pytest.mark.django_db
PLACE = {"section": "plan", "question": "team_type", "column": "who", "descriptor": "planning", "kind": "one_choice"}
NAMES = sorted(str(pattern.name) for pattern in urlpatterns)
# What a page needs to know its own form by; with it, the text goes as deep as it can.
KEPT = re.compile(r'name="(seen|kind|revision|[a-z]+-(?:TOTAL|INITIAL)_FORMS)"[^>]*?value="([^"]*)"')
CHOICES = {"comparison": "in", "part": "audit", "scale": "own", "begin": "empty", "section": "plan", "sure": "on"}


@pytest.fixture
def building(person: Callable[..., User], client_for: Callable[[User], Client]) -> Building:
    make_authority()
    manager = person("qa_manager")
    return begin(manager, client_for(manager))


def path_of(building: Building, name: str) -> str:
    pattern = next(one for one in urlpatterns if one.name == name)
    place = PLACE | ({"question": "actions"} if "column" in name else {})
    wanted = {key: value for key, value in {"key": building.key, **place}.items() if key in pattern.pattern.converters}
    return f"{reverse(f'forms:{name}', kwargs=wanted)}?kind=one_choice&look_at=plan.is_there"


@pytest.mark.parametrize("name", NAMES)
def test_no_text_in_any_field_breaks_a_page_or_the_draft(building: Building, name: str) -> None:
    path = path_of(building, name)
    page = building.client.get(path)
    body = page.content.decode() if page.status_code == 200 and not page.streaming else ""
    names = [*fields_of(body), "command", "pick", "by", "joint", "values", "options", "label"]
    kept = dict(KEPT.findall(body))
    chosen = {key: value for key, value in CHOICES.items() if key in names}
    wrong = []
    for words, text in TEXTS.items():
        every = dict.fromkeys(names, text)
        for sent in (every | kept, every | kept | chosen, every):
            with transaction.atomic():
                # So that half a character arrives as it does from a browser that was made to send one.
                body = urlencode(sent, errors="surrogatepass")
                response = building.client.post(path, body, content_type="application/x-www-form-urlencoded")
                problem = held(response, f"{words} to {path}")
                # The live preview is a part of a page.
                if problem and not (name == "draft_preview_live" and "without a heading" in problem):
                    wrong.append(problem)
                if FormVersion.objects.filter(pk=building.draft.pk, state="draft", revision__gt=0).exists():
                    for shown in (building.path, f"{building.path}preview/"):
                        found = held(building.client.get(shown), f"{words} to {path}, then {shown}")
                        wrong += [found] if found else []
                transaction.set_rollback(True)
    assert wrong == []


@pytest.mark.parametrize(
    "query", ["at", "by", "after", "kind", "question", "rows", "column", "words", "pack", "before"]
)
def test_no_text_in_an_address_breaks_a_page(building: Building, query: str) -> None:
    wrong = []
    for words, text in TEXTS.items():
        sent = {query: "\ufffd" if "surrogate" in words else text[:4000]}
        for page in (
            "",
            "library/",
            "history/",
            "sections/plan/add/",
            "sections/plan/questions/voice/",
            "add-section/",
        ):
            found = held(
                building.client.get(normpath(building.path + page) + "/", sent), f"{words} as {query} of {page}"
            )
            wrong += [found] if found else []
    assert wrong == []
