"""Groups become roles, and roles become permissions."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import AnonymousUser

from accounts import roles
from accounts.models import User
from accounts.tests.factories import UserFactory

EVERY_MODEL = ["accounts.change_user", "admin.view_logentry", "sessions.delete_session"]


@pytest.mark.parametrize(
    ("groups", "held"),
    [
        ([], {"is_author"}),
        (["Everyone"], {"is_author"}),
        (["blog-moderators"], {"is_author", "is_moderator"}),
        (["Everyone", "blog-admins"], {"is_author", "is_admin"}),
        (["blog-admins", "blog-moderators"], {"is_author", "is_moderator", "is_admin"}),
        (["BLOG-ADMINS", "blog-admins "], {"is_author"}),
    ],
)
def test_groups_give_roles(groups, held):
    given = roles.from_groups(groups)

    assert {role for role, is_held in given.items() if is_held} == held
    assert set(given) == {"is_author", "is_moderator", "is_admin"}


@pytest.mark.parametrize(
    ("groups", "is_author"), [([], False), (["Everyone"], False), (["writers", "x"], True)]
)
def test_once_groups_of_authors_are_named_nobody_else_is_one(settings, groups, is_author):
    settings.OIDC_AUTHOR_GROUPS = ["writers", "editors"]

    assert roles.from_groups(groups)["is_author"] is is_author


def test_without_groups_that_are_named_nobody_is_staff(settings):
    settings.OIDC_MODERATOR_GROUPS = settings.OIDC_ADMIN_GROUPS = []

    assert roles.from_groups(["", "blog-admins", "blog-moderators"]) == {
        "is_author": True,
        "is_moderator": False,
        "is_admin": False,
    }


def test_a_moderator_may_moderate_and_view_what_offers_itself_and_nothing_else():
    assert UserFactory.build(moderator=True).get_all_permissions() == {
        "posts.moderate_post",
        "posts.view_post",
    }


def test_a_model_offers_itself_to_moderators_by_declaring_that_it_can_be_moderated(monkeypatch):
    monkeypatch.setattr(LogEntry._meta, "permissions", [("moderate_logentry", "Can hide lines")])
    monkeypatch.setattr(User._meta, "permissions", [("impersonate_user", "Can be others")])

    assert roles.moderator_permissions.__wrapped__() == {
        "admin.moderate_logentry",
        "admin.view_logentry",
        "posts.moderate_post",
        "posts.view_post",
    }


def test_an_admin_may_do_everything_to_every_model():
    allowed = UserFactory.build(admin=True).get_all_permissions()

    assert allowed.issuperset(EVERY_MODEL)
    assert allowed.issuperset(roles.moderator_permissions())


def test_an_admin_who_is_a_moderator_too_loses_nothing():
    both = UserFactory.build(admin=True, is_moderator=True)

    assert both.get_all_permissions() == roles.admin_permissions()


@pytest.mark.parametrize(
    "nobody",
    [
        AnonymousUser(),
        UserFactory.build(),
        UserFactory.build(is_author=False),
        UserFactory.build(admin=True, is_active=False),
        UserFactory.build(moderator=True, is_active=False),
        UserFactory.build(is_superuser=True, is_active=False),
    ],
    ids=["anonymous", "author", "reader", "former admin", "former moderator", "former superuser"],
)
def test_nobody_else_has_a_permission(nobody):
    assert nobody.get_all_permissions() == set()
    assert not nobody.has_perm("posts.view_post")
    assert not nobody.has_module_perms("posts")


def test_a_superuser_may_do_everything_without_a_group():
    superuser = UserFactory.build(is_superuser=True)

    assert superuser.has_perms([*EVERY_MODEL, "posts.moderate_post"])


def test_a_permission_for_one_object_is_never_given():
    admin = UserFactory.build(admin=True)

    assert not admin.has_perm("accounts.change_user", admin)


def test_a_moderator_enters_the_admin_for_posts_alone():
    moderator = UserFactory.build(moderator=True)

    assert moderator.has_module_perms("posts")
    assert not moderator.has_module_perms("accounts")


def test_permissions_cost_no_query(db, django_assert_num_queries):
    moderator = UserFactory(moderator=True)

    with django_assert_num_queries(0):
        assert moderator.has_perm("posts.moderate_post")
        assert not moderator.has_perm("posts.change_post")
