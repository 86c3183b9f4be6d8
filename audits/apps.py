from django.apps import AppConfig

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


class AuditsConfig(AppConfig):
    name = "audits"
    verbose_name = "Audits"

    def ready(self) -> None:
        from audits import panels
        from audits.access import may_read_forms
        from audits.sentences import SENTENCES
        from qaf.people.administration import allow_administrators
        from qaf.trail.sentences import register_sentences

        allocates = navigation.holding(Role.QA_OFFICER, Role.QA_MANAGER)
        navigation.register("Audits", "audits:tracker", order=10, shown_to=navigation.holding(*SEES_AUDITS))
        navigation.register("Allocate", "audits:allocate", order=20, shown_to=allocates)
        navigation.register("Case lists", "audits:case_lists", order=30, shown_to=allocates)
        navigation.register("Forms", "forms:index", order=35, shown_to=may_read_forms)
        home.register_panel(20, panels.without_owner)
        home.register_panel(30, panels.overdue)
        register_sentences(SENTENCES)
        allow_administrators("audits.audittype", "view", "change")
        allow_administrators("audits.processmap", "view", "add", "change")
        for model in ("audits.form", "audits.formversion", "audits.pack"):
            allow_administrators(model, "view")
