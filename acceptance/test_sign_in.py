"""Signing in at a provider that is not our own, and what its groups make of a person."""

from urllib.parse import parse_qs, urlsplit

import pytest

from acceptance.browser import CLIENT_SECRET
from accounts.models import User

# Signing in


def test_who_signs_in_lands_where_they_wanted_to_go_as_issuer_and_subject(browser, provider):
    provider.hire("ada-1", given_name="Ada", family_name="Author", email="ada@example.org")

    browser.sign_in("ada-1", "/dashboard/new/")

    assert (browser.page.status_code, browser.place) == (200, "/dashboard/new/")
    [person] = User.objects.all()
    assert (person.issuer, person.subject) == (provider.issuer, "ada-1")
    assert (person.get_full_name(), person.email) == ("Ada Author", "ada@example.org")


def test_who_registers_is_led_to_the_provider_and_back(browser, provider):
    provider.hire("new-1", given_name="Nell", family_name="Newcomer")

    browser.sign_in("new-1", "/register/?next=/dashboard/")

    assert (browser.page.status_code, browser.place) == (200, "/dashboard/")


def test_who_is_signed_in_at_the_provider_is_not_asked_again(browser, provider):
    provider.hire("sso-1")
    browser.sign_in("sso-1")
    browser.session.cookies.clear(domain="localhost.local")
    assert not browser.is_signed_in_at_site

    browser.open("/dashboard/")

    assert (browser.page.status_code, browser.place) == (200, "/dashboard/")
    assert User.objects.count() == 1


def test_two_people_with_one_e_mail_address_are_two_people(open_browser, provider):
    provider.hire("twin-1", given_name="Tove", email="shared@example.org", email_verified=True)
    provider.hire("twin-2", given_name="Tilde", email="shared@example.org", email_verified=True)

    open_browser().sign_in("twin-1")
    open_browser().sign_in("twin-2")

    people = User.objects.order_by("subject").values_list("subject", "first_name", "email")
    assert list(people) == [
        ("twin-1", "Tove", "shared@example.org"),
        ("twin-2", "Tilde", "shared@example.org"),
    ]


def test_the_provider_names_itself_to_the_callback(browser, provider):
    provider.hire("iss-1")

    browser.sign_in("iss-1")

    [callback] = [
        urlsplit(answer.url)
        for answer in browser.page.history
        if urlsplit(answer.url).path == "/oidc/callback/"
    ]
    assert set(parse_qs(callback.query)) == {"code", "state", "iss"}
    assert parse_qs(callback.query)["iss"] == [provider.issuer]


def test_who_turns_back_at_the_provider_is_nobody_and_is_told_so(browser):
    browser.open("/dashboard/")

    browser.follow("Cancel")

    assert (browser.page.status_code, urlsplit(browser.page.url).path) == (200, "/oidc/callback/")
    assert browser.heading == "You did not sign in"
    assert not browser.is_signed_in_at_site
    assert not User.objects.exists()


def test_a_wrong_client_secret_signs_nobody_in_and_asks_to_come_back(browser, provider, settings):
    settings.OIDC_RP_CLIENT_SECRET = CLIENT_SECRET + "!"
    provider.hire("wrong-1")

    browser.sign_in("wrong-1")

    assert (browser.page.status_code, urlsplit(browser.page.url).path) == (503, "/oidc/callback/")
    assert not browser.is_signed_in_at_site
    assert not User.objects.exists()


# Roles


@pytest.mark.parametrize(
    ("groups", "role", "admin_answers"),
    [
        ([], "author", 403),
        (["staff", "blog-moderators"], "moderator", 200),
        (["blog-admins"], "admin", 200),
    ],
)
def test_groups_decide_what_a_person_may_do(browser, provider, groups, role, admin_answers):
    provider.hire("role-1", groups=groups)

    browser.sign_in("role-1")
    browser.open("/admin/")

    [person] = User.objects.all()
    assert (person.provider_groups, person.role) == (sorted(groups), role)
    assert browser.page.status_code == admin_answers


def test_a_group_that_is_left_takes_its_role_away_at_the_next_sign_in(open_browser, provider):
    provider.hire("moved-1", groups=["blog-moderators"])
    open_browser().sign_in("moved-1")
    assert User.objects.get().role == "moderator"

    provider.hire("moved-1", groups=["staff"])
    open_browser().sign_in("moved-1")

    assert (User.objects.get().provider_groups, User.objects.get().role) == (["staff"], "author")
