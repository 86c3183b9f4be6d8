"""What an upper floor says of deadlines about its own things: who is told when they are late, and which are secret."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet

from qaf.deadlines.models import Deadline
from qaf.people.models import User, next_manager


@dataclass(frozen=True)
class Rules:
    """``told_when_late`` finds whoever is told beside the owner; ``hidden`` gives the keys that administrators do not
    see the deadlines of."""

    told_when_late: Callable[[Deadline, date], User | None]
    hidden: Callable[[], Iterable[int]]


# By the model that deadlines are about.
_rules: dict[str, Rules] = {}


def register_rules(model: str, rules: Rules) -> None:
    """Let an upper floor say what holds of the deadlines of a model, such as "audits.audit"."""
    _rules[model] = rules


def told_when_late(deadline: Deadline, *, day: date) -> User | None:
    """Whoever is told too when this deadline is late or its owner can no longer sign in; None: nobody.

    The owner's next manager, unless the thing may not be known to them.
    """
    kind = ContentType.objects.get_for_id(deadline.subject_type_id)
    rules = _rules.get(f"{kind.app_label}.{kind.model}")
    return rules.told_when_late(deadline, day) if rules is not None else next_manager(deadline.owner, day=day)


def without_hidden(deadlines: QuerySet[Deadline]) -> QuerySet[Deadline]:
    """These deadlines without those of things that only a few may know of."""
    for model, rules in _rules.items():
        kind = ContentType.objects.get_by_natural_key(*model.split("."))
        deadlines = deadlines.exclude(subject_type=kind, subject_id__in=rules.hidden())
    return deadlines
