"""What the pages of a case direction show."""

from dataclasses import dataclass

from audits.models import Action, ActionUpdate, Audit, CaseDirection


@dataclass(frozen=True)
class ActionState:
    """An action and the last that was said of it."""

    action: Action
    last: ActionUpdate | None

    @property
    def is_open(self) -> bool:
        """Not yet seen to be done, nor withdrawn."""
        return self.action.state in (Action.State.OPEN, Action.State.DONE)


def direction_of(audit: Audit) -> CaseDirection | None:
    return CaseDirection.objects.filter(audit=audit).select_related("by", "reviewed_by").first()


def action_states(audit: Audit) -> list[ActionState]:
    """The audit's actions with the last note on each; those that are not finished first. Two queries."""
    actions = list(audit.actions.select_related("owner").prefetch_related("updates__by"))
    found = []
    for action in actions:
        updates = list(action.updates.all())
        found.append(ActionState(action, updates[-1] if updates else None))
    return sorted(found, key=lambda one: (not one.is_open, one.action.position))
