"""The panel's pages: what each person sees and may send, what is kept of bad input, and what old pages do."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from moderation.models import ModerationSettings, Panel, PanelCase, PanelInvitation, PanelMember, PanelView
from moderation.workflow import panel_drawing, panel_meeting, panels
from qaf.people.models import User
from qaf.people.roles import Role
from tests.audits import walk
from tests.audits.setting import Authority, make_authority, someone
from tests.factories import PostFactory
from tests.moderation.panels.meeting import Meeting, Seat, make_meeting

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


HERE = {"Origin": "http://testserver"}


@pytest.fixture(scope="module")
def prepared(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Meeting]:
    """The audits are settled and the panel planned once for the file."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_meeting(make_authority())
        transaction.set_rollback(True)


@pytest.fixture
def meeting(prepared: Meeting, db: None) -> Meeting:
    """The panel as it was planned: each test runs in a transaction of its own within the shared one."""
    return prepared.fresh()


@pytest.fixture
def authority(meeting: Meeting) -> Authority:
    """Everybody, and no panel."""
    Panel.objects.all().delete()
    return meeting.authority


def text_of(response: Any) -> str:
    return str(response.content.decode())


def plan_data(**fields: Any) -> dict[str, Any]:
    days = {"meets_on": date(2099, 3, 2), "decided_from": date(2026, 7, 1), "decided_to": date(2026, 9, 30)}
    data: dict[str, Any] = {"title": "Winter", "place": "", "random": 4, "differing": 2, "domains": 2, "innovative": 2}
    for name, day in days.items():
        data |= {f"{name}_0": day.day, f"{name}_1": day.month, f"{name}_2": day.year}
    return data | fields


def test_the_list_counts_this_years_panels_and_says_what_to_do_when_there_is_none(
    authority: Authority, client_for: SignIn
) -> None:
    client = client_for(authority.qa_manager)
    page = text_of(client.get("/moderation/panels/"))
    assert "0 of 3 meetings" in page
    assert "No panel has been planned yet. Plan one" in page
    new = client.get("/moderation/panels/new/")
    assert {name: new.context["form"][name].value() for name in ("random", "differing", "domains", "innovative")} == {
        "random": 4, "differing": 2, "domains": 2, "innovative": 2,
    }  # fmt: skip
    wrong = client.post("/moderation/panels/new/", plan_data(title="", decided_to_2=2020, random="many"))
    assert wrong.status_code == 422
    for words in ("Enter a title", "must be the first day or later", "Enter a whole number, such as 2", 'value="many"'):
        assert words in text_of(wrong), words
    assert not Panel.objects.exists()
    assert client.post("/moderation/panels/new/", plan_data(meets_on_2=2020)).status_code == 422
    done = client.post("/moderation/panels/new/", plan_data())
    panel = Panel.objects.get()
    assert done["Location"] == f"/moderation/panels/{panel.pk}/"
    assert panel.members.get().seat == Seat.CHAIR
    # The next one begins where this one ends.
    following = client.get("/moderation/panels/new/").context["form"]
    assert following["decided_from"].value() == date(2026, 10, 1)


def test_a_panel_beyond_the_years_number_is_warned_of_and_not_refused(meeting: Meeting, client_for: SignIn) -> None:
    ModerationSettings.objects.update_or_create(pk=1, defaults={"panels_a_year": 0})
    client = client_for(meeting.clerk)
    assert "You can still plan another" in text_of(client.get("/moderation/panels/new/"))
    assert client.post("/moderation/panels/new/", plan_data()).status_code == 302


def test_others_neither_see_nor_do_anything(meeting: Meeting, client_for: SignIn) -> None:
    meeting.open_reading()
    authority = meeting.authority
    case = meeting.case_path()
    outsider = someone(Role.PANEL_MEMBER, "Another Member")
    for person in (authority.auditor, authority.moderator, authority.team_manager):
        assert client_for(person).get("/moderation/panels/").status_code == 403
        assert client_for(person).get(meeting.path).status_code == 404
    assert "You sit on no panel yet" in text_of(client_for(outsider).get("/moderation/panels/"))
    assert client_for(outsider).get(case).status_code == 404
    # A QA officer without a seat follows the panel, reads no record, and changes nothing.
    other_officer = client_for(someone(Role.QA_OFFICER, "Other Officer"))
    assert other_officer.get(meeting.path).status_code == 200
    refused = other_officer.get(case)
    assert refused.status_code == 403
    assert walk.TEXT not in text_of(refused)
    for page in ("change/", "members/", "discuss/", "cancel/", f"cases/{meeting.cases[0].pk}/remove/"):
        assert other_officer.get(meeting.path + page).status_code == 403, page
        assert other_officer.post(meeting.path + page, {}).status_code == 403, page
    member = client_for(meeting.first)
    for page in ("change/", "members/", "draw/", "add/", "open/", "discuss/", "notes/", "close/", "cancel/"):
        assert member.get(meeting.path + page).status_code == 403, page
    # Old pages: whoever may do it at another time learns that it is too late, or too early.
    for page in ("draw/", "add/", "open/", "notes/", "close/", "minutes/", "minutes.pdf"):
        assert client_for(meeting.chair).get(meeting.path + page).status_code == 409, page
    # The case of another panel is not found under this one.
    assert client_for(meeting.chair).get(f"{meeting.path}cases/999999/").status_code == 404


