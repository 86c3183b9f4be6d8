"""What families and practitioners answered, counted by hand."""

from datetime import date

import pytest

from qaf.people.models import Team
from tests.scorecard.factories import make_finished
from tests.scorecard.quarterly.setting import (
    SCORE,
    TALKED,
    YES_NO,
    document,
    feedback_type,
    figures,
    say,
    section,
    words,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("after_the_quarter")]


def counts(grid: str, label: str) -> dict[str, int]:
    found = figures()["grids"].get(grid, {"counts": {}})["counts"]
    return {key.split("|")[1]: number for key, number in found.items() if key.startswith(f"{label}|") and number}


def test_families_count_where_the_audit_was_submitted_and_practitioners_where_it_was_closed(team: Team) -> None:
    kind = feedback_type()
    now = make_finished(team, "G", type=kind, closed=date(2026, 10, 2))
    before = make_finished(team, "G", type=kind, submitted=date(2026, 6, 29), closed=date(2026, 8, 3))
    for audit in (now, before):
        say(audit, obtained="yes", talked="no")
    assert counts("voices-family-yes_no", str(YES_NO["label"])) == {"yes": 1, "said": 1, "all": 1}
    assert counts("voices-practitioner-yes_no", str(TALKED["label"])) == {"no": 1, "said": 1, "all": 1}


def test_the_scale_from_0_to_10_is_counted_in_three_parts(team: Team) -> None:
    for score in (0, 4, 5, 7, 8, 10, 10):
        say(make_finished(team, "G", type=feedback_type()), score=str(score))
    assert counts("voices-family-scale_0_10", str(SCORE["label"])) == {"low": 2, "middle": 2, "high": 3, "all": 7}


def test_the_same_question_of_several_forms_is_one_row(team: Team) -> None:
    for key in ("with-feedback", "second-with-feedback"):
        say(make_finished(team, "G", type=feedback_type(key)), obtained="no")
    assert counts("voices-family-yes_no", str(YES_NO["label"])) == {"no": 2, "said": 2, "all": 2}


def test_answers_of_reaudits_and_confidential_audits_are_not_counted(team: Team) -> None:
    first = make_finished(team, "I", type=feedback_type())
    say(make_finished(team, "G", type=feedback_type(), reaudit_of=first), obtained="yes")
    secret = make_finished(team, "G", type=feedback_type())
    say(secret, obtained="yes")
    type(secret).objects.filter(pk=secret.pk).update(confidential=True)
    assert counts("voices-family-yes_no", str(YES_NO["label"])) == {}


def test_a_few_answers_are_hidden_and_cannot_be_taken_from_the_total(team: Team) -> None:
    for answer in ("yes",) * 9 + ("no",) * 2:
        say(make_finished(team, "G", type=feedback_type()), obtained=answer)
    table = section(document(figures()), "families").tables[0]
    assert words(table)[str(YES_NO["label"])] == ["[c]", "[c]", "0", "11", "[c]"]


def test_many_answers_are_shown_with_their_share(team: Team) -> None:
    for answer in ("yes",) * 9 + ("no",) * 6:
        say(make_finished(team, "G", type=feedback_type(), closed=date(2026, 8, 3)), obtained=answer, talked="yes")
    shown = document(figures())
    assert words(section(shown, "families").tables[0])[str(YES_NO["label"])] == ["9", "6", "0", "15", "60%"]
    assert words(section(shown, "workers").tables[0])[str(TALKED["label"])] == ["15", "0", "0", "15", "100%"]
