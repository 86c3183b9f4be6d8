"""The form engine: forms as data, read, checked, filled in and shown. docs/forms.md is its contract."""
