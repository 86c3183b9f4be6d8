"""The pages of the scorecard."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from qaf.people.models import Agency, User
from qaf.people.roles import Role
from qaf.trail.models import Entry
from scorecard.models import Benchmark, Figure, Indicator, QaComment
from tests.factories import AgencyFactory
from tests.scorecard.board.conftest import LAST, comment, correct, present, tell
from tests.scorecard.board_factories import make_figures, make_indicator, make_priority, somebody

pytestmark = pytest.mark.django_db
Clients = Callable[[User], Client]
BOARD, COMPARE = "/scorecard/", "/scorecard/compare/"


def text_of(client: Client, path: str, status: int = 200) -> str:
    page = client.get(path)
    assert page.status_code == status
    return page.content.decode()


def test_it_works(indicator: Indicator, qa: User, client_for: Clients) -> None:
    tell(indicator, "Two more <officers>.")
    comment(indicator, "It holds.", qa)
    page = text_of(client_for(qa), BOARD)
    for words in (
        "As of July to September 2026",
        "Neglect",
        "Reviews in time",
        "Police, independent lens",
        "86%",
        "172 of 200",
        "Target 85%: met",
        "Common cause, no real change",
        "Trial limits",
        "Hit and miss",
        "Police says",
        "Two more &lt;officers&gt;.",
        "QA says",
        "It holds.",
        "<svg",
    ):
        assert words in page


def test_without_any_figure_it_says_what_happens_next(qa: User, client_for: Clients) -> None:
    assert "There is no indicator yet" in text_of(client_for(qa), BOARD)
    assert "There is no indicator yet" in text_of(client_for(qa), COMPARE)


def test_a_board_is_told_that_no_pack_was_presented_yet(indicator: Indicator, qa: User, client_for: Clients) -> None:
    client = client_for(somebody(Role.BOARD_MEMBER))
    for path in (BOARD, COMPARE, reverse("board:indicator", args=["reviews"])):
        page = text_of(client, path)
        assert "No scorecard was presented to the board yet" in page
        assert "86%" not in page
    present(LAST.previous, qa)
    page = text_of(client, BOARD)
    assert "As of April to June 2026" in page
    assert "84%" in page
    assert "86%" not in page


def test_a_lead_is_told_which_figures_were_not_presented_yet(
    indicator: Indicator, police: Agency, client_for: Clients
) -> None:
    other = make_indicator("others", agency=AgencyFactory.create(), name="Of another agency")
    make_figures(other, [50, 61], last=LAST)
    client = client_for(somebody(Role.AGENCY_LEAD, agency=police))
    for path in (BOARD, COMPARE):
        page = text_of(client, path)
        assert "86%" in page
        assert "Not presented yet" in page
        assert "61%" not in page


def test_a_quarter_that_is_not_in_sight_is_not_shown_by_its_address(
    indicator: Indicator, qa: User, client_for: Clients
) -> None:
    present(LAST.previous, qa)
    client = client_for(somebody(Role.BOARD_MEMBER))
    for path in (BOARD, COMPARE, reverse("board:indicator", args=["reviews"])):
        assert "86%" not in text_of(client, f"{path}?quarter={LAST.code}")
    # A file that was asked for by name is not made of another quarter.
    assert client.get(f"/scorecard/export/csv/?quarter={LAST.code}").status_code == 302


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("priority=neglect", True),
        ("priority=other", False),
        ("agency=police", True),
        ("agency=counted-by-qaf", False),
        ("lens=independent", True),
        ("lens=citizen", False),
        ("variation=common", True),
        ("variation=concerning", False),
    ],
)
def test_it_is_narrowed(indicator: Indicator, qa: User, client_for: Clients, query: str, found: bool) -> None:
    other = make_priority("Participation", position=2)
    counted = make_indicator("counted", priority=other, name="Good or better", measure="good", lens="citizen")
    make_figures(counted, [50] * 12 + [99], last=LAST)
    keys = {"priority=neglect": indicator.versions.get().priority_id, "priority=other": other.pk}
    address = f"priority={keys[query]}" if query in keys else query
    page = text_of(client_for(qa), f"{BOARD}?{address}")
    assert ("Reviews in time</a>" in page) is found
    assert "Clear filters" in page


def test_a_filter_that_fits_nothing_is_named_and_left_out(indicator: Indicator, qa: User, client_for: Clients) -> None:
    page = text_of(client_for(qa), f"{BOARD}?agency=nobody&quarter=1900-1&priority=x")
    assert "There is no such agency. This was left out" in page
    assert "There is no such quarter. This was left out" in page
    assert "Reviews in time" in page


def test_small_numbers_are_marked_and_the_page_says_why(few: Indicator, qa: User, client_for: Clients) -> None:
    chair = client_for(somebody(Role.AUDIT_CHAIR))
    for path in (BOARD, COMPARE, reverse("board:indicator", args=["arrests"])):
        page = text_of(chair, path)
        assert "[c]" in page
        assert "fewer than 5 people" in page
    assert "[c]" not in text_of(client_for(qa), BOARD)


def test_two_quarters_stand_side_by_side(indicator: Indicator, qa: User, client_for: Clients) -> None:
    page = text_of(client_for(qa), COMPARE)
    assert "April to June 2026 and July to September 2026" in page
    assert "84%" in page
    assert "86%" in page
    assert "up 2 points" in page
    # Whichever way round they are chosen, the earlier comes first.
    page = text_of(client_for(qa), f"{COMPARE}?quarter=2026-1&before=2026-3")
    assert "January to March 2026 and July to September 2026" in page
    assert "up 4 points" in page


def test_an_indicator_shows_every_point_and_what_is_around_it(
    indicator: Indicator, qa: User, client_for: Clients
) -> None:
    figure = Figure.objects.get(indicator=indicator, period_from=LAST.first_day)
    correct(figure, "87", numerator=174, denominator=200, source="Counted again on 5 October 2026")
    Benchmark.objects.create(
        indicator=indicator,
        series=Benchmark.Series.ENGLAND,
        period_from=date(2026, 1, 1),
        period_to=date(2026, 12, 31),
        value=Decimal("77.2"),
        source="Children in need census",
        entered_by=qa,
    )
    comment(indicator, "It holds.", qa)
    page = text_of(client_for(qa), reverse("board:indicator", args=["reviews"]))
    for words in (
        "What Reviews in time means.",
        "January to March 2026",
        "corrected",
        "87% (174 of 200)",
        "86% (172 of 200)",
        "Counted again on 5 October 2026",
        "England",
        "77.2%",
        "It holds.",
        "Trial limits",
        "Common cause",
    ):
        assert words in page


def test_an_indicator_that_is_none_is_not_found(indicator: Indicator, qa: User, client_for: Clients) -> None:
    assert client_for(qa).get(reverse("board:indicator", args=["nothing"])).status_code == 404


@pytest.mark.parametrize("quarter", ["2026-5", "0000-1", "9999-4", "2100-1", "1999-1", "x"])
def test_a_comment_on_a_quarter_that_is_none_is_not_found(
    indicator: Indicator, qa: User, client_for: Clients, quarter: str
) -> None:
    assert client_for(qa).get(f"/scorecard/reviews/{quarter}/comment/").status_code == 404


def test_it_is_taken_as_a_file_as_it_is_narrowed_and_the_trail_says_so(
    indicator: Indicator, few: Indicator, qa: User, client_for: Clients
) -> None:
    comment(indicator, "=1+1", qa)
    client = client_for(somebody(Role.AUDIT_CHAIR))
    answer: Any = client.get("/scorecard/export/csv/?lens=independent")
    rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert rows[1].startswith("Neglect,arrests,Children arrested,Police,Independent,July to September 2026,[c],[c],[c]")
    assert ",86.0,172.0,200.0,85.0,Target met," in rows[2]
    assert rows[2].endswith("'=1+1")
    entry = Entry.objects.get(verb="scorecard.exported")
    assert entry.details == {"format": "csv", "quarter": "2026-3", "filters": {"lens": "independent"}}


def test_a_file_is_not_made_of_more_than_was_asked_for(indicator: Indicator, qa: User, client_for: Clients) -> None:
    answer = client_for(qa).get("/scorecard/export/csv/?agency=nobody")
    assert answer.status_code == 302
    assert not Entry.objects.filter(verb="scorecard.exported").exists()


def test_the_points_of_an_indicator_are_taken_as_a_workbook(few: Indicator, client_for: Clients) -> None:
    answer: Any = client_for(somebody(Role.AUDIT_CHAIR)).get("/scorecard/arrests/points/xlsx/")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:3] == ("From", "To", "Value")
    assert rows[1][2] == "[c]"
    assert rows[2][2] == 11
    assert Entry.objects.get(verb="indicator.exported").subject_id == few.pk


def test_both_texts_are_shown_when_a_comment_was_saved_from_another_page(
    indicator: Indicator, qa: User, client_for: Clients
) -> None:
    stored = comment(indicator, "Theirs.", somebody(Role.QA_OFFICER))
    client = client_for(qa)
    path = reverse("board:comment", args=["reviews", LAST.code])
    answer = client.post(path, {"text": "Mine.", "revision": "0"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Theirs." in page
    assert "Mine." in page
    autosaved = client.post(path, {"text": "Mine.", "revision": "0"}, headers={"X-Autosave": "1"})
    assert autosaved.status_code == 409
    assert "Your text is still on this page" in autosaved.json()["message"]
    chosen = client.post(path, {"text": "Mine.", "revision": str(stored.revision)}, follow=True)
    assert "The comment is saved." in chosen.content.decode()
    assert "Theirs." in text_of(client, reverse("board:comment_earlier", args=["reviews", LAST.code]))


def test_a_comment_is_saved_while_one_types(indicator: Indicator, qa: User, client_for: Clients) -> None:
    path = reverse("board:comment", args=["reviews", LAST.code])
    answer = client_for(qa).post(path, {"text": "It\r\nholds.", "revision": "0"}, headers={"X-Autosave": "1"})
    assert answer.json()["revision"] == 1
    assert QaComment.objects.get().text == "It\nholds."


def test_a_comment_that_is_too_long_is_kept_on_the_page(indicator: Indicator, qa: User, client_for: Clients) -> None:
    path = reverse("board:comment", args=["reviews", LAST.code])
    answer = client_for(qa).post(path, {"text": "x" * 5_001, "revision": "0"})
    assert answer.status_code == 422
    assert "Shorten this to 5,000 characters" in answer.content.decode()
    assert "x" * 5_001 in answer.content.decode()


def test_the_pages_ask_the_database_as_often_however_many_indicators_there_are(
    indicator: Indicator,
    qa: User,
    client_for: Clients,
    django_assert_num_queries: Any,
    django_assert_max_num_queries: Any,
) -> None:
    client = client_for(qa)
    paths = (BOARD, COMPARE, reverse("board:indicator", args=["reviews"]))
    found = []
    for path in paths:
        client.get(path)
        with django_assert_max_num_queries(22) as few_queries:
            client.get(path)
        found.append(len(few_queries.captured_queries))
    for number in range(5):
        more = make_indicator(f"more-{number}")
        make_figures(more, [50 + number, 60, 40], last=LAST)
        comment(more, "A comment.", qa)
    for path, number in zip(paths, found, strict=True):
        with django_assert_num_queries(number):
            client.get(path)
