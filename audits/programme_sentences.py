"""How the timeline tells what was done to the programme and its pieces of work."""

SENTENCES: dict[str, str] = {
    "work.proposed": "Proposed as {kind} for quarter {quarter} of the year from {year}",
    "work.changed": "Changed: {fields}",
    "work.agencies": "Agencies that take part: {agencies}",
    "work.people": "Time asked of {people} people: {hours} hours",
    "work.agree": "Agreed by the subgroup on {on}",
    "work.open_fieldwork": "Fieldwork opened",
    "work.close_fieldwork": "Fieldwork closed; analysis begins",
    "work.sign_off": "Report signed off by the chair",
    "work.consider": "Considered by the subgroup on {on}",
    "work.present": "Presented to the board on {on}",
    "work.close": "Closed",
    "work.plan": "Visit planned",
    "work.prepare": "Lines of enquiry agreed",
    "work.hold": "Visit held",
    "work.report": "Main findings reported",
    "work.withdraw": "Withdrawn",
    "work.year_exported": "Programme of the year from {year} taken as a {format} file",
}
