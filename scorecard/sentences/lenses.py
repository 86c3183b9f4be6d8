"""The timeline's sentences about the evidence of the four lenses."""

SENTENCES = {
    "evidence.added": "Evidence added to the four lenses",
    "evidence.changed": "Evidence of the four lenses changed",
    "evidence.removed": "Evidence taken out of the four lenses",
    "evidence.exported": "Four lenses matrix taken as a file ({format})",
}
