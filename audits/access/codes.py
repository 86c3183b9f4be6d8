"""The parts that a person can hold in an audit, and the roles and states that rules speak of."""

from audits.models import State
from qaf.people.roles import Role

QA_ROLES = (Role.QA_OFFICER, Role.QA_MANAGER)
READABLE_BY_TEAM_MANAGER = (State.DISTRIBUTED, State.CLOSED)
# The grades stand.
SETTLED = (State.MODERATED, State.DISTRIBUTED, State.CLOSED)
FILL, MODERATE, READ, ANSWER, DIRECT, CONTRIBUTE = (
    "fill_audit",
    "moderate_audit",
    "read_audit",
    "answer_audit",
    "direct_audit",
    "contribute_audit",
)
