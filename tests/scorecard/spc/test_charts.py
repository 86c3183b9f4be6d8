"""The drawings of series and their verdicts."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.charts import Benchmark, assurance_icon, sparkline, variation_icon, xmr_chart
from scorecard.charts.axis import Scale
from scorecard.spc import USUAL, Assurance, Cause, Variation, analyse
from scorecard.spc_words import assurance_words, cause_words, limits_words, variation_words

CALM = [48.0, 52.0] * 10
LABELS = [f"Month {number}" for number in range(1, 41)]
VALUES = st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6, allow_nan=False)), max_size=40)


def _drawn(values: list[float | None], **options: object) -> str:
    verdict = analyse(values, direction="up")
    return xmr_chart("c", "Visits in time", LABELS[: len(values)], verdict, **options)  # type: ignore[arg-type]


def _words(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def _described(svg: str) -> str:
    found = re.search(r"<desc[^>]*>([^<]*)</desc>", svg)
    assert found
    return found[1]


@given(VALUES, st.booleans(), st.one_of(st.none(), st.floats(-100, 200)), st.sets(st.integers(0, 39), max_size=2))
def test_every_series_can_be_drawn(
    values: list[float | None], percent: bool, target: float | None, rebases: set[int]
) -> None:
    verdict = analyse(values, direction="down", rebases=rebases, targets=target)
    labels = LABELS[: len(values)]
    drawings = [
        xmr_chart("c", "Visits", labels, verdict, target=target, percent=percent),
        sparkline("Visits", verdict, places=len(values), target=target),
    ]
    for drawing in drawings:
        ElementTree.fromstring(drawing)
        assert "nan" not in drawing
        assert "style=" not in drawing


def test_a_chart_is_described_for_those_who_do_not_see_it() -> None:
    verdict = analyse([*CALM, 75.0], direction="up", targets=45.0)
    chart = xmr_chart("c", "Visits in time", LABELS[:21], verdict, target=45.0, percent=True)
    assert "<title" in chart
    assert _described(chart) == (
        "21 values from Month 1 to Month 21, the last 75%. Mean 51.2%, limits 40.6% to 61.8%. "
        "Improving: higher than usual. Target 45%: hit and miss: meets the target by chance."
    )


def test_titles_and_names_are_escaped() -> None:
    verdict = analyse(CALM, direction="up")
    benchmark = Benchmark("<England & Wales>", [50.0] * 20)
    chart = xmr_chart('a"b', "Under 5s <&>", LABELS[:20], verdict, benchmarks=[benchmark])
    ElementTree.fromstring(chart)
    assert "&lt;England &amp; Wales&gt;" in chart
    ElementTree.fromstring(sparkline('Under 5s "<&>', verdict))


def test_limits_of_shares_are_drawn_between_nought_and_a_hundred() -> None:
    values = [90.0, 100.0] * 8
    assert "limits 68.4% to 100%" in _described(_drawn(values, percent=True))
    assert "limits 68.4 to 121.6" in _described(_drawn(values))
    # Only the drawing is cut.
    assert analyse(values, direction="up").points[0].upper == pytest.approx(121.6)


def test_a_line_is_not_drawn_over_a_gap() -> None:
    whole = sparkline("Visits", analyse(CALM, direction="up"))
    holed = sparkline("Visits", analyse([*CALM[:10], None, *CALM[10:]], direction="up"))
    assert holed.count("<polyline") == whole.count("<polyline") + 1


def test_the_legend_names_only_what_is_there() -> None:
    words = _words(_drawn(list(CALM)))
    assert "Common cause" in words
    assert {"Improving", "Concerning", "Target", "Limits begun anew", "Trial limits"}.isdisjoint(words)
    verdict = analyse([*CALM, 20.0], direction="up", rebases=[8])
    words = _words(xmr_chart("c", "Visits", LABELS[:21], verdict, target=50.0))
    assert {"Concerning", "Target", "Limits begun anew"} <= set(words)


def test_a_single_value_has_no_limits_in_its_chart() -> None:
    chart = _drawn([42.0], target=40.0)
    assert "Value" in _words(chart)
    assert {"Mean", "Limits", "Common cause"}.isdisjoint(_words(chart))


def test_nothing_is_told_by_colour_alone() -> None:
    def shape(svg: str) -> str:
        return re.sub(r"#[0-9a-f]{6}", "", svg)

    improving = sparkline("Visits", analyse([*CALM, 90.0], direction="up"))
    concerning = sparkline("Visits", analyse([*CALM, 90.0], direction="down"))
    neither = sparkline("Visits", analyse([*CALM, 90.0], direction="neutral"))
    assert len({shape(improving), shape(concerning), shape(neither)}) == 3
    assert len({shape(variation_icon(one)) for one in Variation}) == len(Variation)
    assert len({shape(assurance_icon(one)) for one in Assurance}) == len(Assurance)
    assert len({variation_words(one) for one in Variation}) == len(Variation)


@pytest.mark.parametrize("variation", list(Variation))
def test_every_variation_has_an_icon_and_words(variation: Variation) -> None:
    ElementTree.fromstring(variation_icon(variation))
    assert variation_words(variation)


@pytest.mark.parametrize("assurance", list(Assurance))
def test_every_assurance_has_an_icon_and_words(assurance: Assurance) -> None:
    ElementTree.fromstring(assurance_icon(assurance))
    assert assurance_words(assurance)


def test_every_cause_has_words_of_its_own() -> None:
    assert len({cause_words(one) for one in Cause}) == len(Cause)


def test_few_points_are_warned_of() -> None:
    assert limits_words(analyse(CALM, direction="up"), USUAL) == ""
    assert "fewer than 13 points" in limits_words(analyse(CALM[:12], direction="up"), USUAL)
    assert "3 points or more" in limits_words(analyse(CALM[:2], direction="up"), USUAL)


@given(st.lists(st.floats(-1e9, 1e9), min_size=1))
def test_a_scale_holds_all_its_values_between_round_numbers(values: list[float]) -> None:
    scale = Scale.over(values, top=10, bottom=200)
    assert 1 <= len(scale.numbers) - 1 <= 8
    slack = 1e-6 * max(1, *(abs(value) for value in values))
    assert scale.lowest <= min(values) + slack
    assert scale.highest >= max(values) - slack
    assert all(10 - 1e-6 <= scale.y(value) <= 200 + 1e-6 for value in values)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1))
def test_the_numbers_of_a_scale_are_told_apart(values: list[float]) -> None:
    scale = Scale.over([round(value, 4) for value in values], top=10, bottom=200)
    words = [scale.words(number, percent=False) for number in scale.numbers]
    assert len(set(words)) == len(words)


def test_numbers_of_a_scale_have_no_more_places_than_they_need() -> None:
    scale = Scale.over([-0.02, 0.06], top=10, bottom=200)
    assert [scale.words(number, percent=True) for number in scale.numbers] == [
        "−0.02%",
        "0.00%",
        "0.02%",
        "0.04%",
        "0.06%",
    ]
    scale = Scale.over([800.0, 2100.0], top=10, bottom=200)
    assert [scale.words(number, percent=False) for number in scale.numbers] == [
        "500",
        "1,000",
        "1,500",
        "2,000",
        "2,500",
    ]
