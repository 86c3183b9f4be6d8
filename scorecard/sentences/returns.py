"""How the timeline tells what happened to a return."""

SENTENCES: dict[str, str] = {
    "return.requested": "Return asked for",
    "return.uploaded": "Filled from a workbook: {indicators} indicators changed",
    "return.template_taken": "Workbook downloaded",
    "return.sent": "Return sent",
    "return.queried": "Queried: {queries} questions",
    "return.accepted": "Return accepted: {figures} figures written",
    "return.extended": "More time given",
    "return.reminded": "The agency was reminded",
    "return.correction_begun": "Correction begun",
    "return.withdrawn": "Correction called off",
    "returns.exported": "List of returns taken as a {format} file",
}
