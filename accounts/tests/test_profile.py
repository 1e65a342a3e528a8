"""What authors say of themselves, on the account page."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2025, 1, 2, tzinfo=UTC)
NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _this_morning(time_machine):
    time_machine.move_to(NOW, tick=False)


def send(client, **fields):
    return client.post("/account/profile/", {"bio": "", "links": "", **fields}, follow=True)


def kept(user):
    user = User.objects.get(pk=user.pk)
    return user.bio, user.link_list


def test_an_author_says_who_they_are(as_user, author):
    User.objects.update(changed_at=LONG_AGO)

    page = send(
        as_user(author),
        bio="I mend books.\r\n\r\nAnd shelves.",
        links="https://example.org/ada\r\n\r\n  http://ada.example/  \r\n",
    ).text

    assert "Your profile is kept." in page
    assert kept(author) == (
        "I mend books.\n\nAnd shelves.",
        ["https://example.org/ada", "http://ada.example/"],
    )
    assert User.objects.get().changed_at == NOW
    assert "And shelves.</textarea>" in page


def test_what_is_sent_unchanged_changes_nothing(as_user, author):
    client = as_user(author)
    send(client, bio="One\r\ntwo", links="https://example.org/")
    User.objects.update(changed_at=LONG_AGO)

    send(client, bio="One\r\ntwo", links="https://example.org/")

    assert User.objects.get().changed_at == LONG_AGO


def test_what_is_taken_back_is_gone(as_user, author):
    author.describe(bio="I mend books.", links=["https://example.org/"])

    send(as_user(author))

    assert kept(author) == ("", [])


def test_a_link_said_twice_is_kept_once(as_user, author):
    send(as_user(author), links="https://b.example/\nhttps://a.example/\nhttps://b.example/")

    assert kept(author) == ("", ["https://b.example/", "https://a.example/"])


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "ftp://example.org/", "//example.org/", "example.org",
     "/account/", "https://", "https://exa mple.org/", "https://example.org/ https://b.example/"],
)  # fmt: skip
def test_what_is_no_web_address_is_refused_by_line_and_stays_in_the_form(as_user, author, address):
    page = send(as_user(author), bio="New", links=f"https://example.org/\n\n{address}").text

    assert "Line 3 is no web address." in page
    assert "Not kept yet." in page
    assert ">\nNew</textarea>" in page
    assert kept(author) == ("", [])


def test_every_line_that_is_no_address_is_named(as_user, author):
    page = send(as_user(author), links="one\nhttps://example.org/\nthree").text

    assert "Line 1 is no web address." in page
    assert "Line 3 is no web address." in page
    assert "Line 2" not in page


@pytest.mark.parametrize(("count", "is_kept"), [(5, True), (6, False)])
def test_five_links_are_the_most(as_user, author, count, is_kept):
    links = [f"https://example.org/{number}" for number in range(count)]

    page = send(as_user(author), links="\n".join(links)).text

    assert ("At most five addresses, please." in page) is not is_kept
    assert kept(author) == ("", links if is_kept else [])


@pytest.mark.parametrize(
    ("bio", "length"), [("x\r\n" * 249 + "xx", 500), ("x\r\n" * 249 + "xxx", 0)]
)
def test_500_characters_are_the_most_and_a_new_line_is_one(as_user, author, bio, length):
    page = send(as_user(author), bio=bio).text

    assert ("at most 500 characters" in page) is (length == 0)
    assert len(User.objects.get().bio) == length


LOGIN, DONE, REFUSED, NO_METHOD = 302, 302, 403, 405


@pytest.mark.parametrize(
    ("method", "visitor", "answer"),
    [
        ("post", "anonymous", LOGIN),
        ("post", "reader", REFUSED),
        ("post", "author", DONE),
        ("post", "moderator", DONE),
        ("post", "admin", DONE),
        ("get", "anonymous", LOGIN),
        ("get", "reader", NO_METHOD),
        ("get", "author", NO_METHOD),
    ],
)
def test_who_writes_says_something_of_themselves_and_of_nobody_else(
    request, author, method, visitor, answer
):
    client = Client()
    another = UserFactory()
    if visitor == "reader":
        client.force_login(UserFactory(is_author=False))
    elif visitor != "anonymous":
        client.force_login(request.getfixturevalue(visitor))

    response = getattr(client, method)("/account/profile/", {"bio": "Me", "pk": another.pk})

    assert response.status_code == answer
    said = [user.pk for user in User.objects.exclude(bio="")]
    is_done = method == "post" and visitor in {"author", "moderator", "admin"}
    assert said == ([int(client.session["_auth_user_id"])] if is_done else [])


def test_a_reader_is_not_asked(as_user):
    page = as_user(UserFactory(is_author=False)).get("/account/").text

    assert "What readers see of you" not in page


def test_another_site_says_nothing_for_anybody(author):
    client = Client(enforce_csrf_checks=True)
    client.force_login(author)

    assert client.post("/account/profile/", {"bio": "Mine"}).status_code == 403
    assert kept(author) == ("", [])


# Moderation


def test_an_admin_removes_what_somebody_says_of_themselves(as_user, admin, author, stranger):
    author.describe(bio="Spam", links=["https://spam.example/"])
    User.objects.update(changed_at=LONG_AGO)

    page = (
        as_user(admin)
        .post(
            reverse("admin:accounts_user_changelist"),
            {"action": "clear_profiles", "_selected_action": [author.pk, stranger.pk]},
            follow=True,
        )
        .text
    )

    assert "1 profile removed." in page
    assert kept(author) == ("", [])
    assert list(User.objects.filter(changed_at=NOW)) == [author]


def test_a_moderator_does_not(as_user, moderator, author):
    author.describe(bio="Mine", links=[])

    as_user(moderator).post(
        reverse("admin:accounts_user_changelist"),
        {"action": "clear_profiles", "_selected_action": [author.pk]},
    )

    assert kept(author) == ("Mine", [])
