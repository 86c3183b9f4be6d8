"""How the timeline tells what moderation did to an audit; the first ones are with the audit's own."""

SENTENCES: dict[str, str] = {
    "concern.raised": "Concern raised",
    "concern.acknowledged": "Concern acknowledged",
    "concern.resolved": "Concern resolved",
    "concern.reassigned": "Concern given to somebody else",
    "concerns.exported": "List of concerns taken as a {format} file",
}
