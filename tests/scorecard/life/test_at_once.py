"""Two people lead or write the same report at the same moment: one wins, the other is told, and nothing is lost."""

from typing import Any

import pytest
from django.utils import timezone

from qaf.errors import Refused, Stale
from qaf.people.models import User
from qaf.trail.chain import verify
from qaf.trail.models import Entry
from scorecard.models import Publication, Report, ReportFile, Stage
from scorecard.workflow.publication import publish
from scorecard.workflow.recommendations import add_recommendation
from scorecard.workflow.report_files import file_bytes
from scorecard.workflow.report_steps import consider, sign_off
from scorecard.workflow.report_texts import OlderText, save_text
from tests.scorecard.life.setting import People, made_report, taken_to
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people() -> People:
    return People()


@pytest.fixture
def report(people: People) -> Report:
    return made_report(people.officer)


def person(user: User) -> User:
    """The same person, as another request has them."""
    return User.objects.get(pk=user.pk)


def one_was_told(results: list[Any], of: type[Refused]) -> None:
    losers = [one for one in results if isinstance(one, Exception)]
    assert len(losers) == 1, results
    assert isinstance(losers[0], of), repr(losers[0])
    assert not list(verify())


def test_of_two_first_texts_of_a_section_one_stands_and_the_other_is_shown_it(people: People, report: Report) -> None:
    results = at_once(
        *(
            lambda text=text: save_text(
                report, section="summary", text=text, seen_revision=0, by=person(people.officer)
            )
            for text in ("One.", "Another.")
        )
    )
    one_was_told(results, OlderText)
    assert report.texts.get().revision == 1


def test_a_report_is_signed_off_once(people: People, report: Report) -> None:
    taken_to(report, Stage.DRAFTED, people)
    results = at_once(*(lambda: sign_off(report, by=person(people.chair)) for _ in range(2)))
    one_was_told(results, Stale)
    assert [one.stage for one in report.versions.order_by("number")] == [Stage.DRAFTED, Stage.SIGNED_OFF]
    assert Entry.objects.filter(verb="report.signed_off").count() == 1


def test_it_is_recorded_once_that_the_subgroup_considered_it(people: People, report: Report) -> None:
    taken_to(report, Stage.SIGNED_OFF, people)
    results = at_once(
        *(
            lambda by=by: consider(report, on=timezone.localdate(), minute="4.2", by=person(by))
            for by in (people.officer, people.member)
        )
    )
    one_was_told(results, Stale)
    assert report.versions.count() == 3


def test_two_recommendations_take_two_numbers(people: People, report: Report) -> None:
    results = at_once(
        *(lambda text=text: add_recommendation(report, text=text, by=person(people.officer)) for text in ("A", "B"))
    )
    assert not [one for one in results if isinstance(one, Exception)], results
    assert sorted(report.recommendations.values_list("number", flat=True)) == [1, 2]


def test_a_board_is_entered_into_the_list_once(people: People, report: Report) -> None:
    taken_to(report, Stage.PRESENTED, people)
    results = at_once(
        *(
            lambda: publish(report, forum="Cabinet", on=timezone.localdate(), by=person(people.officer))
            for _ in range(2)
        )
    )
    one_was_told(results, Refused)
    assert Publication.objects.filter(forum="Cabinet").count() == 1


def test_a_file_that_two_ask_for_at_once_is_kept_once(people: People, report: Report) -> None:
    version = taken_to(report, Stage.DRAFTED, people)
    assert version is not None
    first, second = at_once(
        *(
            lambda: file_bytes(report, format="xlsx", content=version.content, digest=version.digest, keep=True)
            for _ in range(2)
        )
    )
    assert first == second
    assert ReportFile.objects.filter(format="xlsx").count() == 1
