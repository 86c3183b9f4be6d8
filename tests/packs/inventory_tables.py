"""Read the Markdown tables of an inventory page, so that people and tests read the same page."""

from pathlib import Path

INVENTORY = Path(__file__).parent / "inventory"

Row = dict[str, str]


def tables(page: str) -> dict[str, list[Row]]:
    """Return the tables of the page by the heading they stand under, each row by its column titles.

    `page` is the name of a file in `inventory/`. A row with too few or too many cells raises ValueError.
    """
    found: dict[str, list[Row]] = {}
    heading, titles = "", list[str]()
    for line in (INVENTORY / page).read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            heading, titles = line.removeprefix("## ").strip(), []
        elif line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if not titles:
                titles = cells
                found[heading] = []
            elif not set(cells[0]) <= {"-"}:
                found[heading].append(dict(zip(titles, cells, strict=True)))
    return found


def listed(cell: str, separator: str = ";") -> list[str]:
    """Return the parts of a cell that holds a list."""
    return [part.strip() for part in cell.split(separator)]
