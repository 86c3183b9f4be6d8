"""How figures are put into words, and drawn."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from moderation import agreement_words as words
from moderation.agreement import Coefficient, TooFew, Undefined, summarise
from moderation.agreement_charts import MOST_BARS, MOST_POINTS, over_time_chart, shifts_chart

MIXED = summarise([[9, 1], [2, 9]])
OPPOSITE = summarise([[1, 9], [9, 1]])
NAMESPACE = "{http://www.w3.org/2000/svg}"


def test_numbers_read_as_people_write_them() -> None:
    assert [words.number(value) for value in (0.5, -0.004, -0.256, 1)] == ["0.50", "0.00", "−0.26", "1.00"]
    assert [words.percent(value) for value in (0, 0.004, 0.5, 0.996, 1)] == [
        "0%",
        "under 1%",
        "50%",
        "over 99%",
        "100%",
    ]
    assert [words.shift(value) for value in (0.125, -0.3, 0.001)] == ["0.12 higher", "0.30 lower", "none"]


def test_what_has_no_figure_says_why() -> None:
    assert words.too_few(TooFew(3)) == "Too few to say: 3 of at least 10"
    assert words.coefficient(Undefined("One grade.")) == "None. One grade."
    assert words.coefficient(Coefficient(1.0, 0.0, None)) == f"1.00 ({words.NO_INTERVAL})"
    row = words.file_row(summarise([[12, 0], [0, 0]]))
    assert len(row) == len(words.FILE_HEADERS)
    assert row[8:11] == [None, None, None]
    assert "one and the same grade" in str(row[-1])


def parsed(svg: str) -> ElementTree.Element:
    root = ElementTree.fromstring(svg)
    named = root.attrib["aria-labelledby"].split()
    assert [root.find(f"{NAMESPACE}title").attrib["id"], root.find(f"{NAMESPACE}desc").attrib["id"]] == named  # type: ignore[union-attr]
    assert "style" not in svg
    return root


def test_a_chart_of_shifts_tells_its_numbers_and_what_has_none() -> None:
    named = [("Assessment & <plan>", MIXED), ("Few", TooFew(4)), *((f"Part {n}", MIXED) for n in range(MOST_BARS))]
    description = parsed(shifts_chart("shifts", "Shifts", named)).findtext(f"{NAMESPACE}desc") or ""
    assert "Assessment & <plan>: Raised 2, Same grade 18, Lowered 1" in description
    assert "Few: Too few to say: 4 of at least 10" in description
    assert f"Part {MOST_BARS - 3}" in description
    assert f"Part {MOST_BARS - 2}" not in description


@pytest.mark.parametrize("figures", [MIXED, OPPOSITE, summarise([[12, 0], [0, 9]]), summarise([[12]]), TooFew(2)])
def test_a_chart_over_time_keeps_every_point_inside(figures: object) -> None:
    points = [(("Jan–Mar", str(2000 + n)), f"Quarter {n}", figures) for n in range(MOST_POINTS + 2)]
    root = parsed(over_time_chart("time", "AC2", points))  # type: ignore[arg-type]
    height, width = float(root.attrib["height"]), float(root.attrib["width"])
    for circle in root.iter(f"{NAMESPACE}circle"):
        assert 0 <= float(circle.attrib["cy"]) <= height
        assert 0 <= float(circle.attrib["cx"]) <= width
    for stroke in root.iter(f"{NAMESPACE}line"):
        assert all(0 <= float(stroke.attrib[name]) <= height for name in ("y1", "y2"))
    description = root.findtext(f"{NAMESPACE}desc") or ""
    assert len(re.findall(r"Quarter \d+:", description)) == MOST_POINTS
    assert "Quarter 0:" not in description
