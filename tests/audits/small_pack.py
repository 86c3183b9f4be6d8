"""A small framework pack in a folder, with as many forms as a test wants, and ways to change it afterwards."""

from pathlib import Path
from textwrap import dedent

SCALES = """
scales:
  - key: ofsted
    title: Ofsted grades
    grades:
      - {code: O, name: Outstanding, meets_standard: true}
      - {code: G, name: Good, meets_standard: true}
      - {code: RI, name: Requires improvement, meets_standard: false}
      - {code: I, name: Inadequate, meets_standard: false, raises_alert: true}
"""
DESCRIPTORS = """
descriptors:
  - key: plans
    title: Plans
    scale: ofsted
    grades:
      G: [The plan says who does what by when.]
      RI: [The plan names no dates.]
"""
FORM = """
form: {key}
title: {title}
source: A framework of 2024
scale: ofsted
sections:
  - key: record
    title: Record
    introduction: Read the whole file first.
    questions:
      - {{key: chronology, kind: record_state, label: Is the chronology up to date?}}
      - key: has_plan
        kind: yes_no
        label: Is there a plan?
        required: true
      - key: why_not
        kind: long_text
        label: Why is there none?
        when: {{question: has_plan, is: "no"}}
  - key: plan
    title: Plan
    questions:
      - key: voice
        kind: evidence
        label: Where is the child’s voice in the plan?
        hint: Look at direct work too
        guidance: [Quote the child where you can.]
      - key: judgement
        kind: judgement
        label: How good is the plan?
        domain: plan
        descriptors: [plans]
      - key: overall
        kind: judgement
        label: Overall
        domain: overall
        overall: true
        required: true
"""
TYPES = """
types:
  - key: {key}-type
    title: {title}
    form: {key}
    reference_prefix: {prefix}
    process:
      audit_days: 10
      moderation: true
      moderation_days: 10
"""


def write_pack(
    folder: Path, name: str, *, title: str = "", forms: tuple[str, ...] = ("",), prefix: str = "ABC"
) -> Path:
    """Write a pack called ``name``; each of ``forms`` is what the form's key adds to the pack's."""
    pack, title = folder / name, title or name.replace("-", " ").capitalize()
    (pack / "forms").mkdir(parents=True)
    write = {"pack.yaml": f"key: {name}\ntitle: {title}\nsource: {title}, 2024\n", "scales.yaml": SCALES}
    write["descriptors.yaml"] = DESCRIPTORS
    types = "types:"
    for ending in forms:
        key, called = f"{name}-form{ending}", f"{title} form{ending}"
        write[f"forms/{key}.yaml"] = FORM.format(key=key, title=called)
        types += TYPES.format(key=key, title=called, prefix=prefix).removeprefix("\ntypes:")
    write["types.yaml"] = types
    for path, text in write.items():
        (pack / path).write_text(dedent(text), encoding="utf-8")
    return pack


def rewrite(pack: Path, file: str, before: str, after: str) -> None:
    """Change a text in one of the pack's files; it must be there."""
    path = pack / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
