"""Names of people in what somebody typed into a form. Pure: it knows no database.

A field such as “CP chair or IRO” holds whatever the auditor wrote: a name, a name with a role behind it, an address.
"""

import re

_ADDRESS = re.compile(r"[^\s<>(),;:\"“”/|]+@[^\s<>(),;:\"“”/|]+\.[^\s<>(),;:\"“”/|]+")
# What stands between two people, or between a person and what they are. A hyphen within a name has no spaces.
_BETWEEN = re.compile(r"[,;:/|()<>\[\]\n\r]|\s[-–—&]\s|\band\b", re.IGNORECASE)
# More than this is no list of names.
MOST = 12


def addresses_in(text: str) -> tuple[str, ...]:
    """The e-mail addresses in a text, in lower case, each once and in order."""
    found = (match.rstrip(".").lower() for match in _ADDRESS.findall(text))
    return tuple(dict.fromkeys(found))[:MOST]


def names_in(text: str) -> tuple[str, ...]:
    """What may be a person's name in a text, with single spaces, each once and in order.

    At least two words, so that a first name alone never leads to somebody: “Jo Khan (IRO), Ann Bell” gives “Jo Khan”
    and “Ann Bell”.
    """
    pieces = (" ".join(piece.split()) for piece in _BETWEEN.split(_ADDRESS.sub(",", text)))
    return tuple(dict.fromkeys(piece for piece in pieces if 1 < len(piece.split()) <= 6))[:MOST]
