"""Settings, read from the environment. Every default is safe and embedded: SQLite, no server, one process.

With ``QAF_EMBEDDED=false`` (the production shape of ``docker-compose.yml``) nothing is defaulted that must
not be: secrets, hosts, database and broker have to be given, or the process refuses to start.
"""

from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from qaf.local_secrets import local_secret

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if (BASE_DIR / ".env").exists():
    env.read_env(str(BASE_DIR / ".env"))

EMBEDDED = env.bool("QAF_EMBEDDED", default=True)
DEBUG = env.bool("QAF_DEBUG", default=False)
DATA_DIR = Path(env.str("QAF_DATA_DIR", default=str(BASE_DIR / ".demo")))


def required_unless_embedded(name: str, embedded_default: str) -> str:
    """Read one setting; outside the embedded default it must be in the environment."""
    value = env.str(name, default="")
    if value:
        return value
    if EMBEDDED:
        return embedded_default
    raise ImproperlyConfigured(f"Set {name} in the environment: QAF_EMBEDDED is false, so it has no default.")


SECRET_KEY = required_unless_embedded("SECRET_KEY", local_secret(DATA_DIR, "django") if EMBEDDED else "")
# First key encrypts, all decrypt: put a new key in front to rotate.
FIELD_ENCRYPTION_KEYS = required_unless_embedded(
    "FIELD_ENCRYPTION_KEYS", local_secret(DATA_DIR, "fields") if EMBEDDED else ""
).split(",")
TRAIL_KEY = required_unless_embedded("TRAIL_KEY", local_secret(DATA_DIR, "trail") if EMBEDDED else "")
ALLOWED_HOSTS = required_unless_embedded("ALLOWED_HOSTS", "127.0.0.1,localhost").split(",")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Links in e-mails and calendar feeds are made outside a request.
SITE_URL = required_unless_embedded("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
SITE_NAME = "QAF case-file audit"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_fsm",
    "guardian",
    "django_celery_beat",
    "django_htmx",
    "csp",
    "qaf",
    "qaf.people",
    "qaf.trail",
    "qaf.notices",
    "qaf.deadlines",
    "audits",
    "moderation",
    "scorecard",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "qaf.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "qaf.middleware.RefusedMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
]

ROOT_URLCONF = "qaf.urls"
WSGI_APPLICATION = "qaf.wsgi.application"
FORM_RENDERER = "qaf.rendering.GovukRenderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "qaf.people.context.signed_in_person",
                "qaf.notices.context.unread_notices",
            ],
        },
    },
]

DATABASES = {
    "default": env.db_url_config(required_unless_embedded("DATABASE_URL", f"sqlite:///{DATA_DIR / 'qaf.sqlite3'}")),
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE takes the write lock at the start of a transaction, so that two writers queue instead of failing.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"].update(CONN_MAX_AGE=60, CONN_HEALTH_CHECKS=True)
# SQLite does without columns beside the key of an index (W040), and cannot hold two posts without a scope apart
# (W047); the pages that add posts refuse the second one there.
SILENCED_SYSTEM_CHECKS = ["models.W040", "models.W047"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# People
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
    "qaf.people.backends.AdministratorBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ANONYMOUS_USER_NAME = None
GUARDIAN_RAISE_403 = True
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "qaf.people.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "qaf.people.account_forms.LoginForm",
    "reauthenticate": "qaf.people.account_forms.ReauthenticateForm",
    "reset_password": "qaf.people.account_forms.ResetPasswordForm",
    "reset_password_from_key": "qaf.people.account_forms.ResetPasswordKeyForm",
    "change_password": "qaf.people.account_forms.ChangePasswordForm",
    "set_password": "qaf.people.account_forms.SetPasswordForm",
}
MFA_FORMS = {
    "authenticate": "qaf.people.account_forms.AuthenticateForm",
    "reauthenticate": "qaf.people.account_forms.MfaReauthenticateForm",
    "activate_totp": "qaf.people.account_forms.ActivateTOTPForm",
}
# A shared computer must not keep somebody signed in.
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=10) * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not EMBEDDED

# Transport and pages
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if not EMBEDDED:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^health/"]
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31536000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
CSRF_FAILURE_VIEW = "qaf.views.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
# The largest list of open cases or people that is read; a bigger one is refused with a clear sentence.
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=20 * 1024 * 1024)

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = EMBEDDED
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if EMBEDDED
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}
MEDIA_ROOT = DATA_DIR / "media"

# Language and time
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True
DATE_FORMAT = "j F Y"
FORMAT_MODULE_PATH = ["qaf.formats"]

# E-mail: the embedded default writes each message to a file, named by its Message-ID.
EMAIL_CONFIG = env.email_url_config(required_unless_embedded("EMAIL_URL", f"filemail://{DATA_DIR / 'mail'}"))
EMAIL_BACKEND = EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_HOST = EMAIL_CONFIG["EMAIL_HOST"]
EMAIL_PORT = EMAIL_CONFIG["EMAIL_PORT"]
EMAIL_HOST_USER = EMAIL_CONFIG["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = EMAIL_CONFIG["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = EMAIL_CONFIG.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = EMAIL_CONFIG.get("EMAIL_USE_SSL", False)
EMAIL_FILE_PATH = env.str("EMAIL_FILE_PATH", default=str(DATA_DIR / "mail"))
if EMAIL_BACKEND.endswith("filebased.EmailBackend"):
    EMAIL_BACKEND = "qaf.notices.spool.EmailBackend"
EMAIL_TIMEOUT = 20
# An e-mail claimed so long ago and not marked sent belongs to a worker that died; another one sends it. Keep this
# well above EMAIL_TIMEOUT.
OUTBOX_CLAIM_SECONDS = env.int("OUTBOX_CLAIM_SECONDS", default=600)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="QAF <no-reply@qaf.invalid>")

