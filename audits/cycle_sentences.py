"""How the timeline tells what was done with cycles of the schedule and with what is expected in them."""

CYCLE_SENTENCES = {
    "cycle.opened": "Cycle opened, {starts_on} to {ends_on}: {expected} expected, {skipped} passed over",
    "cycle.exported": "Cycle taken as a {format} file",
    "dry_run.exported": "Dry run of the schedule taken as a {format} file",
    "expected.asked": "Auditor asked to select what is audited by {due_on}",
    "expected.allocated": "Audit allocated as the schedule says",
    "expected.selected": "Selected what is audited",
    "expected.skipped": "Passed over: {why}",
    "expected.put_back": "Expected after all, from {opens_on}; had been passed over: {why}",
    "expected.expected_anew": "Audit cancelled; expected anew from {opens_on}",
}
