"""Loading the synthetic authority, once."""

import random
from collections.abc import Callable, Iterable
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from audits.demo import lives
from audits.demo.authority import CaseBook, is_loaded, make_people, person, read, themed_type
from audits.demo.clock import clock_at
from audits.demo.planning import plan_ahead
from audits.models import AuditType
from qaf.deadlines.calendar import working_days_after
from qaf.errors import Refused

SEED = "Fairhaven"


@transaction.atomic
def load(moderate: lives.Moderate, *, beside: Callable[[lives.Stage], Iterable[lives.Life]] = lambda stage: ()) -> bool:
    """Make the authority and play its last half year up to this moment; gives False when it is there already.

    ``moderate`` decides a moderation (the floor above this one does that), ``beside`` gives what else that floor lets
    happen beside the audits' lives. The same day gives the same authority.
    Raises Refused when the Bristol pack has not been loaded.
    """
    if is_loaded():
        return False
    kind = AuditType.objects.filter(key="child-case-audit").first()
    if kind is None:
        raise Refused("Load the Bristol pack first: manage.py loadpack bristol")
    # Chance that can be repeated is wanted here; nothing secret hangs on it.
    chance = random.Random(SEED)  # noqa: S311
    today = timezone.localdate()
    people, plan = read("authority.yaml"), read("audits.yaml")
    make_people(people, since=today - timedelta(days=800))
    types = {kind.key: kind, "themed-case-audit": themed_type(kind)}
    officer = person("qa.officer@example.org")
    book = CaseBook(people, chance, today=today)
    stage = lives.Stage(words=read("words.yaml"), chance=chance, moderate=moderate, until=timezone.now())
    for weeks in (26, 14, 4):
        stage.begin(lives.import_lists(stage, book, _workday(today, weeks), by=officer))
    for spec in plan["draws"]:
        stage.begin(lives.draw(stage, spec, day=_workday(today, spec["weeks_ago"]), type=kind, by=officer))
    for spec in plan["chosen"]:
        type = types[spec.get("type", kind.key)]
        stage.begin(lives.choose(stage, spec, day=_workday(today, spec["weeks_ago"]), type=type, by=officer))
    manager = person("qa.manager@example.org")
    for spec in plan["others"]:
        stage.begin(lives.open_other(stage, spec, day=_workday(today, spec["weeks_ago"]), by=manager))
    for life in beside(stage):
        stage.begin(life)
    stage.play()
    with clock_at(stage.until):
        plan_ahead(today, chance)
    lives.count_emails_as_sent()
    return True


def _workday(today: date, weeks_ago: int) -> date:
    """The same day of the week so many weeks ago, or the working day after it."""
    return working_days_after(today - timedelta(weeks=weeks_ago), 0)