def test_a_member_who_had_a_part_in_an_audit_meets_nothing_of_it(meeting: Meeting, client_for: SignIn) -> None:
    moderator = meeting.authority.moderator
    PostFactory.create(person=moderator, role=Role.PANEL_MEMBER)
    members = [(one.person, one.seat) for one in meeting.panel.members.all()]
    panels.set_members(meeting.panel, members=[*members, (moderator, Seat.MEMBER)], by=meeting.chair)
    meeting.open_reading()
    client = client_for(moderator)
    page = text_of(client.get(meeting.path))
    assert "You do not read this one, because you moderated it." in page
    assert meeting.case_path() not in page
    for response in (client.get(meeting.case_path()), client.post(meeting.case_path(), {"grade": "G", "reason": "R"})):
        assert response.status_code == 403
        assert "You moderated it" in text_of(response)
        assert walk.TEXT not in text_of(response)
    meeting.open_discussion()
    assert client.get(meeting.case_path()).status_code == 403
    assert "Takes no part in this case" in text_of(client_for(meeting.first).get(meeting.case_path()))
    assert not PanelView.objects.filter(member__person=moderator).exists()


def test_grades_are_recorded_blind_and_once(meeting: Meeting, client_for: SignIn) -> None:
    meeting.open_reading()
    first, second = client_for(meeting.first), client_for(meeting.second)
    path = meeting.case_path()
    before = text_of(first.get(path))
    assert walk.TEXT in before
    assert "The auditor’s grade" not in before
    wrong = first.post(path, {"grade": "", "reason": "Kept <words> 漢字"})
    assert wrong.status_code == 422
    assert "Choose the grade that the evidence supports" in text_of(wrong)
    assert "Kept &lt;words&gt; 漢字" in text_of(wrong)
    assert first.post(path, {"grade": "Z", "reason": "No such grade"}).status_code == 422
    assert first.post(path, {"grade": "G", "reason": "x" * 10_001}).status_code == 422
    done = first.post(path, {"grade": "O", "reason": "A reason of the first.", "go": "next"})
    assert done["Location"] == meeting.case_path(1)
    after = text_of(first.get(path))
    assert re.search(r"The auditor’s grade:\s+<strong[^>]*>Good<", after)
    assert re.search(r"The moderator’s grade:\s+<strong[^>]*>Inadequate<", after)
    assert 'name="grade"' not in after
    again = first.post(path, {"grade": "I", "reason": "Changed my mind."}, headers=HERE)
    assert again.status_code == 409
    assert "Changed my mind." in text_of(again)
    # Nobody else learns which; those who lead the panel and its members see how many.
    for client in (second, client_for(meeting.chair)):
        assert "A reason of the first." not in text_of(client.get(path))
        assert "has recorded 1 of 2" in text_of(client.get(meeting.path))
    assert [view.grade for view in PanelView.objects.all()] == ["O"]


def test_before_the_day_the_discussion_waits_for_everybody_and_on_it_names_who_is_missing(
    meeting: Meeting, client_for: SignIn
) -> None:
    meeting.open_reading()
    meeting.record(meeting.first, "G")
    client, path = client_for(meeting.chair), f"{meeting.path}discuss/"
    early = text_of(client.get(path))
    assert "Ned Member: 2 cases left" in early
    assert "Mia Member" not in early
    assert '<button class="govuk-button"' not in early
    assert client.post(path, {"although_missing": "on"}).status_code == 422
    Panel.objects.update(meets_on=timezone.localdate())
    unsure = client.post(path, {})
    assert unsure.status_code == 422
    assert "Tick the box" in text_of(unsure)
    assert client.post(path, {"although_missing": "on"})["Location"] == meeting.path
    assert Panel.objects.get().state == Panel.State.DISCUSSING
    late = client_for(meeting.second).post(meeting.case_path(), {"grade": "G", "reason": "Too late."}, headers=HERE)
    assert late.status_code == 409
    assert "Too late." in text_of(late)


