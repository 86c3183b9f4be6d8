"""Signing in and out, in a real browser."""

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from playwright.sync_api import expect

from tests.browser import no_sideways_scrolling
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


def sign_in(page, email, password=PASSWORD):
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_a_person_signs_in_comes_where_they_wanted_and_signs_out(person, browser_page, axe, screenshot):
    auditor = person("auditor", name="Ade Okoro", email="ade@example.org")
    page = browser_page

    page.goto("/account/")
    assert page.get_by_role("heading", level=1).inner_text() == "Sign in"
    axe(page)
    screenshot(page, "sign-in")
    no_sideways_scrolling(page)

    sign_in(page, auditor.email)
    assert page.get_by_role("heading", level=1).inner_text() == "Your account"
    axe(page)
    screenshot(page, "account")
    no_sideways_scrolling(page)

    page.get_by_role("link", name="QAF case-file audit").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Home"
    page.get_by_role("button", name="Sign out").click()
    page.goto("/account/")
    assert page.get_by_role("heading", level=1).inner_text() == "Sign in"


def test_a_wrong_password_is_said_in_a_summary_and_in_the_title(person, browser_page, axe, screenshot):
    auditor = person("auditor")
    page = browser_page
    page.goto("/accounts/login/")
    sign_in(page, auditor.email, "not the password")
    expect(page).to_have_title("Error: Sign in – QAF case-file audit")
    summary = page.locator(".govuk-error-summary")
    assert "There is a problem" in summary.inner_text()
    assert page.evaluate("document.activeElement.className") == "govuk-error-summary"
    assert page.get_by_label("E-mail address").input_value() == auditor.email
    axe(page)
    screenshot(page, "sign-in-error")


def test_errors_lead_to_their_field(browser_page, db):
    page = browser_page
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in").click()
    page.locator(".govuk-error-summary a").first.click()
    assert page.evaluate("document.activeElement.name") == "login"


def test_signing_in_needs_no_script(person, new_page):
    auditor = person("auditor")
    page = new_page(javascript=False)
    page.goto("/accounts/login/")
    sign_in(page, auditor.email)
    assert page.get_by_role("heading", level=1).inner_text() == "Home"


def test_a_forgotten_password_is_set_anew_by_a_link_in_an_email(person, browser_page, axe, screenshot):
    auditor = person("auditor")
    page = browser_page
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Forgotten your password").click()
    axe(page)
    screenshot(page, "password-reset")
    page.get_by_label("E-mail address").fill(auditor.email)
    page.get_by_role("button", name="Send the link").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Look at your e-mail"
    axe(page)
    screenshot(page, "password-reset-done")

    [message] = mail.outbox
    [link] = re.findall(r"https?://\S+/password/reset/key/\S+", message.body)
    page.goto(re.sub(r"^https?://[^/]+", "", link))
    assert page.get_by_role("heading", level=1).inner_text() == "Choose a password"
    axe(page)
    screenshot(page, "password-choose")
    page.locator("input[name=password1]").fill("a longer and newer phrase")
    page.locator("input[name=password2]").fill("a longer and newer phrase")
    page.get_by_role("button", name="Save password").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Your password is set"
    axe(page)

    page.get_by_role("link", name="Go to sign in").click()
    sign_in(page, auditor.email, "a longer and newer phrase")
    assert page.get_by_role("heading", level=1).inner_text() == "Home"


def test_an_authenticator_app_becomes_the_second_step(person, new_page, axe, screenshot):
    auditor = person("auditor")
    page = new_page()
    page.goto("/accounts/2fa/")
    sign_in(page, auditor.email)
    axe(page)
    screenshot(page, "second-step")
    page.get_by_role("button", name="Set up an authenticator app").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Confirm that it is you"
    axe(page)
    screenshot(page, "confirm-it-is-you")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    axe(page)
    screenshot(page, "second-step-set-up")
    no_sideways_scrolling(page)
    secret = page.locator(".qaf-codes").inner_text()

    def code():
        counter = next(yield_hotp_counters_from_time())
        return format_hotp_value(hotp_value(secret, counter))

    page.get_by_label("Code").fill(code())
    page.get_by_role("button", name="Turn it on").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Your recovery codes"
    axe(page)
    screenshot(page, "recovery-codes")
    recovery_code = page.locator(".qaf-codes li").first.inner_text()

    page.get_by_role("button", name="Sign out").click()
    page.goto("/accounts/login/")
    sign_in(page, auditor.email)
    assert page.get_by_role("heading", level=1).inner_text() == "Enter a code"
    axe(page)
    screenshot(page, "second-step-code")
    page.locator("input[name=code]").fill(recovery_code)
    page.get_by_role("button", name="Sign in").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Home"


def test_nobody_signs_themselves_up(browser_page, axe, screenshot, db):
    page = browser_page
    page.goto("/accounts/signup/")
    assert page.get_by_role("heading", level=1).inner_text() == "You cannot sign yourself up"
    axe(page)
    screenshot(page, "sign-up-closed")
