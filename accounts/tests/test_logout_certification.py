"""The OpenID Foundation's tests of a relying party's logout, one by one, under their own names.

From the plans for RP-initiated logout and back-channel logout of its conformance suite. There the
logout token comes while the browser is at the end-session endpoint: our session is over by then.
"""

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

from accounts.devprovider.backchannel import EVENT, logout_token
from accounts.devprovider.people import SAMPLE_PEOPLE
from accounts.models import LoginSession

MEI = SAMPLE_PEOPLE[2]

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(provider):
    """The logout tokens that the provider sends, as soon as it does."""
    tokens = []
    provider.deliver = tokens.append
    return tokens


@pytest.fixture
def session(client, provider, sign_in):
    """The session at the provider with which client is signed in."""
    sign_in(client, MEI)
    return provider.newest_session(MEI.subject)


def go_to(address):
    """Go to the provider as a browser does; return the address that it leads back to."""
    return requests.get(address, allow_redirects=False, timeout=5).headers["Location"]


def post(token):
    form, content_type = f"logout_token={token}", "application/x-www-form-urlencoded"
    return Client().post("/oidc/backchannel-logout/", form, content_type=content_type)


# RP-initiated logout


def come_back(client, query):
    """Sign out, and come back from the provider with this query; return the page that is shown."""
    back, _, state = go_to(client.post("/logout/").url).partition("?state=")
    assert state
    return client.get(f"{back}{query}")


def assert_signed_out(client, page):
    assert page.status_code == 200
    assert "You are signed out." in page.text
    assert client.get("/dashboard/").url == "/login/?next=/dashboard/"


def test_oidcc_client_test_rp_init_logout(client, session):
    leaving = client.post("/logout/")

    claims = jwt.decode(
        leaving.url.partition("id_token_hint=")[2].partition("&")[0],
        options={"verify_signature": False},
    )
    assert (claims["sub"], claims["sid"]) == (MEI.subject, session.sid)
    assert "post_logout_redirect_uri=http%3A%2F%2Ftestserver%2F&" in leaving.url
    assert_signed_out(client, client.get(go_to(leaving.url)))


def test_oidcc_client_test_rp_init_logout_other_state(client, session):
    assert_signed_out(client, come_back(client, "?state=another"))


def test_oidcc_client_test_rp_init_logout_no_state(client, session):
    assert_signed_out(client, come_back(client, ""))


# Back-channel logout


def test_oidcc_client_test_rp_backchannel_rpinitlogout(client, session, told):
    back = go_to(client.post("/logout/").url)
    assert LoginSession.objects.get().end_reason == "signed_out"

    [token] = told
    response = post(token)

    assert (response.status_code, response.content) == (200, b"")
    assert "no-store" in response["Cache-Control"]
    assert_signed_out(client, client.get(back))


@pytest.fixture
def assert_rejected(client, provider, session):
    """Return a function that asserts that a token is refused, during logout and before it."""

    def check(**faults):
        for leave in (lambda: None, lambda: go_to(client.post("/logout/").url)):
            leave()
            response = post(logout_token(provider, session, **faults))
            assert response.status_code == 400
            assert response.json()["error"] == "invalid_request"
            assert "no-store" in response["Cache-Control"]
            assert LoginSession.objects.get().end_reason != "provider"

    return check


def test_oidcc_client_test_rp_backchannel_rpinitlogout_alg_none(assert_rejected):
    assert_rejected(algorithm="none", key="")


def test_oidcc_client_test_rp_backchannel_rpinitlogout_wrong_alg(assert_rejected):
    assert_rejected(algorithm="ES256", key=ec.generate_private_key(ec.SECP256R1()))


def test_oidcc_client_test_rp_backchannel_rpinitlogout_wrong_aud(assert_rejected):
    assert_rejected(claims={"aud": "byline-wrong"})


def test_oidcc_client_test_rp_backchannel_rpinitlogout_wrong_iss(assert_rejected):
    assert_rejected(claims={"iss": "https://elsewhere.example"})


def test_oidcc_client_test_rp_backchannel_rpinitlogout_no_event(assert_rejected):
    assert_rejected(claims={"events": None})


def test_oidcc_client_test_rp_backchannel_rpinitlogout_wrong_event(assert_rejected):
    assert_rejected(claims={"events": {f"{EVENT}-wrong": {}}})


def test_oidcc_client_test_rp_backchannel_rpinitlogout_with_nonce(assert_rejected):
    assert_rejected(claims={"nonce": "a-nonce"})
