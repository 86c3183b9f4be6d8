"""A real browser for the tests of pages: Debian's Chromium, driven by Playwright, looked over by axe."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, sync_playwright

from qaf.people.models import User

WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDTHS = {"desktop": 1280, "phone": 375}


def cannot_be_had(reason: str) -> NoReturn:
    """Skip the test with the reason, or fail it where everything has to be there (QAF_REQUIRE_ALL=1)."""
    if os.environ.get("QAF_REQUIRE_ALL") == "1":
        pytest.fail(f"QAF_REQUIRE_ALL is set, but {reason}")
    pytest.skip(reason)


def chromium() -> str | None:
    """The path of the Chromium installed on this machine, or None."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of a file.

    Playwright's synchronous interface keeps an event loop running in this thread, which makes Django refuse the
    database although nothing here is asynchronous; the refusal is lifted for as long as the browser runs, and no
    longer, so that other tests still meet it.
    """
    path = chromium()
    if path is None:
        cannot_be_had("no Chromium is installed (Debian: apt-get install chromium)")
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
            yield browser
            browser.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture
def front_end() -> None:
    """The compiled front-end; without it pages are bare and axe would judge the wrong thing."""
    if not (Path(settings.BASE_DIR) / "static/vendor/govuk/govuk-frontend.min.css").exists():
        cannot_be_had("the front-end is not in static/vendor (run make once)")


def _watch(page: Page, troubles: list[str]) -> None:
    def on_console(message: ConsoleMessage) -> None:
        # An answer of 4xx is told to the console as well; pages that refuse are part of the tests.
        if message.type == "error" and "Failed to load resource" not in message.text:
            troubles.append(message.text)

    page.on("console", on_console)
    page.on("pageerror", lambda error: troubles.append(str(error)))


def _then_load(act: Callable[..., None]) -> Callable[..., None]:
    def acted(locator: Locator, *args: Any, **kwargs: Any) -> None:
        act(locator, *args, **kwargs)
        locator.page.wait_for_load_state()

    return acted


@pytest.fixture
def patient_clicks(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a click the next page is read once it is there, as a person would.

    Playwright goes on as soon as the answer begins to come in, when the page has neither title nor focus yet; on a
    busy machine a test that looks at once would see an empty page.
    """
    monkeypatch.setattr(Locator, "click", _then_load(Locator.click))
    monkeypatch.setattr(Locator, "press", _then_load(Locator.press))


class Gate:
    """Lets requests through to the application while a test runs, and none once it is over.

    A page may still be saving when its test ends: the browser is closed, but the request is in the server's hands,
    and the database is emptied under it. PostgreSQL calls that a deadlock, and the next test meets what was left.
    """

    def __init__(self, application: Callable[..., Any]) -> None:
        self.application = application
        self.open = False
        self._busy = 0
        self._changed = threading.Condition()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        with self._changed:
            if not self.open:
                start_response("503 Service Unavailable", [("Content-Length", "0")])
                return []
            self._busy += 1
        try:
            answer = self.application(environ, start_response)
        except BaseException:
            self._done()
            raise
        return Answer(answer, self._done)

    def close(self) -> None:
        """Let nobody in any more, and wait until those inside have left."""
        with self._changed:
            self.open = False
            assert self._changed.wait_for(lambda: self._busy == 0, timeout=30), "A request does not end."

    def _done(self) -> None:
        with self._changed:
            self._busy -= 1
            self._changed.notify_all()


class Answer:
    """An application's answer that tells when the server is done with it."""

    def __init__(self, answer: Any, done: Callable[[], None]) -> None:
        self._answer = answer
        self._done = done

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._answer)

    def close(self) -> None:
        try:
            if hasattr(self._answer, "close"):
                self._answer.close()
        finally:
            self._done()


@pytest.fixture
def open_server(live_server: Any) -> Iterator[Any]:
    """The live server, answering for as long as the test runs and not a moment longer."""
    server = live_server.thread.httpd
    if not isinstance(server.get_app(), Gate):
        server.set_app(Gate(server.get_app()))
    gate = server.get_app()
    gate.open = True
    yield live_server
    gate.close()


@pytest.fixture
def new_page(
    browser: Browser, open_server: Any, front_end: None, patient_clicks: None
) -> Iterator[Callable[..., Page]]:
    """Open a page in a browser of its own: ``new_page()`` for nobody, ``new_page(user)`` for a person signed in.

    Addresses are relative to the live server. The test fails when a page logs a script error or breaks the
    content security policy.
    """
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def open_page(user: User | None = None, *, javascript: bool = True, width: int = 1280) -> Page:
        context = browser.new_context(
            base_url=open_server.url,
            viewport={"width": width, "height": 900},
            locale="en-GB",
            timezone_id="Europe/London",
            java_script_enabled=javascript,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
            cookie = client.cookies[settings.SESSION_COOKIE_NAME]
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": open_server.url}])
        page = context.new_page()
        _watch(page, troubles)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == [], "The browser's console says: " + "; ".join(troubles)


@pytest.fixture
def browser_page(new_page: Callable[..., Page]) -> Page:
    """A page in which nobody is signed in yet."""
    return new_page()


def _readable(violation: dict[str, Any]) -> str:
    places = "\n".join(
        f"      {', '.join(str(part) for part in node['target'])}\n        {node['failureSummary']}"
        for node in violation["nodes"]
    )
    return f"  {violation['id']} ({violation['impact']}): {violation['help']}\n{places}"


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """Check a page: ``axe(page)`` fails, naming rule, place and remedy, on any breach of WCAG 2.2 AA."""
    engine = Axe()

    def check(page: Page) -> None:
        options = {"runOnly": {"type": "tag", "values": WCAG_22_AA}, "resultTypes": ["violations"]}
        found = engine.run(page, options=options).response["violations"]
        if found:
            pytest.fail(f"axe finds {len(found)} on {page.url}:\n" + "\n".join(_readable(one) for one in found))

    return check


@pytest.fixture(scope="session")
def screenshot() -> Callable[[Page, str], None]:
    """Keep a picture: ``screenshot(page, "home")`` at both widths, when QAF_SHOTS names a folder; else nothing."""
    folder = os.environ.get("QAF_SHOTS")

    def shoot(page: Page, name: str) -> None:
        if not folder:
            return
        Path(folder).mkdir(parents=True, exist_ok=True)
        before = page.viewport_size
        for label, width in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=str(Path(folder) / f"{name}-{label}.png"), full_page=True)
        if before:
            page.set_viewport_size(before)

    return shoot


def no_sideways_scrolling(page: Page) -> None:
    """Fail when a phone would have to be scrolled sideways to read the page (WCAG 1.4.10, reflow)."""
    before = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 800})
    wide = page.evaluate("document.documentElement.scrollWidth")
    widest = page.evaluate(
        """[...document.querySelectorAll('body *')]
        .filter(one => one.getBoundingClientRect().right > 321)
        .map(one => `${one.tagName}.${one.className} ${Math.round(one.getBoundingClientRect().right)}`)
        .slice(0, 12)"""
    )
    if before:
        page.set_viewport_size(before)
    assert wide <= 320, f"{page.url} is {wide} pixels wide on a screen of 320: {widest}"
