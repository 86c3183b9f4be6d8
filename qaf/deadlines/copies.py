"""Who is told beside its owner that something is late: their next manager, unless the thing itself says otherwise."""

from collections.abc import Callable
from datetime import date

from django.contrib.contenttypes.models import ContentType

from qaf.deadlines.models import Deadline
from qaf.people.models import User, next_manager

Find = Callable[[Deadline, date], User | None]

# By the model that a deadline is about: not everything may be known to its owner's manager.
_finders: dict[str, Find] = {}


def register_copies(model: str, find: Find) -> None:
    """Let an upper floor say who is told about late deadlines of a model, such as "audits.audit"."""
    _finders[model] = find


def copied_to(deadline: Deadline, *, day: date) -> User | None:
    """Whoever is told too when this deadline is late or its owner can no longer sign in; None: nobody."""
    kind = ContentType.objects.get_for_id(deadline.subject_type_id)
    find = _finders.get(f"{kind.app_label}.{kind.model}")
    return find(deadline, day) if find is not None else next_manager(deadline.owner, day=day)
