"""System checks: a wrong configuration is refused at start, with a sentence that says what to do.

Errors (``qaf.E…``) stop every command and process; warnings (``qaf.W…``) are printed. All rules look at the
settings alone, so they run without a database.
"""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

# 32 characters of a random secret are more than anybody can try.
SHORTEST_SECRET = 32
HOW_TO_MAKE_ONE = "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"


def secrets_are_long_enough() -> Iterable[CheckMessage]:
    keys = [("FIELD_ENCRYPTION_KEYS", key) for key in settings.FIELD_ENCRYPTION_KEYS]
    for name, secret in [("SECRET_KEY", settings.SECRET_KEY), ("TRAIL_KEY", settings.TRAIL_KEY), *keys]:
        if len(secret.strip()) < SHORTEST_SECRET or len(set(secret)) < 8:
            yield Error(
                f"{name} is too short or too simple to keep anything secret.", hint=HOW_TO_MAKE_ONE, id="qaf.E001"
            )


def secrets_differ() -> Iterable[CheckMessage]:
    secrets = [settings.SECRET_KEY, settings.TRAIL_KEY, *settings.FIELD_ENCRYPTION_KEYS]
    if len(set(secrets)) < len(secrets):
        yield Error(
            "SECRET_KEY, TRAIL_KEY and FIELD_ENCRYPTION_KEYS must be different secrets.",
            hint=f"One that leaks would open all of them. {HOW_TO_MAKE_ONE}",
            id="qaf.E002",
        )


def pages_do_not_show_their_insides() -> Iterable[CheckMessage]:
    if settings.DEBUG and not settings.EMBEDDED:
        yield Error(
            "QAF_DEBUG is true in a real installation.",
            hint="Error pages would show children's data and settings. Remove QAF_DEBUG from the environment.",
            id="qaf.E003",
        )


def hosts_are_named() -> Iterable[CheckMessage]:
    if not settings.EMBEDDED and "*" in settings.ALLOWED_HOSTS:
        yield Error(
            "ALLOWED_HOSTS allows any host.",
            hint="Name the hosts that people use, as in ALLOWED_HOSTS=qaf.example.gov.uk",
            id="qaf.E004",
        )


def links_lead_back_here() -> Iterable[CheckMessage]:
    address = urlsplit(settings.SITE_URL)
    if address.scheme not in ("http", "https") or not address.hostname or address.path or address.query:
        yield Error(
            f"SITE_URL ({settings.SITE_URL}) is not the address of a site.",
            hint="Give scheme and host only, as in SITE_URL=https://qaf.example.gov.uk",
            id="qaf.E005",
        )
        return
    if not settings.EMBEDDED and address.scheme != "https":
        yield Error(
            "SITE_URL does not begin with https.",
            hint="Links in e-mails would lead people to sign in without encryption.",
            id="qaf.E006",
        )
    hosts = settings.ALLOWED_HOSTS
    if not any(host in ("*", address.hostname) or _is_under(address.hostname, host) for host in hosts):
        yield Error(
            f"The host of SITE_URL ({address.hostname}) is not in ALLOWED_HOSTS.",
            hint="Links in e-mails would be answered with 'Bad request'. Add the host to ALLOWED_HOSTS.",
            id="qaf.E007",
        )


def _is_under(host: str, pattern: str) -> bool:
    return pattern.startswith(".") and (host.endswith(pattern) or host == pattern[1:])


def a_real_installation_has_real_parts() -> Iterable[CheckMessage]:
    if settings.EMBEDDED:
        return
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        yield Error(
            "DATABASE_URL names an SQLite file in a real installation.",
            hint="Use PostgreSQL, as in DATABASE_URL=postgres://user:password@host/qaf; SQLite is for one laptop.",
            id="qaf.E008",
        )
    if settings.CELERY_BROKER_URL.startswith("memory:"):
        yield Error(
            "REDIS_URL names the in-memory broker in a real installation.",
            hint="Web and worker are different processes and would never hear each other. Use redis://host:6379/0",
            id="qaf.E009",
        )
    if settings.EMAIL_BACKEND in (
        "qaf.notices.spool.EmailBackend",
        "django.core.mail.backends.filebased.EmailBackend",
        "django.core.mail.backends.console.EmailBackend",
        "django.core.mail.backends.dummy.EmailBackend",
        "django.core.mail.backends.locmem.EmailBackend",
    ):
        yield Warning(
            "EMAIL_URL does not send e-mail to anybody.",
            hint="Reminders will only show in the inbox. Use smtp+tls://user:password@host:587",
            id="qaf.W001",
        )
    if settings.DEFAULT_FROM_EMAIL.rstrip(">").endswith(".invalid"):
        yield Warning(
            "DEFAULT_FROM_EMAIL is the example address.",
            hint="Mail servers refuse it. Use an address of your own domain.",
            id="qaf.W002",
        )


def sessions_end_within_a_working_day() -> Iterable[CheckMessage]:
    if not 60 * 60 <= settings.SESSION_COOKIE_AGE <= 24 * 60 * 60:
        yield Error(
            "SESSION_HOURS must be between 1 and 24.",
            hint="A working day is 10. Longer leaves a case file open on an unwatched screen.",
            id="qaf.E010",
        )


RULES: tuple[Callable[[], Iterable[CheckMessage]], ...] = (
    secrets_are_long_enough,
    secrets_differ,
    pages_do_not_show_their_insides,
    hosts_are_named,
    links_lead_back_here,
    a_real_installation_has_real_parts,
    sessions_end_within_a_working_day,
)


@register(Tags.security)
def check_configuration(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Give the problems of the configuration, worst first within each rule; an empty list when there are none."""
    return [message for rule in RULES for message in rule()]
