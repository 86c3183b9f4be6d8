"""Adding to the trail and checking it."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone

from qaf.people.models import User
from qaf.trail.models import Entry, Head


@dataclass(frozen=True)
class Fault:
    """Something wrong with the chain: at which entry, and what."""

    sequence: int
    reason: str


def _keyed(text: str) -> str:
    return hmac.new(settings.TRAIL_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def _digest(entry: Entry) -> str:
    fields = [
        entry.sequence,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor_id,
        entry.verb,
        entry.subject_type_id,
        entry.subject_id,
        entry.details,
        entry.previous_digest,
    ]
    return _keyed(json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":")))


def _seal(sequence: int, digest: str) -> str:
    return _keyed(f"head:{sequence}:{digest}")


def record(
    verb: str,
    subject: models.Model,
    *,
    by: User | None,
    at: datetime | None = None,
    **details: Any,
) -> Entry:
    """Add one entry: ``by`` (None: the system) did ``verb`` to ``subject``; ``details`` as JSON.

    Must run inside the transaction of what it records, as its last step: the head of the chain stays locked
    until that transaction ends. Details never hold a child's name or identifier.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("Record the trail inside the transaction it belongs to.")
    head, _ = Head.objects.select_for_update().get_or_create(pk=1)
    entry = Entry(
        sequence=head.sequence + 1,
        at=at or timezone.now(),
        actor=by,
        verb=verb,
        subject_type=ContentType.objects.get_for_model(subject),
        subject_id=subject.pk,
        # Through the encoder once, so that what is hashed is what the database gives back.
        details=json.loads(json.dumps(details, cls=DjangoJSONEncoder)),
        previous_digest=head.digest,
    )
    entry.digest = _digest(entry)
    entry.save()
    head.sequence, head.digest = entry.sequence, entry.digest
    head.seal = _seal(head.sequence, head.digest)
    head.save()
    return entry


def verify() -> Iterator[Fault]:
    """Walk the whole chain and give every altered, missing or reordered entry, in order."""
    expected, previous = 1, ""
    for entry in Entry.objects.order_by("sequence", "pk").iterator(chunk_size=2000):
        if entry.sequence > expected:
            missing = f"{expected}" if entry.sequence == expected + 1 else f"{expected} to {entry.sequence - 1}"
            yield Fault(expected, f"missing: entry {missing}")
        elif entry.sequence < expected:
            yield Fault(entry.sequence, "there twice")
        if entry.digest != _digest(entry):
            yield Fault(entry.sequence, "altered, or moved to another place")
        elif entry.previous_digest != previous and entry.sequence == expected:
            yield Fault(entry.sequence, "does not follow the entry before it")
        expected, previous = entry.sequence + 1, entry.digest
    head = Head.objects.filter(pk=1).first()
    last = expected - 1
    if head is None:
        if last:
            yield Fault(last, "the head of the chain is missing")
        return
    if head.seal != _seal(head.sequence, head.digest) and (head.sequence or head.digest):
        yield Fault(head.sequence, "the head of the chain was altered")
    elif head.sequence > last:
        yield Fault(last + 1, f"missing: entries from {last + 1} to the last, {head.sequence}")
    elif head.sequence < last or head.digest != previous:
        yield Fault(last, "the chain does not end where its head says")
