"""Okta's Universal Logout: one signed request ends all sessions of somebody."""

import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.test import Client

from accounts.devprovider import metadata
from accounts.devprovider.backchannel import logout_token
from accounts.devprovider.people import SAMPLE_PEOPLE
from accounts.devprovider.provider import DevelopmentProvider
from accounts.devprovider.web import json_response
from accounts.models import AuditEvent, LoginSession, SpentToken, User
from accounts.tests.factories import UserFactory

AMARA, JONAS, MEI, *_ = SAMPLE_PEOPLE
ADDRESS = "/oidc/universal-logout/"
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC).timestamp()
BY_EMAIL = {"format": "email", "email": MEI.email}
ANOTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)

pytestmark = pytest.mark.django_db


@pytest.fixture
def browsers(provider, sign_in, time_machine):
    """Two browsers that Mei is signed in with, and one of Amara's; the clock stands still."""
    time_machine.move_to(NOW, tick=False)
    browsers = [Client(), Client(), Client()]
    for browser, person in zip(browsers, (MEI, MEI, AMARA), strict=True):
        sign_in(browser, person)
    return browsers


@pytest.fixture
def revocation_token(provider):
    """Return a function that makes a faultless token, or one with these faults."""

    def make(claims=None, header=None, key=None, algorithm=None):
        faultless = {
            "iss": provider.issuer,
            "sub": "byline",
            "aud": "http://localhost:8000/oidc/universal-logout/",
            "iat": NOW,
            "exp": NOW + 300,
            "jti": f"jti-{SpentToken.objects.count()}",
        }
        said = {
            name: value for name, value in (faultless | (claims or {})).items() if value is not None
        }
        typ = {"typ": "global-token-revocation+jwt"}
        return provider.keys.sign(
            said,
            header=typ | (header or {}),
            key=ANOTHER_KEY if key == "another" else key,
            algorithm=algorithm,
        )

    return make


def post(token, identifier=BY_EMAIL, **options):
    body = identifier if isinstance(identifier, bytes) else json.dumps({"sub_id": identifier})
    return Client(enforce_csrf_checks=True).post(
        ADDRESS, body, "application/json", headers={"Authorization": f"Bearer {token}"}, **options
    )


def are_signed_in(browsers):
    return [browser.get("/dashboard/").status_code == 200 for browser in browsers]


# Whom it ends the sessions of


@pytest.mark.parametrize("by", ["iss_sub", "email", "EMAIL"])
def test_every_session_of_the_person_ends(provider, browsers, revocation_token, by):
    identifier = {
        "iss_sub": {"format": "iss_sub", "iss": provider.issuer, "sub": MEI.subject},
        "email": BY_EMAIL,
        "EMAIL": {"format": "email", "email": MEI.email.upper()},
    }[by]

    response = post(revocation_token(), identifier)

    assert (response.status_code, response.content) == (204, b"")
    assert "no-store" in response["Cache-Control"]
    assert are_signed_in(browsers) == [False, False, True]
    assert set(AuditEvent.objects.filter(kind="session_ended").values_list("reason")) == {
        ("provider",)
    }


def test_who_has_no_session_has_none_afterwards(provider, browsers, revocation_token):
    UserFactory(issuer=provider.issuer, email="left@example.org")

    response = post(revocation_token(), {"format": "email", "email": "left@example.org"})

    assert response.status_code == 204
    assert are_signed_in(browsers) == [True, True, True]


def test_all_who_share_an_email_address_are_signed_out(browsers, revocation_token):
    User.objects.filter(subject=AMARA.subject).update(email=MEI.email.title())

    assert post(revocation_token()).status_code == 204
    assert are_signed_in(browsers) == [False, False, False]


@pytest.mark.parametrize(
    "identifier",
    [
        {"format": "iss_sub", "iss": "https://elsewhere.example", "sub": MEI.subject},
        {"format": "iss_sub", "iss": "the issuer", "sub": MEI.subject.upper()},
        {"format": "iss_sub", "iss": "the issuer", "sub": "x" * 5000},
        {"format": "email", "email": "nobody@example.org"},
        {"format": "email", "email": "mei.tánaka@example.org"},
        {"format": "email", "email": "mei%"},
        {"format": "email", "email": "elsewhere@example.org"},
    ],
    ids=str,
)
def test_who_is_not_of_this_issuer_is_not_found(provider, browsers, revocation_token, identifier):
    UserFactory(issuer="https://elsewhere.example", email="elsewhere@example.org")
    if identifier.get("iss") == "the issuer":
        identifier = identifier | {"iss": provider.issuer}

    response = post(revocation_token(), identifier)

    assert (response.status_code, response.json()["error"]) == (404, "not_found")
    assert are_signed_in(browsers) == [True, True, True]


def test_an_email_address_that_is_empty_means_nobody(browsers, revocation_token):
    User.objects.update(email="")

    assert post(revocation_token(), {"format": "email", "email": ""}).status_code == 400
    assert are_signed_in(browsers) == [True, True, True]


