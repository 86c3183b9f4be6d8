"""The page of the audits behind a figure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audits.models import Action
from qaf.people.models import Team, User
from qaf.people.roles import Role
from qaf.trail.models import Entry
from scorecard.models import Indicator, Measure
from scorecard.quarters import Quarter
from scorecard.workflow.derived import fill
from tests.factories import TeamFactory
from tests.scorecard.board_factories import make_figures, make_indicator, somebody
from tests.scorecard.factories import THIRD_QUARTER, make_finished

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_october() -> Iterator[None]:
    with time_machine.travel(date(2026, 10, 2)):
        yield


@pytest.fixture
def team() -> Team:
    return TeamFactory.create()


@pytest.fixture
def good() -> Indicator:
    return make_indicator("good", name="Audits at the standard", measure=Measure.GOOD)


def page(client: Client, user: User, indicator: Indicator, query: str = "", quarter: str = "2026-3") -> str:
    client.force_login(user)
    answer = client.get(reverse("board:behind", args=[indicator.code, quarter]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_works(client: Client, team: Team, good: Indicator) -> None:
    better, worse = make_finished(team, "G"), make_finished(team, "RI")
    fill(THIRD_QUARTER)
    html = page(client, somebody(Role.QA_OFFICER), good)
    assert "Audits behind the figure of July to September 2026" in html
    assert "50% (1 of 2)" in html
    assert better.reference in html
    assert worse.reference in html
    assert "At the standard" in html
    assert "Below the standard" in html
    assert "that your posts do not cover" not in html


def test_the_list_can_be_narrowed(client: Client, team: Team, good: Indicator) -> None:
    better, worse = make_finished(team, "G"), make_finished(team, "RI")
    user = somebody(Role.QA_OFFICER)
    counted, others = (page(client, user, good, f"?shown={shown}") for shown in ("counted", "others"))
    assert better.reference in counted
    assert worse.reference not in counted
    assert worse.reference in others
    assert better.reference not in others
    assert worse.reference in page(client, user, good, "?shown=nonsense&page=-4")


def test_audits_beyond_somebodys_posts_are_a_number_alone(client: Client, team: Team, good: Indicator) -> None:
    own = [make_finished(team, grade) for grade in ("G", "G", "G", "G", "G", "RI", "RI", "RI", "RI", "RI")]
    other = TeamFactory.create()
    others = [make_finished(other, "G") for _ in range(5)]
    html = page(client, somebody(Role.QA_OFFICER, agency=team.service.agency), good)
    assert own[0].reference in html
    assert others[0].reference not in html
    assert "5 more were counted that your posts do not cover" in html


def test_fewer_than_five_beyond_are_not_told(client: Client, team: Team, good: Indicator) -> None:
    for grade in ("G", "G", "G", "G", "G", "RI", "RI", "RI", "RI", "RI"):
        make_finished(team, grade)
    make_finished(TeamFactory.create(), "G")
    html = page(client, somebody(Role.QA_OFFICER, agency=team.service.agency), good)
    assert "More were counted that your posts do not cover" in html
    assert "1 more" not in html


def test_a_small_figure_is_hidden_from_qa_of_one_agency(client: Client, team: Team, good: Indicator) -> None:
    for _ in range(8):
        make_finished(team, "G")
    for _ in range(6):
        make_finished(TeamFactory.create(), "G")
    make_finished(TeamFactory.create(), "RI")
    fill(THIRD_QUARTER)
    html = page(client, somebody(Role.QA_OFFICER, agency=team.service.agency), good)
    assert "[c]" in html
    assert "14 of 15" not in html
    # Eight and seven would tell the fifteen.
    assert "7 more" not in html
    assert "14 of 15" in page(client, somebody(Role.QA_OFFICER), good)


def test_an_auditor_in_qa_of_another_agency_is_not_told_the_outcome_of_their_own_audit(
    client: Client, team: Team, good: Indicator
) -> None:
    user = somebody(Role.QA_OFFICER, agency=TeamFactory.create().service.agency)
    audit = make_finished(team, "G", auditor=user)
    assert audit.reference not in page(client, user, good)


def test_what_was_changed_since_is_said(client: Client, team: Team, good: Indicator) -> None:
    make_finished(team, "G")
    fill(THIRD_QUARTER)
    make_finished(team, "RI")
    assert "Counted today it is 1 of 2" in page(client, somebody(Role.QA_MANAGER), good)


def test_actions_are_listed_one_by_one(client: Client, team: Team) -> None:
    audit = make_finished(team, "G")
    for position, done in ((1, date(2026, 8, 1)), (2, None)):
        state = Action.State.DONE if done else Action.State.OPEN
        Action.objects.create(
            audit=audit, position=position, text="Visit", due_on=date(2026, 8, 3), done_on=done, state=state
        )
    html = page(client, somebody(Role.QA_OFFICER), make_indicator(measure=Measure.ACTIONS_IN_TIME))
    assert "2 actions" in html
    assert "Action 2" in html
    assert "Not done in time" in html
    assert "Visit" not in html


@pytest.mark.parametrize("measure", Measure.values)
def test_every_measure_has_its_page(client: Client, team: Team, measure: str) -> None:
    make_finished(team, "G", "RI")
    domain = "planning" if measure == Measure.GOOD_DOMAIN else ""
    page(client, somebody(Role.QA_OFFICER), make_indicator(measure=measure, measure_domain=domain))


def test_a_quarter_without_audits_says_so(client: Client, good: Indicator) -> None:
    assert "There was nothing to count in this quarter" in page(client, somebody(Role.QA_OFFICER), good)


@pytest.mark.parametrize(
    ("code", "quarter"),
    [
        ("good", "2026-5"),
        ("good", "0000-1"),
        ("good", "9999-4"),
        ("none", "2026-3"),
        # Before it was defined, and not begun yet.
        ("good", "2020-1"),
        ("good", "2027-1"),
    ],
)
def test_what_is_not_there_is_not_found(client: Client, good: Indicator, code: str, quarter: str) -> None:
    client.force_login(somebody(Role.QA_OFFICER))
    assert client.get(reverse("board:behind", args=[code, quarter])).status_code == 404


def test_the_quarter_that_is_running_has_no_figure_yet(client: Client, good: Indicator) -> None:
    assert "Not counted yet" in page(client, somebody(Role.QA_OFFICER), good, quarter="2026-4")


def test_an_indicator_of_partners_has_no_audits_behind_it(client: Client) -> None:
    client.force_login(somebody(Role.QA_OFFICER))
    assert client.get(reverse("board:behind", args=[make_indicator().code, "2026-3"])).status_code == 404


@pytest.mark.parametrize("role", [Role.BOARD_MEMBER, Role.SUBGROUP_MEMBER, Role.AUDIT_CHAIR, Role.AGENCY_LEAD])
def test_readers_outside_qa_are_refused(client: Client, good: Indicator, role: Role) -> None:
    client.force_login(somebody(role))
    assert client.get(reverse("board:behind", args=[good.code, "2026-3"])).status_code == 403


def test_files_hold_the_narrowed_list_and_are_in_the_trail(client: Client, team: Team, good: Indicator) -> None:
    better, worse = make_finished(team, "G"), make_finished(team, "RI")
    client.force_login(somebody(Role.QA_OFFICER))
    answer = client.get(reverse("board:behind_csv", args=["good", "2026-3"]) + "?shown=counted")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert better.reference in text
    assert worse.reference not in text
    assert client.get(reverse("board:behind_xlsx", args=["good", "2026-3"])).status_code == 200
    entries = Entry.objects.filter(verb="indicator.audits_exported").order_by("sequence")
    assert [entry.details for entry in entries] == [
        {"format": "csv", "period": "2026-3"},
        {"format": "xlsx", "period": "2026-3"},
    ]


def test_the_page_asks_as_much_for_many_audits_as_for_one(client: Client, team: Team, good: Indicator) -> None:
    user = somebody(Role.QA_OFFICER)
    make_finished(team, "G")
    page(client, user, good)
    numbers = []
    for more in (0, 12):
        for _ in range(more):
            make_finished(TeamFactory.create(), "G")
        with CaptureQueriesContext(connection) as found:
            page(client, user, good)
        numbers.append(len(found))
    assert numbers[0] == numbers[1]


def test_a_figure_brought_in_says_where_it_comes_from(client: Client, good: Indicator) -> None:
    figure = make_figures(good, [40], last=THIRD_QUARTER)[0]
    figure.accepted_by, figure.source = somebody(Role.QA_MANAGER), "Annual report 2025"
    figure.save()
    html = page(client, somebody(Role.QA_OFFICER), good)
    assert "Annual report 2025" in html
    assert "brought in from before QAF" in html
    assert "the figure is a gap" not in html


def test_a_long_list_is_paged(client: Client, team: Team, good: Indicator) -> None:
    audits = [make_finished(team, "G") for _ in range(51)]
    user = somebody(Role.QA_OFFICER)
    first, second = (page(client, user, good, f"?shown=counted&page={number}") for number in (1, 2))
    assert audits[50].reference in second
    assert audits[50].reference not in first
    assert "?shown=counted&amp;page=2" in first
    assert Quarter(2026, 3).label in second
