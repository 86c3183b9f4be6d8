"""The figures of agreement in words and numbers for people. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from moderation.agreement import ENOUGH, Agreement, Coefficient, Interval, Share, TooFew, Undefined

NO_INTERVAL = "no interval, since the counts show no variation"
# What each figure means, for the end of the page; the names are those of the tables' headings.
MEANINGS = (
    ("Same grade", "How many of the auditor’s grades the moderator confirmed."),
    ("Within one grade", "How many were confirmed or moved by one grade only."),
    (
        "Mean shift",
        "By how many grades a judgement moved on average: higher when moderators see better work than auditors did, "
        "lower when they see worse. Ups and downs cancel each other out, so read it beside the share of grades that "
        "stayed the same.",
    ),
    (
        "Weighted kappa",
        "Cohen’s kappa: how much more the two agree than if each had given out the same mix of grades by chance. 1 is "
        "full agreement, 0 is no better than chance. Two grades apart count four times as much as one. It falls "
        "when nearly all work has the same grade, even if hardly anybody disagrees.",
    ),
    (
        "AC2",
        "Gwet’s AC2 answers the same question as kappa and is steadier when nearly all work has the same grade. Where "
        "the two differ much, look at the table of grades before drawing a conclusion.",
    ),
    (
        "95% interval",
        "The range in which the figure would probably lie if far more such work were moderated. A wide range "
        "means: too little to be sure. Where two ranges overlap, the difference may be chance. Grades of one audit "
        "hang together a little, so the true ranges are somewhat wider.",
    ),
)


def number(value: float) -> str:
    """A coefficient or a shift to two digits, with a real minus sign and never "-0.00"."""
    words = f"{value:.2f}"
    return "0.00" if words == "-0.00" else words.replace("-", "−")


def percent(value: float) -> str:
    """A share in whole percent; 0% and 100% only where it is none or all of them."""
    if 0 < value < 0.01:
        return "under 1%"
    if 0.99 < value < 1:
        return "over 99%"
    return f"{value:.0%}"


def shift(value: float) -> str:
    """The mean shift with its direction, such as "0.12 lower"."""
    words = number(abs(value))
    if words == "0.00":
        return "none"
    return f"{words} {'higher' if value > 0 else 'lower'}"


def range_of(interval: Interval) -> str:
    """An interval of a coefficient in words, such as "0.55 to 0.69"."""
    return f"{number(interval.low)} to {number(interval.high)}"


def share_in_two(found: Share) -> tuple[str, str]:
    """A share and its interval, for two lines of a cell."""
    return percent(found.value), f"{percent(found.interval.low)} to {percent(found.interval.high)}"


def share(found: Share) -> str:
    """A share in one line: "84% (95% interval 81% to 87%)"."""
    value, limits = share_in_two(found)
    return f"{value} (95% interval {limits})"


def coefficient_in_two(found: Coefficient | Undefined) -> tuple[str, str]:
    """A coefficient and its interval, for two lines of a cell; the second is empty where there is no interval."""
    if isinstance(found, Undefined):
        return "None", "one grade only"
    return number(found.value), range_of(found.interval) if found.interval else ""


def coefficient(found: Coefficient | Undefined) -> str:
    """A coefficient in one line, or why there is none."""
    if isinstance(found, Undefined):
        return f"None. {found.why}"
    return f"{number(found.value)} ({f'95% interval {range_of(found.interval)}' if found.interval else NO_INTERVAL})"


def too_few(found: TooFew) -> str:
    """Why there is no figure."""
    return f"Too few to say: {found.count} of at least {ENOUGH}"


def facts(found: Agreement) -> list[dict[str, str]]:
    """The figures of one table as rows of a summary list."""
    return [
        {"key": "Judgements moderated", "value": f"{found.count:,}"},
        {"key": "Same grade", "value": share(found.same)},
        {"key": "Within one grade", "value": share(found.within_one)},
        {"key": "Raised by the moderator", "value": f"{found.raised.number:,} ({percent(found.raised.value)})"},
        {"key": "Lowered by the moderator", "value": f"{found.lowered.number:,} ({percent(found.lowered.value)})"},
        {"key": "Mean shift, in grades", "value": shift(found.mean_shift).capitalize()},
        {"key": "Weighted kappa", "value": coefficient(found.kappa)},
        {"key": "AC2", "value": coefficient(found.ac2)},
    ]


# What a file holds beside the name of the scale and of the group; shares and coefficients as plain numbers.
FILE_HEADERS = (
    "Judgements", "Same grade", "Same grade, from", "Same grade, to", "Within one grade", "Raised", "Lowered",
    "Mean shift (above 0: higher)", "Weighted kappa", "Kappa, from", "Kappa, to", "AC2", "AC2, from", "AC2, to", "Note",
)  # fmt: skip


def file_row(found: Agreement | TooFew) -> Sequence[object]:
    """A row under ``FILE_HEADERS``; what there is no figure for is left empty and explained in the note."""
    if isinstance(found, TooFew):
        return [found.count, *[None] * (len(FILE_HEADERS) - 2), too_few(found)]
    why = found.kappa.why if isinstance(found.kappa, Undefined) else ""
    return [
        found.count,
        found.same.value,
        found.same.interval.low,
        found.same.interval.high,
        found.within_one.value,
        found.raised.number,
        found.lowered.number,
        found.mean_shift,
        *_three(found.kappa),
        *_three(found.ac2),
        why,
    ]


def _three(found: Coefficient | Undefined) -> list[float | None]:
    if isinstance(found, Undefined):
        return [None, None, None]
    if found.interval is None:
        return [found.value, None, None]
    return [found.value, found.interval.low, found.interval.high]