def test_the_discussion_shows_all_grades_and_loses_nothing_of_two_tabs(meeting: Meeting, client_for: SignIn) -> None:
    meeting.open_reading()
    meeting.open_discussion()
    client, path = client_for(meeting.chair), meeting.case_path()
    page = text_of(client.get(path))
    for words in ("one grade apart", "Reason of Mia Member", "Reason of Ned Member", "The record shows otherwise."):
        assert words in page, words
    assert 'name="discussion"' not in text_of(client_for(meeting.first).get(path))
    assert client_for(meeting.first).post(path, {"discussion": "Mine", "revision": 0}).status_code == 403
    mine = {"discussion": "Said in one tab.", "agreed_grade": "RI", "lessons": "", "revision": 0, "go": "next"}
    assert client.post(path, mine)["Location"] == meeting.case_path(1)
    stale = client.post(path, {"discussion": "Said in another.", "agreed_grade": "G", "lessons": "L", "revision": 0})
    assert stale.status_code == 409
    assert "Said in one tab." in text_of(stale)
    assert "Said in another." in text_of(stale)
    assert PanelCase.objects.get(pk=meeting.cases[0].pk).discussion == "Said in one tab."
    bad = client.post(path, {"discussion": "x" * 10_001, "revision": 0})
    assert bad.status_code == 422
    assert 'name="revision" value="0"' in text_of(bad)
    newer = stale.context["revision"]
    assert client.post(path, {"discussion": "Said in another.", "revision": newer}).status_code == 302
    assert PanelCase.objects.get(pk=meeting.cases[0].pk).discussion == "Said in another."


def test_an_old_page_of_the_plan_the_members_or_the_notes_overwrites_nothing(
    meeting: Meeting, client_for: SignIn
) -> None:
    client = client_for(meeting.chair)
    old = Panel.objects.get().revision
    seats = {f"seat-{one.person_id}": one.seat for one in meeting.panel.members.all()}
    day = meeting.panel.meets_on
    change = plan_data(title="From one tab", meets_on_0=day.day, meets_on_1=day.month, meets_on_2=day.year)
    assert client.post(f"{meeting.path}change/", change | {"revision": old}).status_code == 302
    late = client.post(f"{meeting.path}change/", change | {"revision": old, "title": "From another tab"})
    assert late.status_code == 409
    assert "From one tab" in text_of(late)
    assert "From another tab" in text_of(late)
    members = client.post(f"{meeting.path}members/", {**seats, f"seat-{meeting.second.pk}": "", "revision": old})
    assert members.status_code == 409
    assert PanelMember.objects.count() == 4
    two_chairs = seats | {f"seat-{someone(Role.QA_MANAGER, 'Second Chair').pk}": "chair"}
    wrong = client.post(f"{meeting.path}members/", two_chairs | {"revision": members.context["revision"]})
    assert wrong.status_code == 422
    assert "A panel has one chair" in text_of(wrong)
    assert client.post(f"{meeting.path}members/", seats | {"revision": old + 1}).status_code == 302
    assert Panel.objects.get().title == "From one tab"
    Panel.objects.update(decided_from=date(2020, 1, 1), decided_to=timezone.localdate())
    meeting.open_reading()
    meeting.open_discussion()
    old = meeting.panel.revision
    came = {f"came-{one.pk}": "yes" for one in meeting.panel.members.all()}
    assert client.post(f"{meeting.path}notes/", {**came, "notes": "First.", "revision": old}).status_code == 302
    stale = client.post(f"{meeting.path}notes/", {"notes": "Second.", "revision": old})
    assert stale.status_code == 409
    assert "First." in text_of(stale)
    assert "Second." in text_of(stale)
    assert Panel.objects.get().notes == "First."
    assert PanelMember.objects.filter(attended=True).count() == 4


