"""Two people deal with one concern at the same moment: one does, the other is told who."""

import pytest

from moderation.models import Concern
from moderation.workflow import concerns
from qaf.deadlines.models import Deadline
from qaf.errors import Stale
from qaf.trail.chain import verify
from qaf.trail.models import Entry
from tests.audits.setting import make_authority
from tests.moderation.concerns.setting import WORRY, fresh, moderating, raised
from tests.security.test_two_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def again(concern: Concern) -> Concern:
    """The concern as another person's page has it."""
    return Concern.objects.get(pk=concern.pk)


def test_one_acknowledges_one_raises_and_one_gives_it_on() -> None:
    authority = make_authority()
    audit = moderating(authority)
    for number in range(5):
        results = at_once(
            *(
                lambda audit=audit, number=number: concerns.raise_concern(
                    audit, worry=f"{WORRY} {number}", done_at_once="", by=fresh(authority.moderator)
                )
                for _ in range(2)
            )
        )
        assert sorted(type(one).__name__ for one in results) == ["AlreadyRaised", "Concern"], results
    concern = raised(authority, audit)
    results = at_once(
        lambda: concerns.acknowledge(
            Concern.objects.get(pk=concern.pk), response="One.", by=fresh(authority.qa_manager)
        ),
        lambda: concerns.acknowledge(again(concern), response="Two.", by=fresh(authority.service_manager)),
    )
    winner, loser = sorted(results, key=lambda one: isinstance(one, Exception))
    assert isinstance(loser, Stale), results
    assert f"{winner.acknowledged_by} acknowledged this concern on" in str(loser)
    results = at_once(
        lambda: concerns.resolve(
            Concern.objects.get(pk=concern.pk), outcome="Safe.", by=fresh(authority.service_manager)
        ),
        lambda: concerns.reassign(
            again(concern),
            to=fresh(authority.qa_manager),
            reason="Away.",
            seen_owner=authority.service_manager.pk,
            by=fresh(authority.officer),
        ),
    )
    now = again(concern)
    # Either it was given on first and then resolved by somebody who may no longer, or it was resolved first.
    assert [isinstance(one, Exception) for one in results].count(True) == 1, results
    assert Deadline.objects.about(now).open().count() == (0 if now.state == "resolved" else 1)
    assert Entry.objects.about(now).count() == 3
    assert list(verify()) == []
