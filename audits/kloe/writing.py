"""A form as one YAML file that holds all it needs, and back."""

from __future__ import annotations

from typing import Any


def to_yaml(definition: dict[str, Any]) -> str:
    """A definition as one self-contained file, in the order of docs/forms.md. A draft with problems can be written too."""
    raise NotImplementedError


def from_yaml(data: bytes, *, name: str = "form.yaml") -> dict[str, Any]:
    """The definition in a file with its scale and descriptors in it. Raises PackErrors with every mistake and its line.

    Reads what ``to_yaml`` writes, and the forms of packs once their scale and descriptors are written out in them.
    """
    raise NotImplementedError
