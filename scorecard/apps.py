from django.apps import AppConfig

from qaf import home, navigation


class ScorecardConfig(AppConfig):
    name = "scorecard"
    verbose_name = "Reports"

    def ready(self) -> None:
        # What needs the models can only be had now: they are not there yet while this file is read.
        from qaf.people.administration import allow_administrators
        from qaf.trail.sentences import register_sentences
        from scorecard.access import MAKERS, READERS
        from scorecard.access.board import may_read_scorecard
        from scorecard.home import latest_reports
        from scorecard.home_changes import changes_to_decide
        from scorecard.home_returns import returns_waiting
        from scorecard.sentences import board, derived, improvement, indicators, lenses, reports, returns, themes

        navigation.register("Reports", "scorecard:reports", order=50, shown_to=navigation.holding(*MAKERS, *READERS))
        navigation.register("Scorecard", "board:scorecard", order=45, shown_to=may_read_scorecard)
        home.register_panel(28, returns_waiting)
        home.register_panel(48, changes_to_decide)
        home.register_panel(50, latest_reports)
        register_sentences({**reports.SENTENCES, **themes.SENTENCES})
        register_sentences(board.SENTENCES)
        register_sentences(derived.SENTENCES)
        register_sentences(indicators.SENTENCES)
        register_sentences(returns.SENTENCES)
        register_sentences({**lenses.SENTENCES, **improvement.SENTENCES})
        allow_administrators("scorecard.report", "view")
