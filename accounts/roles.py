"""What a person may do, decided by the provider's groups and by nothing else."""

from collections.abc import Iterable
from functools import cache

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_permission_codename


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
    mattering = {
        *settings.OIDC_AUTHOR_GROUPS,
        *settings.OIDC_MODERATOR_GROUPS,
        *settings.OIDC_ADMIN_GROUPS,
    }
    return sorted(mattering.intersection(groups))


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
