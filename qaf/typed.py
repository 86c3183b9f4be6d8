"""What a person had typed, so that a page which refuses it can show it back and nothing is lost."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError

# Never shown back: the secrets of signing in, and the page's own machinery.
SECRET = re.compile(r"password|token|secret|code|credential|otp", re.IGNORECASE)
MACHINERY = re.compile(r"(^next$|^action$|^seen$|revision|TOTAL_FORMS|INITIAL_FORMS|_NUM_FORMS$)")


@dataclass(frozen=True)
class TypedField:
    """One field of a form that was sent: its name in words, and the texts in it."""

    label: str
    values: list[str]


def _in_words(name: str) -> str:
    words = re.sub(r"[-_.:\[\]]+", " ", name).strip()
    return words[:1].upper() + words[1:]


def _sent_from_here(request: HttpRequest) -> bool:
    """Whether one of our own pages sent this: another site must not be able to make ours show its words."""
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(origin).netloc == request.get_host()


def typed_text(request: HttpRequest) -> list[TypedField]:
    """Give the fields of a POST in the order they were sent, empty ones left out.

    Gives nothing for requests other sites made, and never a password, code or token. The names of files are
    given, since a file has to be chosen again.
    """
    if request.method != "POST" or not _sent_from_here(request):
        return []
    try:
        sent, files = request.POST, request.FILES
    except (RequestDataTooBig, TooManyFieldsSent, MultiPartParserError, OSError):
        return []
    fields = [
        TypedField(_in_words(name), [text for text in texts if str(text).strip()])
        for name, texts in sent.lists()
        if not SECRET.search(name) and not MACHINERY.search(name)
    ]
    fields += [
        TypedField(_in_words(name), [f"{file.name} (choose this file again)" for file in uploads])
        for name, uploads in files.lists()
    ]
    return [entry for entry in fields if entry.values]
