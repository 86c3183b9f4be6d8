from typing import Any

from django.apps import AppConfig

from qaf import home, navigation


class ModerationConfig(AppConfig):
    name = "moderation"
    verbose_name = "Moderation"

    def ready(self) -> None:
        from audits import signals
        from audits.extras import register_extra
        from moderation import workflow
        from moderation.concern_extras import concerns
        from moderation.extras import decision
        from moderation.home import overdue_concerns
        from moderation.places import shown_some_place
        from moderation.queries.concerns import concern_keys
        from moderation.sentences import SENTENCES
        from moderation.workflow.concerns import told_when_late
        from qaf.deadlines.subjects import Rules, register_rules
        from qaf.trail.sentences import register_sentences

        def open_for(sender: Any, *, audit: Any, by: Any, **kwargs: Any) -> None:
            workflow.open_moderation(audit, by=by)

        def withdraw_from(sender: Any, *, audit: Any, **kwargs: Any) -> None:
            workflow.withdraw(audit)

        navigation.register("Moderation", "moderation:desk", order=40, shown_to=shown_some_place)
        register_sentences(SENTENCES)
        register_extra(decision)
        register_extra(concerns)
        home.register_panel(25, overdue_concerns)
        # Administrators look after deadlines, and know of no concern.
        register_rules("moderation.concern", Rules(told_when_late, concern_keys))
        signals.moderation_due.connect(open_for, weak=False, dispatch_uid="moderation.open")
        signals.audit_cancelled.connect(withdraw_from, weak=False, dispatch_uid="moderation.withdraw")
