"""The pages of agreement: who is shown which, what they say, and the figures as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qaf.people.models import User
from qaf.trail.models import Entry
from tests.factories import TeamFactory
from tests.moderation.agreement.setting import THREE, make_many, make_type

pytestmark = pytest.mark.django_db
Person = Callable[..., User]
ClientFor = Callable[[User], Client]
PAGE = "/moderation/agreement/"


@pytest.fixture
def people(person: Person) -> dict[str, User]:
    people = {
        "officer": person("qa_officer", name="Oli Officer"),
        "auditor": person("auditor", name="Ade Auditor"),
        "other": person("auditor", name="Sam Second"),
        "moderator": person("moderator", name="Mo Moderator"),
    }
    team = TeamFactory.create(name="North", service__name="Area Social Care")
    make_many(12, team, people["auditor"], people["moderator"], {"planning": "G G", "overall": "G RI"})
    make_many(7, team, people["other"], people["moderator"], {"planning": "RI RI"}, moderated=date(2026, 10, 1))
    return people


def test_qa_reads_the_figures_with_their_intervals(people: dict[str, User], client_for: ClientFor) -> None:
    page = client_for(people["officer"]).get(PAGE).content.decode()
    # 19 of 31 confirmed.
    assert "61% (95% interval 44% to 76%)" in page
    assert "0.39 lower" in page
    for words in ("Weighted kappa", "AC2", "What the figures mean"):
        assert words in page


def test_qa_sees_everybody_and_too_few_say_so(people: dict[str, User], client_for: ClientFor) -> None:
    client = client_for(people["officer"])
    auditors = client.get(PAGE, {"by": "auditor"}).content.decode()
    assert "Ade Auditor" in auditors
    assert "Sam Second" in auditors
    assert "Too few to say: 7 of at least 10" in auditors
    assert "Mo Moderator" in client.get(PAGE, {"by": "moderator"}).content.decode()
    quarters = client.get(PAGE, {"by": "quarter"}).content.decode()
    table = quarters.partition("Agreement by quarter")[2]
    assert table.index("July to September 2026") < table.index("October to December 2026")


def test_an_auditor_is_sent_to_their_own_and_told_of_nobody(people: dict[str, User], client_for: ClientFor) -> None:
    client = client_for(people["auditor"])
    response = client.get(PAGE, follow=True)
    assert response.redirect_chain == [(f"{PAGE}audited-by-me/", 302)]
    for query in ({}, {"by": "quarter"}, {"by": "moderator"}, {"by": "auditor"}, {"by": "team"}):
        page = client.get(f"{PAGE}audited-by-me/", query).content.decode()
        assert "Mo Moderator" not in page
        assert "Sam Second" not in page
        assert "My calibration" in page
        # Twelve confirmed of twenty-four: nobody else's are counted.
        assert "50% (95% interval 31% to 69%)" in page
    assert client.get(f"{PAGE}moderated-by-me/").status_code == 403
    assert client.get(f"{PAGE}export/csv/").status_code == 403


def test_a_moderator_is_shown_their_own_without_auditors(people: dict[str, User], client_for: ClientFor) -> None:
    client = client_for(people["moderator"])
    assert client.get(PAGE, follow=True).redirect_chain == [(f"{PAGE}moderated-by-me/", 302)]
    for query in ({}, {"by": "auditor"}, {"by": "team"}):
        page = client.get(f"{PAGE}moderated-by-me/", query).content.decode()
        assert "Ade Auditor" not in page
        assert "Sam Second" not in page
        assert "Agreement by domain" in page


def test_an_auditor_with_few_judgements_is_told_how_many(people: dict[str, User], client_for: ClientFor) -> None:
    page = client_for(people["other"]).get(f"{PAGE}audited-by-me/").content.decode()
    assert "Too few to say: 7 of at least 10 judgements" in page
    assert "<svg" not in page


def test_nothing_yet_says_what_comes(people: dict[str, User], person: Person, client_for: ClientFor) -> None:
    assert "None of your audits has been moderated yet" in (
        client_for(person("auditor")).get(f"{PAGE}audited-by-me/").content.decode()
    )
    page = client_for(people["officer"]).get(PAGE, {"until": "2026-04"}).content.decode()
    assert "No moderated judgement fits all of these filters" in page


def test_filters_that_do_not_fit_are_named_and_left_out(people: dict[str, User], client_for: ClientFor) -> None:
    client = client_for(people["officer"])
    odd = {"team": "999999", "domain": "plannning’;--", "since": "2026-10", "until": "2026-07", "by": "shoe-size"}
    response = client.get(PAGE, odd)
    page = response.content.decode()
    assert response.status_code == 200
    for words in ("There is no such team", "There is no such domain", "The last quarter lies before the first"):
        assert words in page
    # No file leaves with more in it than was asked for.
    refused = client.get(f"{PAGE}export/csv/", odd)
    assert refused.status_code == 302
    assert refused.url.startswith(PAGE)
    assert not Entry.objects.filter(verb="agreement.exported").exists()


def test_filters_narrow_the_figures(people: dict[str, User], client_for: ClientFor) -> None:
    client = client_for(people["officer"])
    page = client.get(PAGE, {"graded": "domains", "since": "2026-07", "until": "2026-07"}).content.decode()
    assert "Which grades: Grades of domains" in page
    assert "100% (95% interval 76% to 100%)" in page


def test_each_scale_has_its_own_figures(people: dict[str, User], client_for: ClientFor) -> None:
    team = TeamFactory.create()
    three = make_type("multi-agency", scale=THREE)
    make_many(11, team, people["auditor"], people["moderator"], {"planning": "E M"}, type=three)
    page = client_for(people["officer"]).get(PAGE).content.decode()
    assert "Graded Outstanding, Good, Requires improvement, Inadequate" in page
    assert "Graded Exceeds good, Meets good, Does not meet good yet" in page


def test_the_file_holds_the_figures_and_the_trail_who_took_it(people: dict[str, User], client_for: ClientFor) -> None:
    client = client_for(people["officer"])
    response = client.get(f"{PAGE}export/csv/", {"by": "auditor", "graded": "domains"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["Auditor"], row["Judgements"], row["Same grade"]) for row in rows] == [
        ("All", "19", "1.0"),
        ("Ade Auditor", "12", "1.0"),
        ("Sam Second", "7", ""),
    ]
    assert rows[2]["Note"] == "Too few to say: 7 of at least 10"
    entry = Entry.objects.get(verb="agreement.exported")
    assert entry.details["filters"] == {"graded": "domains"}
    assert (entry.details["divided_by"], entry.details["format"]) == ("auditor", "csv")
    workbook = client.get(f"{PAGE}export/xlsx/")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(workbook.streaming_content))).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]][:4] == [
        "Outstanding, Good, Requires improvement, Inadequate",
        "All",
        31,
        pytest.approx(19 / 31),
    ]


def test_the_page_asks_as_many_questions_however_much_there_is(people: dict[str, User], client_for: ClientFor) -> None:
    client = client_for(people["officer"])

    def queries(by: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(PAGE, {"by": by}).status_code == 200
        return len(seen)

    queries("domain")
    before = {by: queries(by) for by in ("domain", "auditor")}
    for _ in range(3):
        make_many(10, TeamFactory.create(), people["other"], people["moderator"], {"planning": "G O", "overall": "G G"})
    assert {by: queries(by) for by in before} == before
    assert before["domain"] <= 8
    cache.clear()
    assert queries("domain") <= before["domain"] + 6
