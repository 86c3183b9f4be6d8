"""The timeline's sentences about reports: being made, and on their way to the board."""

SENTENCES = {
    "report.requested": "Report asked for",
    "report.made": "Report made",
    "report.failed": "Report could not be made",
    "report.cancelled": "Report called off",
    "report.downloaded": "Report downloaded ({format})",
    "report.recommendation_added": "Recommendation {number} added",
    "report.recommendation_changed": "Recommendation {number} changed",
    "report.recommendation_moved": "Recommendation {before} became recommendation {number}",
    "report.recommendation_removed": "Recommendation {number} taken out",
    "report.submitted": "Draft sent to the audit chair as version {version}",
    "report.sent_back": "Draft sent back as version {version}",
    "report.signed_off": "Report signed off as version {version}",
    "report.considered": "Report considered by the subgroup on {on}, version {version}",
    "report.amended": "Final amendments kept as version {version}",
    "report.presented": "Report presented on {on} as version {version}",
    "report.published": "Report given to another board on {on}",
    "report.list_exported": "List of reports or publications taken as a file ({format})",
}
