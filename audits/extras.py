"""Parts of an audit's page that upper floors bring, so that this floor never imports them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from audits.models import Audit
from qaf.people.models import User


@dataclass(frozen=True)
class Extra:
    """A part of the page: its template, and what the template is given beside the page's own context.

    ``first``: above all else, for what should be known before anything is done.
    """

    template: str
    context: dict[str, Any] = field(default_factory=dict)
    first: bool = False


ExtraFunction = Callable[[User, Audit], Extra | None]

_functions: dict[str, ExtraFunction] = {}


def register_extra(function: ExtraFunction) -> None:
    """Add a part to the page of every audit; the function says for whom, and asks its own app's access rules."""
    _functions[f"{function.__module__}.{function.__qualname__}"] = function


def extras_for(user: User, audit: Audit) -> list[Extra]:
    """The registered parts that this person is shown of this audit."""
    found = (function(user, audit) for _, function in sorted(_functions.items()))
    return [extra for extra in found if extra is not None]
