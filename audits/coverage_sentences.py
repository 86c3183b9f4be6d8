"""How the timeline tells who took figures of coverage."""

SENTENCES = {
    "coverage.exported": "Figures of coverage taken as a {format} file",
    "clinic.taken": "Performance-clinic sheet taken as a {format} file",
}
