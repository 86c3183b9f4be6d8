"""What a quarterly report says when there is little or nothing to say, and of figures counted before."""

from typing import Any

import pytest

from qaf.people.models import Team
from scorecard.reports.contents import document_of
from tests.scorecard.factories import make_finished
from tests.scorecard.quarterly.setting import document, figures, section, snapshot_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("after_the_quarter")]


def test_a_quarter_without_audits_says_so_in_every_section() -> None:
    shown = document(figures())
    assert [one.key for one in shown.sections] == [
        "work", "timeliness", "overdue", "families", "workers", "actions", "lowest", "how",
    ]  # fmt: skip
    assert "No audit was graded in the quarter" in section(shown, "work").paragraphs[-1]
    for key, words in (("families", "No answers of families"), ("workers", "No answers of practitioners")):
        assert section(shown, key).paragraphs[0].startswith(words)
        assert section(shown, key).tables == []
    assert section(shown, "actions").paragraphs[0].startswith("No actions")
    assert not [
        cell for table in section(shown, "work").tables for row in table.rows for cell in row.cells if cell.hidden
    ]


def test_every_section_but_the_last_asks_for_a_commentary(team: Team) -> None:
    make_finished(team, "G")
    assert [one.key for one in document(figures()).sections if not one.prompt] == ["how"]


def test_a_snapshot_from_before_has_the_sections_that_were_counted_then(team: Team) -> None:
    for _ in range(6):
        make_finished(team, "G")
    snapshot: dict[str, Any] = snapshot_of(figures())
    for key in ("grids", "agreement"):
        del snapshot["figures"][key]
    keys = {one.key for one in document_of(snapshot).sections}
    assert "regrades-ofsted" in keys
    assert not keys & {"families", "workers", "actions", "over-time-ofsted", "agreement-ofsted"}