def test_the_draw_is_looked_at_first_and_what_was_seen_is_kept_or_nothing(meeting: Meeting, client_for: SignIn) -> None:
    client, path = client_for(meeting.chair), f"{meeting.path}draw/"
    assert "Enter a whole number for the seed" in text_of(client.get(f"{path}?seed=many"))
    page = client.get(f"{path}?seed=4711")
    shown = text_of(page)
    assert 'value="4711"' in shown
    assert {one.reference for one in meeting.audits} == {pick["reference"] for pick in page.context["picks"]}
    assert "Drawn from 2 audits" in shown
    assert not PanelCase.objects.exists()
    mark = page.context["mark"]
    another = client.post(path, {"seed": 4711, "mark": "1,2,3"})
    assert another.status_code == 409
    assert not PanelCase.objects.exists()
    assert client.post(path, {"seed": "", "mark": mark}).status_code == 422
    assert client.post(path, {"seed": 4711, "mark": mark})["Location"] == meeting.path
    assert Panel.objects.get().seed == 4711
    assert "has 2 drawn cases already" in text_of(client.get(path))
    # By hand, by reference; then one is taken off again, with a reason.
    Panel.objects.update(random_size=1, decided_from=date(2020, 1, 1))
    case = meeting.cases[0]
    assert client.get(f"{meeting.path}cases/{case.pk}/remove/").status_code == 200
    assert client.post(f"{meeting.path}cases/{case.pk}/remove/", {"reason": " "}).status_code == 422
    assert client.post(f"{meeting.path}cases/{case.pk}/remove/", {"reason": "Too long ago."}).status_code == 302
    add = f"{meeting.path}add/"
    assert "No audit with this reference" in text_of(client.get(f"{add}?reference=CCA-1"))
    other = meeting.cases[0].audit.reference
    assert "is on this panel already" in text_of(client.get(f"{add}?reference={other.lower()}"))
    chosen = client.get(f"{add}?reference={case.audit.reference.lower()}")
    assert "Good" not in text_of(chosen)
    assert client.post(f"{add}?reference={case.audit.reference}", {"why": "New."}).status_code == 422
    domain = case.audit.judgements.first().domain
    assert client.post(f"{add}?reference={case.audit.reference}", {"domain": domain, "why": "New."}).status_code == 302
    assert "Chosen by hand: New." in text_of(client.get(meeting.path))


def test_opening_says_what_is_missing(authority: Authority, client_for: SignIn) -> None:
    client = client_for(authority.qa_manager)
    client.post("/moderation/panels/new/", plan_data())
    path = f"/moderation/panels/{Panel.objects.get().pk}/"
    assert "still needs another member who grades" in text_of(client.get(path))
    refused = client.post(f"{path}open/")
    assert refused.status_code == 422
    assert "The panel has no case yet" in text_of(refused)
    assert "No audit can be drawn" in text_of(client.get(f"{path}draw/"))
    PostFactory.create(person=authority.moderator, role=Role.PANEL_MEMBER)
    PanelMember.objects.create(panel=Panel.objects.get(), person=authority.moderator, seat=Seat.MEMBER)
    Panel.objects.update(decided_from=date(2020, 1, 1), decided_to=timezone.localdate())
    panel_drawing.draw_sample(Panel.objects.get(), seed=1, by=authority.qa_manager)
    short = client.post(f"{path}open/")
    assert short.status_code == 422
    assert "at least two members" in text_of(short)
    assert Panel.objects.get().state == Panel.State.PLANNED


def test_an_invited_auditor_sees_day_place_and_audit_and_nothing_else(meeting: Meeting, client_for: SignIn) -> None:
    meeting.open_reading()
    chair, auditor = client_for(meeting.chair), client_for(meeting.authority.auditor)
    path = f"{meeting.case_path()}invite/"
    assert chair.get(path).status_code == 200
    assert chair.post(path, {"message": "x" * 2001}).status_code == 422
    assert chair.post(path, {"message": "How did you weigh it?"}).status_code == 302
    assert chair.post(path, {"message": "Again"}).status_code == 409
    invitation = PanelInvitation.objects.get()
    mine = f"/moderation/panels/invitations/{invitation.pk}/"
    page = text_of(auditor.get(mine))
    for words in (meeting.cases[0].audit.reference, "Room 4", "How did you weigh it?"):
        assert words in page, words
    for words in (meeting.cases[1].audit.reference, "Mia Member", "Inadequate", meeting.panel.title):
        assert words not in page, words
    assert auditor.get(meeting.path).status_code == 404
    assert "How did you weigh it?" not in text_of(auditor.get("/notices/"))
    assert client_for(meeting.first).get(mine).status_code == 404
    assert auditor.post(mine, {}).status_code == 422
    assert auditor.post(mine, {"answer": "yes"}).status_code == 302
    assert "will come" in text_of(chair.get(meeting.path))
    # The list is open to guests, and holds their invitation alone.
    listed = text_of(auditor.get("/moderation/panels/"))
    assert mine in listed
    assert meeting.panel.title not in listed
    meeting.open_discussion()
    meeting.close()
    assert 'name="answer"' not in text_of(auditor.get(mine))
    assert auditor.post(mine, {"answer": "no"}).status_code == 409
    assert auditor.get("/moderation/panels/").status_code == 403