# Attempts to sign in and used codes are counted in one place for all web processes, by the address of the person and
# not of the proxy.
if not EMBEDDED:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": env.str("REDIS_URL", default=""),
            "KEY_PREFIX": "qaf",
        }
    }
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

# Background work
CELERY_BROKER_URL = required_unless_embedded("REDIS_URL", "memory://")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": env.int("CELERY_VISIBILITY_TIMEOUT", default=3600),
    # For installations that share one Redis.
    "global_keyprefix": env.str("CELERY_KEY_PREFIX", default=""),
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "qaf.schedules:Scheduler"
# The scheduler answers `celery inspect ping`, which is how docker-compose.yml sees that it ticks.
CELERY_BEAT_ENABLE_REMOTE_CONTROL = True
CELERY_BEAT_SCHEDULE = {
    "reminders": {
        "task": "qaf.deadlines.tasks.sweep_reminders",
        "schedule": crontab(minute="*/10"),
    },
    "outbox": {"task": "qaf.notices.tasks.send_outbox", "schedule": 30.0},
    "digests": {
        "task": "qaf.notices.tasks.make_digests",
        "schedule": crontab(hour=7, minute=30),
    },
    "quarterly-report": {
        "task": "scorecard.tasks.open_quarter_end_report",
        "schedule": crontab(hour=5, minute=0),
    },
    "annual-review": {"task": "scorecard.tasks.open_year_end_report", "schedule": crontab(hour=5, minute=5)},
    "old-uploads": {"task": "audits.tasks.delete_old_uploads", "schedule": crontab(hour=3, minute=20)},
    "old-lists": {"task": "audits.tasks.delete_old_lists", "schedule": crontab(minute="*/10")},
    "cycles": {"task": "audits.tasks.open_cycles", "schedule": crontab(hour=6, minute=10)},
    "old-cases": {"task": "audits.tasks.erase_cases", "schedule": crontab(hour=3, minute=40)},
    "returns": {"task": "scorecard.tasks.open_returns", "schedule": crontab(hour=6, minute=20)},
    "derived-indicators": {"task": "scorecard.tasks.fill_derived", "schedule": crontab(hour=5, minute=20)},
    "unfinished-reports": {"task": "scorecard.tasks.resume_reports", "schedule": 60.0},
}
# Working days after the end of a quarter on which its report is made.
QUARTERLY_REPORT_AFTER_WORKING_DAYS = env.int("QUARTERLY_REPORT_AFTER_WORKING_DAYS", default=5)
# Counts about a team below this number are hidden in reports, and so are those that would give them away.
REPORT_SUPPRESS_BELOW = env.int("REPORT_SUPPRESS_BELOW", default=5)
# A report whose maker gave no sign of life for so long is taken over by another worker.
REPORT_STALE_SECONDS = env.int("REPORT_STALE_SECONDS", default=120)
# Members of the subgroup who have to be there when an indicator is changed.
SCORECARD_QUORUM = env.int("SCORECARD_QUORUM", default=3)
# Working days after the end of a quarter on which agencies are asked for their returns, and in which they send them.
RETURNS_ASKED_AFTER_WORKING_DAYS = env.int("RETURNS_ASKED_AFTER_WORKING_DAYS", default=1)
RETURNS_DUE_WORKING_DAYS = env.int("RETURNS_DUE_WORKING_DAYS", default=15)
# Statistical process control: points in a row that make a run on one side and a trend; fewer points than these give
# trial limits only; whether outlying moving ranges are left out of the limits.
SPC_RUN = env.int("SPC_RUN", default=7)
SPC_TREND = env.int("SPC_TREND", default=7)
SPC_TRIAL_BELOW = env.int("SPC_TRIAL_BELOW", default=13)
SPC_SCREEN = env.bool("SPC_SCREEN", default=True)
# A case can be drawn when it was open within so many weeks (Bristol: four) and not audited within so many months.
DRAW_OPEN_WITHIN_WEEKS = env.int("DRAW_OPEN_WITHIN_WEEKS", default=4)
DRAW_PAUSE_MONTHS = env.int("DRAW_PAUSE_MONTHS", default=12)
# A case that was never audited is erased so many months after the last list that named it.
CASES_ERASED_AFTER_MONTHS = env.int("CASES_ERASED_AFTER_MONTHS", default=12)
# The month in which the programme's year begins; cycles and quarters are counted from it.
SCHEDULE_YEAR_STARTS_MONTH = env.int("SCHEDULE_YEAR_STARTS_MONTH", default=4)
# Cycles of the schedule: most audits in somebody's hands at a time, and weeks in post before the first is due.
SCHEDULE_MOST_OPEN_AUDITS = env.int("SCHEDULE_MOST_OPEN_AUDITS", default=3)
SCHEDULE_NEW_IN_POST_WEEKS = env.int("SCHEDULE_NEW_IN_POST_WEEKS", default=6)
# So many months before the calendar runs out of bank holidays or closure days, administrators and QA managers see it.
CALENDAR_WARNED_MONTHS = env.int("CALENDAR_WARNED_MONTHS", default=3)
# Somebody new in post is observed within so many weeks of joining, and twice within so many months of probation.
COVERAGE_FIRST_OBSERVATION_WEEKS = env.int("COVERAGE_FIRST_OBSERVATION_WEEKS", default=6)
COVERAGE_PROBATION_MONTHS = env.int("COVERAGE_PROBATION_MONTHS", default=6)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    # The library logs every missing glyph and tag; none of it is for an administrator.
    "loggers": {"weasyprint": {"level": "ERROR"}, "fontTools": {"level": "ERROR"}},
}
