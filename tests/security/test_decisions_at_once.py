"""Who decides at the same moment: two moderators, or a moderator and somebody who takes the audit out of their hands.

Whoever comes first, there is one decision or none, and it is in the trail once; the other is told in a sentence, and
everything that must hold of audits at any moment (``tests/life/invariants.py``) still does.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from audits.models import Audit, State
from audits.workflow import distribution, submission
from moderation import workflow as moderating
from moderation.models import Moderation
from qaf.errors import NotAllowed, Refused, Stale
from qaf.trail.models import Entry
from tests.life.acts import Acts
from tests.life.setting import make_world
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 4


@pytest.fixture
def life(tmp_path: Path) -> Acts:
    return Acts(make_world(tmp_path / "life"))


def submitted(life: Acts, kind: str = "child-case") -> int:
    """An audit that somebody else than its auditor has to act on now; the one before is called off."""
    for pk in life.audits:
        life.cancel(pk, "officer")
    audit = life.allocate(kind, 0, "auditor", "officer")
    assert audit is not None
    for section in ("work", "overall"):
        life.fill(audit.pk, section, "auditor")
    life.submit(audit.pk, "auditor")
    return audit.pk


def ready_to_decide(life: Acts) -> tuple[int, str]:
    """An audit whose moderator has entered everything, and who that is."""
    pk = submitted(life)
    (moderator,) = life.who_can("review", pk)
    life.find(pk, moderator)
    life.fill(pk, "moderation", moderator)
    return pk, moderator


def decide(life: Acts, pk: int, by: str) -> Callable[[], Any]:
    """As from a page that was opened before the other acted."""
    return partial(moderating.decide, Moderation.objects.get(audit=pk), by=life.person(by))


def entries(pk: int, verb: str) -> int:
    return Entry.objects.filter(verb=verb, subject_id=pk).count()


def told(result: Any) -> bool:
    return isinstance(result, Stale | NotAllowed) and str(result).endswith((".", "!"))


def settle(life: Acts) -> None:
    """Look at everything after what the threads did."""
    life.changed()
    life.check(None, one_step=False)
    life.check_trail()


def test_a_decision_and_a_hand_over(life: Acts) -> None:
    for _ in range(ROUNDS):
        pk, moderator = ready_to_decide(life)
        page, manager = Moderation.objects.get(audit=pk), life.person("QA manager")
        to = next(name for name in ("moderator", "second moderator") if name != moderator)
        other = life.person(to)
        decided, handed = at_once(
            decide(life, pk, moderator),
            partial(moderating.hand_over, page, to=other, reason="On leave.", by=manager),
        )
        assert told(decided) != told(handed), (decided, handed)
        assert entries(pk, "moderation.decided") == int(told(handed))
        settle(life)
        if told(decided):
            # Then both try: it is the new moderator's to decide, and nobody else's.
            both = at_once(decide(life, pk, moderator), decide(life, pk, to))
            assert [told(one) for one in both] == [True, False], both
            settle(life)
        assert entries(pk, "moderation.decided") == 1


def test_a_decision_and_a_reopening(life: Acts) -> None:
    """Of what was decided before: reopened, decided anew from two tabs, and distributed meanwhile."""
    for _ in range(ROUNDS):
        pk, moderator = ready_to_decide(life)
        tabs = [decide(life, pk, moderator) for _ in range(2)]
        results = at_once(*tabs)
        assert sorted(map(told, results)) == [False, True], results
        settle(life)
        page, manager, officer = Moderation.objects.get(audit=pk), life.person("QA manager"), life.person("officer")
        audit = Audit.objects.get(pk=pk)
        recipients = distribution.propose_recipients(audit)
        reopened, sent, late = at_once(
            partial(moderating.reopen, page, reason="The panel asked.", by=manager),
            partial(distribution.distribute, audit, recipients=recipients, by=officer),
            tabs[0],
        )
        settle(life)
        if told(reopened):
            # It was sent first; then nobody decides anything any more.
            assert told(late), late
            assert not told(sent), sent
        else:
            # Reopened first; it is sent only if the late tab had decided it anew.
            assert told(sent) or not told(late), (sent, late)
        undecided = State.MODERATING if told(late) else State.MODERATED
        assert Audit.objects.get(pk=pk).state == (undecided if told(sent) else State.DISTRIBUTED)
        assert entries(pk, "moderation.decided") == 1 + int(not told(late))


def test_a_check_a_return_and_the_auditor_again(life: Acts) -> None:
    for _ in range(ROUNDS):
        pk = submitted(life, "deep-dive")
        life.fill(pk, "check", "officer")
        first, second = (Audit.objects.get(pk=pk) for _ in range(2))
        officer, manager, auditor = (life.person(name) for name in ("officer", "QA manager", "auditor"))
        checked, returned = at_once(
            partial(submission.pass_check, first, by=officer),
            partial(submission.return_to_auditor, second, reasons="Put it right.", by=manager),
        )
        assert told(checked) != told(returned), (checked, returned)
        settle(life)
        if told(checked):
            # Back with the auditor, who submits it while the officer still has the old page.
            again, late = at_once(
                partial(submission.submit, first, by=auditor),
                partial(submission.pass_check, second, by=officer),
            )
            assert not isinstance(again, Refused), again
            settle(life)
            assert entries(pk, "audit.submitted") == 2
            assert entries(pk, "audit.checked") == int(not told(late))
        assert Moderation.objects.filter(audit=pk).count() == int(Audit.objects.get(pk=pk).state == State.MODERATING)
