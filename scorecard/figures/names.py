"""What services are called in reports: each with its agency where they are of several."""

from __future__ import annotations

from collections.abc import Iterable

from qaf.people.models import Service


def service_names(services: Iterable[int]) -> dict[int, str]:
    """The names of these services by primary key, in the order of their names; one query.

    Two agencies can each have a service of the same name, and a reader must not take one for the other.
    """
    rows = Service.objects.filter(pk__in=set(services)).order_by("name", "agency__name", "pk")
    found = list(rows.values_list("pk", "name", "agency__name"))
    several = len({agency for _, _, agency in found}) > 1
    return {pk: f"{name} ({agency})" if several else name for pk, name, agency in found}
