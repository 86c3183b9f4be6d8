"""Events of an audit that upper floors listen to. Sent inside the transaction of the event itself."""

from django.dispatch import Signal

# Each but the last is sent with ``audit`` (locked) and ``by`` (the person, or None for the system).
audit_submitted = Signal()
# The audit waits for a moderator: whoever moderates must now open a moderation.
moderation_due = Signal()
audit_settled = Signal()
audit_returned = Signal()
audit_cancelled = Signal()
# A pack was put into the system. Sent with ``files`` (what was read from its folder), ``loaded`` (what came of it, to
# add to: audits.workflow.packs.Loaded), ``by`` and ``reset`` (put back what the site changed), not with an audit.
pack_loaded = Signal()
