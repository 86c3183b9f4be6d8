"""The pages of the desk: what each shows, what it asks, and that nothing that was typed is lost."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audits.models import Audit, ProcessMap
from moderation import workflow
from moderation.models import Moderation
from moderation.workflow import Finding
from qaf.people.models import User
from qaf.people.roles import Role
from tests.audits import walk
from tests.audits.setting import Authority, someone
from tests.factories import PostFactory
from tests.moderation.desk.test_findings import again, complete, opened

pytestmark = pytest.mark.django_db

ClientFor = Callable[[User], Client]
TYPED = {"revision": "0", "evidence": "insufficient", "sampled": "Ünïcode 🙂 <b>", "grade": "RI", "reason": ""}


def text(response: object) -> str:
    """What is read on a page: no tags, and white space as one blank."""
    page = response.content.decode()  # type: ignore[attr-defined]
    main = page[page.index("<main") :]
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", main)))


def path_of(moderation: Moderation, page: str = "") -> str:
    return f"/moderation/{moderation.audit.reference}/{page}"


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200, path
    return len(seen)


def test_the_queue_is_narrowed_sorted_and_says_what_nobody_moderates(
    authority: Authority, client_for: ClientFor
) -> None:
    late, other, orphan = (opened(authority) for _ in range(3))
    Audit.objects.filter(pk=late.audit.pk).update(due_on=timezone.localdate() - timedelta(days=3))
    Moderation.objects.filter(pk=orphan.pk).update(moderator=None)
    moderator, manager = client_for(authority.moderator), client_for(authority.qa_manager)

    def listed(client: Client, query: str = "") -> list[str]:
        return [one.audit.reference for one in client.get(f"/moderation/?{query}").context["page"].object_list]

    def references(*moderations: Moderation) -> list[str]:
        return [one.audit.reference for one in moderations]

    assert listed(moderator) == references(late, other)
    assert listed(moderator, "sort=-due") == references(other, late)
    assert listed(manager) == references(orphan, late, other)
    assert listed(manager, "whose=nobody") == references(orphan)
    assert listed(manager, f"q={late.audit.reference}") == references(late)
    assert listed(manager, "q=ade") == references(orphan, late, other)
    assert listed(manager, f"team={authority.team.pk}&type={authority.type.pk}&whose=mine") == []
    assert listed(manager, "team=999999&type=x&page=zz") == references(orphan, late, other)
    page = text(manager.get("/moderation/"))
    assert f"Name a moderator for {orphan.audit.reference}" in page
    assert "3 waiting" in page
    assert page.count("Overdue") == 1
    # A moderator whose post has ended moderates no more than nobody does.
    authority.moderator.posts.update(ends_on=timezone.localdate() - timedelta(days=1))
    assert listed(manager, "whose=nobody") == references(late, other, orphan)
    assert "may no longer moderate" in text(manager.get("/moderation/"))


def test_whoever_has_no_desk_is_sent_on_or_told(authority: Authority, client_for: ClientFor) -> None:
    assert client_for(authority.auditor).get("/moderation/")["Location"] == "/moderation/agreement/"
    page = client_for(authority.practitioner).get("/moderation/")
    assert page.status_code == 200
    assert "Nothing is here for you" in text(page)
    board = someone(Role.BOARD_MEMBER, "Bo Board")
    PostFactory.create(person=board, role=Role.PANEL_MEMBER)
    assert client_for(board).get("/moderation/")["Location"] == "/moderation/panels/"


def test_a_domain_is_judged_beside_what_the_auditor_wrote(authority: Authority, client_for: ClientFor) -> None:
    moderation = opened(authority)
    Moderation.objects.filter(pk=moderation.pk).update(oversight_needs_care=True)
    client = client_for(authority.moderator)
    path = path_of(moderation, "domains/supervision/")
    page = client.get(path)
    words = text(page)
    assert walk.TEXT in words
    assert "Look hard at the evidence" in words
    assert "Good (confirm)" in words
    opened_details = re.findall(r"<details[^>]* open>\s*<summary[^>]*>(.*?)</summary>", page.content.decode(), re.S)
    assert [re.sub("<[^>]*>", "", one) for one in opened_details] == ["Good (the auditor’s grade)"]
    main = page.content.decode().partition("<main")[2]
    assert re.search(r"<a [^>]*>", main).group().count('rel="prev"') == 1  # type: ignore[union-attr]
    assert "Look hard" not in text(client.get(path_of(moderation, "domains/plan/")))
    # A change without its reason is kept, but not left behind.
    refused = client.post(path, {**TYPED, "go": "next"})
    assert refused.status_code == 422
    assert "Give the reason for the new grade" in text(refused)
    assert TYPED["sampled"] in text(refused)
    stored = moderation.regrades.get()
    assert (stored.grade, stored.sampled, stored.revision) == ("RI", TYPED["sampled"], 1)
    good = {**TYPED, "revision": "1", "reason": "No manager has looked at it.", "go": "next"}
    assert client.post(path, good)["Location"] == path_of(moderation, "domains/impact/")
    come_back = {**good, "revision": "2", "grade": "", "reason": "", "go": "back"}
    assert client.post(path, come_back)["Location"] == path_of(moderation)
    assert client.get(path_of(moderation, "domains/no-such/")).status_code == 404


@pytest.mark.parametrize("wrong", [{"grade": "A*"}, {"sampled": "x" * 5_001}, {"reason": "nul\x00"}])
def test_what_cannot_be_saved_stays_on_the_page(
    authority: Authority, client_for: ClientFor, wrong: dict[str, str]
) -> None:
    moderation = opened(authority)
    response = client_for(authority.moderator).post(path_of(moderation, "domains/plan/"), {**TYPED, **wrong})
    assert response.status_code == 422
    assert "There is a problem" in text(response)
    assert TYPED["sampled"] in text(response) or "sampled" in wrong
    assert not moderation.regrades.exists()


def test_two_tabs_and_whatever_else_came_between_show_both_texts(authority: Authority, client_for: ClientFor) -> None:
    moderation = complete(opened(authority))
    client, path = client_for(authority.moderator), path_of(moderation, "domains/plan/")
    mine = {**TYPED, "reason": "My own words."}
    older = client.post(path, mine)
    assert older.status_code == 409
    for words in ("Case notes.", "Mo Moderator", "My own words.", "Put my text in its place"):
        assert words in text(older)
    assert client.post(path, mine, headers={"X-Autosave": "1"}).status_code == 409
    remarks = {"comment": "Mine", "revision": "0"}
    assert client.post(path_of(moderation), {**remarks, "comment": "Theirs"}).status_code == 302
    older = client.post(path_of(moderation), remarks)
    assert (older.status_code, "Theirs" in text(older), "Mine" in text(older)) == (409, True, True)
    chosen = {**mine, "revision": str(moderation.regrades.get(domain="plan").revision)}
    assert client.post(path, {**chosen, "go": "back"}).status_code == 302
    # Handed over meanwhile: whose it was can read it no longer, and keeps what they typed.
    workflow.hand_over(again(moderation), to=authority.qa_manager, reason="Leave.", by=authority.qa_manager)
    late = client.post(path, chosen, headers={"Referer": f"http://testserver{path}"})
    assert (late.status_code, "My own words." in text(late), "handed over" in text(late)) == (409, True, True)
    assert client.get(path).status_code == 403
    # Decided meanwhile: both texts, and nothing to choose.
    workflow.decide(again(moderation), by=authority.qa_manager)
    late = client_for(authority.qa_manager).post(path, {**TYPED, "reason": "Too late."})
    assert (late.status_code, "Too late." in text(late), "Put my text" in text(late)) == (409, True, False)
    assert "was decided on" in text(late)


def test_deciding_takes_everything_once_and_from_a_fresh_page(authority: Authority, client_for: ClientFor) -> None:
    moderation = opened(authority)
    client, path = client_for(authority.moderator), path_of(moderation, "decide/")
    lacking = client.post(path)
    assert lacking.status_code == 422
    links = [error["path"] for error in lacking.context["errors"]]
    for link in (links[0], links[-1]):
        assert "There is a problem" in text(client.get(link))
    moderation = complete(moderation, grade="RI")
    page = client.get(path)
    assert page.context["changed"] == moderation.audit.judgements.count()
    seen = {"seen": page.context["seen"]}
    finding = Finding("plan", "sufficient", "", "G")
    workflow.save_finding(moderation, finding=finding, seen_revision=1, by=authority.moderator)
    for older in (seen, {}):
        refused = client.post(path, older)
        assert (refused.status_code, "Nothing is decided" in text(refused)) == (409, True)
    seen = {"seen": client.get(path).context["seen"]}
    assert client.post(path, seen)["Location"] == f"/audits/{moderation.audit.reference}/"
    twice = client.post(path, seen)
    assert (twice.status_code, "was decided on" in text(twice)) == (409, True)
    reader = text(client_for(authority.auditor).get(f"/audits/{moderation.audit.reference}/"))
    assert "Seen otherwise." in reader
    # The reason of a grade that is the auditor's after all is nobody's business any more.
    manager = client_for(authority.qa_manager)
    assert manager.post(path_of(moderation, "reopen/"), {"reason": " "}).status_code == 422
    assert manager.post(path_of(moderation, "reopen/"), {"reason": "The panel asked."}).status_code == 302
    assert manager.post(path_of(moderation, "reopen/"), {"reason": "Twice."}).status_code == 409
    assert "The panel asked." in text(client.get(path_of(moderation)))
    assert client.post(path, seen).status_code == 409


def test_a_deep_dive_shows_the_moderators_analysis_beside_the_auditors(
    authority: Authority, client_for: ClientFor
) -> None:
    ProcessMap.objects.filter(type=authority.type).update(moderator_analysis=True)
    audit = walk.moderate(walk.submit(authority.audit()))
    page = text(client_for(authority.auditor).get(f"/audits/{audit.reference}/"))
    assert page.count("Moderator’s analysis") == audit.judgements.count()
    moderation = again(audit)
    read = client_for(authority.moderator).get(path_of(moderation, "domains/plan/"))
    assert walk.TEXT in text(read)
    assert "<textarea" not in read.content.decode()


def test_somebody_who_lost_the_role_reads_and_no_more(authority: Authority, client_for: ClientFor) -> None:
    moderation = complete(opened(authority))
    client, path = client_for(authority.moderator), path_of(moderation, "domains/plan/")
    authority.moderator.posts.update(ends_on=timezone.localdate() - timedelta(days=1))
    assert "You hold no role that moderates any more" in text(client.get(path_of(moderation)))
    assert "<textarea" not in client.get(path).content.decode()
    for address, data in (
        (path, TYPED),
        (path_of(moderation), {"comment": "Late"}),
        (path_of(moderation, "decide/"), {}),
    ):
        assert client.post(address, data).status_code == 403
    assert client.get(path_of(moderation, "hand-over/")).status_code == 403


def test_naming_a_moderator_from_two_pages_names_one(authority: Authority, client_for: ClientFor) -> None:
    moderation = opened(authority)
    client, path = client_for(authority.qa_manager), path_of(moderation, "hand-over/")
    form = client.get(path).context["form"]
    assert str(authority.auditor.pk) not in form.people
    said = {"to": str(authority.qa_manager.pk), "reason": "Leave.", "revision": "0"}
    assert client.post(path, {**said, "to": str(authority.auditor.pk)}).status_code == 422
    assert client.post(path, {**said, "reason": ""}).status_code == 422
    assert client.post(path, said)["Location"] == "/moderation/"
    other = someone(Role.MODERATOR, "Olu Other", service=authority.service)
    assert client.post(path, {**said, "to": str(other.pk)}).status_code == 409
    assert again(moderation).moderator == authority.qa_manager
    assert "Handed over from Mo Moderator to Quin Manager" in text(client.get(path_of(moderation)))


def test_the_pages_cost_the_same_however_much_there_is(authority: Authority, client_for: ClientFor) -> None:
    moderation = opened(authority)
    client, manager = client_for(authority.moderator), client_for(authority.qa_manager)
    pages = ("", "domains/plan/")
    client.get("/moderation/"), manager.get("/moderation/")
    empty = [queries(client, path_of(moderation, page)) for page in pages]
    desk = queries(client, "/moderation/"), queries(manager, "/moderation/")
    complete(moderation)
    for _ in range(2):
        opened(authority)
    full = [queries(client, path_of(moderation, page)) for page in pages]
    assert full == empty
    assert full[0] <= 18
    assert full[1] <= 10
    assert (queries(client, "/moderation/"), queries(manager, "/moderation/")) == desk
    assert max(desk) <= 12


def test_what_was_replaced_can_be_read_again(authority: Authority, client_for: ClientFor) -> None:
    moderation = opened(authority)
    moderator, path = client_for(authority.moderator), path_of(moderation, "domains/supervision/")
    assert "Earlier findings" not in text(moderator.get(path))
    assert "Nothing was saved before" in text(moderator.get(f"{path}earlier/"))
    for revision, sampled in enumerate(("First, ünïcode 🙂 <b>.", "Second.", "Third.")):
        finding = Finding("supervision", evidence="sufficient", sampled=sampled)
        workflow.save_finding(moderation, finding=finding, seen_revision=revision, by=authority.moderator)
    assert "Earlier findings" in text(moderator.get(path))
    page = text(moderator.get(f"{path}earlier/"))
    assert page.index("Second.") < page.index("First, ünïcode 🙂 <b>.")
    assert "Third." not in page
    assert "Second." not in text(moderator.get(f"{path}earlier/?before=2"))
    assert moderator.get(path_of(moderation, "domains/nothing/earlier/")).status_code == 404
    assert client_for(authority.auditor).get(f"{path}earlier/").status_code == 404
