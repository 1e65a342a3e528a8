"""What a person may do, decided by the provider's groups and by nothing else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_permission_codename
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from accounts.models import User


def from_groups(groups: Iterable[str]) -> dict[str, bool]:
    """Return the role fields of a User who is in these groups."""
    mine = set(groups)
    return {
        "is_author": not settings.OIDC_AUTHOR_GROUPS
        or not mine.isdisjoint(settings.OIDC_AUTHOR_GROUPS),
        "is_moderator": not mine.isdisjoint(settings.OIDC_MODERATOR_GROUPS),
        "is_admin": not mine.isdisjoint(settings.OIDC_ADMIN_GROUPS),
    }


def that_matter(groups: Iterable[str]) -> list[str]:
    """Return those of the groups that give a role, sorted: the others are nobody's business."""
    return sorted(giving_roles().intersection(groups))


def giving_roles() -> frozenset[str]:
    """Return the provider's groups that the site looks at."""
    return frozenset(
        [
            *settings.OIDC_AUTHOR_GROUPS,
            *settings.OIDC_MODERATOR_GROUPS,
            *settings.OIDC_ADMIN_GROUPS,
        ]
    )


@cache
def admin_permissions() -> frozenset[str]:
    """Return every permission of every model."""
    return frozenset(
        f"{model._meta.app_label}.{codename}"
        for model in apps.get_models()
        for codename in [
            *(
                get_permission_codename(action, model._meta)
                for action in model._meta.default_permissions
            ),
            *(codename for codename, _name in model._meta.permissions),
        ]
    )


@cache
def moderator_permissions() -> frozenset[str]:
    """Return each permission called `moderate_…`, and the one to view such a model.

    A model offers itself to moderators by declaring that permission; nothing here names a model.
    """
    return frozenset(
        f"{model._meta.app_label}.{granted}"
        for model in apps.get_models()
        for codename, _name in model._meta.permissions
        if codename.startswith("moderate_")
        for granted in (codename, get_permission_codename("view", model._meta))
    )


# Why, in words


@dataclass(frozen=True)
class Reason:
    """Why somebody has a role: told to that person, and told of that person to others."""

    to_them: str
    of_them: str


def reasons(user: "User") -> list[Reason]:
    """Return why a person may do what they may, the role that allows most first; never empty."""
    found = []
    if user.is_superuser:
        found.append(_by_command(user))
    if user.has_broken_glass:
        found.append(_by_break_glass(user))
    if user.is_admin:
        found.append(_by_group(user, _("an admin"), settings.OIDC_ADMIN_GROUPS))
    if user.is_moderator:
        found.append(_by_group(user, _("a moderator"), settings.OIDC_MODERATOR_GROUPS))
    if not user.is_author:
        found.append(_not_an_author(user))
    elif settings.OIDC_AUTHOR_GROUPS:
        found.append(_by_group(user, _("an author"), settings.OIDC_AUTHOR_GROUPS))
    else:
        found.append(_like_everyone(user))
    return found


def _by_command(user: "User") -> Reason:
    words = {"name": user.get_full_name()}
    return Reason(
        _("You are a superuser because the people who run this site made you one, by command."),
        _("%(name)s is a superuser because of a command run on the server.") % words,
    )


def _by_break_glass(user: "User") -> Reason:
    words = {"name": user.get_full_name()}
    return Reason(
        _("You are an admin in this browser because of break-glass access, and until it ends."),
        _("%(name)s is an admin because of break-glass access, and until it ends.") % words,
    )


def _by_group(user: "User", role: str, giving: Sequence[str]) -> Reason:
    listed = sorted(set(giving).intersection(user.provider_groups))
    words = {"name": user.get_full_name(), "role": role, "groups": get_text_list(listed, _("and"))}
    if not listed:  # the site's settings have changed since the provider was last asked
        return Reason(
            _("You are %(role)s until the sign-in service is asked again.") % words,
            _("%(name)s is %(role)s until the provider is asked again.") % words,
        )
    return Reason(
        _("You are %(role)s because the sign-in service lists you in %(groups)s.") % words,
        _("%(name)s is %(role)s because the provider lists them in %(groups)s.") % words,
    )


def _like_everyone(user: "User") -> Reason:
    words = {"name": user.get_full_name()}
    return Reason(
        _("You are an author because everyone who signs in here may write."),
        _("%(name)s is an author because everyone who signs in may write.") % words,
    )


def _not_an_author(user: "User") -> Reason:
    groups = get_text_list(sorted(settings.OIDC_AUTHOR_GROUPS), _("or"))
    words = {"name": user.get_full_name(), "groups": groups}
    if not groups:  # the site's settings have changed since the provider was last asked
        return Reason(
            _("You are not an author until the sign-in service is asked again."),
            _("%(name)s is not an author until the provider is asked again.") % words,
        )
    return Reason(
        _("You are not an author because the sign-in service does not list you in %(groups)s.")
        % words,
        _("%(name)s is not an author because the provider does not list them in %(groups)s.")
        % words,
    )
