"""Doing something as if it were another moment, so that the past of the demonstration has its own dates.

The trail, deadlines and states date themselves by ``django.utils.timezone.now``, and the trail cannot be dated
otherwise afterwards: that is what it is for. So the demonstration sets the clock itself, in its own process and only
while it loads. Nothing but the loader may use this.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.utils import timezone


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Let ``timezone.now()``, and with it ``localdate()``, give this moment; the true clock is put back at the end."""
    true_now = timezone.now
    timezone.now = lambda: moment
    try:
        yield
    finally:
        timezone.now = true_now
