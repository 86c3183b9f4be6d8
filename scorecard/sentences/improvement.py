"""The timeline's sentences about actions that follow from reports."""

SENTENCES = {
    "improvement.created": "Action made of recommendation {recommendation}, due {due_on}",
    "improvement.changed": "Action changed",
    "improvement.progress": "Progress noted",
    "improvement.moved": "Action went from {before} to {after}",
    "improvement.exported": "List of improvement actions taken as a {format} file",
}
