from django.apps import AppConfig

from qaf import checks, navigation  # noqa: F401 - importing checks registers them
from qaf.people.roles import Role


class QafConfig(AppConfig):
    """The ground floor's own pages: home, errors, and the components every other page is made of."""

    name = "qaf"
    verbose_name = "Ground floor"

    def ready(self) -> None:
        navigation.register("Home", "home", order=0)
        navigation.register("Notices", "notices:inbox", order=60, count="unread_notice_count")
        navigation.register(
            "People",
            "people:directory",
            order=70,
            shown_to=navigation.holding(Role.ADMIN, Role.QA_OFFICER, Role.QA_MANAGER),
        )
        navigation.register(
            "Administration",
            "admin:index",
            order=90,
            shown_to=navigation.holding(Role.ADMIN),
        )
