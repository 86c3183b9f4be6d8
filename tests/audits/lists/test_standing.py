"""What the lists a child is on say together of the case."""

from datetime import date

import pytest

from audits.models import LegalStatus
from audits.standing import ORDER, Standing, Stay, standing

JANUARY, MARCH, MAY = date(2026, 1, 5), date(2026, 3, 2), date(2026, 5, 4)


def on(status: str, start: date | None = None, end: date | None = None) -> Stay:
    return Stay(status, start, end)


def test_every_status_has_its_place() -> None:
    assert set(ORDER) == set(LegalStatus.values)


@pytest.mark.parametrize(
    ("statuses", "age", "counts"),
    [
        (("cin", "cp"), 7, "cp"),
        (("cp", "plo", "cin"), 7, "plo"),
        (("cic", "plo"), 7, "cic"),
        (("cin", "contact"), 7, "cin"),
        (("cic", "care_leaver"), 17, "cic"),
        (("cin", "care_leaver"), 17, "cin"),
        (("cin", "care_leaver"), 18, "care_leaver"),
        (("cic", "care_leaver"), None, "cic"),
        (("contact",), None, "contact"),
    ],
)
def test_the_open_list_that_counts_most_gives_the_status(
    statuses: tuple[str, ...], age: int | None, counts: str
) -> None:
    assert standing(map(on, statuses), age=age).status == counts
    assert standing(map(on, reversed(statuses)), age=age).status == counts


def test_ending_one_list_leaves_the_case_open_while_another_goes_on() -> None:
    assert standing([on("cp", MARCH, MAY), on("cin", JANUARY)], age=7) == Standing("cin", JANUARY, None)


def test_a_case_is_closed_when_it_has_ended_on_every_list() -> None:
    assert standing([on("cp", MARCH, MAY), on("cin", JANUARY, MARCH)], age=7) == Standing("cp", JANUARY, MAY)


def test_it_is_open_since_the_earliest_start_of_the_lists_that_go_on() -> None:
    assert standing([on("cp", MARCH), on("cin", JANUARY, MARCH)], age=7).opened_on == MARCH
    assert standing([on("cp"), on("cin", MAY)], age=7).opened_on == MAY
    assert standing([on("cp")], age=7).opened_on is None
