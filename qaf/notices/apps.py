from django.apps import AppConfig

from qaf.people.administration import allow_administrators
from qaf.trail.sentences import register_sentences


class NoticesConfig(AppConfig):
    name = "qaf.notices"
    verbose_name = "Notices"

    def ready(self) -> None:
        allow_administrators("notices.outboxemail", "view")
        register_sentences({"outbox.tried_again": "Had an e-mail sent again"})
