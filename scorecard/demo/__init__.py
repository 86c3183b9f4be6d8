"""The scorecard and the reports of the demonstration's authority, played beside the lives of its audits."""

from scorecard.demo.lives import keep_scorecard

__all__ = ["keep_scorecard"]
