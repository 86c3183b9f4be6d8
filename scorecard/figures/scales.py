"""The grading scales of forms, read without the rest of the form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from audits.models import FormVersion

Scale = dict[str, Any]


def scales_of(versions: Iterable[int] | Any) -> dict[int, Scale]:
    """The scale of each of these form versions (keys, or a query of keys), as plain JSON; one query.

    A version without a scale is left out. Versions stand in their order, so that a later one's names win.
    """
    found = FormVersion.objects.filter(pk__in=versions).order_by("pk").values_list("pk", "definition__scale")
    return {pk: _plain(scale) for pk, scale in found if scale}


def _plain(scale: dict[str, Any]) -> Scale:
    return {
        "key": scale["key"],
        "title": scale["title"],
        "grades": [
            {
                "code": grade["code"],
                "name": grade["name"],
                "meets_standard": bool(grade["meets_standard"]),
                "raises_alert": bool(grade.get("raises_alert")),
            }
            for grade in scale["grades"]
        ],
    }
