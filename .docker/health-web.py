"""Ask the web server of this container for its health page; ends with 0 when database and broker answer.

Django refuses a host that it does not know, so the question carries the first host of ALLOWED_HOSTS.
"""

import os
import sys
import urllib.error
import urllib.request

host = os.environ["ALLOWED_HOSTS"].split(",")[0].strip().lstrip(".")
port = os.environ.get("PORT", "8000")
question = urllib.request.Request(
    f"http://127.0.0.1:{port}/health/", headers={"Host": host, "X-Forwarded-Proto": "https"}
)
try:
    with urllib.request.urlopen(question, timeout=8) as answer:
        sys.exit(answer.status != 200)
except (urllib.error.URLError, OSError) as problem:
    sys.exit(f"not healthy: {problem}")
