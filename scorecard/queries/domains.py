"""The domains that audits are graded in, as an indicator can be about one."""

from audits.models import FormVersion
from moderation.queries.agreement import domain_titles


def judged_domains() -> dict[str, str]:
    """The titles of the graded domains of all published forms by key, in the order of the titles."""
    versions = FormVersion.objects.exclude(state=FormVersion.State.DRAFT).order_by("pk")
    titles = domain_titles(FormVersion.parsed_by_pk(pk) for pk in versions.values_list("pk", flat=True))
    return dict(sorted(titles.items(), key=lambda pair: pair[1].casefold()))
