"""The admin's doors, and people as staff see them."""

import re

import pytest
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from accounts.devprovider.people import SAMPLE_PEOPLE
from accounts.models import User
from accounts.tests.factories import ISSUER, UserFactory

AMARA, JONAS, MEI, *_ = SAMPLE_PEOPLE
PEOPLE = reverse("admin:accounts_user_changelist")

pytestmark = pytest.mark.django_db


@pytest.fixture
def superuser():
    return UserFactory(is_superuser=True)


@pytest.fixture(params=["admin", "superuser"])
def chief(request):
    """Whoever may do the most: an admin, and then a superuser."""
    return request.getfixturevalue(request.param)


def address_of(user, action="change"):
    return reverse(f"admin:accounts_user_{action}", args=[user.pk])


def said_of(user):
    """All that the database says of a person, but for when they signed in."""
    return User.objects.filter(pk=user.pk).values().get()


# The doors


def test_the_way_into_the_admin_leads_by_sign_in_to_the_wanted_page(client, provider):
    wanted = f"{PEOPLE}?is_active__exact=1"
    at_the_admin = client.get(wanted)
    at_its_door = client.get(at_the_admin.url)
    leaving = client.get(at_its_door.url)
    landing = client.get(provider.approve(leaving.url, AMARA.subject))

    assert at_the_admin.url.startswith("/admin/login/?next=")
    assert at_its_door.url.startswith("/login/?next=")
    assert landing.url == wanted
    assert client.get(landing.url).status_code == 200


def test_the_admins_door_leads_to_its_front_page(client):
    response = client.get("/admin/login/")

    assert response.url == "/login/?next=/admin/"


def test_the_admins_door_leads_to_no_other_host(client, provider):
    door = client.get("/admin/login/", {"next": "https://elsewhere.example/"})

    landing = client.get(provider.approve(client.get(door.url).url, AMARA.subject))

    assert landing.url == "/"


@pytest.mark.parametrize("address", ["/admin/", PEOPLE, "/admin/login/", "/admin/nowhere/"])
def test_who_is_not_staff_is_refused_and_not_sent_round_in_a_loop(client, author, address):
    client.force_login(author)

    response = client.get(address, follow=True)

    assert response.status_code == 403
    assert len(response.redirect_chain) <= 1
    assert "The admin is for moderators and admins." in response.text
    assert 'class="skip-link"' in response.text
    assert client.session[SESSION_KEY] == str(author.pk)


def test_who_was_staff_is_refused_by_the_next_request(client, moderator):
    client.force_login(moderator)
    before = client.get("/admin/")

    User.objects.update(is_moderator=False)

    assert before.status_code == 200
    assert client.get("/admin/", follow=True).status_code == 403


def test_signing_out_of_the_admin_is_signing_out_of_the_site(client, provider, sign_in):
    sign_in(client, JONAS, "/admin/")
    page = client.get("/admin/").text

    response = client.post("/admin/logout/")

    assert re.search(r'<form[^>]* method="post" action="/admin/logout/"', page)
    assert response.url.startswith(f"{provider.issuer}/oauth2/v1/logout?")
    assert "id_token_hint=" in response.url
    assert SESSION_KEY not in client.session


def test_signing_out_of_the_admin_is_a_button_and_never_a_link(client, moderator):
    client.force_login(moderator)

    response = client.get("/admin/logout/")

    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert client.session[SESSION_KEY] == str(moderator.pk)


@pytest.mark.parametrize("name", ["password_change", "password_change_done"])
def test_there_is_no_password_to_change(client, chief, name):
    client.force_login(chief)

    assert client.get(f"/admin/{name.replace('_done', '/done')}/").status_code == 404
    assert "password" not in client.get("/admin/").text.lower()
    with pytest.raises(NoReverseMatch):
        reverse(f"admin:{name}")


# Who sees what


def test_a_moderator_finds_posts_and_nothing_else(client, moderator):
    client.force_login(moderator)

    response = client.get("/admin/")

    models = [
        model["object_name"] for app in response.context["app_list"] for model in app["models"]
    ]
    assert models == ["Post"]


def test_an_admin_finds_people_and_posts_and_no_groups(client, admin):
    client.force_login(admin)

    response = client.get("/admin/")

    models = [
        model["object_name"] for app in response.context["app_list"] for model in app["models"]
    ]
    assert models == ["AuditEvent", "BreakGlass", "User", "LoginSession", "Post"]


@pytest.mark.parametrize("action", ["changelist", "change", "history", "delete", "add"])
def test_a_moderator_neither_sees_nor_changes_people(client, moderator, author, action):
    client.force_login(moderator)
    address = {
        "changelist": PEOPLE,
        "add": reverse("admin:accounts_user_add"),
    }.get(action) or address_of(author, action)
    before = said_of(author)

    responses = [client.get(address), client.post(address, {"is_active": ""})]

    assert [response.status_code for response in responses] == [403, 403]
    assert said_of(author) == before


