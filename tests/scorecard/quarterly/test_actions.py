"""Actions raised, done in time and overdue, counted by hand."""

from datetime import date

import pytest

from qaf.people.models import Team
from tests.factories import TeamFactory
from tests.scorecard.factories import make_finished
from tests.scorecard.quarterly.setting import act, document, figures, section, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("after_the_quarter")]


def whole() -> dict[str, int]:
    counts = figures()["grids"]["actions"]["counts"]
    return {key.split("|")[1]: number for key, number in counts.items() if key.startswith("whole|")}


def test_what_was_due_was_done_in_time_or_late_or_not_at_all(team: Team) -> None:
    audit = make_finished(team, "RI")
    act(audit, due=date(2026, 8, 1), state="done", done=date(2026, 8, 1))
    act(audit, due=date(2026, 8, 1), state="verified", done=date(2026, 7, 30))
    act(audit, due=date(2026, 8, 1), state="done", done=date(2026, 8, 2))
    act(audit, due=date(2026, 9, 30))
    act(audit, due=date(2026, 8, 1), state="withdrawn")
    act(audit, due=date(2026, 10, 1))
    act(audit, due=None)
    assert whole() == {
        "raised": 7, "due": 4, "in_time": 2, "missed": 2, "late": 1, "not_done": 1, "overdue": 1,
    }  # fmt: skip


def test_actions_of_earlier_audits_are_due_and_overdue_but_not_raised(team: Team) -> None:
    earlier = make_finished(team, "RI", submitted=date(2026, 3, 3), moderated=date(2026, 3, 20))
    act(earlier, due=date(2026, 4, 1))
    act(earlier, due=date(2026, 7, 1))
    assert [whole()[column] for column in ("raised", "due", "overdue")] == [0, 1, 2]


def test_actions_of_reaudits_are_left_out(team: Team) -> None:
    first = make_finished(team, "I")
    act(make_finished(team, "G", reaudit_of=first), due=date(2026, 8, 1))
    assert section(document(figures()), "actions").paragraphs == [
        "No actions were raised or due in the quarter, and none are overdue."
    ]


def test_a_services_few_actions_are_hidden_and_so_is_what_would_give_them_away(team: Team) -> None:
    south = TeamFactory.create(name="South One", service__name="South", service__agency=team.service.agency)
    many, few = make_finished(team, "RI"), make_finished(south, "RI")
    for _ in range(8):
        act(many, due=date(2026, 8, 1), state="done", done=date(2026, 8, 1))
    act(few, due=date(2026, 8, 1), state="done", done=date(2026, 8, 1))
    table = words(section(document(figures()), "actions").tables[0])
    assert table["South"][0] == table["North"][0] == "[c]"
    assert table["Total"][0] == "9"
