"""Each page of an audit asks the database a fixed number of questions, however much there is."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audits.models import Audit, State
from audits.workflow import distribution
from audits.workflow.contributions import ask
from qaf.people.models import User
from tests.audits import walk
from tests.audits.setting import Authority, make_authority

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority(db: None) -> Authority:
    return make_authority()


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        response = client.get(path)
    assert response.status_code == 200, path
    return len(seen)


@pytest.mark.parametrize(
    ("page", "most"),
    [
        ("", 25),
        ("sections/assessment/", 18),
        ("sections/action-plan/", 18),
        ("check/", 14),
    ],
)
def test_the_auditors_pages(authority: Authority, client_for: Callable[[User], Client], page: str, most: int) -> None:
    client = client_for(authority.auditor)
    empty, full = authority.audit(), authority.audit(authority.another_case())
    walk.fill(full, part="audit", by=authority.auditor)
    client.get("/audits/")
    before = queries(client, f"/audits/{empty.reference}/{page}")
    after = queries(client, f"/audits/{full.reference}/{page}")
    assert max(before, after) <= most
    assert abs(after - before) <= 2


def test_a_section_costs_the_same_however_many_questions_colleagues_and_earlier_audits(
    authority: Authority, client_for: Callable[[User], Client]
) -> None:
    sections = authority.type.form.published_version.parsed.sections_of("audit")
    small = min(sections, key=lambda one: len(one.questions)).key
    big = max(sections, key=lambda one: len(one.questions)).key
    client = client_for(authority.auditor)
    client.get("/audits/")
    alone = authority.audit(authority.another_case())
    least = queries(client, f"/audits/{alone.reference}/sections/{small}/")
    for _ in range(3):
        walk.moderate(walk.submit(authority.audit(), grade="RI"))
        Audit.objects.filter(case=authority.case).update(state=State.CLOSED)
    audit = authority.audit()
    walk.fill(audit, part="audit", by=authority.auditor)
    for person in (authority.second_auditor, authority.moderator, authority.team_manager):
        ask(audit, section=big, person=person, note="Please.", by=authority.auditor)
    most = queries(client, f"/audits/{audit.reference}/sections/{big}/")
    # What came of the last audit, and whether saves came too late.
    assert most <= least + 4
    assert most <= 15
    assert queries(client_for(authority.moderator), f"/audits/{audit.reference}/sections/{big}/") <= 16


def test_autosave_of_a_contributor_asks_one_question_more(
    authority: Authority, client_for: Callable[[User], Client]
) -> None:
    audit = authority.audit()
    ask(audit, section="improvement", person=authority.moderator, note="", by=authority.auditor)
    found = []
    for number, person in enumerate((authority.auditor, authority.auditor, authority.moderator)):
        client = client_for(person)
        path = f"/audits/{audit.reference}/sections/improvement/"
        data = {"improvement__improvement": f"Text {number}", "revision": number}
        with CaptureQueriesContext(connection) as seen:
            assert client.post(path, data, headers={"X-Autosave": "1"}).status_code == 200
        found.append(len(seen))
    assert found[2] == found[1] + 1


def test_the_page_of_a_finished_audit(authority: Authority, client_for: Callable[[User], Client]) -> None:
    audit = walk.moderate(walk.submit(authority.audit(), grade="I"))
    distribution.distribute(audit, recipients=distribution.propose_recipients(audit), by=authority.officer)
    client = client_for(authority.officer)
    client.get("/audits/")
    # Two of them follow the chain of re-audits, one asks what may be known of the one that was opened.
    assert queries(client, f"/audits/{audit.reference}/") <= 30


def test_the_moderators_pages(authority: Authority, client_for: Callable[[User], Client]) -> None:
    client = client_for(authority.moderator)
    first = walk.submit(authority.audit())
    client.get("/moderation/")
    desk = queries(client, "/moderation/")
    for _ in range(3):
        walk.submit(authority.audit(authority.another_case()))
    assert queries(client, "/moderation/") == desk <= 8
    assert queries(client, f"/moderation/{first.reference}/") <= 14


def test_autosave_is_quick(authority: Authority, client_for: Callable[[User], Client]) -> None:
    audit: Audit = authority.audit()
    client = client_for(authority.auditor)
    path = f"/audits/{audit.reference}/sections/improvement/"

    def save(text: str, revision: int) -> int:
        with CaptureQueriesContext(connection) as seen:
            response = client.post(
                path, {"improvement__improvement": text, "revision": revision}, headers={"X-Autosave": "1"}
            )
        assert response.status_code == 200
        return len(seen)

    save("One", 0)
    assert save("Two", 1) <= 14
