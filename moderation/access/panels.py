"""Who may see or do what with a panel, its cases and its invitations."""

from collections.abc import Mapping

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from audits.access import SETTLED, in_fieldwork, out_of_fieldwork, overseen_by
from audits.models import Audit, State
from audits.models.audits import AuditQuerySet
from moderation.access.conflicts import Conflicts, conflicts_of
from moderation.models import Moderation, Panel, PanelCase, PanelInvitation, PanelMember, PanelQuerySet
from qaf.people.models import Post, User
from qaf.people.roles import Role

Seat = PanelMember.Seat
# Which roles let somebody hold a seat. Bristol QAF, *Moderation*: chaired by the QA service manager, supported by the
# QA social worker; the principal social worker, director and heads of service are members.
ROLES_OF_SEAT: Mapping[str, tuple[Role, ...]] = {
    Seat.CHAIR: (Role.QA_MANAGER,),
    Seat.MEMBER: (Role.PANEL_MEMBER, Role.QA_MANAGER),
    Seat.SUPPORT: (Role.QA_OFFICER, Role.QA_MANAGER),
}
# When members read the records: never before the sample is fixed, and no longer than the panel needs.
READ_IN = (Panel.State.READING, Panel.State.DISCUSSING)
OPEN = (Panel.State.PLANNED, Panel.State.READING, Panel.State.DISCUSSING)


def may_plan(user: User) -> bool:
    """Whether a person may plan a panel."""
    return user.is_active and user.holds(Role.QA_OFFICER, Role.QA_MANAGER)


def may_sit(person: User, seat: str) -> bool:
    """Whether a person's posts let them hold this seat today."""
    return person.is_active and person.holds(*ROLES_OF_SEAT[seat])


def visible_to(user: User) -> PanelQuerySet:
    """For QA officers and QA managers all panels; for members those they sit on. Guests are not members."""
    if not user.is_active:
        return Panel.objects.none()
    if user.holds(Role.QA_OFFICER, Role.QA_MANAGER):
        return Panel.objects.all()
    seats = [seat for seat in Seat if may_sit(user, seat)]
    mine = PanelMember.objects.filter(panel=OuterRef("pk"), person=user, seat__in=seats)
    return Panel.objects.filter(Exists(mine))


def cases_visible_to(user: User) -> QuerySet[PanelCase]:
    """The cases of the panels that a person may see; what they may read in one, ``may_case`` says."""
    return PanelCase.objects.filter(panel__in=visible_to(user))


def invitations_visible_to(user: User) -> QuerySet[PanelInvitation]:
    """A person's own invitations, as long as the panel stands."""
    if not user.is_active:
        return PanelInvitation.objects.none()
    return PanelInvitation.objects.filter(person=user).exclude(case__panel__state=Panel.State.CANCELLED)


def seat_of(user: User, panel: Panel) -> PanelMember | None:
    """The seat that a person holds on a panel; None without one, or when they have lost the role it takes.

    One query, kept on the panel.
    """
    known: dict[int, PanelMember | None] = panel.__dict__.setdefault("_seats", {})
    if user.pk not in known:
        member = PanelMember.objects.filter(panel=panel, person=user).first()
        known[user.pk] = member if member is not None and may_sit(user, member.seat) else None
    return known[user.pk]


def may(user: User, action: str, panel: Panel) -> bool:
    """Whether a person may do this with a panel in its present state; KeyError for an unknown action.

    "see" its page; "change" what it is planned as, and its "members"; "draw" and "open" reading; "read" its bundles and
    "record" a grade of one's own; "remove" a case; "invite"; "reveal" all grades by opening the discussion; "discuss":
    write down what was said and agreed, with the notes; "close", "cancel"; read the "minutes". "manage": any of what
    the chair, QA managers and the support seat do, whatever the state.
    """
    if not user.is_active:
        return False
    seat = seat_of(user, panel)
    state = panel.state
    leads = user.holds(Role.QA_MANAGER)
    manages = leads or (seat is not None and seat.seat in (Seat.CHAIR, Seat.SUPPORT))
    sees = seat is not None or user.holds(Role.QA_OFFICER, Role.QA_MANAGER)
    planned, reading, discussing = Panel.State.PLANNED, Panel.State.READING, Panel.State.DISCUSSING
    rules = {
        "see": sees,
        "manage": manages,
        "change": manages and state in (planned, reading),
        "members": manages and state in OPEN,
        "draw": manages and state == planned,
        "open": manages and state == planned,
        "remove": manages and state in OPEN,
        "read": seat is not None and state in READ_IN,
        "record": seat is not None and seat.grades and state == reading,
        "reveal": manages and state == reading,
        "invite": manages and state in READ_IN,
        "discuss": manages and state == discussing,
        # The last word of a meeting, and whether it meets at all, are its chair's, not its clerk's.
        "close": leads and state == discussing,
        "cancel": leads and state in OPEN,
        "minutes": sees and state == Panel.State.CLOSED,
    }
    return rules[action]


