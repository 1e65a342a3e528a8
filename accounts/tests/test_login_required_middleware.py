"""Where Django asks everybody to sign in, what signing in and out needs still answers."""

import pytest

from accounts.devprovider.people import SAMPLE_PEOPLE

MEI = SAMPLE_PEOPLE[2]
AUTHENTICATION = "django.contrib.auth.middleware.AuthenticationMiddleware"
LOGIN_REQUIRED = "django.contrib.auth.middleware.LoginRequiredMiddleware"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _login_required(settings):
    middleware = list(settings.MIDDLEWARE)
    middleware.insert(middleware.index(AUTHENTICATION) + 1, LOGIN_REQUIRED)
    settings.MIDDLEWARE = middleware


def test_who_signs_in_lands_where_they_wanted_to_go_and_signs_out_again(client, provider, sign_in):
    assert client.get("/").url == "/login/?next=/"

    assert sign_in(client, MEI, "/dashboard/").url == "/dashboard/"
    assert client.get("/").status_code == 200
    assert client.post("/logout/").url.startswith(provider.issuer)
    assert client.get("/").url == "/login/?next=/"


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/register/", 302),
        ("GET", "/oidc/callback/", 400),
        ("POST", "/logout/", 302),
        ("POST", "/oidc/backchannel-logout/", 400),
        ("POST", "/oidc/universal-logout/", 401),
        ("GET", "/oidc/frontchannel-logout/", 400),
    ],
)
def test_nobody_is_sent_to_sign_in_by_what_is_about_signing_in_or_out(
    client, provider, method, address, status
):
    response = client.generic(method, address)

    assert response.status_code == status
    assert not response.get("Location", "").startswith("/login/")
