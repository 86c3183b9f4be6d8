"""The four lenses matrix, from its parts."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.lens_matrix import Item, matrix_of
from scorecard.models import Evidence, EvidenceKind, Lens, Priority
from scorecard.quarters import Quarter
from scorecard.queries.lenses import every_row, matrix_on
from tests.factories import UserFactory
from tests.scorecard.board_factories import make_figures, make_indicator, make_priority

DAY = date(2026, 11, 24)
LENSES = list(Lens.values)


def items() -> st.SearchStrategy[list[Item]]:
    one = st.builds(
        Item,
        priority=st.integers(1, 4),
        lens=st.sampled_from([*LENSES, "unknown"]),
        title=st.text(max_size=5),
        detail=st.just(""),
        path=st.just("/"),
        counts=st.booleans(),
    )
    return st.lists(one, max_size=20)


@given(items())
def test_every_item_of_a_known_cell_stands_in_it_once(found: list[Item]) -> None:
    lines = matrix_of([(1, "Neglect"), (2, "Exploitation")], LENSES, found)
    shown = [item for line in lines for cell in line.cells for item in cell.items]
    assert sorted(map(id, shown)) == sorted(id(one) for one in found if one.priority in (1, 2) and one.lens in LENSES)
    for line in lines:
        assert set(line.lenses) | set(line.gaps) == set(LENSES)
        assert not set(line.lenses) & set(line.gaps)
        assert line.rests_on_one == (len(line.lenses) == 1)


def evidence(priority: Priority, lens: Lens = Lens.CITIZEN, *, dated: date = DAY, days: int = 365) -> Evidence:
    return Evidence.objects.create(
        priority=priority,
        lens=lens,
        kind=EvidenceKind.PARENTS,
        title=f"Survey of {dated:%B}",
        summary="What parents say.",
        dated_on=dated,
        counts_until=dated + timedelta(days=days),
        added_by=UserFactory.create(),
    )


@pytest.mark.django_db
class TestOnADay:
    def test_evidence_counts_from_its_day_until_its_last(self) -> None:
        priority = make_priority()
        evidence(priority, dated=DAY, days=10)
        for day, stands in ((-1, False), (0, True), (10, True), (11, False)):
            assert bool(matrix_on(DAY + timedelta(days=day))[0].lenses) is stands, day

    def test_what_was_taken_out_stood_until_the_day_before(self) -> None:
        one = evidence(make_priority(), dated=DAY - timedelta(days=30))
        # Late in the evening by this country's clock, the day before by the world's would be wrong.
        Evidence.objects.filter(pk=one.pk).update(removed_at="2026-11-24T12:00:00Z")
        assert matrix_on(DAY - timedelta(days=1))[0].lenses == (Lens.CITIZEN,)
        assert matrix_on(DAY)[0].lenses == ()

    def test_an_indicator_without_a_recent_figure_is_shown_but_is_no_evidence(self) -> None:
        priority = make_priority()
        make_indicator(priority=priority, lens=Lens.INDEPENDENT)
        cell = matrix_on(DAY)[0].cells[0]
        assert (cell.lens, len(cell.items), cell.is_gap) == (Lens.INDEPENDENT, 1, True)

    def test_an_indicator_with_a_figure_is_evidence_for_a_year(self) -> None:
        priority = make_priority()
        indicator = make_indicator(priority=priority, lens=Lens.PROVIDER)
        make_figures(indicator, [80], last=Quarter(2026, 3))
        assert matrix_on(DAY)[0].lenses == (Lens.PROVIDER,)
        assert matrix_on(date(2028, 1, 1))[0].lenses == ()
        assert matrix_on(date(2026, 9, 29))[0].lenses == ()

    def test_a_gap_in_the_series_is_no_evidence(self) -> None:
        indicator = make_indicator(lens=Lens.PROVIDER)
        make_figures(indicator, [None], last=Quarter(2026, 3))
        assert matrix_on(DAY)[0].lenses == ()

    def test_a_priority_known_through_one_lens_alone_is_marked(self) -> None:
        one, two = make_priority("Neglect"), make_priority("Exploitation", position=2)
        evidence(one)
        evidence(two)
        evidence(two, Lens.PROFESSIONAL)
        assert [line.rests_on_one for line in matrix_on(DAY)] == [True, False]

    def test_priorities_of_another_time_are_not_shown(self) -> None:
        ended = make_priority("Ended")
        Priority.objects.filter(pk=ended.pk).update(ends_on=DAY - timedelta(days=1))
        make_priority("To come", starts_on=DAY + timedelta(days=1))
        make_priority("Now")
        assert [line.name for line in matrix_on(DAY)] == ["Now"]

    def test_a_file_has_a_row_for_each_gap(self) -> None:
        evidence(make_priority())
        rows = list(every_row(matrix_on(DAY)))
        assert [(row[1], row[-1]) for row in rows] == [
            ("Independent", "No"),
            ("Provider", "No"),
            ("Professional", "No"),
            ("Citizen", "Yes"),
        ]
