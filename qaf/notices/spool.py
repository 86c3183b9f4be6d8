"""The e-mail back end of an installation without a mail server: one file a message, named by its Message-ID."""

import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    """Keeps each message as ``<Message-ID>.eml`` in the directory ``EMAIL_FILE_PATH``.

    A message with the same Message-ID as one that is there already is that message: it is not kept again. The
    file appears complete or not at all, whatever happens while it is written.
    """

    def __init__(self, file_path: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.directory = Path(file_path or settings.EMAIL_FILE_PATH)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self.directory.mkdir(parents=True, exist_ok=True)
        sent = 0
        for message in email_messages:
            if not message.recipients():
                continue
            try:
                self._keep(message)
            except OSError:
                if not self.fail_silently:
                    raise
            else:
                sent += 1
        return sent

    def _keep(self, message: EmailMessage) -> None:
        mime = message.message()
        name = re.sub(r"[^A-Za-z0-9.@_-]", "_", str(mime["Message-ID"]).strip("<> "))[:200]
        descriptor, unfinished = tempfile.mkstemp(dir=self.directory, prefix=".", suffix=".part")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(mime.as_bytes())
                file.flush()
                os.fsync(file.fileno())
            # A link is made only if the name is free, and then at once: the exclusive create of a whole file.
            os.link(unfinished, self.directory / f"{name}.eml")
        except FileExistsError:
            pass
        finally:
            os.unlink(unfinished)
