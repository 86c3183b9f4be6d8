"""Days as people write them in one field, and as the three fields that a form reads."""

from __future__ import annotations

import re
from datetime import date

_WEEKDAY = re.compile(r"^(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?\b[.,]?\s*", re.IGNORECASE)
_ORDINAL = re.compile(r"\b([0-9]{1,2})(st|nd|rd|th)\b", re.IGNORECASE)
PARTS = ("day", "month", "year")


def shown_day(day: str, month: str, year: str) -> str:
    """Three fields as one text: a real day in words (24 November 2026), anything else as it was typed."""
    typed = (day.strip(), month.strip(), year.strip())
    if not any(typed):
        return ""
    try:
        return f"{date(int(typed[2]), int(typed[1]), int(typed[0])):%-d %B %Y}"
    except ValueError:
        return "/".join(typed)


def fields_of_day(text: str) -> dict[str, str]:
    """A day as people write it, by day, month and year. What cannot be told apart stands whole under the day."""
    plain = _ORDINAL.sub(r"\1", _WEEKDAY.sub("", text.strip()))
    tokens = [token.strip() for token in re.split(r"[/.\-]" if "/" in plain else r"[\s/.,\-]+", plain)]
    if "/" not in plain:
        tokens = [token for token in tokens if token]
    if len(tokens) == 2 and re.fullmatch("[0-9]{4}", tokens[1]):
        tokens = ["", *tokens]
    if len(tokens) != 3:
        return dict(zip(PARTS, (text.strip(), "", ""), strict=True))
    if re.fullmatch("[0-9]{4}", tokens[0]):
        tokens.reverse()
    elif tokens[0][:1].isalpha() and tokens[1].isdecimal():
        tokens[:2] = tokens[1], tokens[0]
    return dict(zip(PARTS, tokens, strict=True))
