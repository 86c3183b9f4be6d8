"""The timeline's sentences about the indicators that QAF counts itself."""

SENTENCES: dict[str, str] = {
    "figure.counted": "Counted from QAF’s audits for {period}, version {version}",
    "indicator.audits_exported": "Audits behind the figure of {period} taken as a file ({format})",
}
