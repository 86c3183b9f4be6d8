"""Reading the trail of one thing."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import models

from qaf.people.models import User
from qaf.trail.models import Entry
from qaf.trail.sentences import in_words, sentence


@dataclass(frozen=True)
class Line:
    """One entry as the timeline shows it: what was done, when, by whom (None: the system), why, what changed."""

    what: str
    at: datetime
    who: User | None
    text: str = ""
    changes: list[str] = field(default_factory=list)


def timeline(thing: models.Model) -> list[Line]:
    """Everything the trail says about a thing, the newest first. One query; the caller has checked the right."""
    entries = Entry.objects.about(thing).select_related("actor").order_by("-sequence")
    return [line(entry) for entry in entries]


def line(entry: Entry) -> Line:
    """An entry in words. A detail called ``reason`` becomes its text; ``changes`` holds before and after by name."""
    changes = entry.details.get("changes", {})
    return Line(
        what=sentence(entry.verb, entry.details),
        at=entry.at,
        who=entry.actor,
        text=str(entry.details.get("reason", "")),
        changes=[f"{name}: {in_words(before)} → {in_words(after)}" for name, (before, after) in changes.items()],
    )
