"""Who may see or do what on this floor. The only place that says so."""

from moderation.access.moderations import may, visible_to

__all__ = ["may", "visible_to"]
