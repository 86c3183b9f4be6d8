from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.signals import post_migrate

from qaf import home, navigation
from qaf.people.roles import Role

# Everybody who can hold a part in an audit, or whose post covers some.
SEES_AUDITS = (
    Role.AUDITOR,
    Role.MODERATOR,
    Role.QA_OFFICER,
    Role.QA_MANAGER,
    Role.PRACTITIONER,
    Role.TEAM_MANAGER,
    Role.SERVICE_MANAGER,
)


def restore_guards(using: str, **kwargs: Any) -> None:
    """Put back what a later migration took away: SQLite loses a table's triggers when it rebuilds the table."""
    from audits import protection

    connection = connections[using]
    # Not while an installation is taken back to before there were guards.
    if ("audits", "0006_published_versions_are_fixed") in MigrationRecorder(connection).applied_migrations():
        protection.protect(connection)


class AuditsConfig(AppConfig):
    name = "audits"
    verbose_name = "Audits"

    def ready(self) -> None:
        from audits import panels, protection, signals
        from audits.access import may_read_forms
        from audits.access.programme import reads_programme_by_post
        from audits.coverage_sentences import SENTENCES as COVERAGE_SENTENCES
        from audits.cycle_sentences import CYCLE_SENTENCES
        from audits.expected_panels import expected_of_you
        from audits.extras import register_extra
        from audits.fieldwork_extras import work_note
        from audits.fieldwork_sentences import FIELDWORK_SENTENCES
        from audits.list_extras import case_note
        from audits.pack_parts import register_pack_part
        from audits.places import only_coverage, only_the_schedule
        from audits.programme_sentences import SENTENCES as PROGRAMME_SENTENCES
        from audits.queries.confidential import confidential_keys
        from audits.replacement_extras import replacement_note
        from audits.schedule_sentences import SENTENCES as SCHEDULE_SENTENCES
        from audits.sentences import SENTENCES
        from audits.workflow import programme_ground
        from audits.workflow.expected import when_cancelled
        from audits.workflow.pack_schedule import expectations_of_packs
        from audits.workflow.parts import told_when_late
        from qaf.deadlines.subjects import Rules, register_rules
        from qaf.people.administration import allow_administrators
        from qaf.trail.protection import register_guards
        from qaf.trail.sentences import register_sentences

        post_migrate.connect(restore_guards, sender=self, dispatch_uid="audits.restore_guards")
        register_guards(protection.without_guards)
        allocates = navigation.holding(Role.QA_OFFICER, Role.QA_MANAGER)
        navigation.register("Audits", "audits:tracker", order=10, shown_to=navigation.holding(*SEES_AUDITS))
        navigation.register("Allocate", "audits:allocate", order=20, shown_to=allocates)
        navigation.register("Case lists", "audits:case_lists", order=30, shown_to=allocates)
        navigation.register("Forms", "forms:index", order=35, shown_to=may_read_forms)
        # Whoever has nothing of the programme itself begins with the first of its places that they have.
        navigation.register("Programme", "programme:year", order=36, shown_to=reads_programme_by_post)
        navigation.register("Schedule", "schedule:expectations", order=36, shown_to=only_the_schedule)
        navigation.register("Coverage", "coverage:overview", order=36, shown_to=only_coverage)
        home.register_panel(10, panels.asked_to_fill)
        home.register_panel(15, expected_of_you)
        home.register_panel(20, panels.without_owner)
        home.register_panel(30, panels.overdue)
        register_extra(replacement_note)
        register_sentences(SENTENCES)
        register_extra(case_note)
        register_extra(work_note)
        register_sentences(CYCLE_SENTENCES)
        signals.audit_cancelled.connect(when_cancelled, dispatch_uid="audits.expected_anew")
        register_sentences(COVERAGE_SENTENCES)
        register_sentences(SCHEDULE_SENTENCES)
        register_pack_part(expectations_of_packs)
        register_rules("audits.audit", Rules(told_when_late, confidential_keys))
        register_sentences(PROGRAMME_SENTENCES)
        register_sentences(FIELDWORK_SENTENCES)
        register_rules("audits.work", Rules(programme_ground.told_when_late, programme_ground.none_hidden))
        for model in ("audits.form", "audits.formversion", "audits.pack", "audits.audittype", "audits.processmap"):
            allow_administrators(model, "view")
