"""How the timeline tells what was done in a fieldwork."""

FIELDWORK_SENTENCES = {
    "work.child_added": "Children added to the matrix",
    "work.child_removed": "Child {child} removed from the matrix",
    "work.cell_changed": "Auditor of child {child} for one agency changed",
    "work.audits_allocated": "{audits} further audits allocated",
    "work.auditors_reminded": "Auditors reminded of {audits} audits",
    "work.triangulation_read": "Triangulation read",
    "work.triangulation_exported": "Triangulation taken as a {format} file",
}
