"""Whom a concern goes to. Pure: keys of people in, keys of people out."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass


@dataclass(frozen=True)
class Addressees:
    """The keys of the service manager and the QA manager a concern goes to; either may be missing."""

    service_manager: int | None = None
    qa_manager: int | None = None

    @property
    def keys(self) -> list[int]:
        """Whoever is told, each once; whoever has to deal with it first."""
        return [key for key in dict.fromkeys((self.service_manager, self.qa_manager)) if key is not None]


def choose(
    *,
    service_managers: Sequence[int],
    qa_managers: Sequence[int],
    elsewhere: Iterable[int],
    barred: Set[int],
    helpers: Set[int],
    raised_by: int,
) -> Addressees:
    """The nearest service manager and the nearest QA manager who stand apart from the audit and from the concern.

    ``service_managers`` and ``qa_managers`` are those over the audit, ``elsewhere`` the other QA managers of the
    organisation, each the right one first. ``barred`` people (auditor, case-holder) never get it. When nobody else is
    left it goes, in this order, to somebody who helped to write the audit (``helpers``), to a QA manager elsewhere,
    and to ``raised_by``: better to somebody too near to it than to nobody. Empty when nobody at all is left.
    """

    def found(without: Set[int]) -> Addressees:
        return Addressees(
            next((key for key in service_managers if key not in without), None),
            next((key for key in qa_managers if key not in without), None),
        )

    own = barred | {raised_by}
    for addressees in (found(own | helpers), found(own)):
        if addressees.keys:
            return addressees
    other = next((key for key in elsewhere if key not in own), None)
    return Addressees(qa_manager=other) if other is not None else found(barred)
