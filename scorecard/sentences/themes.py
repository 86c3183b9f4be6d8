"""The timeline's sentences about the themes of reports and their quotations."""

SENTENCES = {
    "report.theme_added": "Theme added",
    "report.theme_changed": "Theme changed",
    "report.theme_moved": "Themes put in another order",
    "report.theme_removed": "Theme taken out",
    "report.quotation_added": "Quotation added",
    "report.quotation_changed": "Quotation changed",
    "report.quotation_removed": "Quotation taken out",
}
