"""Drawing the cases of a moderation panel. Pure: no database, no clock, and the same seed gives the same draw.

Bristol QAF, *Moderation*: the panel samples completed audits three times a year, and looks at cases where grading was
inconsistent and at practice that is particularly new or innovative.
"""

import hashlib
import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

# From how many grades on auditor and moderator lie far apart.
FAR_APART = 2
# A domain that was judged less often than this says nothing about how well people agree on it.
FEWEST_JUDGEMENTS = 5

RANDOM, DIFFERING, DOMAIN, INNOVATIVE = "random", "differing", "domain", "innovative"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An audit as the draw sees it.

    ``gap`` is how many grades auditor and moderator lie apart where they lie furthest, ``gap_domain`` where that is.
    ``overall`` is the key of the overall judgement, empty for an audit that has none. ``disagreeing`` are the
    domains, without the overall judgement, on which the two differ.
    """

    key: int
    gap: int
    gap_domain: str
    overall: str
    disagreeing: frozenset[str]
    innovative: bool


@dataclass(frozen=True)
class Sizes:
    """How many cases of each kind are asked for."""

    random: int
    differing: int
    domains: int
    innovative: int

    @property
    def total(self) -> int:
        return self.random + self.differing + self.domains + self.innovative


@dataclass(frozen=True)
class Drawn:
    """This audit, as what it was drawn, and the judgement that the panel looks at. ``why`` names no child."""

    key: int
    kind: str
    domain: str
    why: str


@dataclass(frozen=True)
class Sample:
    """What a draw gives: the cases in the order of their kinds, and the whole draw in sentences."""

    cases: tuple[Drawn, ...]
    explanation: tuple[str, ...]


def draw(
    candidates: Sequence[Candidate],
    sizes: Sizes,
    *,
    seed: int,
    domain_titles: Mapping[str, str],
    judged: Mapping[str, int],
    period: str = "",
) -> Sample:
    """Draw the cases of a panel: at random first, then far apart, then by domain, then innovative.

    The random ones come first and from all candidates alike, so that they stand for every audit of the period; the
    other kinds choose among what is left. Nobody is drawn twice, and a kind that finds too few says so and is not
    filled up from another. The same candidates, sizes and seed give the same sample in whatever order they are listed.

    ``judged`` is how many judgements each domain has among the candidates; ``period`` says in words when their grades
    were settled, such as "between 1 and 30 September 2026".
    """
    pool = {candidate.key: candidate for candidate in candidates}
    lots = _Lots(pool.values(), seed)
    say = _Titles(domain_titles)
    explanation = [f"Drawn from {_count(len(pool), 'audit')} with grades settled {period}".rstrip() + f", seed {seed}."]
    for add in (_add_random, _add_differing, _add_domains, _add_innovative):
        explanation.append(add(lots, sizes, say, judged))
    return Sample(tuple(lots.drawn), tuple(explanation))


def shuffled(cases: Sequence[Drawn], seed: int) -> tuple[Drawn, ...]:
    """The cases in an order that tells nothing of their kinds; the same seed gives the same order."""
    return tuple(sorted(cases, key=lambda one: _lot(seed, "order", one.key)))


def _lot(seed: int, purpose: str, key: int) -> tuple[int, int]:
    """A number that only chance gave, of the seed and the audit itself, so that no order of a list matters."""
    text = f"{seed}\x1f{purpose}\x1f{key}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big"), key


class _Titles:
    """What the domains are called."""

    def __init__(self, titles: Mapping[str, str]) -> None:
        self._titles = titles

    def of(self, domain: str) -> str:
        return self._titles.get(domain, domain)


class _Lots:
    """The candidates that are left, and what was drawn so far."""

    def __init__(self, candidates: Iterable[Candidate], seed: int) -> None:
        self.all = list(candidates)
        self.seed = seed
        self.drawn: list[Drawn] = []
        self._taken: set[int] = set()

    def free(self, candidate: Candidate) -> bool:
        return candidate.key not in self._taken

    def take(self, candidate: Candidate, kind: str, domain: str, why: str) -> None:
        self._taken.add(candidate.key)
        self.drawn.append(Drawn(candidate.key, kind, domain, why))

    def some(self, kind: str, among: Iterable[Candidate], size: int) -> list[Candidate]:
        """So many of these by lot, or as many as there are."""
        return heapq.nsmallest(size, among, key=lambda candidate: _lot(self.seed, kind, candidate.key))


def _add_random(lots: _Lots, sizes: Sizes, say: _Titles, judged: Mapping[str, int]) -> str:
    graded = [candidate for candidate in lots.all if candidate.overall]
    found = lots.some(RANDOM, graded, sizes.random)
    for candidate in found:
        lots.take(candidate, RANDOM, candidate.overall, "Drawn by lot from all audits of the period.")
    return _line("At random", found, len(graded), sizes.random)


def _add_differing(lots: _Lots, sizes: Sizes, say: _Titles, judged: Mapping[str, int]) -> str:
    apart = [candidate for candidate in lots.all if candidate.gap >= FAR_APART]
    left = [candidate for candidate in apart if lots.free(candidate)]
    found = lots.some(DIFFERING, left, sizes.differing)
    for candidate in found:
        why = f"Auditor and moderator lie {candidate.gap} grades apart on {say.of(candidate.gap_domain)}."
        lots.take(candidate, DIFFERING, candidate.gap_domain, why)
    return _line("Two grades or more apart", found, len(left), sizes.differing, already=len(apart) - len(left))


def _add_domains(lots: _Lots, sizes: Sizes, say: _Titles, judged: Mapping[str, int]) -> str:
    """One case of the domain that disagrees most, one of the next, and so on; then from the first again."""
    differing = Counter(domain for candidate in lots.all for domain in candidate.disagreeing)
    ranked = sorted(
        (domain for domain in differing if judged.get(domain, 0) >= FEWEST_JUDGEMENTS),
        key=lambda domain: (-differing[domain] / judged[domain], domain),
    )
    touched = [candidate for candidate in lots.all if not candidate.disagreeing.isdisjoint(ranked)]
    left = [candidate for candidate in touched if lots.free(candidate)]
    found: list[Candidate] = []
    looked_at: dict[str, None] = {}
    for domain, candidate in _by_turns(ranked, left, lots, sizes.domains):
        were = "was" if differing[domain] == 1 else "were"
        shares = f"{differing[domain]:,} of {judged[domain]:,} grades {were} changed"
        lots.take(candidate, DOMAIN, domain, f"The moderator changed the grade on {say.of(domain)}, where {shares}.")
        found.append(candidate)
        looked_at[domain] = None
    line = _line(
        "From the domains that disagree most", found, len(left), sizes.domains, already=len(touched) - len(left)
    )
    if looked_at:
        named = "; ".join(f"{say.of(domain)}, {differing[domain]:,} of {judged[domain]:,}" for domain in looked_at)
        return f"{line} Grades changed: {named}."
    if sizes.domains and not ranked:
        return f"{line} No domain with {FEWEST_JUDGEMENTS} judgements or more has a changed grade."
    return line


def _by_turns(
    ranked: Sequence[str], left: Sequence[Candidate], lots: _Lots, size: int
) -> Iterator[tuple[str, Candidate]]:
    """The domains in turn, each with its next free case by lot, until none has any or ``size`` are found."""
    waiting, queues = list(ranked), dict[str, Iterator[Candidate]]()
    found = 0
    while waiting and found < size:
        for domain in list(waiting):
            if domain not in queues:
                # Others can take no more of these than are asked for, so twice as many are enough.
                among = (candidate for candidate in left if domain in candidate.disagreeing)
                queues[domain] = iter(lots.some(DOMAIN, among, 2 * size))
            candidate = next((one for one in queues[domain] if lots.free(one)), None)
            if candidate is None:
                waiting.remove(domain)
                continue
            yield domain, candidate
            found += 1
            if found == size:
                return


def _add_innovative(lots: _Lots, sizes: Sizes, say: _Titles, judged: Mapping[str, int]) -> str:
    marked = [candidate for candidate in lots.all if candidate.innovative and candidate.overall]
    left = [candidate for candidate in marked if lots.free(candidate)]
    found = lots.some(INNOVATIVE, left, sizes.innovative)
    for candidate in found:
        lots.take(candidate, INNOVATIVE, candidate.overall, "The moderator marked practice in it as innovative.")
    return _line("Marked innovative", found, len(left), sizes.innovative, already=len(marked) - len(left))


def _line(name: str, found: Sequence[Candidate], among: int, wanted: int, *, already: int = 0) -> str:
    """How many of how many, how many were drawn as another kind before, and how many are missing."""
    line = f"{name}: {len(found)} of {among:,}"
    if already:
        line += f", beside {already:,} that {'was' if already == 1 else 'were'} drawn already"
    if len(found) < wanted:
        line += f"; {wanted} were asked for" if wanted > 1 else "; 1 was asked for"
    return f"{line}."


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
