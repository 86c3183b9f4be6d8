"""Where a post reaches: what every family of this app asks of the posts somebody holds."""

from __future__ import annotations

from qaf.people.models import Post, User
from qaf.people.roles import Role


def agency_of(post: Post) -> int | None:
    """The agency a post lies in; None: it covers the whole organisation."""
    if post.team:
        return post.team.service.agency_id
    if post.service:
        return post.service.agency_id
    return post.agency_id


def holds_over_all(user: User, *roles: Role) -> bool:
    """Whether somebody holds one of these roles over the whole organisation."""
    return user.is_active and any(post.role in roles and agency_of(post) is None for post in user.current_posts)


def holds_over(user: User, agency_id: int | None, *roles: Role) -> bool:
    """Whether somebody holds one of these roles over this agency (or part of it), or over the whole."""
    return user.is_active and any(
        post.role in roles and agency_of(post) in (None, agency_id) for post in user.current_posts
    )


def agencies_held(user: User, *roles: Role) -> set[int] | None:
    """The agencies in which somebody holds one of these roles; None: all of them."""
    found = {agency_of(post) for post in user.current_posts if post.role in roles}
    return None if None in found else {pk for pk in found if pk is not None}
