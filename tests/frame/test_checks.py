"""A wrong configuration is refused at start, with a sentence and a hint."""

from typing import Any

import pytest
from django.core.checks import Error

from qaf.checks import check_configuration

# Nothing here opens a connection, so the one that is open does not mind.
pytestmark = pytest.mark.filterwarnings("ignore:Overriding setting DATABASES:UserWarning")

SECRETS = {
    "SECRET_KEY": "dLx8-0zEJrGhgk0lFvd2nJ5hVQy3SPr7Tq1bM6uA",
    "TRAIL_KEY": "mKq2_9wTBfYxcV4sHn7RjE0uDa8ZgLp5Xi3oWt6C",
    "FIELD_ENCRYPTION_KEYS": ["Qe7yU1tRz9oPa3sDf5gHj8kLx0cVb2nMw4iEq6rT"],
}
REAL = {
    "EMBEDDED": False,
    "DEBUG": False,
    "ALLOWED_HOSTS": ["qaf.example.gov.uk"],
    "SITE_URL": "https://qaf.example.gov.uk",
    "DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "qaf"}},
    "CELERY_BROKER_URL": "redis://redis:6379/0",
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "DEFAULT_FROM_EMAIL": "QAF <qaf@example.gov.uk>",
    "SESSION_COOKIE_AGE": 10 * 60 * 60,
    **SECRETS,
}


def problems(settings: Any, **changes: Any) -> list[str]:
    for name, value in {**REAL, **changes}.items():
        setattr(settings, name, value)
    return [str(message.id) for message in check_configuration(None)]


def test_a_right_real_installation_has_no_problem(settings: Any) -> None:
    assert problems(settings) == []


def test_the_embedded_default_has_no_problem() -> None:
    assert [message for message in check_configuration(None) if isinstance(message, Error)] == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"SECRET_KEY": "short"}, ["qaf.E001"]),
        ({"SECRET_KEY": "a" * 60}, ["qaf.E001"]),
        ({"TRAIL_KEY": "short"}, ["qaf.E001"]),
        ({"FIELD_ENCRYPTION_KEYS": [*SECRETS["FIELD_ENCRYPTION_KEYS"], "old"]}, ["qaf.E001"]),
        ({"TRAIL_KEY": SECRETS["SECRET_KEY"]}, ["qaf.E002"]),
        ({"FIELD_ENCRYPTION_KEYS": [SECRETS["TRAIL_KEY"]]}, ["qaf.E002"]),
        ({"DEBUG": True}, ["qaf.E003"]),
        ({"ALLOWED_HOSTS": ["*"]}, ["qaf.E004"]),
        ({"SITE_URL": "qaf.example.gov.uk"}, ["qaf.E005"]),
        ({"SITE_URL": "https://qaf.example.gov.uk/audit"}, ["qaf.E005"]),
        ({"SITE_URL": "http://qaf.example.gov.uk"}, ["qaf.E006"]),
        ({"ALLOWED_HOSTS": ["other.example.gov.uk"]}, ["qaf.E007"]),
        ({"DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3"}}}, ["qaf.E008"]),
        ({"CELERY_BROKER_URL": "memory://"}, ["qaf.E009"]),
        ({"EMAIL_BACKEND": "qaf.notices.spool.EmailBackend"}, ["qaf.W001"]),
        ({"DEFAULT_FROM_EMAIL": "QAF <no-reply@qaf.invalid>"}, ["qaf.W002"]),
        ({"SESSION_COOKIE_AGE": 60}, ["qaf.E010"]),
        ({"SESSION_COOKIE_AGE": 14 * 24 * 60 * 60}, ["qaf.E010"]),
    ],
)
def test_each_mistake_is_named(settings: Any, changes: dict[str, Any], expected: list[str]) -> None:
    assert problems(settings, **changes) == expected


def test_a_host_under_a_wildcard_is_known(settings: Any) -> None:
    assert problems(settings, ALLOWED_HOSTS=[".example.gov.uk"]) == []


def test_every_problem_says_what_to_do(settings: Any) -> None:
    for name, value in {**REAL, "SECRET_KEY": "x", "DEBUG": True, "SITE_URL": "nowhere"}.items():
        setattr(settings, name, value)
    messages = check_configuration(None)
    assert len(messages) == 3
    assert all(message.hint and message.msg.endswith(".") for message in messages)


def test_no_problem_shows_a_secret(settings: Any) -> None:
    short = "tell-nobody"
    for name, value in {**REAL, "SECRET_KEY": short, "TRAIL_KEY": short}.items():
        setattr(settings, name, value)
    assert short not in " ".join(f"{message.msg} {message.hint}" for message in check_configuration(None))
