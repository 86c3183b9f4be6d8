"""The tracker against a bare list, and against itself with a hundredth of the audits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from django.urls import reverse

from bench.caller import Caller, Failed, medians
from bench.databases import at
from bench.figures import Figure
from qaf.people.models import User

ROUNDS = 200
# Who looks at the list: everything, one service, one team's distributed audits, and an auditor's own.
PEOPLE = {"officer": "officer", "service_manager": "manager", "team_manager": "team", "auditor": "person7"}
TO_BARE, TO_SMALL = 2.0, 1.2


def _pages(audits: int, path: str) -> dict[str, Callable[[], bytes]]:
    """For each person, a call for the list at this size; each is looked at once, to be sure it is the real page."""
    with at(audits):
        callers = {who: Caller(User.objects.get(email=f"{name}@bench.invalid")) for who, name in PEOPLE.items()}

    def call(caller: Caller) -> Callable[[], bytes]:
        def get() -> bytes:
            with at(audits):
                return caller.get(path).body

        if get().count(b"<tr") < 51:
            raise Failed(f"{path} shows fewer than fifty rows at {audits} audits")
        return get

    return {who: call(caller) for who, caller in callers.items()}


def run(sizes: Sequence[int]) -> Iterator[Figure]:
    """Measure at every size against the bare list of that size, then the largest against the smallest."""
    path = reverse("audits:tracker")
    small, large = min(sizes), max(sizes)
    pages = {audits: _pages(audits, path) for audits in sizes}
    for audits in sizes:
        bare = _pages(audits, "/bare/rows/")["officer"]
        base, *times = medians([bare, *pages[audits].values()], rounds=ROUNDS)
        for who, time in zip(PEOPLE, times, strict=True):
            yield Figure(f"tracker_{who}_{audits}_to_bare_list", time / base, TO_BARE)
    for who in PEOPLE if large > small else ():
        few, many = medians([pages[small][who], pages[large][who]], rounds=ROUNDS)
        yield Figure(f"tracker_{who}_{large}_to_{small}", many / few, TO_SMALL)
