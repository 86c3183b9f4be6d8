"""What boards are told: reports and their files."""

from scorecard.models.reports import Report, ReportFile, SnapshotIsFrozen, State

__all__ = ["Report", "ReportFile", "SnapshotIsFrozen", "State"]
