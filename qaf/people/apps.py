from django.apps import AppConfig

from qaf.people.administration import allow_administrators
from qaf.trail.sentences import register_sentences


class PeopleConfig(AppConfig):
    name = "qaf.people"
    verbose_name = "People"

    def ready(self) -> None:
        allow_administrators("people.user", "view", "add", "change")
        for model in ("agency", "service", "team", "post"):
            allow_administrators(f"people.{model}", "view", "add", "change", "delete")
        register_sentences(
            {
                "people.imported": "Applied the list {file}: {new} new, {changed} changed",
                "person.added": "Added the person",
                "person.renamed": "Changed the person's name",
                "person.post_added": "Added a post: {what}",
                "person.post_changed": "Changed a post: {what}",
            }
        )
