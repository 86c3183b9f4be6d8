"""The tables of grades in a clinic sheet, with small counts about a team hidden. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from audits.documents.clinic import Cell, Grades, Row, Table
from qaf.suppression import suppress

HIDDEN = "—"
NOTE = "—: not shown, since the number is small or would give a small one away."
ALL = ""  # no grade has an empty code
# A cell: what it is about ("whole", "team", "domain"), which of these, and the code of the grade, or ALL.
Key = tuple[str, str, str]
WHOLE = ("whole", "")


def grade_tables(counts: Sequence[Grades], *, below: int) -> tuple[Table, ...]:
    """For each scale the grades by domain, and the overall grades by team.

    No count about one team from 1 to ``below`` - 1 is shown, and none can be worked out from what is shown: the
    overall grades of the service are the sum of its teams'. A domain that one team alone was judged in tells of that
    team.
    """
    found: list[Table] = []
    scales = sorted({one.scale for one in counts})
    for number, scale in enumerate(scales, 1):
        mine = [one for one in counts if one.scale == scale]
        found += _Scale(scale, mine, below, "" if len(scales) == 1 else f", scale {number}", str(number)).tables()
    return tuple(found)


class _Scale:
    """The counts on one scale as cells, and which of them are hidden."""

    def __init__(
        self, scale: tuple[tuple[str, str], ...], counts: list[Grades], below: int, suffix: str, key: str
    ) -> None:
        self.suffix, self.key = suffix, key
        names = dict(scale) | {one.grade: one.grade for one in counts if one.grade not in dict(scale)}
        self.codes, self.names = list(names), list(names.values())
        self.values: dict[Key, int] = defaultdict(int)
        self.rows: dict[tuple[str, str], str] = {}
        self.teams_of: dict[tuple[str, str], set[str]] = defaultdict(set)
        for one in sorted(counts, key=lambda one: (one.position, one.title, one.domain, one.team)):
            places = [WHOLE, ("team", one.team)] if one.is_overall else [("domain", one.domain)]
            for place in places:
                self.rows[place] = one.title if place[0] == "domain" else one.team
                self.teams_of[place].add(one.team)
                for code in (*self.codes, ALL):
                    self.values[(*place, code)] += one.number if code in (one.grade, ALL) else 0
        self.hidden = self._hidden(below)

    def _hidden(self, below: int) -> frozenset[Key]:
        sums: list[tuple[Key, list[Key]]] = [
            ((*place, ALL), [(*place, code) for code in self.codes]) for place in self.rows
        ]
        teams = [place for place in self.rows if place[0] == "team"]
        if teams:
            sums += [((*WHOLE, code), [(*team, code) for team in teams]) for code in (*self.codes, ALL)]
        for place in self.rows:
            # Every audit has a grade for every domain of its form, so a reader takes equal totals for the same.
            same = WHOLE in self.rows and self.values[(*place, ALL)] == self.values[(*WHOLE, ALL)]
            if place[0] == "domain" and same:
                sums.append(((*WHOLE, ALL), [(*place, ALL)]))
        of_one_team = [place for place in self.rows if place[0] == "team" or len(self.teams_of[place]) == 1]
        protected = {(*place, code) for place in of_one_team for code in (*self.codes, ALL)}
        hidden = suppress(dict(self.values), sums, protected=protected, below=below)
        # Beside a hidden total the noughts would say too much: with all others 0, every audit has the hidden grade.
        few = [place for place in of_one_team if (*place, ALL) in hidden]
        return hidden | {(*place, code) for place in few for code in (*self.codes, ALL)}

    def tables(self) -> list[Table]:
        domains = [place for place in self.rows if place[0] == "domain"]
        teams = sorted((place for place in self.rows if place[0] == "team"), key=lambda place: place[1])
        by_domain = [self._row(place, self.rows[place]) for place in domains]
        whole = [self._row(WHOLE, "Overall", is_total=True)] if WHOLE in self.rows else []
        by_team = [self._row(place, place[1]) for place in teams]
        in_all = [self._row(WHOLE, "Whole service", is_total=True)] if WHOLE in self.rows else []
        tables = [self._table("domain", "Grades by domain", "Domain", by_domain + whole)]
        if by_team:
            tables.append(self._table("team", "Overall grades by team", "Team", by_team + in_all))
        return tables

    def _row(self, place: tuple[str, str], header: str, *, is_total: bool = False) -> Row:
        cells: list[Cell] = [
            HIDDEN if (*place, code) in self.hidden else self.values[(*place, code)] for code in (*self.codes, ALL)
        ]
        return Row(header, tuple(cells), is_total)

    def _table(self, kind: str, caption: str, first: str, rows: list[Row]) -> Table:
        hides = any(HIDDEN in row.cells for row in rows)
        columns = (*self.names, "All")
        return Table(
            f"grades-{kind}-{self.key}", caption + self.suffix, first, columns, tuple(rows), NOTE if hides else ""
        )
