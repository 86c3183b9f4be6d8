"""The project's own settings on a database of the benchmark's own, with two bare views beside the real pages."""

import os
import tempfile

# Everything the project reads from the environment is given here: a run must not depend on whose machine it is.
DATABASE_URL = os.environ.get("QAF_BENCH_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/qaf_bench")
os.environ.update(
    QAF_EMBEDDED="true",
    QAF_DEBUG="false",
    QAF_DATA_DIR=os.path.join(tempfile.gettempdir(), "qaf_bench"),
    DATABASE_URL=DATABASE_URL,
    SECRET_KEY="only for the benchmark",  # noqa: S106
    FIELD_ENCRYPTION_KEYS="only for the benchmark",
    TRAIL_KEY="only for the benchmark",
    ALLOWED_HOSTS="127.0.0.1",
    LOG_LEVEL="ERROR",
)

from qaf.settings import *  # noqa: E402, F403
from qaf.settings import DATABASES, INSTALLED_APPS  # noqa: E402

INSTALLED_APPS = [*INSTALLED_APPS, "bench"]
ROOT_URLCONF = "bench.urls"
# One connection for the whole run, for the real pages and the bare ones alike.
DATABASES["default"].update(CONN_MAX_AGE=None, CONN_HEALTH_CHECKS=False)
