"""How the timeline tells what moderation did to an audit; the first ones are with the audit's own."""

SENTENCES: dict[str, str] = {}
