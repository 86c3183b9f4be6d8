"""The calendar file of one person's deadlines. Pure: deadlines in, iCalendar text out."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from qaf.deadlines.models import Deadline


def calendar(deadlines: Iterable[Deadline], *, site_url: str, name: str, now: datetime) -> bytes:
    """Give an iCalendar file (RFC 5545) with one all-day event a deadline: its title and the page to open.

    A deadline's title holds a reference and what to do, never a child's data.
    """
    host = site_url.split("//")[-1].split("/")[0]
    feed = Calendar()
    feed.add("prodid", "-//QAF case-file audit//Deadlines//EN")
    feed.add("version", "2.0")
    feed.add("method", "PUBLISH")
    feed.add("x-wr-calname", name)
    feed.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for deadline in deadlines:
        event = Event()
        event.add("uid", f"deadline-{deadline.pk}@{host}")
        event.add("dtstamp", now)
        event.add("dtstart", deadline.due_on)
        event.add("dtend", deadline.due_on + timedelta(days=1))
        event.add("summary", deadline.title)
        event.add("transp", "TRANSPARENT")
        if deadline.path:
            event.add("url", f"{site_url}{deadline.path}")
        feed.add_component(event)
    return feed.to_ical()