def open_to_panel(audit: Audit) -> bool:
    """Whether a panel may look into an audit: not when it was called off or became known to a few alone.

    Nor while other agencies audit the same child, each without knowing what the others find.
    """
    return audit.state != State.CANCELLED and not audit.confidential and not in_fieldwork(audit)


def may_case(user: User, action: str, case: PanelCase, conflicts: Conflicts | None = None) -> bool:
    """Whether a person may "read", "record" a grade on, or "discuss" (write down what was agreed on) this case.

    Never whoever is concerned with the audit (``moderation.access.conflicts``): a chair who moderated it leaves this
    case to somebody else. ``conflicts`` when they are known already. KeyError for an unknown action.
    """
    allowed = {"read": may, "record": may, "discuss": may}[action](user, action, case.panel)
    if not allowed or not open_to_panel(case.audit):
        return False
    if conflicts is None:
        conflicts = conflicts_of([case.audit])[case.audit_id]
    return not conflicts.why(user)


def sees_views(user: User, panel: Panel) -> bool:
    """Whether everybody's grades are open to a person: once the discussion is, to those who may see the panel."""
    return panel.state in (Panel.State.DISCUSSING, Panel.State.CLOSED) and may(user, "see", panel)


def sees_views_on(user: User, case: PanelCase, conflicts: Conflicts) -> bool:
    """Whether everybody's grades on one case, and what was said of it, are open to a person.

    Whoever is concerned with the audit does not follow its discussion: they see it when the panel has closed. An audit
    that has become confidential is for its own people alone.
    """
    if not sees_views(user, case.panel) or case.audit.confidential:
        return False
    return case.panel.state == Panel.State.CLOSED or not conflicts.why(user)


def sees_draw(user: User, panel: Panel) -> bool:
    """Whether a person is shown how the sample was drawn, and why each case: not while they are to grade it.

    What was drawn for a disagreement tells that there is one. Of the other kinds nothing is told either: by what was
    told of all others one would know those.
    """
    seat = seat_of(user, panel)
    return sees_views(user, panel) or (may(user, "see", panel) and (seat is None or not seat.grades))


def sees_why(user: User, case: PanelCase, *, recorded: bool) -> bool:
    """Whether a person is shown why a case is at its panel: once they have graded it (``recorded``), or ``sees_draw``.

    What whoever chose a case by hand said of it is for everybody to read.
    """
    return recorded or case.drawn_as == PanelCase.Drawn.CHOSEN or sees_draw(user, case.panel)


def candidates_for(user: User, *, panel: Panel | None = None) -> AuditQuerySet:
    """The audits that a panel may look at: settled by a moderation, never confidential, each at one panel only.

    Within the scope of the person's QA posts. Audits at a standing panel are left out, but for ``panel`` itself.
    """
    elsewhere = PanelCase.objects.exclude(panel__state=Panel.State.CANCELLED)
    if panel is not None:
        elsewhere = elsewhere.exclude(panel=panel)
    return overseen_by(user).filter(
        ~Q(pk__in=elsewhere.order_by().values("audit")),
        out_of_fieldwork(),
        state__in=SETTLED,
        confidential=False,
        moderation__state=Moderation.State.DECIDED,
    )


def people_for(seat: str) -> QuerySet[User]:
    """Everybody who may hold this seat today, by name."""
    posts = Post.objects.on(timezone.localdate()).with_role(*ROLES_OF_SEAT[seat])
    return User.objects.filter(is_active=True, pk__in=posts.values("person")).order_by("name", "email")
