"""Filling a form's pages in the browser as a person would, whatever questions stand on them."""

from playwright.sync_api import Locator, Page

TEXT = "Seen in the record and talked over with the worker."


def _fill_text(field: Locator) -> None:
    name = field.get_attribute("name") or ""
    if name.endswith("-day"):
        field.fill("2")
    elif name.endswith("-month"):
        field.fill("11")
    elif name.endswith("-year"):
        field.fill("2026")
    elif field.get_attribute("inputmode") in ("numeric", "decimal"):
        field.fill("3")
    else:
        field.fill(TEXT)


def fill_page(page: Page, *, grade: str) -> None:
    """Answer every question of the open section; every judgement gets ``grade``, every choice its first option."""
    form = page.locator("form[data-autosave]")
    names = form.locator("input[type=radio]").evaluate_all("all => [...new Set(all.map(one => one.name))]")
    for name in names:
        options = form.locator(f'input[type=radio][name="{name}"]')
        if not options.first.is_visible():
            continue
        graded = form.locator(f'input[type=radio][name="{name}"][value="{grade}"]')
        (graded if graded.count() else options.first).check()
    for field in form.locator("textarea, input[type=text], input:not([type])").all():
        if field.is_visible() and not field.input_value():
            _fill_text(field)
    boxes = form.locator("input[type=checkbox]")
    if boxes.count() and boxes.first.is_visible():
        boxes.first.check()
