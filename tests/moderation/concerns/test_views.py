"""The pages of concerns: what they show, what they refuse and keep, and what they cost."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from audits.models import Audit
from moderation.models import Concern
from moderation.workflow import concerns
from qaf.deadlines.models import Deadline
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.models import Entry
from tests.audits.setting import Authority, someone
from tests.moderation.concerns.setting import DONE, WORRY, moderating, raised

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User], Client]


def text(response: Any) -> str:
    return str(response.content.decode())


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200, path
    return len(seen)


def test_raising_shows_who_is_told_before_it_is_sent_and_loses_nothing(
    authority: Authority, client_for: ClientFor
) -> None:
    audit, client = moderating(authority), client_for(authority.moderator)
    path = reverse("moderation:raise_concern", args=[audit.reference])
    assert client.get(path).status_code == 200
    missing = client.post(path, {"worry": "  ", "done_at_once": DONE})
    assert missing.status_code == 422
    assert "Say what worries you" in text(missing)
    assert DONE in text(missing)
    longer = client.post(path, {"worry": "ü" * 10_001, "done_at_once": ""})
    assert longer.status_code == 422
    assert "longer than 10,000 characters" in text(longer)
    assert client.post(path, {"worry": "😀 \u202e…", "done_at_once": ""}).status_code == 422
    words = {"worry": f"{WORRY} <b>«ß»</b> ليلى", "done_at_once": DONE}
    check = client.post(path, words)
    assert check.status_code == 200
    people = (authority.service_manager, authority.qa_manager)
    assert check.context["told"] == ",".join(str(person.pk) for person in people)
    assert "Sal Service-Manager, who has to acknowledge it" in text(check)
    assert "&lt;b&gt;«ß»" in text(check)
    assert not Concern.objects.exists()
    back = client.post(path, {**words, "go": "change"})
    assert back.status_code == 200
    assert back.context["form"].initial["worry"] == words["worry"]
    # Somebody else came to hold the post while the page was looked at.
    other = client.post(path, {**words, "go": "send", "told": str(authority.officer.pk)})
    assert other.status_code == 409
    assert "Look again at who would be told" in text(other)
    assert DONE in text(other)
    assert not Concern.objects.exists()
    sent = {**words, "go": "send", "told": check.context["told"]}
    done = client.post(path, sent)
    concern = Concern.objects.get()
    assert (done.status_code, done["Location"]) == (302, reverse("moderation:concern", args=[concern.pk]))
    assert (concern.worry, concern.done_at_once, concern.raised_by) == (words["worry"], DONE, authority.moderator)
    # Sent again from the same page: it is not there twice.
    again = client.post(path, sent, follow=True)
    assert "They were not sent again." in text(again)
    assert Concern.objects.count() == 1


def test_nobody_to_tell_says_what_to_do_and_keeps_what_was_typed(authority: Authority, client_for: ClientFor) -> None:
    audit, client = moderating(authority), client_for(authority.moderator)
    for manager in (authority.service_manager, authority.qa_manager):
        manager.posts.all().delete()
    path = reverse("moderation:raise_concern", args=[audit.reference])
    page = client.post(path, {"worry": WORRY}, headers={"Referer": f"http://testserver{path}"})
    assert page.status_code == 409
    assert "by telephone now" in text(page)
    assert WORRY in text(page)


def test_second_to_acknowledge_reads_both_texts(authority: Authority, client_for: ClientFor) -> None:
    concern = raised(authority)
    path = reverse("moderation:concern_acknowledge", args=[concern.pk])
    client = client_for(authority.qa_manager)
    assert client.get(path).status_code == 200
    assert client.post(path, {"response": ""}).status_code == 422
    concerns.acknowledge(concern, response="A visit today at four.", by=authority.service_manager)
    page = client.post(path, {"response": "I ring the team manager."})
    assert page.status_code == 409
    assert "Sal Service-Manager acknowledged this concern on" in text(page)
    assert "A visit today at four." in text(page)
    assert "I ring the team manager." in text(page)
    stale = client.get(path)
    assert stale.status_code == 409
    assert "Sal Service-Manager acknowledged this concern on" in text(stale)
    concern.refresh_from_db(fields=["response"])
    assert concern.response == "A visit today at four."


def test_giving_it_on_from_an_old_page_and_from_elsewhere(authority: Authority, client_for: ClientFor) -> None:
    concern = raised(authority)
    service = authority.service.agency.services.create(name="Through Care", code="tc")
    elsewhere = someone(Role.SERVICE_MANAGER, "Sy Elsewhere", service=service)
    path = reverse("moderation:concern_reassign", args=[concern.pk])
    client = client_for(authority.officer)
    seen = client.get(path).context["form"]["seen"].value()
    assert seen == authority.service_manager.pk
    assert client.post(path, {"to": authority.moderator.pk, "reason": "x", "seen": seen}).status_code == 422
    give = {"to": elsewhere.pk, "reason": "On leave until Monday.", "seen": seen}
    assert client.post(path, give).status_code == 302
    old = client.post(path, {"to": authority.qa_manager.pk, "reason": "Ill.", "seen": seen})
    assert old.status_code == 409
    assert "given to Sy Elsewhere after you opened" in text(old)
    assert "Ill." in text(old)
    page = text(client.get(reverse("moderation:concern", args=[concern.pk])))
    assert "On leave until Monday." in page
    assert "From Sal Service-Manager to Sy Elsewhere" in page
    # Whoever was asked from elsewhere reads the concern, not the audit; and no more once they have given it on.
    client = client_for(elsewhere)
    page = text(client.get(reverse("moderation:concern", args=[concern.pk])))
    assert WORRY in page
    assert reverse("audits:detail", args=[concern.audit.reference]) not in page
    back = client.post(path, {"to": authority.qa_manager.pk, "reason": "Not mine.", "seen": elsewhere.pk})
    assert (back.status_code, back["Location"]) == (302, reverse("moderation:concerns"))
    assert client.get(reverse("moderation:concern", args=[concern.pk])).status_code == 404


def test_on_no_page_of_the_audit_for_the_auditor_or_the_case_holder(
    authority: Authority, client_for: ClientFor
) -> None:
    concern = raised(authority)
    audit = concern.audit
    page = reverse("audits:detail", args=[audit.reference])
    for person in (authority.auditor, authority.service_manager, authority.moderator, authority.officer):
        shown = text(client_for(person).get(page))
        assert ("Concern raised on" in shown) == (person != authority.auditor)
        assert ("Raise a concern" in shown) == (person in (authority.moderator, authority.officer))
        assert "given to somebody else" not in shown
    for person in (authority.auditor, authority.practitioner, authority.team_manager, authority.second_auditor):
        client = client_for(person)
        for name in ("concern", "concern_acknowledge", "concern_resolve", "concern_reassign"):
            assert client.get(reverse(f"moderation:{name}", args=[concern.pk])).status_code == 404
        listed = client.get(reverse("moderation:concerns"), {"shown": "all"})
        assert audit.reference not in text(listed)
        assert "No concern that you may see" in text(listed)
        home = client.get(reverse("home"))
        assert "oncern" not in text(home).replace("Concerns</a>", "")
    admin = client_for(someone(Role.ADMIN, "Al Admin"))
    deadlines = admin.get(reverse("admin:deadlines_deadline_changelist"))
    assert deadlines.status_code == 200
    assert "acknowledge the concern" not in text(deadlines)


def test_list_filters_sorts_pages_and_leaves_as_a_file(authority: Authority, client_for: ClientFor) -> None:
    first, second = moderating(authority), moderating(authority)
    late = raised(authority, first, by=authority.officer)
    waiting = raised(authority, second, by=authority.moderator)
    done = raised(authority, second, by=authority.officer)
    Concern.objects.filter(pk=late.pk).update(due_on=timezone.localdate() - timedelta(days=3))
    concerns.acknowledge(done, response="Yes.", by=authority.service_manager)
    concerns.resolve(done, outcome="Safe.", by=authority.service_manager)
    client, path = client_for(authority.qa_manager), reverse("moderation:concerns")

    def shown(**query: str) -> list[int]:
        return [one.pk for one in client.get(path, query).context["page"].object_list]

    assert shown() == [late.pk, waiting.pk]
    assert shown(shown="all") == [late.pk, waiting.pk, done.pk]
    assert shown(shown="all", sort="-raised") == [done.pk, waiting.pk, late.pk]
    assert shown(shown="overdue") == [late.pk]
    assert shown(shown="resolved") == [done.pk]
    assert shown(shown="raised", reference=f" {second.reference.lower()} ") == [waiting.pk]
    for wrong in ({"shown": "secret"}, {"sort": "worry"}, {"reference": "<script>"}, {"page": "x"}, {"page": "99"}):
        page = client.get(path, wrong)
        assert page.status_code == 200
        assert len(page.context["page"].object_list) == 2
    rows = list(csv.reader(io.StringIO(_csv(client, {"shown": "all"}))))
    assert [row[0] for row in rows] == ["\ufeffAudit", first.reference, second.reference, second.reference]
    assert rows[1][6:10] == ["Sal Service-Manager", "Quin Manager", str(late_day()), "Yes"]
    assert WORRY not in str(rows)
    book = client.get(reverse("moderation:concerns_xlsx"))
    sheet = load_workbook(io.BytesIO(b"".join(book.streaming_content))).active
    assert sheet.max_row == 3
    assert client.get(reverse("moderation:concerns_csv"), {"shown": "secret"}).status_code == 302
    taken = Entry.objects.filter(verb="concerns.exported").values_list("details", flat=True)
    assert [one["format"] for one in taken] == ["csv", "xlsx"]


def late_day() -> Any:
    return timezone.localdate() - timedelta(days=3)


def _csv(client: Client, query: dict[str, str]) -> str:
    return b"".join(client.get(reverse("moderation:concerns_csv"), query).streaming_content).decode()


def test_overdue_ones_are_on_the_home_page_of_those_who_own_them_and_of_qa(
    authority: Authority, client_for: ClientFor
) -> None:
    concern = raised(authority)
    Deadline.objects.about(concern).update(due_on=late_day())
    Concern.objects.update(due_on=late_day())
    path = reverse("moderation:concern", args=[concern.pk])
    for person in (authority.service_manager, authority.qa_manager, authority.officer, authority.auditor):
        home = client_for(person).get(reverse("home"))
        here = [
            panel.title
            for panel in (home.context["waiting"], *home.context["panels"])
            for item in panel.items
            if item.path == path and item.overdue
        ]
        expected = {authority.service_manager: ["What waits for you"], authority.auditor: []}
        assert here == expected.get(person, ["Overdue concerns"])


def test_pages_cost_the_same_however_many_there_are(authority: Authority, client_for: ClientFor) -> None:
    audit, client = moderating(authority), client_for(authority.officer)
    first = raised(authority, audit)
    paths = [reverse("moderation:concerns"), reverse("moderation:concern", args=[first.pk])]
    paths.append(reverse("audits:detail", args=[audit.reference]))
    client.get("/")
    before = [queries(client, path) for path in paths]
    for number in range(4):
        other = concerns.raise_concern(audit, worry=f"Worry {number}", done_at_once="", by=authority.moderator)
        concerns.reassign(
            other, to=authority.qa_manager, reason="Away.", seen_owner=other.owner_id, by=authority.officer
        )
    assert [queries(client, path) for path in paths] == before
    assert before[0] <= 8
    assert before[1] <= 10
    Audit.objects.filter(pk=audit.pk).update(state="closed")
    assert "The concern goes on" in text(client.get(paths[1]))
