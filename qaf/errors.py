"""What every refusal has in common: a sentence for the person who asked."""


class Refused(Exception):
    """A use case was refused. The message says what is wrong and what to do; a view shows it as a page."""

    status = 409
    title = "This could not be done"


class NotAllowed(Refused):
    """The person does not have the right; nothing was changed."""

    status = 403
    title = "You cannot do this"


class Stale(Refused):
    """Somebody else acted first; nothing was changed."""

    title = "Somebody else was quicker"
