"""Writing the commentary and the recommendations of a report: nothing is lost, whoever saves when."""

import pytest

from qaf.errors import NotAllowed, Refused, Stale
from scorecard.models import Recommendation, Report, ReportTextRevision, Stage
from scorecard.queries.reports import content_of
from scorecard.reports.contents import document_of
from scorecard.workflow.recommendations import (
    OlderRecommendation,
    add_recommendation,
    change_recommendation,
    move_recommendation,
    remove_recommendation,
)
from scorecard.workflow.report_texts import LONGEST_TEXT, OlderText, save_text
from tests.factories import AgencyFactory
from tests.scorecard.life.setting import People, made_report, taken_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> People:
    return People()


@pytest.fixture
def report(people: People) -> Report:
    return made_report(people.officer)


def test_a_report_without_a_word_is_its_snapshot(report: Report) -> None:
    assert content_of(report) == report.frozen


def test_what_is_written_stands_in_its_section(people: People, report: Report) -> None:
    save_text(report, section="work", text="  One.\r\n\r\nTwo. ", seen_revision=0, by=people.officer)
    section = next(one for one in document_of(content_of(report)).sections if one.key == "work")
    assert section.commentary == ["One.", "Two."]


def test_each_text_that_is_replaced_is_kept_with_its_author(people: People, report: Report) -> None:
    first = save_text(report, section="summary", text="First.", seen_revision=0, by=people.officer)
    second = save_text(report, section="summary", text="Second.", seen_revision=1, by=people.officer)
    assert (first.revision, second.revision) == (1, 2)
    kept = ReportTextRevision.objects.get()
    assert (kept.revision, kept.text, kept.by) == (1, "First.", people.officer)


def test_a_save_from_an_old_page_is_refused_with_what_is_stored(people: People, report: Report) -> None:
    save_text(report, section="summary", text="From this tab.", seen_revision=0, by=people.officer)
    with pytest.raises(OlderText) as refused:
        save_text(report, section="summary", text="From another tab.", seen_revision=0, by=people.officer)
    assert refused.value.stored.text == "From this tab."
    # The same words once more harm nothing: a save whose answer was lost is sent again.
    again = save_text(report, section="summary", text="From this tab.", seen_revision=0, by=people.officer)
    assert again.revision == 1


def test_only_qa_writes_and_only_in_sections_that_are_there(people: People, report: Report) -> None:
    for other in (people.chair, people.member, people.board):
        with pytest.raises(NotAllowed):
            save_text(report, section="summary", text="Mine.", seen_revision=0, by=other)
    for section in ("no-such-section", "how"):
        with pytest.raises(Refused, match="no such section"):
            save_text(report, section=section, text="Words.", seen_revision=0, by=people.officer)
    with pytest.raises(Refused, match="Shorten"):
        save_text(report, section="summary", text="x" * (LONGEST_TEXT + 1), seen_revision=0, by=people.officer)


def listed(report: Report) -> list[tuple[int, str]]:
    return list(enumerate((one["text"] for one in content_of(report)["recommendations"]), start=1))


def add(report: Report, people: People, *texts: str) -> list[Recommendation]:
    return [add_recommendation(report, text=text, by=people.officer) for text in texts]


def test_recommendations_are_numbered_in_their_order(people: People, report: Report) -> None:
    _, two, _ = add(report, people, "A", "B", "C")
    move_recommendation(two, up=True, seen_number=2, by=people.officer)
    assert listed(report) == [(1, "B"), (2, "A"), (3, "C")]
    # A second click on the page as it was moves nothing.
    with pytest.raises(Stale, match="another order"):
        move_recommendation(two, up=True, seen_number=2, by=people.officer)
    move_recommendation(two, up=True, seen_number=1, by=people.officer)
    assert listed(report) == [(1, "B"), (2, "A"), (3, "C")]


def test_those_after_one_that_is_taken_out_move_up(people: People, report: Report) -> None:
    one, two, _ = add(report, people, "A", "B", "C")
    remove_recommendation(one, by=people.officer)
    assert listed(report) == [(1, "B"), (2, "C")]
    remove_recommendation(two, by=people.officer)
    assert [item["number"] for item in content_of(report)["recommendations"]] == [1]
    with pytest.raises(Stale, match="taken out"):
        remove_recommendation(one, by=people.officer)
    add(report, people, "D")
    assert listed(report) == [(1, "C"), (2, "D")]


def test_the_same_recommendation_sent_twice_is_one(people: People, report: Report) -> None:
    first, again = add(report, people, "A", "A ")
    assert first == again


def test_a_change_from_an_old_page_is_refused_with_what_is_stored(people: People, report: Report) -> None:
    (one,) = add(report, people, "A")
    agency = AgencyFactory.create()
    change_recommendation(one, text="B", agency=agency, seen_revision=0, by=people.officer)
    with pytest.raises(OlderRecommendation) as refused:
        change_recommendation(one, text="C", agency=None, seen_revision=0, by=people.officer)
    assert (refused.value.stored.text, refused.value.stored.agency) == ("B", agency)
    with pytest.raises(Refused, match="what is recommended"):
        change_recommendation(one, text=" ", agency=None, seen_revision=1, by=people.officer)


def test_recommendations_stand_still_while_others_read_them(people: People, report: Report) -> None:
    (one,) = add(report, people, "A")
    taken_to(report, Stage.DRAFTED, people)
    with pytest.raises(Stale):
        add_recommendation(report, text="B", by=people.officer)
    with pytest.raises(Stale):
        remove_recommendation(one, by=people.officer)
    with pytest.raises(NotAllowed):
        add_recommendation(report, text="B", by=people.board)


UNSEEN = "\u200b\u202e \u2066"


def test_signs_that_nobody_sees_are_no_text(people: People, report: Report) -> None:
    with pytest.raises(Refused, match="Write down what"):
        add_recommendation(report, text=UNSEEN, by=people.officer)
    save_text(report, section="summary", text="Delay.", seen_revision=0, by=people.officer)
    save_text(report, section="summary", text=UNSEEN, seen_revision=1, by=people.officer)
    assert content_of(report) == report.frozen
