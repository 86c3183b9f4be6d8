"""Which cells of a report are hidden, by the sums that hold between its tables. Pure.

Every table takes part at once, since a count hidden in one could be worked out from another.
"""

from typing import Any

from qaf.suppression import suppress
from scorecard.layout import ALL, FINAL, GOOD, STAGES, UNGRADED, VOLUMES, WHOLE, cell, grade_column

# Not printed, and no secret either: usually 0, so hiding them would hide nothing.
FIXED = ("undated", "moderated_undated", "unmoderated")


def cells_of(figures: dict[str, Any]) -> dict[str, int]:
    """Every cell of the report's tables, noughts included, with the totals that are worked out here."""
    values: dict[str, int] = {}
    found: dict[str, int] = figures["cells"]
    for row in figures["rows"]:
        key, kind = row["key"], row["kind"]

        def number(column: str, key: str = key) -> int:
            return found.get(cell(key, column), 0)

        if kind in (WHOLE, "service", "team"):
            values |= {cell(key, column): number(column) for column in VOLUMES}
            values[cell(key, "dated")] = number("on_time") + number("late")
            values[cell(key, "moderated_dated")] = number("moderated_in_time") + number("moderated_late")
            values[cell(key, "unmoderated")] = number("settled") - number("moderated")
        for stage in stages_of(kind):
            for scale in figures["scales"]:
                for column in (*codes_of(scale), ALL):
                    name = grade_column(stage, scale["key"], column)
                    values[cell(key, name)] = number(name)
                values[cell(key, grade_column(stage, scale["key"], GOOD))] = sum(
                    number(grade_column(stage, scale["key"], code)) for code in good_codes_of(scale)
                )
            values[cell(key, f"{stage}:{UNGRADED}")] = number(f"{stage}:{UNGRADED}")
    return values


def stages_of(kind: str) -> tuple[str, ...]:
    """The grades a kind of row shows: types of audit and legal statuses the final ones only."""
    return STAGES if kind in (WHOLE, "service", "team") else (FINAL,)


def codes_of(scale: dict[str, Any]) -> list[str]:
    return [grade["code"] for grade in scale["grades"]]


def good_codes_of(scale: dict[str, Any]) -> list[str]:
    return [grade["code"] for grade in scale["grades"] if grade["meets_standard"]]


def hidden_cells(figures: dict[str, Any], below: int) -> frozenset[str]:
    """The cells to hide so that no count about a team of 1 to ``below`` - 1 is printed or can be worked out."""
    values = cells_of(figures)
    teams = [row["key"] for row in figures["rows"] if row["kind"] == "team"]
    grades = [column for stage in STAGES for column in _grade_columns(figures, stage)]
    # Volumes are printed for services only, but a service of one team would tell them of the team.
    volumes = [*VOLUMES, "dated", "moderated_dated"]
    return suppress(
        values,
        _sums(figures, values),
        protected={cell(team, column) for team in teams for column in (*volumes, *grades)},
        below=below,
        unseen={cell(team, column) for team in teams for column in volumes if column not in FIXED},
        fixed={key for key in values if key.split("|", 1)[1] in FIXED or key.endswith(f":{UNGRADED}")},
    )


def _grade_columns(figures: dict[str, Any], stage: str) -> list[str]:
    return [
        grade_column(stage, scale["key"], code) for scale in figures["scales"] for code in (*codes_of(scale), ALL, GOOD)
    ]


def _sums(figures: dict[str, Any], values: dict[str, int]) -> list[tuple[str, list[str]]]:
    return [
        (total, parts) for total, parts in (*_sums_along_rows(figures), *_sums_down_columns(figures, values)) if parts
    ]


def _sums_along_rows(figures: dict[str, Any]) -> list[tuple[str, list[str]]]:
    sums = []
    for row in figures["rows"]:
        key, scales = row["key"], figures["scales"]

        def of(columns: list[str], key: str = key) -> list[str]:
            return [cell(key, column) for column in columns]

        for stage in stages_of(row["kind"]):
            for scale in scales:
                whole = cell(key, grade_column(stage, scale["key"], ALL))
                sums.append((whole, of([grade_column(stage, scale["key"], code) for code in codes_of(scale)])))
                good = cell(key, grade_column(stage, scale["key"], GOOD))
                sums.append((good, of([grade_column(stage, scale["key"], code) for code in good_codes_of(scale)])))
        if row["kind"] in (WHOLE, "service", "team"):
            sums += [
                (cell(key, "dated"), of(["on_time", "late"])),
                (cell(key, "submitted"), of(["dated", "undated"])),
                (cell(key, "moderated_dated"), of(["moderated_in_time", "moderated_late"])),
                (cell(key, "moderated"), of(["moderated_dated", "moderated_undated"])),
                (cell(key, "settled"), of(["moderated", "unmoderated"])),
            ]
            for stage, volume in zip(STAGES, ("submitted", "settled"), strict=True):
                graded = [grade_column(stage, scale["key"], ALL) for scale in scales]
                sums.append((cell(key, volume), of([*graded, f"{stage}:{UNGRADED}"])))
    return sums


def _sums_down_columns(figures: dict[str, Any], values: dict[str, int]) -> list[tuple[str, list[str]]]:
    """The whole is the sum of its services, of its types and of its legal statuses; a service, of its teams."""
    sums = []
    columns = dict.fromkeys(key.split("|", 1)[1] for key in values)
    groups = [
        (WHOLE, kind, [row["key"] for row in figures["rows"] if row["kind"] == kind])
        for kind in ("service", "type", "status")
    ]
    groups += [
        (row["key"], "team", [team["key"] for team in figures["rows"] if team["parent"] == row["key"]])
        for row in figures["rows"]
        if row["kind"] == "service"
    ]
    for total, _, parts in groups:
        for column in columns:
            there = [cell(part, column) for part in parts if cell(part, column) in values]
            if there and cell(total, column) in values:
                sums.append((cell(total, column), there))
    return sums
