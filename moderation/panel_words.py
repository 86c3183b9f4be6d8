"""What the grades of a panel's members say together, in words. Pure."""

from collections import Counter
from collections.abc import Sequence

from audits.kloe.scales import Scale

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def in_words(number: int) -> str:
    """A small number as one says it; a larger one in figures."""
    return NUMBERS[number] if number < len(NUMBERS) else str(number)


def spread_in_words(codes: Sequence[str], scale: Scale) -> str:
    """How far apart the members' grades lie: a sentence or two.

    ``codes`` are the grades they recorded, in any order; those that the scale does not have are left out.
    """
    found = Counter(code for code in codes if code in scale.codes)
    total = found.total()
    if not total:
        return "Nobody recorded a grade."
    names = {grade.code: grade.name for grade in scale.grades}
    places = [place for place, code in enumerate(scale.codes) if found[code]]
    best, worst = scale.codes[places[0]], scale.codes[places[-1]]
    if total == 1:
        return f"One member recorded a grade: {names[best]}."
    if best == worst:
        return f"All {in_words(total)} members agree: {names[best]}."
    apart = places[-1] - places[0]
    counts = ", ".join(f"{found[code]} × {names[code]}" for code in scale.codes if found[code])
    return (
        f"The members lie {in_words(apart)} grade{'' if apart == 1 else 's'} apart, from {names[best]} to "
        f"{names[worst]}: {counts}."
    )


def why_in_words(drawn_as: str, why: str, *, by_hand: bool) -> str:
    """Why a case is at the panel: what the draw says of it, or how it was drawn when it says nothing.

    ``drawn_as`` in words; a case that was chosen ``by_hand`` says so before the reason of whoever chose it.
    """
    if not why:
        return f"{drawn_as}."
    return f"{drawn_as}: {why}" if by_hand else why
