"""No small count about a team can be seen in a table, or worked out from it."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qaf.suppression import known, suppress

Cell = tuple[str, str]


def table(rows: dict[str, list[int]]) -> tuple[dict[Cell, int], list[tuple[Cell, list[Cell]]]]:
    """A table with a total at the end of each row and under each column."""
    width = len(next(iter(rows.values())))
    columns = [f"c{number}" for number in range(width)]
    values: dict[Cell, int] = {}
    for name, counts in rows.items():
        values |= {(name, column): count for column, count in zip(columns, counts, strict=True)}
        values[(name, "all")] = sum(counts)
    for column in (*columns, "all"):
        values[("whole", column)] = sum(values[(name, column)] for name in rows)
    sums: list[tuple[Cell, list[Cell]]] = [
        ((name, "all"), [(name, column) for column in columns]) for name in (*rows, "whole")
    ]
    sums += [(("whole", column), [(name, column) for name in rows]) for column in (*columns, "all")]
    return values, sums


def about_teams(values: dict[Cell, int]) -> list[Cell]:
    return [key for key in values if key[0] != "whole"]


def test_nothing_is_hidden_when_nothing_is_small() -> None:
    values, sums = table({"a": [5, 9], "b": [0, 12]})
    assert suppress(values, sums, protected=about_teams(values), below=5) == frozenset()


def test_a_nought_is_shown() -> None:
    values, sums = table({"a": [0, 0], "b": [7, 0]})
    assert suppress(values, sums, protected=about_teams(values), below=5) == frozenset()


def test_one_small_count_takes_three_others_with_it_so_that_no_total_gives_it_away() -> None:
    values, sums = table({"a": [2, 9], "b": [6, 12], "c": [8, 14]})
    hidden = suppress(values, sums, protected=about_teams(values), below=5)
    assert ("a", "c0") in hidden
    assert len(hidden) == 4
    assert not any(row == "whole" for row, _ in hidden)


def test_a_single_team_takes_its_service_with_it() -> None:
    values = {"team": 3, "service": 3, "other": 20, "third": 9, "whole": 32}
    sums = [("service", ["team"]), ("whole", ["service", "other", "third"])]
    assert suppress(values, sums, protected={"team"}, below=5) == {"team", "service", "third"}


def test_a_team_that_is_in_no_table_is_protected_too() -> None:
    values = {"team": 3, "service": 3, "other": 20, "whole": 23}
    sums = [("service", ["team"]), ("whole", ["service", "other"])]
    assert suppress(values, sums, protected={"team"}, below=5, unseen={"team"}) == {"service", "other"}


def test_two_ones_are_not_given_away_by_their_sum() -> None:
    values = {"a": 1, "b": 1, "c": 0, "whole": 2}
    hidden = suppress(values, [("whole", ["a", "b", "c"])], protected={"a", "b", "c"}, below=5)
    assert hidden == {"a", "b", "c"}


def test_a_sum_that_does_not_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="not the sum"):
        suppress({"a": 1, "whole": 2}, [("whole", ["a"])], protected={"a"}, below=5)


counts = st.one_of(st.integers(0, 6), st.integers(0, 60))
tables = st.integers(1, 4).flatmap(
    lambda width: st.dictionaries(
        st.sampled_from("abcdef"), st.lists(counts, min_size=width, max_size=width), min_size=1, max_size=6
    )
)


@given(tables, st.integers(2, 6))
def test_no_small_count_is_shown_or_can_be_worked_out(rows: dict[str, list[int]], below: int) -> None:
    values, sums = table(rows)
    hidden = suppress(values, sums, protected=about_teams(values), below=below)
    small = {key for key in about_teams(values) if 0 < values[key] < below}
    assert small <= hidden
    assert not known(values, sums, hidden) & small


@given(tables, st.integers(2, 6))
def test_the_same_table_hides_the_same_cells(rows: dict[str, list[int]], below: int) -> None:
    values, sums = table(rows)
    assert suppress(values, sums, protected=about_teams(values), below=below) == suppress(
        values, sums, protected=about_teams(values), below=below
    )


def possible(
    values: dict[Cell, int], sums: list[tuple[Cell, list[Cell]]], rows: list[str], hidden: frozenset[Cell], most: int
) -> dict[Cell, set[int]]:
    """Every value each inner cell can have in any table of noughts and counts that agrees with what is shown."""
    inner = [key for key in values if key[0] in rows and key[1] != "all"]
    free = [key for key in inner if key in hidden]
    fixed = {key: values[key] for key in inner if key not in hidden}
    found: dict[Cell, set[int]] = {key: set() for key in hidden}
    for guess in product(range(most + 1), repeat=len(free)):
        trial = fixed | dict(zip(free, guess, strict=True))
        for total, parts in sums:
            if all(part in trial for part in parts) and total not in trial:
                trial[total] = sum(trial[part] for part in parts)
        if all(trial[key] == value for key, value in values.items() if key not in hidden) and all(
            trial[total] == sum(trial[part] for part in parts) for total, parts in sums
        ):
            for key in hidden:
                found[key].add(trial[key])
    return found


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from("abc"), st.lists(st.integers(0, 4), min_size=2, max_size=2), min_size=2, max_size=3)
)
def test_trying_every_table_leaves_at_least_two_values_for_each_small_count(rows: dict[str, list[int]]) -> None:
    values, sums = table(rows)
    hidden = suppress(values, sums, protected=about_teams(values), below=4)
    found = possible(values, sums, list(rows), hidden, most=5)
    for key in about_teams(values):
        if 0 < values[key] < 4:
            assert len(found[key]) >= 2, (key, rows, hidden)