# Requests that make no sense


@pytest.mark.parametrize(
    ("identifier", "status"),
    [
        ({"format": "opaque", "id": "x"}, 422),
        ({"format": "phone_number", "phone_number": "+1"}, 422),
        ({"format": "ISS_SUB", "iss": "x", "sub": "x"}, 422),
        ({}, 400),
        ({"format": ["email"], "email": MEI.email}, 400),
        ({"format": "email"}, 400),
        ({"format": "email", "email": [MEI.email]}, 400),
        ({"format": "email", "email": "\x00"}, 400),
        ({"format": "iss_sub", "iss": "x"}, 400),
        ({"format": "iss_sub", "sub": "x"}, 400),
        (MEI.email, 400),
        (None, 400),
        (b"", 400),
        (b"[]", 400),
        (b"{}", 400),
        (b"\xff", 400),
        (b"[" * 60_000, 400),
        (b'{"sub_id": {"format": "email", "email": "\\ud800"}}', 400),
        (b"{" + b" " * 64 * 1024 + b"}", 400),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_names_nobody_ends_nothing(browsers, revocation_token, identifier, status):
    response = post(revocation_token(), identifier)

    assert response.status_code == status
    assert response.json()["error_description"]
    assert "no-store" in response["Cache-Control"]
    assert are_signed_in(browsers) == [True, True, True]


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_only_a_post_is_a_request(client, method):
    response = getattr(client, method)(ADDRESS)

    assert (response.status_code, response["Allow"]) == (405, "POST")


# Tokens


@pytest.mark.parametrize(
    "faults",
    [
        {"claims": {"iss": "https://elsewhere.example"}},
        {"claims": {"iss": None}},
        {"claims": {"aud": "byline"}},
        {"claims": {"aud": "http://testserver/oidc/universal-logout/"}},
        {"claims": {"aud": ["http://localhost:8000/oidc/universal-logout/", "another"]}},
        {"claims": {"aud": None}},
        {"claims": {"exp": NOW - 60}},
        {"claims": {"exp": NOW + 661}},
        {"claims": {"exp": None}},
        {"claims": {"iat": NOW + 61}},
        {"claims": {"iat": None}},
        {"claims": {"sub": None}},
        {"claims": {"sub": 7}},
        {"claims": {"jti": None}},
        {"claims": {"jti": ""}},
        {"header": {"typ": "jwt"}},
        {"header": {"typ": "logout+jwt"}},
        {"header": {"typ": None}},
        {"header": {"kid": "unknown"}},
        {"key": "another"},
        {"key": "", "algorithm": "none"},
        {"key": "development" * 4, "algorithm": "HS256"},
    ],
    ids=str,
)
def test_a_faulty_token_ends_nothing(browsers, revocation_token, faults):
    response = post(revocation_token(**faults))

    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith('Bearer error="invalid_token"')
    assert "no-store" in response["Cache-Control"]
    assert are_signed_in(browsers) == [True, True, True]


def test_neither_an_id_token_nor_a_logout_token_will_do(provider, browsers):
    session = provider.newest_session(MEI.subject)
    tokens = [LoginSession.objects.first().id_token, logout_token(provider, session)]

    assert [post(token).status_code for token in tokens] == [401, 401]


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer x", "Basic eDp5"])
def test_without_a_token_nothing_ends(client, provider, authorization):
    headers = {} if authorization is None else {"Authorization": authorization}

    response = client.post(ADDRESS, {"sub_id": BY_EMAIL}, "application/json", headers=headers)

    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_a_token_of_another_client_may_not_end_sessions_here(browsers, revocation_token):
    response = post(revocation_token({"sub": "another"}))

    assert response.status_code == 403
    assert are_signed_in(browsers) == [True, True, True]


def test_the_endpoint_is_called_by_its_own_name_whatever_the_host(
    browsers, revocation_token, settings
):
    settings.ALLOWED_HOSTS = ["*"]

    response = post(revocation_token(), HTTP_HOST="elsewhere.example")

    assert response.status_code == 204


@pytest.mark.parametrize("first", [BY_EMAIL, {"format": "opaque"}, {}], ids=str)
def test_a_token_is_good_for_one_request_whatever_that_asks(browsers, revocation_token, first):
    token = revocation_token()
    post(token, first)

    response = post(token, {"format": "email", "email": AMARA.email})

    assert response.status_code == 401
    assert are_signed_in(browsers)[2]


def test_keys_that_cannot_be_had_leave_the_token_good(browsers, revocation_token, monkeypatch):
    token = revocation_token()
    cache.clear()
    with monkeypatch.context() as patch:
        down = {"GET": lambda *_: json_response({}, status=500)}
        patch.setitem(DevelopmentProvider.routes, metadata.KEYS, down)
        response = post(token)

    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert post(token).status_code == 204
