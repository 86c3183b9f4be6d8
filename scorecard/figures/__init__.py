"""The figures of reports, counted by the database: one module a kind of report. No one's name is in them."""

from scorecard.figures.quarterly import count

__all__ = ["count"]
