"""As much of a draft as can be shown, for a preview beside the list of its problems."""

from __future__ import annotations

from typing import Any

from audits.kloe.checks import check_form
from audits.kloe.fields import Fields, Path, Problems
from audits.kloe.questions import FormDefinition
from audits.kloe.reading import FormReader, descriptor_from, scale_from
from audits.kloe.scales import Descriptor, Scale


def parse_leniently(document: Any) -> FormDefinition | None:
    """The form with all of it that can be shown, for a preview of a draft with problems; None when there is nothing.

    Questions that cannot be read are left out, and so are sections without a usable key; conditions that cannot be
    decided fall away, so that what hangs on them is always shown. Rules that only matter for an audit, such as the one
    overall judgement, are not asked for. A document without problems gives the same as ``from_json``.
    """
    if not isinstance(document, dict):
        return None
    scales = _scales(document.get("scale"))
    descriptors = _descriptors(document, scales)
    sections = _sections(document, scales, descriptors)
    kept = {**document, "scale": next(iter(scales), None), "sections": sections}
    while True:
        form = FormReader(Problems(), scales, descriptors).form(kept)
        undecided = [problem.path for problem in check_form(form, descriptors) if "when" in problem.path]
        # Without a condition that went in a circle, others may be decided after all.
        if not [path for path in undecided if _without_condition(sections, path)]:
            return form


def _without_condition(sections: list[dict[str, Any]], path: Path) -> bool:
    place: Any = sections
    for step in path[1 : path.index("when")]:
        place = place[step]
    return place.pop("when", None) is not None


def _list(holder: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = holder.get(name)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _scales(given: Any) -> dict[str, Scale]:
    problems = Problems()
    scale = scale_from(Fields(given, problems)) if given is not None else None
    return {scale.key: scale} if scale and not problems.found else {}


def _descriptors(document: dict[str, Any], scales: dict[str, Scale]) -> dict[str, Descriptor]:
    found: dict[str, Descriptor] = {}
    for item in _list(document, "descriptors"):
        problems = Problems()
        descriptor = descriptor_from(Fields(item, problems), scales)
        if descriptor and not problems.found:
            found[descriptor.key] = descriptor
    return found


def _sections(
    document: dict[str, Any], scales: dict[str, Scale], descriptors: dict[str, Descriptor]
) -> list[dict[str, Any]]:
    kept: dict[str, dict[str, Any]] = {}
    for item in _list(document, "sections"):
        key = Fields(item, Problems()).key("key")
        if not key or key in kept:
            continue
        section = {**item, "questions": _questions(item, key, scales, descriptors)}
        problems = Problems()
        FormReader(problems, scales, descriptors).when(Fields(section, problems), key)
        if problems.found:
            del section["when"]
        kept[key] = section
    return list(kept.values())


def _questions(
    section: dict[str, Any], section_key: str, scales: dict[str, Scale], descriptors: dict[str, Descriptor]
) -> list[dict[str, Any]]:
    kept: dict[str, dict[str, Any]] = {}
    for item in _list(section, "questions"):
        question = dict(item)
        if question.get("kind") == "judgement":
            if not scales:
                continue
            if isinstance(question.get("descriptors"), list):
                question["descriptors"] = [key for key in question["descriptors"] if _is_known(key, descriptors)]
        for without in ((), ("when",), ("when", "prefill")):
            tried = {name: value for name, value in question.items() if name not in without}
            problems = Problems()
            read = FormReader(problems, scales, descriptors).question(Fields({}, problems), section_key, 0, tried)
            if read and not problems.found and read.key not in kept:
                kept[read.key] = tried
                break
    return list(kept.values())


def _is_known(key: Any, descriptors: dict[str, Descriptor]) -> bool:
    return isinstance(key, str) and key in descriptors
