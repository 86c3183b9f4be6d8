"""Opening a section of the biggest form against a bare Django form page with as many fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.urls import reverse

from audits.models import Audit, State
from bench.bare_form import BARE_PATH, fields_of, make_bare
from bench.caller import Caller, medians
from bench.databases import at
from bench.figures import Figure

ROUNDS = 200
TARGET = 2.0


def run(sizes: Sequence[int]) -> Iterator[Figure]:
    """Open the section with the most fields, and the bare page made of the same fields, in turn."""
    with at(min(sizes)):
        audit = Audit.objects.filter(state=State.IN_PROGRESS).select_related("auditor", "type").order_by("pk")[0]
        caller = Caller(audit.auditor)
        paths = [
            reverse("audits:section", args=[audit.reference, section.key])
            for section in audit.form.sections_of(audit.part)
        ]
        fields, path = max(
            ((fields_of(caller, path), path) for path in paths),
            key=lambda found: len(found[0]),
        )
        make_bare(caller, fields)
        bare, section = medians([lambda: caller.get(BARE_PATH), lambda: caller.get(path)], rounds=ROUNDS)
    print(f"# {path.split('/')[-2]}: {len(fields)} fields, {section * 1000:.1f} ms", flush=True)
    yield Figure("section_to_bare_form", section / bare, TARGET)