def test_closing_lists_what_is_missing_and_the_minutes_stay_as_they_are(meeting: Meeting, client_for: SignIn) -> None:
    meeting.open_reading()
    meeting.open_discussion()
    client, path = client_for(meeting.chair), f"{meeting.path}close/"
    lacking = client.get(path)
    assert meeting.case_path() in text_of(lacking)
    assert f"{meeting.path}notes/" in text_of(lacking)
    assert client.post(path).status_code == 422
    meeting.agree()
    assert client.post(path)["Location"] == f"{meeting.path}minutes/"
    page = text_of(client.get(f"{meeting.path}minutes/"))
    for words in (
        "Room 4",
        "Quin Manager (chair)",
        "Ned Member (member)",
        "seed 7",
        "Much was said.",
        "Ask the child.",
    ):
        assert words in page, words
    member = client_for(meeting.first)
    file = member.get(f"{meeting.path}minutes.pdf")
    assert file["Content-Type"] == "application/pdf"
    # Somebody marries and a type is renamed: what was minuted stays.
    User.objects.filter(pk=meeting.first.pk).update(name="Mia Married")
    assert member.get(f"{meeting.path}minutes.pdf").content == file.content
    for words in ("SYN-0", "XY, 9", meeting.authority.practitioner.name):
        assert words not in page, words
    # Everybody's grades can still be read, the record no longer.
    after = text_of(member.get(meeting.case_path()))
    assert "Reason of Ned Member" in after
    assert walk.TEXT not in after
    assert client.post(meeting.case_path(), {"discussion": "Later", "revision": 1}).status_code == 409
    assert client_for(meeting.authority.auditor).get(f"{meeting.path}minutes.pdf").status_code == 404


def test_a_cancelled_panel_says_why_and_can_do_nothing(meeting: Meeting, client_for: SignIn) -> None:
    meeting.open_reading()
    client = client_for(meeting.chair)
    assert client.post(f"{meeting.path}cancel/", {"reason": ""}).status_code == 422
    assert client.post(f"{meeting.path}cancel/", {"reason": "Too few can come."}).status_code == 302
    page = text_of(client.get(meeting.path))
    assert "Too few can come." in page
    assert "There is nothing to do" in page
    assert client.get(meeting.case_path()).status_code == 409
    assert client.post(f"{meeting.path}cancel/", {"reason": "Twice."}).status_code == 409


def count(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        response = client.get(path)
    assert response.status_code == 200, path
    return len(seen)


def test_each_page_asks_a_fixed_number_of_questions(meeting: Meeting, client_for: SignIn) -> None:
    authority, big = meeting.authority, meeting
    big.open_reading()
    small = make_meeting(authority, audits=1)
    small.open_reading()
    found: dict[str, list[int]] = {}

    def look(person: User, page: str, *meetings: Meeting, case: bool = False) -> None:
        client = client_for(person)
        client.get("/")
        for one in meetings:
            path = one.case_path() if case else one.path + page
            found.setdefault(f"{page} {case} {one.panel.state} {person}", []).append(count(client, path))

    chair = authority.qa_manager
    look(chair, "", small, big)
    look(chair, "", small, big, case=True)
    look(chair, "members/", small, big)
    look(chair, "discuss/", small, big)
    for one in (small, big):
        one.open_discussion()
        for case in one.cases:
            panel_meeting.invite(case, person=authority.auditor, message="", by=chair)
    look(chair, "", small, big)
    look(chair, "", small, big, case=True)
    look(chair, "notes/", small, big)
    look(chair, "close/", small, big)
    for one in (small, big):
        one.close()
    look(chair, "", small, big)
    look(chair, "minutes/", small, big)
    wrong = {page: counts for page, counts in found.items() if len(set(counts)) > 1}
    assert not wrong
    assert max(max(counts) for counts in found.values()) <= 28, found
    assert count(client_for(chair), "/moderation/panels/") <= 12
