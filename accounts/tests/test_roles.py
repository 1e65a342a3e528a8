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


# Why, in words


def person(**fields):
    return UserFactory.build(first_name="Mei", last_name="Tanaka", **fields)


@pytest.mark.parametrize(
    ("user", "author_groups", "to_them", "of_them"),
    [
        (
            person(),
            [],
            ["You are an author because everyone who signs in here may write."],
            ["Mei Tanaka is an author because everyone who signs in may write."],
        ),
        (
            person(provider_groups=["editors", "Everyone", "writers"]),
            ["writers", "editors", "guests"],
            [
                "You are an author because the sign-in service lists you in editors and writers.",
            ],
            ["Mei Tanaka is an author because the provider lists them in editors and writers."],
        ),
        (
            person(is_author=False),
            ["writers", "editors"],
            [
                "You are not an author because the sign-in service does not list you in editors"
                " or writers."
            ],
            [
                "Mei Tanaka is not an author because the provider does not list them in editors"
                " or writers."
            ],
        ),
        (
            person(is_author=False),
            [],
            ["You are not an author until the sign-in service is asked again."],
            ["Mei Tanaka is not an author until the provider is asked again."],
        ),
        (
            person(is_author=False, is_moderator=True, provider_groups=["blog-moderators"]),
            ["writers"],
            [
                "You are a moderator because the sign-in service lists you in blog-moderators.",
                "You are not an author because the sign-in service does not list you in writers.",
            ],
            [
                "Mei Tanaka is a moderator because the provider lists them in blog-moderators.",
                "Mei Tanaka is not an author because the provider does not list them in writers.",
            ],
        ),
        (
            person(is_superuser=True, is_admin=True, is_moderator=True),
            [],
            [
                "You are a superuser because the people who run this site made you one, by command.",
                "You are an admin until the sign-in service is asked again.",
                "You are a moderator until the sign-in service is asked again.",
                "You are an author because everyone who signs in here may write.",
            ],
            [
                "Mei Tanaka is a superuser because of a command run on the server.",
                "Mei Tanaka is an admin until the provider is asked again.",
                "Mei Tanaka is a moderator until the provider is asked again.",
                "Mei Tanaka is an author because everyone who signs in may write.",
            ],
        ),
    ],
    ids=["everyone", "author", "reader", "not yet author", "moderator", "superuser"],
)
def test_each_role_has_a_reason_that_a_person_understands(
    settings, user, author_groups, to_them, of_them
):
    settings.OIDC_AUTHOR_GROUPS = author_groups

    found = roles.reasons(user)

    assert [reason.to_them for reason in found] == to_them
    assert [reason.of_them for reason in found] == of_them
