"""Audits that only a few may know of."""

from django.db.models import QuerySet

from audits.models import Audit


def confidential_keys() -> QuerySet[Audit, int]:
    """The primary keys of every confidential audit, as a part of another query."""
    return Audit.objects.filter(confidential=True).order_by().values_list("pk", flat=True)
