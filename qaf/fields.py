"""Encrypted model fields for what identifies a child or a family, and the keyed hash that finds them again."""

import base64
import hashlib
import hmac
import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


def _fernet_key(secret: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(b"qaf.fields:" + secret.encode()).digest())


@lru_cache(maxsize=4)
def _cipher(secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_fernet_key(secret)) for secret in secrets])


def cipher() -> MultiFernet:
    """The cipher of the configured keys: the first encrypts, all decrypt."""
    return _cipher(tuple(settings.FIELD_ENCRYPTION_KEYS))


def keyed_hash(value: str) -> str:
    """Hash an identifier for look-up: equal identifiers, equal hashes; without the key, no way back.

    The last key of ``FIELD_ENCRYPTION_KEYS`` is used, so that putting a new key in front does not orphan rows.
    """
    secret = settings.FIELD_ENCRYPTION_KEYS[-1]
    normal = " ".join(value.split()).casefold()
    return hmac.new(b"qaf.hash:" + secret.encode(), normal.encode(), hashlib.sha256).hexdigest()


class EncryptedTextField(models.TextField):
    """Text that is encrypted in the database. It cannot be searched, sorted or filtered on."""

    def get_prep_value(self, value: Any) -> Any:
        if value is None or value == "":
            return value
        return cipher().encrypt(str(value).encode()).decode()

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if value is None or value == "":
            return value
        return cipher().decrypt(value.encode()).decode()


if TYPE_CHECKING:
    JSONText = models.TextField[Any, Any]
else:
    JSONText = models.TextField


class EncryptedJSONField(JSONText):
    """A JSON document that is encrypted in the database."""

    # What may be assigned and is given back, for django-stubs.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def get_prep_value(self, value: Any) -> Any:
        if value is None:
            return value
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return cipher().encrypt(text.encode()).decode()

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if value is None or value == "":
            return None
        return json.loads(cipher().decrypt(value.encode()))

    def value_to_string(self, obj: models.Model) -> str:
        return json.dumps(self.value_from_object(obj), ensure_ascii=False)

    def to_python(self, value: Any) -> Any:
        return json.loads(value) if isinstance(value, str) and value else value
