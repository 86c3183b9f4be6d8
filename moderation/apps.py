from typing import Any

from django.apps import AppConfig

from qaf import navigation


class ModerationConfig(AppConfig):
    name = "moderation"
    verbose_name = "Moderation"

    def ready(self) -> None:
        from audits import signals
        from audits.extras import register_extra
        from moderation import workflow
        from moderation.extras import decision
        from moderation.places import shown_some_place
        from moderation.sentences import SENTENCES
        from qaf.trail.sentences import register_sentences

        def open_for(sender: Any, *, audit: Any, by: Any, **kwargs: Any) -> None:
            workflow.open_moderation(audit, by=by)

        def withdraw_from(sender: Any, *, audit: Any, **kwargs: Any) -> None:
            workflow.withdraw(audit)

        navigation.register("Moderation", "moderation:desk", order=40, shown_to=shown_some_place)
        register_sentences(SENTENCES)
        register_extra(decision)
        signals.moderation_due.connect(open_for, weak=False, dispatch_uid="moderation.open")
        signals.audit_cancelled.connect(withdraw_from, weak=False, dispatch_uid="moderation.withdraw")
