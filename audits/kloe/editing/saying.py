"""The engine's findings about a definition, said to somebody who builds a form and has never seen its YAML."""

from __future__ import annotations

from typing import Any

from audits.kloe.fields import Problem


def in_words(problem: Problem, document: Any) -> str:
    """The problem as a sentence."""
    raise NotImplementedError
