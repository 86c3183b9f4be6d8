"""The timeline's sentences about the scorecard."""

SENTENCES = {
    "scorecard.commented": "QA comment written for {quarter}",
    "scorecard.exported": "Scorecard of {quarter} taken as a file ({format})",
    "indicator.exported": "Figures of an indicator taken as a file ({format})",
}
