"""What QA says of an indicator: kept with all that stood before, and never over somebody else's words."""

import pytest

from qaf.errors import NotAllowed
from qaf.people.models import User
from qaf.people.roles import Role
from qaf.trail.models import Entry
from scorecard.models import Indicator, QaComment, QaCommentRevision
from scorecard.workflow.comments import OlderComment, save_comment
from tests.factories import AgencyFactory
from tests.scorecard.board.conftest import LAST
from tests.scorecard.board_factories import somebody

pytestmark = pytest.mark.django_db


def write(indicator: Indicator, text: str, seen: int, by: User) -> QaComment:
    return save_comment(indicator, quarter=LAST, text=text, seen_revision=seen, by=by)


def test_it_works(indicator: Indicator, qa: User) -> None:
    first = write(indicator, "It holds.", 0, qa)
    assert (first.text, first.revision, first.by) == ("It holds.", 1, qa)
    second = write(indicator, "It holds still.", 1, qa)
    assert (second.text, second.revision) == ("It holds still.", 2)
    assert [(one.revision, one.text) for one in QaCommentRevision.objects.all()] == [(1, "It holds.")]


def test_the_trail_says_who_began_it_and_not_what_it_says(indicator: Indicator, qa: User) -> None:
    write(indicator, "It holds.", 0, qa)
    write(indicator, "It holds still.", 1, qa)
    entry = Entry.objects.get(verb="scorecard.commented")
    assert entry.details == {"quarter": "2026-3"}


def test_an_older_page_overwrites_nothing(indicator: Indicator, qa: User) -> None:
    write(indicator, "Mine.", 0, qa)
    with pytest.raises(OlderComment) as refused:
        write(indicator, "Yours.", 0, somebody(Role.QA_OFFICER))
    assert refused.value.stored.text == "Mine."
    assert QaComment.objects.get().text == "Mine."


def test_the_same_text_twice_changes_nothing(indicator: Indicator, qa: User) -> None:
    write(indicator, "It holds.", 0, qa)
    assert write(indicator, "It holds.", 0, qa).revision == 1
    assert not QaCommentRevision.objects.exists()


def test_nothing_at_all_makes_no_comment(indicator: Indicator, qa: User) -> None:
    write(indicator, "", 0, qa)
    assert not QaComment.objects.exists()


@pytest.mark.parametrize("role", [Role.SUBGROUP_MEMBER, Role.AUDIT_CHAIR, Role.BOARD_MEMBER, Role.AGENCY_LEAD])
def test_it_is_qas_alone(indicator: Indicator, role: Role) -> None:
    with pytest.raises(NotAllowed):
        write(indicator, "Ours.", 0, somebody(role))


def test_qa_of_one_agency_does_not_comment_for_the_partnership(indicator: Indicator) -> None:
    with pytest.raises(NotAllowed):
        write(indicator, "Ours.", 0, somebody(Role.QA_OFFICER, agency=AgencyFactory.create()))
    assert not QaComment.objects.exists()
