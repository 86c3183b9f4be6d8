"""Living through audits: every act by anybody, on a fresh or an old copy, each followed by all the checks.

``Life`` knows nothing of hypothesis: the state machine draws what happens, a plain test says it. Each act first asks
``Rights`` whether it is to succeed. Then it has to: an act that is allowed and has all it needs may not be refused, an
act that is not may not be done, and a refusal leaves every row as it was, the trail included.
"""

import hashlib
from collections import Counter
from collections.abc import Callable
from copy import copy
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import connection
from django.utils import timezone

from audits.kloe.filling import Missing
from audits.models import Audit, Case, State
from audits.workflow.submission import what_is_missing
from moderation.models import Moderation
from qaf.errors import Refused
from qaf.people.models import Post, User
from qaf.trail.chain import verify
from tests.life.invariants import Reader, Snapshot, follow, hold
from tests.life.rights import Crowd, Rights
from tests.life.setting import CHILD, World

# What no act of an audit's life touches: forms and types, people, and the cases themselves.
STILL = {
    "auditgroupobjectpermission", "audittype", "case", "caselist", "draw", "draftrevision", "form", "formversion",
    "pack", "pendingimport", "processmap",
}  # fmt: skip
FLOORS = ("audits", "moderation", "deadlines", "notices", "trail")


def digest() -> str:
    """Of every row that a step of an audit could change, as the database holds it."""
    found = hashlib.blake2b()
    with connection.cursor() as cursor:
        for table in _tables():
            cursor.execute(f"SELECT * FROM {table} ORDER BY 1")
            found.update(repr(cursor.fetchall()).encode())
    return found.hexdigest()


def _tables() -> list[str]:
    models = [model for label in FLOORS for model in apps.get_app_config(label).get_models(include_auto_created=True)]
    return sorted(connection.ops.quote_name(one._meta.db_table) for one in models if one._meta.model_name not in STILL)


class Life:
    """The audits of a world, as they go on. ``steps`` counts every act that was tried, ``done`` those that were."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.names = {person.pk: name for name, person in world.people.items()}
        self._types = {kind.pk: kind for kind in world.types.values()}
        self.crowd = Crowd()
        self.steps: Counter[str] = Counter()
        self.done: Counter[str] = Counter()
        self.audits: list[int] = []
        # Whoever was asked to fill which section since the audit last came to its auditor.
        self.asked: dict[int, set[tuple[str, int]]] = {}
        # Copies of each audit as some page may still hold it.
        self.copies: dict[int, Audit] = {}
        self._reader = Reader()
        self.before: Snapshot = self._reader.take_snapshot()
        # Read once, until something changes.
        self._digest: str | None = None
        self._rows: dict[int, tuple[Audit, Moderation | None]] = {}
        self._missing: dict[tuple[int, str], list[Missing]] = {}

    def person(self, name: str) -> User:
        """As the next request would read them, posts included."""
        return User.objects.get(pk=self.world.people[name].pk)

    def name_of(self, pk: int | None) -> str:
        return self.names.get(pk or 0, "")

    def now(self, pk: int) -> Audit:
        audit = copy(self._row(pk)[0])
        self.copies.setdefault(pk, audit)
        return audit

    def _row(self, pk: int) -> tuple[Audit, Moderation | None]:
        if pk not in self._rows:
            audit = Audit.objects.get(pk=pk)
            # No act changes a type: the world's own are as good as new ones.
            audit.type = self._types[audit.type_id]
            self._rows[pk] = (audit, Moderation.objects.filter(audit=pk).first())
        return self._rows[pk]

    def missing(self, pk: int, part: str) -> list[Missing]:
        """What keeps a part of the audit's form from being handed in."""
        if (pk, part) not in self._missing:
            self._missing[pk, part] = what_is_missing(self.now(pk), part)
        return self._missing[pk, part]

    def page_of(self, pk: int, *, old: bool) -> Audit:
        """The audit as a page has it that was opened just now, or long ago."""
        fresh = self.now(pk)
        return self.copies[pk] if old else fresh

    def keep_copy(self, pk: int) -> None:
        """A page is opened here, and will be acted from later."""
        self.copies[pk] = self.now(pk)

    def rights(self, name: str, pk: int) -> Rights:
        return self._rights([name], pk)[0]

    def who_can(self, act: str, pk: int) -> list[str]:
        rights = self._rights(list(self.world.people), pk)
        return [name for name, one in zip(self.world.people, rights, strict=True) if one.may(act)]

    def _rights(self, names: list[str], pk: int) -> list[Rights]:
        audit, moderation = self._row(pk)
        asked = self.asked.get(pk, set())
        return [Rights(self.crowd, self.world.people[name].pk, audit, moderation, asked) for name in names]

    def attempt(self, act: str, expected: bool | None, do: Callable[[], Any], *, by: User | None) -> Any:
        """Do it, and assert that it was done or refused as expected (None: either will do); None when refused."""
        self.steps[act] += 1
        if expected is not True and self._digest is None:
            self._digest = digest()
        result, refusal = None, None
        try:
            result = do()
        except Refused as said:
            refusal = said
        if refusal is not None:
            assert expected is not True, f"{act} by {by} was refused: {type(refusal).__name__}: {refusal}"
            assert digest() == self._digest, f"{act} by {by} was refused and changed something: {refusal}"
            assert CHILD not in str(refusal), f"a refusal holds a child's data: {refusal}"
            return None
        assert expected is not False, f"{act} by {by} should have been refused"
        self.done[act] += 1
        self.changed()
        self.check(by)
        return result

    def changed(self) -> None:
        """Nothing that was read holds any more."""
        self._digest = None
        self._rows.clear()
        self._missing.clear()

    def check(self, by: User | None, *, one_step: bool = True) -> None:
        """All that must hold of audits as they are, and, unless it was several, of the step from the last check."""
        now = self._reader.take_snapshot()
        hold(now, self.names)
        if one_step:
            follow(self.before, now, crowd=self.crowd, by=by.pk if by is not None else None, forbidden=CHILD)
        for pk, audit in now.audits.items():
            if pk not in self.audits:
                self.audits.append(pk)
            was = self.before.audits.get(pk)
            if audit["state"] not in (State.ALLOCATED, State.IN_PROGRESS) and was and was["state"] != audit["state"]:
                self.asked.pop(pk, None)
        self.before = now

    def check_trail(self) -> None:
        assert list(verify()) == []

    # What happens to people

    def deactivate(self, name: str, *, active: bool) -> None:
        self.steps["deactivate"] += 1
        person = self.world.people[name].pk
        User.objects.filter(pk=person).update(is_active=active)
        (self.crowd.inactive.discard if active else self.crowd.inactive.add)(person)

    def end_posts(self, name: str, *, ended: bool) -> None:
        """Their posts ended yesterday, or are theirs again."""
        self.steps["end posts"] += 1
        person = self.world.people[name].pk
        day = timezone.localdate() - timedelta(days=1) if ended else None
        Post.objects.filter(person=person).update(ends_on=day)
        (self.crowd.ended.add if ended else self.crowd.ended.discard)(person)

    def everybody_back(self) -> None:
        if self.crowd.inactive or self.crowd.ended:
            User.objects.filter(pk__in=self.names).update(is_active=True)
            Post.objects.filter(person__in=self.names).update(ends_on=None)
            self.crowd.inactive.clear()
            self.crowd.ended.clear()

    def case(self, number: int) -> Case:
        return self.world.cases[number % len(self.world.cases)]
