"""Read every encrypted value once, to know that the keys at hand fit the data: after a restore, before a key goes."""

from typing import Any

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import models
from django.db.models.functions import Cast

from qaf.fields import EncryptedJSONField, EncryptedTextField

ENCRYPTED = (EncryptedTextField, EncryptedJSONField)


class Command(BaseCommand):
    help = "Read every encrypted value with FIELD_ENCRYPTION_KEYS; fail when one cannot be read."

    def handle(self, *args: Any, **options: Any) -> None:
        """Count the values read; raise CommandError naming table, column and row number of the unreadable ones."""
        read, unreadable = 0, []
        for model in apps.get_models():
            for field in model._meta.concrete_fields:
                if isinstance(field, ENCRYPTED):
                    for key, value in self._raw_values(model, field):
                        if self._can_read(field, value):
                            read += 1
                        else:
                            unreadable.append(f"{model._meta.db_table}.{field.column}, row {key}")
        if unreadable:
            shown = "\n".join(f"  {place}" for place in unreadable[:20])
            raise CommandError(
                f"{len(unreadable)} encrypted values cannot be read with FIELD_ENCRYPTION_KEYS:\n{shown}\n"
                "Put the key they were written with back into FIELD_ENCRYPTION_KEYS, behind the newest one."
            )
        self.stdout.write(f"All {read} encrypted values can be read.")

    def _raw_values(self, model: type[models.Model], field: models.Field) -> Any:
        """The values as they lie in the database, not passed through the field."""
        raw = Cast(field.attname, models.TextField())
        rows = model._base_manager.annotate(_raw=raw).exclude(_raw=None).exclude(_raw="")
        return rows.values_list("pk", "_raw").iterator(chunk_size=2000)

    def _can_read(self, field: models.Field, value: str) -> bool:
        try:
            field.from_db_value(value, None, None)  # type: ignore[attr-defined]
        except (InvalidToken, ValueError):
            return False
        return True
