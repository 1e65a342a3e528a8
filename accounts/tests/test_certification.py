"""The OpenID Foundation's Basic RP and Config RP certification tests, acted out here.

Each test bears the name of its module in the conformance suite, without `oidcc-client-test`.
"Reject" there means that nothing is asked of UserInfo after the bad ID token.
"""

import base64

import pytest
from django.test import Client

from accounts.client import post_form
from accounts.devprovider.faults import MISSING, FaultyProvider, spare_key
from accounts.devprovider.metadata import AUTHORIZE, KEYS, TOKEN, USERINFO
from accounts.models import User
from accounts.tests.signing_in import (
    AMARA,
    MEI,
    REFUSED,
    UNAVAILABLE,
    assert_nobody_signed_in,
    assert_signed_in,
    attempt,
)
from accounts.tokens import TokenRefused, check_id_token

DISCOVERY = "/.well-known/openid-configuration"

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider_class():
    return FaultyProvider


def without_kid(document):
    return {
        "keys": [{name: key[name] for name in key if name != "kid"} for key in document["keys"]]
    }


def with_broken_signature(token):
    signed, _, signature = token.rpartition(".")
    return f"{signed}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"


def assert_rejected(client, provider, response):
    assert_nobody_signed_in(client, response, REFUSED)
    assert USERINFO not in provider.asked_paths()


# Basic RP: oidcc-client-basic-certification-test-plan


def test_the_happy_path_ends_at_userinfo(client, provider):
    response = attempt(client, provider)

    assert_signed_in(client, response)
    assert provider.asked_paths() == [DISCOVERY, TOKEN, KEYS, USERINFO]
    assert not any("access_token" in request.params for request in provider.asked)


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"iss": "https://another.example"}, id="invalid-iss"),
        pytest.param({"sub": MISSING}, id="missing-sub"),
        pytest.param({"aud": "another-client"}, id="invalid-aud"),
        pytest.param({"aud": MISSING}, id="missing-aud"),
        pytest.param({"iat": MISSING}, id="missing-iat"),
        pytest.param({"nonce": "another-nonce"}, id="nonce-invalid"),
    ],
)
def test_claims_are_rejected(client, provider, claims):
    provider.faults.claims = claims

    response = attempt(client, provider)

    assert_rejected(client, provider, response)


def test_kid_absent_single_jwks_is_accepted(client, provider):
    provider.faults.header = {"kid": MISSING}
    provider.faults.documents[KEYS] = without_kid

    response = attempt(client, provider)

    assert_signed_in(client, response)


def test_kid_absent_multiple_jwks_is_rejected(client, provider):
    provider.rotate_keys()
    provider.faults.header = {"kid": MISSING}
    provider.faults.documents[KEYS] = without_kid

    response = attempt(client, provider)

    assert_rejected(client, provider, response)


def test_idtoken_sig_rs256_is_accepted(client, provider):
    provider.faults.algorithm = "RS256"

    response = attempt(client, provider)

    assert_signed_in(client, response)


def test_idtoken_sig_none_is_rejected(client, provider):
    provider.faults.algorithm = "none"

    response = attempt(client, provider)

    assert_rejected(client, provider, response)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"id_token": with_broken_signature}, id="bits"),
        pytest.param({"key": spare_key(100)}, id="another-key"),
    ],
)
def test_invalid_sig_rs256_is_rejected(client, provider, fault):
    for name, value in fault.items():
        setattr(provider.faults, name, value)

    response = attempt(client, provider)

    assert_rejected(client, provider, response)


def test_userinfo_invalid_sub_is_rejected(client, provider):
    provider.faults.documents[USERINFO] = {"sub": AMARA.subject}

    response = attempt(client, provider)

    assert_nobody_signed_in(client, response, REFUSED)


def test_scope_userinfo_claims_are_asked_for_and_used(client, provider):
    provider.thin_id_token = True

    leaving = client.get("/login/")
    client.get(provider.approve(leaving.url, MEI.subject))

    assert "scope=openid+email+profile" in leaving.url
    user = User.objects.get()
    assert (user.first_name, user.last_name) == (MEI.given_name, MEI.family_name)
    assert user.email == MEI.email


def test_client_secret_basic_is_used_and_nothing_else(client, provider):
    attempt(client, provider)

    [asked] = [request for request in provider.asked if request.path == TOKEN]
    assert asked.authorization == f"Basic {base64.b64encode(b'byline:development').decode()}"
    assert set(asked.params) == {"grant_type", "code", "redirect_uri", "code_verifier"}


# Config RP: oidcc-client-config-certification-test-plan


def test_discovery_openid_config_is_fetched_and_used(client, provider):
    provider.faults.documents[DISCOVERY] = {
        "authorization_endpoint": f"{provider.issuer}/anywhere/else"
    }

    leaving = client.get("/login/")

    assert leaving.url.startswith(f"{provider.issuer}/anywhere/else?")


def test_discovery_jwks_uri_keys_are_fetched_and_used(client, provider):
    provider.faults.documents[DISCOVERY] = {"jwks_uri": f"{provider.issuer}/keys/of/this/run"}
    provider.routes = {**provider.routes, "/keys/of/this/run": provider.routes[KEYS]}

    response = attempt(client, provider)

    assert_signed_in(client, response)
    assert [path for path in provider.asked_paths() if "keys" in path] == ["/keys/of/this/run"]


def test_discovery_issuer_mismatch_ends_before_anything_is_asked(client, provider):
    provider.faults.documents[DISCOVERY] = {"issuer": "https://another.example"}

    response = client.get("/login/", {"next": "/dashboard/"})

    assert_nobody_signed_in(client, response, UNAVAILABLE)
    assert provider.asked_paths() == [DISCOVERY]
    assert AUTHORIZE not in response.text


def test_signing_key_rotation_between_two_sign_ins_is_followed(client, provider):
    attempt(Client(), provider)

    provider.rotate_keys()
    provider.keys.forget_previous()
    response = attempt(client, provider)

    assert_signed_in(client, response)
    assert provider.asked_paths().count(KEYS) == 2


def test_signing_key_rotation_just_before_signing_is_followed(client, provider):
    attempt(Client(), provider)
    provider.faults.before[TOKEN] = provider.rotate_keys

    response = attempt(client, provider)

    assert_signed_in(client, response)
    assert provider.asked_paths().count(KEYS) == 2


# Refresh: oidcc-client-test-refresh-token, of no plan. Whose the refreshed token is, is for
# whoever refreshes to compare; what it says is checked as at sign-in, without a nonce.


@pytest.fixture
def refreshed(client, provider):
    """Return a function that signs in, refreshes, and returns the claims of the new ID token."""

    def refresh():
        attempt(client, provider)
        [name] = provider.refresh_tokens.names()
        form = {"grant_type": "refresh_token", "refresh_token": name}
        tokens = post_form(provider.issuer + TOKEN, form)
        return check_id_token(tokens["id_token"], nonce=None, access_token=tokens["access_token"])

    return refresh


def test_refresh_token_is_answered_with_an_id_token_of_the_same_person(provider, refreshed):
    claims = refreshed()

    assert (claims["iss"], claims["sub"]) == (provider.issuer, MEI.subject)


def test_refresh_token_invalid_issuer_is_rejected(provider, refreshed):
    def of_another_issuer_unless_at_sign_in(claims):
        return claims if "nonce" in claims else {**claims, "iss": "https://another.example"}

    provider.faults.claims = of_another_issuer_unless_at_sign_in

    with pytest.raises(TokenRefused, match="iss"):
        refreshed()