def test_people_are_listed_with_role_issuer_and_subject(client, admin):
    people = [
        UserFactory(handle="ada", first_name="Ada", last_name="Abel", email="ada@example.org"),
        UserFactory(
            moderator=True, handle="mo", first_name="Mo", last_name="Bor", email="mo@example.org"
        ),
        UserFactory(
            is_author=False, handle="zed", first_name="", last_name="Zed", email="zed@example.org"
        ),
    ]
    client.force_login(admin)

    page = client.get(PEOPLE).text

    rows = [
        " ".join(re.sub("<[^>]+>", " ", row).split())
        for row in re.findall("<tr>.*?</tr>", page.partition("<tbody>")[2], re.DOTALL)
    ]
    ada, mo, zed = (f"{user.email} {ISSUER} {user.subject}" for user in people)
    assert rows == [
        f"Ada Abel author ada {ada}",
        f"Mo Bor moderator mo {mo}",
        f"{admin} admin {admin.handle} - {ISSUER} {admin.subject}",
        f"Zed reader zed {zed}",
    ]


@pytest.mark.parametrize("word", ["Augusta", "lovelace", "ada@example.org", "00uAda", "countess"])
def test_people_are_found_by_what_they_are_called(client, admin, word):
    ada = UserFactory(
        first_name="Augusta",
        last_name="Lovelace",
        email="ada@example.org",
        subject="00uAda",
        handle="countess",
    )
    client.force_login(admin)

    response = client.get(PEOPLE, {"q": word})

    assert list(response.context["cl"].queryset) == [ada]


def test_people_are_listed_in_as_many_queries_however_many_there_are(client, admin):
    client.force_login(admin)

    def queries_for(count):
        UserFactory.create_batch(count - User.objects.count())
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = client.get(PEOPLE)
        assert len(response.context["cl"].result_list) == count
        return len(queries)

    assert queries_for(3) == queries_for(30)


# What staff may change


def test_what_the_provider_says_is_read_only_even_when_it_is_posted(client, chief, author):
    client.force_login(chief)
    before = said_of(author)

    response = client.post(
        address_of(author),
        {
            "is_active": "on",
            "full_name": "Mallory",
            "first_name": "Mallory",
            "last_name": "Mallory",
            "handle": "mallory",
            "email": "mallory@example.org",
            "issuer": "https://elsewhere.example",
            "subject": "00uMallory",
            "provider_groups": '["blog-admins"]',
            "is_author": "",
            "is_moderator": "on",
            "is_admin": "on",
            "is_superuser": "on",
            "is_staff": "on",
            "created_at_0": "2001-01-01",
            "created_at_1": "00:00:00",
            "last_login_0": "2001-01-01",
            "last_login_1": "00:00:00",
        },
    )

    assert response.status_code == 302
    assert said_of(author) == before


def test_staff_can_deactivate_a_person_and_undo_it(client, admin, author):
    client.force_login(admin)
    states = []

    for posted in ({}, {"is_active": "on"}):
        client.post(address_of(author), posted)
        states.append(said_of(author)["is_active"])

    assert states == [False, True]


def test_the_page_of_a_person_shows_what_the_provider_says(client, admin):
    mo = UserFactory(moderator=True, subject="00uMo", email="mo@example.org")
    client.force_login(admin)

    page = client.get(address_of(mo)).text

    for shown in (mo.get_full_name(), mo.handle, "mo@example.org", ISSUER, "00uMo"):
        assert shown in page
    assert f"{mo} is a moderator because the provider lists them in blog-moderators." in page
    inputs = set(re.findall(r'<(?:input|select|textarea)[^>]* name="([a-z_]+)"', page))
    assert {name for name in inputs if not name.startswith("_")} == {
        "csrfmiddlewaretoken",
        "is_active",
    }


def test_nobody_adds_a_person(client, chief):
    client.force_login(chief)
    address = reverse("admin:accounts_user_add")
    form = {"handle": "mallory", "issuer": ISSUER, "subject": "00uMallory", "is_active": "on"}

    responses = [client.get(address), client.post(address, form)]

    assert [response.status_code for response in responses] == [403, 403]
    assert list(User.objects.all()) == [chief]


def test_nobody_deletes_a_person(client, chief, author):
    client.force_login(chief)
    address = address_of(author, "delete")

    responses = [client.get(address), client.post(address, {"post": "yes"})]
    client.post(PEOPLE, {"action": "delete_selected", "_selected_action": author.pk, "post": "yes"})

    assert [response.status_code for response in responses] == [403, 403]
    assert "delete_selected" not in client.get(PEOPLE).text
    assert User.objects.filter(pk=author.pk).exists()
