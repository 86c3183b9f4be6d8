"""What upper floors would make of a framework pack, for the page that shows a pack before it is loaded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from audits.kloe.packs import Pack


@dataclass(frozen=True)
class PackRow:
    """One thing that a pack brings beside what is there: new, changed, same, edited (here), other (not the
    pack's), or rival (left out, since one that was made here does the same).

    ``changes`` name what differs: here, and in the pack.
    """

    title: str
    state: str
    changes: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class PackPart:
    """What a pack brings for an upper floor, under one heading."""

    title: str
    rows: tuple[PackRow, ...]


# Takes packs as they were read, and gives the part of each by the pack's key; nothing for a pack that brings none.
PackPartFunction = Callable[[Sequence[Pack]], dict[str, PackPart]]

_functions: dict[str, PackPartFunction] = {}


def register_pack_part(function: PackPartFunction) -> None:
    """Add a part to the page of every pack. Registering the same function again replaces it."""
    _functions[f"{function.__module__}.{function.__qualname__}"] = function


def parts_of_packs(packs: Sequence[Pack]) -> dict[str, list[PackPart]]:
    """The parts of each pack, by its key."""
    found: dict[str, list[PackPart]] = {pack.key: [] for pack in packs}
    for _, function in sorted(_functions.items()):
        for key, part in function(packs).items():
            found[key].append(part)
    return found
