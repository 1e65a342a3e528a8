"""People: made by their first sign-in, kept up to date by every other."""

from itertools import pairwise
from threading import Barrier, Thread

import pytest
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.urls import reverse

from accounts.models import User, UserManager
from accounts.tests.factories import ISSUER, UserFactory

ADA = {
    "given_name": "Ada",
    "family_name": "Lovelace",
    "email": "ada@example.org",
    "groups": ["blog-moderators", "Everyone"],
}


def stored(user, *names):
    """What the database says of a person."""
    return User.objects.values_list(*names).get(pk=user.pk)


@pytest.fixture
def sign_in_at_once(monkeypatch):
    """Return a function that signs in each (subject, claims), none of whom is known as yet."""

    def at_once(*people):
        nobody_is_known = Barrier(len(people))
        create, got = UserManager._create_person, []

        def create_once_all_have_looked(*args):
            nobody_is_known.wait(timeout=10)
            return create(*args)

        def sign_in(subject, claims):
            try:
                got.append(User.objects.sign_in(ISSUER, subject, claims))
            except Exception as error:  # noqa: BLE001 - told to the test's own thread
                got.append(error)
            finally:
                connection.close()

        monkeypatch.setattr(UserManager, "_create_person", create_once_all_have_looked)
        threads = [Thread(target=sign_in, args=person, daemon=True) for person in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        return got

    return at_once


# The first sign-in


def test_the_first_sign_in_makes_the_person(db):
    user = User.objects.sign_in(ISSUER, "00uAda", ADA)

    assert list(User.objects.all()) == [user]
    assert stored(user, "issuer", "subject", "handle", "first_name", "last_name", "email") == (
        ISSUER,
        "00uAda",
        "ada-lovelace",
        "Ada",
        "Lovelace",
        "ada@example.org",
    )
    assert stored(user, "provider_groups", "is_author", "is_moderator", "is_admin") == (
        ["Everyone", "blog-moderators"],
        True,
        True,
        False,
    )
    assert stored(user, "is_active", "is_superuser") == (True, False)


@pytest.mark.parametrize(
    ("claims", "handle"),
    [
        (ADA, "ada-lovelace"),
        ({"name": "Ångström, Zoë"}, "angstrom-zoe"),
        ({"name": "Жанна"}, "zhanna"),
        ({"given_name": "Ada", "preferred_username": "countess@example.org"}, "ada"),
        ({"name": "🦉", "preferred_username": "The.Owl@example.org"}, "the-owl"),
        ({"preferred_username": "owl"}, "owl"),
        ({"email": "secret@example.org"}, "author"),
        ({}, "author"),
        ({"name": "many " * 30}, "many-many-many-many-many-many-many-many"),
        ({"name": "x" * 150}, "x" * 40),
    ],
)
def test_the_handle_comes_from_the_name_and_never_from_the_email_address(db, claims, handle):
    assert User.objects.sign_in(ISSUER, "00uAda", claims).handle == handle


def test_people_of_one_name_get_handles_of_their_own(db):
    people = [User.objects.sign_in(ISSUER, f"00u{number}", ADA) for number in range(12)]

    handles = [user.handle for user in people]
    numbered = [f"ada-lovelace-{number}" for number in range(2, 10)]
    assert handles[:9] == ["ada-lovelace", *numbered]
    assert len(set(handles)) == 12
    assert all(handle.startswith("ada-lovelace-") for handle in handles[9:])


@pytest.mark.parametrize(
    "pair",
    [
        ("https://other.example", "00uada"),
        (ISSUER, "00uAda"),
        (ISSUER, "00uáda"),
        (ISSUER, "00uada "),
        (ISSUER, " 00uada"),
    ],
)
def test_whoever_has_another_issuer_or_subject_is_another_person(db, pair):
    ada = User.objects.sign_in(ISSUER, "00uada", ADA)

    other = User.objects.sign_in(*pair, ADA)

    assert other != ada
    assert stored(other, "issuer", "subject") == pair
    assert stored(ada, "issuer", "subject") == (ISSUER, "00uada")


@pytest.mark.django_db(transaction=True)
def test_eight_first_sign_ins_at_once_make_one_person(sign_in_at_once):
    got = sign_in_at_once(*[("00uAda", ADA)] * 8)

    assert got == [User.objects.get()] * 8


@pytest.mark.django_db(transaction=True)
def test_eight_people_of_one_name_who_come_at_once_are_eight_people(sign_in_at_once):
    got = sign_in_at_once(*[(f"00u{number}", ADA) for number in range(8)])

    assert sorted(user.pk for user in got) == sorted(User.objects.values_list("pk", flat=True))
    assert {user.handle for user in got} == {
        "ada-lovelace",
        *(f"ada-lovelace-{number}" for number in range(2, 9)),
    }


# Every other sign-in


def test_a_later_sign_in_takes_over_what_changed_and_keeps_handle_and_account(db):
    ada = User.objects.sign_in(ISSUER, "00uAda", ADA)

    again = User.objects.sign_in(
        ISSUER,
        "00uAda",
        {"given_name": "Augusta", "family_name": "King", "email": "king@example.org", "groups": []},
    )

    assert again == ada
    assert stored(ada, "handle", "first_name", "last_name", "email") == (
        "ada-lovelace",
        "Augusta",
        "King",
        "king@example.org",
    )
    assert stored(ada, "provider_groups", "is_moderator") == ([], False)


def test_claims_that_are_gone_leave_no_name_and_no_email_behind(db):
    ada = User.objects.sign_in(ISSUER, "00uAda", ADA)

    ada.mirror({"groups": []})

    assert stored(ada, "first_name", "last_name", "email") == ("", "", "")
    assert str(ada) == "ada-lovelace"


@pytest.mark.parametrize("groups", [{}, {"groups": None}, {"groups": 7}])
def test_groups_that_are_not_sent_leave_the_roles_alone(db, groups):
    ada = User.objects.sign_in(ISSUER, "00uAda", ADA)

    ada.mirror({"given_name": "Ada", **groups})

    assert stored(ada, "provider_groups", "is_moderator") == (["Everyone", "blog-moderators"], True)


def test_a_sign_in_neither_activates_nor_makes_or_unmakes_a_superuser(db):
    former = UserFactory(is_active=False, is_superuser=True)
    plain = UserFactory()

    former.mirror(ADA)
    plain.mirror({**ADA, "is_superuser": True, "groups": ["superusers", "blog-admins"]})

    assert stored(former, "is_active", "is_superuser") == (False, True)
    assert stored(plain, "is_superuser") == (False,)


def test_a_sign_in_writes_nothing_that_somebody_else_may_have_changed(db):
    ada = UserFactory()
    User.objects.filter(pk=ada.pk).update(is_active=False)

    ada.mirror(ADA)

    assert stored(ada, "is_active") == (False,)


def test_claims_of_every_wrong_shape_make_a_person_all_the_same(db):
    claims = {
        "given_name": None,
        "family_name": ["L"],
        "name": {"a": 1},
        "email": 400 * "x",
        "preferred_username": 7,
        "groups": ["a\x00b", "\ud800", None],
    }

    user = User.objects.sign_in(ISSUER, "00uAda", claims)

    assert stored(user, "handle", "first_name", "last_name", "email") == ("author", "", "", "")


# Superusers


def test_a_superuser_is_known_before_the_first_sign_in_and_stays_one(db):
    chief = User.objects.create_superuser("chief", ISSUER, "00uAda")

    signed_in = User.objects.sign_in(ISSUER, "00uAda", {**ADA, "groups": []})

    assert signed_in == chief
    assert stored(chief, "handle", "first_name", "is_superuser", "is_author") == (
        "chief",
        "Ada",
        True,
        True,
    )


def test_a_person_who_is_made_a_superuser_keeps_the_handle(db):
    ada = User.objects.sign_in(ISSUER, "00uAda", ADA)

    chief = User.objects.create_superuser("chief", ISSUER, "00uAda")

    assert chief == ada
    assert stored(ada, "handle", "first_name", "is_superuser") == ("ada-lovelace", "Ada", True)


# What a person is called, and what they are


@pytest.mark.parametrize(
    ("first_name", "last_name", "full_name", "short_name"),
    [
        ("Ada", "Lovelace", "Ada Lovelace", "Ada"),
        ("Ada", "", "Ada", "Ada"),
        ("", "Lovelace", "Lovelace", "ada"),
        ("", "", "ada", "ada"),
    ],
)
def test_a_person_without_a_name_is_called_by_the_handle(
    first_name, last_name, full_name, short_name
):
    user = User(handle="ada", first_name=first_name, last_name=last_name)

    assert (user.get_full_name(), str(user)) == (full_name, full_name)
    assert user.get_short_name() == short_name


@pytest.mark.parametrize(
    ("fields", "role", "is_staff"),
    [
        ({"is_author": False}, "reader", False),
        ({}, "author", False),
        ({"is_moderator": True}, "moderator", True),
        ({"is_moderator": True, "is_admin": True}, "admin", True),
        ({"is_author": False, "is_superuser": True}, "superuser", True),
    ],
)
def test_the_role_is_the_most_a_person_may_do(fields, role, is_staff):
    user = UserFactory.build(**fields)

    assert (user.role, user.is_staff) == (role, is_staff)


def test_a_person_has_an_address_of_their_own():
    assert User(handle="ada").get_absolute_url() == reverse("posts:author", args=["ada"])


def test_there_is_no_password_and_no_permission_of_ones_own():
    columns = {field.name for field in User._meta.get_fields()}

    assert columns.isdisjoint({"password", "groups", "user_permissions", "is_staff"})
    assert not UserFactory.build().has_usable_password()


# What ties a session to a person


def test_the_session_hash_is_of_the_person_and_of_nothing_that_changes():
    ada, again, *others = (
        User(issuer=ISSUER, subject="00uAda", first_name="Ada"),
        User(issuer=ISSUER, subject="00uAda", first_name="Augusta", email="king@example.org"),
        User(issuer=ISSUER, subject="00uada"),
        User(issuer="https://other.example", subject="00uAda"),
    )

    assert again.get_session_auth_hash() == ada.get_session_auth_hash()
    hashes = sorted(user.get_session_auth_hash() for user in [ada, *others])
    assert all(one != other for one, other in pairwise(hashes))


def test_a_session_ends_when_its_account_is_given_to_somebody_else(client, author):
    client.force_login(author)

    User.objects.filter(pk=author.pk).update(subject="00uAnother")
    client.get("/")

    assert SESSION_KEY not in client.session


def test_a_session_outlives_a_new_secret_key_that_names_the_old_one(client, author, settings):
    client.force_login(author)

    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key, which is long enough for every check too"
    client.get("/")

    assert client.session[SESSION_KEY] == str(author.pk)
