"""Going through pages with the keyboard alone: Tab, Enter, Space, the arrows and typing."""

import re

from playwright.sync_api import Locator, Page, expect

MOST_TABS = 400


class Keyboard:
    """Somebody who never touches a mouse. Each step begins where the focus is and fails when Tab does not get there."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, target: Locator) -> None:
        """Press Tab until the target has the focus; a group of radios is reached at any of its radios."""
        expect(target).to_be_attached()
        wanted = target.element_handle()
        for _ in range(MOST_TABS):
            if self._has_focus(wanted):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach {target} on {self.page.url}")

    def _has_focus(self, wanted: object) -> bool:
        return bool(
            self.page.evaluate(
                "e => { const a = document.activeElement; return a === e || (e.type === 'radio' && a.type === 'radio'"
                " && a.name === e.name); }",
                wanted,
            )
        )

    def follow(self, name: str | re.Pattern[str], *, nth: int = 0) -> None:
        """Follow a link."""
        self._press(self.page.get_by_role("link", name=name), nth)

    def press(self, name: str | re.Pattern[str], *, nth: int = 0) -> None:
        """Press a button."""
        self._press(self.page.get_by_role("button", name=name), nth)

    def _press(self, target: Locator, nth: int) -> None:
        self.to(target.nth(nth))
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, label: str | re.Pattern[str], text: str) -> None:
        """Type into a field, instead of what is in it."""
        self.to(self.page.get_by_label(label, exact=isinstance(label, str)))
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def tick(self, name: str | re.Pattern[str], *, nth: int = 0) -> None:
        """Tick or untick a box."""
        self.to(self.page.get_by_role("checkbox", name=name).nth(nth))
        self.page.keyboard.press("Space")

    def choose(self, name: str | re.Pattern[str]) -> None:
        """Choose a radio: into its group by Tab, then by the arrows."""
        target = self.page.get_by_role("radio", name=name).first
        self.to(target)
        self.page.keyboard.press("Space")
        for _ in range(40):
            if target.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows do not reach {name}")

    def select(self, label: str, option: str) -> None:
        """Choose out of a list that unfolds."""
        target = self.page.get_by_label(label, exact=True)
        self.to(target)
        for _ in range(200):
            if target.evaluate("e => e.selectedOptions[0].label") == option:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows do not reach {option}")
