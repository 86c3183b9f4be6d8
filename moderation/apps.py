from typing import Any

from django.apps import AppConfig

from qaf import navigation
from qaf.people.roles import Role


class ModerationConfig(AppConfig):
    name = "moderation"
    verbose_name = "Moderation"

    def ready(self) -> None:
        from audits import signals
        from audits.extras import register_extra
        from moderation import workflow
        from moderation.extras import decision

        def open_for(sender: Any, *, audit: Any, by: Any, **kwargs: Any) -> None:
            workflow.open_moderation(audit, by=by)

        def withdraw_from(sender: Any, *, audit: Any, **kwargs: Any) -> None:
            workflow.withdraw(audit)

        navigation.register(
            "Moderation",
            "moderation:desk",
            order=40,
            shown_to=navigation.holding(Role.MODERATOR, Role.QA_OFFICER, Role.QA_MANAGER),
        )
        register_extra(decision)
        signals.moderation_due.connect(open_for, weak=False, dispatch_uid="moderation.open")
        signals.audit_cancelled.connect(withdraw_from, weak=False, dispatch_uid="moderation.withdraw")
