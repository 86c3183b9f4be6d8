"""The places of the scorecard and of reports: the links at the head of their pages, and whom each is shown to."""

from qaf.people.models import User
from qaf.places import Place, PlaceLink, links_to
from scorecard.access.board import may_read_scorecard
from scorecard.access.improvement import may_read_actions
from scorecard.access.indicators import may_read_changes, may_read_indicators
from scorecard.access.lenses import may_read_lenses
from scorecard.access.reports import may_read_reports
from scorecard.access.returns import may_read_returns

SCORECARD = (
    Place("Scorecard", "board:scorecard", may_read_scorecard),
    Place("Four lenses", "lenses:matrix", may_read_lenses),
    Place("Returns", "returns:list", may_read_returns),
    Place("Indicators", "indicators:list", may_read_indicators),
    Place("Changes", "indicators:changes", may_read_changes),
)
REPORTS = (
    Place("Reports", "scorecard:reports", may_read_reports),
    Place("Publication list", "scorecard:published", may_read_reports),
    Place("Recommendations and actions", "improvement:list", may_read_actions),
)


def scorecard_places_for(user: User, here: str = "") -> list[PlaceLink]:
    """The places of the scorecard this person is shown, in order."""
    return links_to(SCORECARD, user, here)


def report_places_for(user: User, here: str = "") -> list[PlaceLink]:
    """The places of reports this person is shown, in order."""
    return links_to(REPORTS, user, here)


def only_actions(user: User) -> bool:
    """Whether actions are this person's only way into the places of reports."""
    return may_read_actions(user) and not may_read_reports(user)
