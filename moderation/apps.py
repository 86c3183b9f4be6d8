from typing import Any

from django.apps import AppConfig

from qaf import home, navigation


class ModerationConfig(AppConfig):
    name = "moderation"
    verbose_name = "Moderation"

    def ready(self) -> None:
        from audits import signals
        from audits.extras import register_extra
        from audits.pack_parts import register_pack_part
        from moderation import workflow
        from moderation.concern_extras import concerns
        from moderation.extras import decision
        from moderation.home import overdue_concerns
        from moderation.home_rules import moderators_who_left
        from moderation.places import shown_some_place
        from moderation.queries.concerns import concern_keys
        from moderation.sentences import SENTENCES
        from moderation.workflow import panel_reading
        from moderation.workflow.concerns import told_when_late
        from moderation.workflow.pack_rules import load_rules, rules_of_packs
        from qaf.deadlines.subjects import Rules, register_rules
        from qaf.trail.sentences import register_sentences

        def open_for(sender: Any, *, audit: Any, by: Any, **kwargs: Any) -> None:
            workflow.open_moderation(audit, by=by)

        def withdraw_from(sender: Any, *, audit: Any, **kwargs: Any) -> None:
            workflow.withdraw(audit)

        def load_rules_of(sender: Any, *, files: Any, loaded: Any, by: Any, reset: bool, **kwargs: Any) -> None:
            load_rules(files, loaded, by=by, reset=reset)

        navigation.register("Moderation", "moderation:desk", order=40, shown_to=shown_some_place)
        register_sentences(SENTENCES)
        register_extra(decision)
        register_extra(concerns)
        home.register_panel(22, moderators_who_left)
        home.register_panel(25, overdue_concerns)
        register_pack_part(rules_of_packs)
        # Administrators look after deadlines, and know of no concern.
        register_rules("moderation.concern", Rules(told_when_late, concern_keys))
        register_rules("moderation.panel", Rules(panel_reading.told_when_late, panel_reading.none_hidden))
        signals.moderation_due.connect(open_for, weak=False, dispatch_uid="moderation.open")
        signals.audit_cancelled.connect(withdraw_from, weak=False, dispatch_uid="moderation.withdraw")
        signals.pack_loaded.connect(load_rules_of, weak=False, dispatch_uid="moderation.load_rules")
