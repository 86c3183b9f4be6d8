"""Secrets of an embedded installation: made once, kept in a file that only its owner can read."""

import os
import secrets
from pathlib import Path


def local_secret(directory: Path, name: str) -> str:
    """Give the secret called ``name``, making it on first use.

    Used only by the embedded default (one laptop, SQLite). A real installation gives its secrets in the
    environment. The file is created with an exclusive open, so that two processes that start together end up
    with one and the same secret.
    """
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"{name}.secret"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
