"""How far moderators agreed, by the figures of moderation itself."""

import pytest

from audits.models import Audit, Judgement
from moderation.agreement import Coefficient, summarise
from qaf.people.models import Team
from scorecard.layout import ALL
from scorecard.reports.derived_grids import derived, table_of
from tests.scorecard.factories import SCALE, make_finished, make_type
from tests.scorecard.quarterly.setting import document, figures, section, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("after_the_quarter")]


def moderated(team: Team, before: str, after: str, times: int = 1) -> Audit:
    for _ in range(times):
        audit = make_finished(team, before, after)
        audit.judgements.update(moderated_grade=after)
    return audit


def test_pairs_of_grades_are_counted_overall_and_for_areas(team: Team) -> None:
    moderated(team, "G", "RI")
    moderated(team, "G", "G")
    found = figures()["agreement"]
    assert {(one["which"], one["from"], one["to"], one["count"]) for one in found} == {
        ("overall", "G", "RI", 1),
        ("overall", "G", "G", 1),
        ("domains", "G", "RI", 1),
        ("domains", "G", "G", 1),
    }


def test_only_decided_moderations_count_and_only_the_moderators_grade(team: Team) -> None:
    make_finished(team, "G", type=make_type("observation", moderation=False), moderation_due=None)
    cancelled = moderated(team, "G", "RI")
    Audit.objects.filter(pk=cancelled.pk).update(state="cancelled")
    panelled = moderated(team, "O", "O")
    Judgement.objects.filter(audit=panelled).update(panel_grade="I", final_grade="I")
    assert {(one["from"], one["to"]) for one in figures()["agreement"]} == {("O", "O")}


def test_the_report_has_raw_agreement_kappa_and_ac2(team: Team) -> None:
    moderated(team, "G", "G", 12)
    moderated(team, "RI", "RI", 8)
    moderated(team, "G", "RI", 5)
    shown = section(document(figures()), "agreement-ofsted")
    row = words(shown.tables[0])["Overall grades"]
    expected = summarise(table_of(SCALE, [one for one in figures()["agreement"] if one["which"] == "overall"]))
    assert row[:5] == ["25", "80%", "100%", "0%", "20%"]
    assert not hasattr(expected, "why")
    assert isinstance(expected.kappa, Coefficient)  # type: ignore[union-attr]
    assert row[5] == f"{expected.kappa.value:.2f}"  # type: ignore[union-attr]
    assert row[6] == f"{expected.ac2.value:.2f}"  # type: ignore[union-attr]


def test_few_judgements_have_no_coefficient_and_small_differences_are_hidden(team: Team) -> None:
    moderated(team, "G", "G", 6)
    moderated(team, "G", "RI", 2)
    found = figures()
    row = words(section(document(found), "agreement-ofsted").tables[0])["Overall grades"]
    assert row[4] == "[c]"
    assert derived(found)["agreement-ofsted"]["counts"][f"overall|{ALL}"] == 8
    few = words(section(document(found, below=1), "agreement-ofsted").tables[0])["Overall grades"]
    assert few[5:] == ["–", "–"]


def test_a_quarter_without_moderations_has_no_section_on_agreement(team: Team) -> None:
    make_finished(team, "G", type=make_type("observation", moderation=False), moderation_due=None)
    assert not [one for one in document(figures()).sections if one.key.startswith("agreement")]
