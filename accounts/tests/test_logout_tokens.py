"""Back-channel logout: the provider's server says that a session has ended."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.core.cache import cache
from django.test import Client

from accounts.devprovider import metadata
from accounts.devprovider.backchannel import EVENT, logout_token
from accounts.devprovider.people import SAMPLE_PEOPLE
from accounts.devprovider.provider import DevelopmentProvider
from accounts.devprovider.web import json_response
from accounts.models import AuditEvent, LoginSession, SpentToken, User
from accounts.tokens import LAST_SECOND

AMARA, JONAS, MEI, *_ = SAMPLE_PEOPLE
ADDRESS = "/oidc/backchannel-logout/"
FORM = "application/x-www-form-urlencoded"
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC).timestamp()

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(client, provider, sign_in, time_machine):
    """Mei's session at the provider; client is signed in with it, and the clock stands still."""
    time_machine.move_to(NOW, tick=False)
    sign_in(client, MEI)
    return provider.newest_session(MEI.subject)


def post(token, **headers):
    body = urlencode({"logout_token": token})
    return Client(enforce_csrf_checks=True).post(ADDRESS, body, content_type=FORM, headers=headers)


def is_signed_in(client):
    return client.get("/dashboard/").status_code == 200


def assert_refused(response, error="invalid_request"):
    """Assert that it is the one answer there is to a faulty request, and says what is wrong."""
    assert (response.status_code, response.json()["error"]) == (400, error)
    assert response.json()["error_description"]
    assert "no-store" in response["Cache-Control"]


# What ends a session


@pytest.mark.parametrize(
    ("claims", "header"),
    [
        ({}, {}),
        ({"sub": None}, {}),
        ({"sid": None}, {}),
        ({"aud": ["byline"]}, {}),
        ({"events": {EVENT: {"unknown": 1}, "https://another.example": {}}}, {}),
        ({"unknown": {"to": "us"}}, {}),
        ({"iat": NOW + 59, "exp": NOW + 179}, {}),
        ({"iat": NOW - 179, "exp": NOW - 59}, {}),
        ({"exp": LAST_SECOND}, {}),
        ({}, {"typ": "JWT"}),
        ({}, {"typ": "application/logout+jwt"}),
        ({}, {"typ": None}),
    ],
    ids=str,
)
def test_a_logout_token_ends_the_session_it_means(client, provider, session, claims, header):
    response = post(logout_token(provider, session, claims=claims, header=header))

    assert (response.status_code, response.content) == (200, b"")
    assert "no-store" in response["Cache-Control"]
    assert LoginSession.objects.get().end_reason == "provider"
    assert not is_signed_in(client)


def test_a_session_that_was_ended_leaves_a_trace_of_who_ended_it(provider, session):
    post(logout_token(provider, session), user_agent="Provider/1")

    [event] = AuditEvent.objects.filter(kind="session_ended")
    assert (event.user.subject, event.reason) == (MEI.subject, "provider")
    assert (event.ip_address, event.user_agent) == ("127.0.0.1", "Provider/1")


def test_a_sid_ends_one_session_and_a_subject_every_one_of_the_person(provider, sign_in, session):
    others = [Client(), Client()]
    for browser in others:
        sign_in(browser, MEI)
    amara = Client()
    sign_in(amara, AMARA)

    post(logout_token(provider, session))
    assert [is_signed_in(browser) for browser in others] == [True, True]
    post(logout_token(provider, session, claims={"sid": None}))
    assert [is_signed_in(browser) for browser in others] == [False, False]
    assert is_signed_in(amara)


@pytest.mark.parametrize(
    "claims",
    [
        {"sid": "unknown"},
        {"sid": "unknown", "sub": None},
        {"sub": JONAS.subject},
        {"sub": JONAS.subject, "sid": None},
    ],
    ids=str,
)
def test_a_logout_that_means_nobody_here_is_done_already(client, provider, session, claims):
    response = post(logout_token(provider, session, claims=claims))

    assert (response.status_code, response.content) == (200, b"")
    assert is_signed_in(client)


def test_the_same_subject_and_sid_of_another_issuer_are_somebody_else(provider, session):
    User.objects.update(issuer="https://elsewhere.example")

    for claims in ({}, {"sid": None}, {"sub": None}):
        assert post(logout_token(provider, session, claims=claims)).status_code == 200
    assert LoginSession.objects.live().count() == 1


# What ends none


WRONG_CLAIMS = {
    "iss": ["https://elsewhere.example", None],
    "aud": ["another", ["byline", "another"], {"byline": 1}, None],
    "azp": ["another"],
    "exp": [NOW - 60, "soon", float("nan"), None],
    "iat": [NOW + 61, NOW - 3601, True, None],
    "nbf": [NOW + 61],
    "jti": ["", 7, None],
    "events": [{}, [EVENT], EVENT, {EVENT: None}, {EVENT: "{}"}, None],
    "nonce": ["any", ""],
    "sub": ["", ["x"], "\x00", "x" * 256],
    "sid": ["", 7, "\x00", "\ud800", "x" * 256],
}


@pytest.mark.parametrize(
    "claims",
    [
        *({name: value} for name, values in WRONG_CLAIMS.items() for value in values),
        {"sub": None, "sid": None},
    ],
    ids=lambda claims: ascii(claims)[:40],
)
def test_a_token_with_a_wrong_claim_ends_nothing(client, provider, session, caplog, claims):
    token = logout_token(provider, session, claims=claims)

    assert_refused(post(token))
    assert is_signed_in(client)
    assert "A back-channel logout was refused" in caplog.text
    assert token not in caplog.text


def test_a_nonce_that_is_null_is_a_nonce(client, provider, session):
    claims = jwt.decode(logout_token(provider, session), options={"verify_signature": False})

    assert_refused(post(provider.keys.sign(claims | {"nonce": None})))
    assert is_signed_in(client)


KEYS = {
    "another": rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "elliptic": ec.generate_private_key(ec.SECP256R1()),
}


@pytest.mark.parametrize(
    "forgery",
    [
        {"key": "another"},
        {"header": {"kid": "unknown"}},
        {"key": "", "algorithm": "none"},
        {"key": "development" * 4, "algorithm": "HS256"},
        {"key": "elliptic", "algorithm": "ES256"},
        {"algorithm": "RS512"},
        {"algorithm": "PS256"},
        {"header": {"typ": "at+jwt"}},
        {"header": {"typ": "global-token-revocation+jwt"}},
        {"header": {"typ": "secevent+jwt"}},
        {"header": {"crit": ["exp"]}},
    ],
    ids=str,
)
def test_a_token_that_the_provider_did_not_sign_as_one_ends_nothing(
    client, provider, session, forgery
):
    key = KEYS.get(forgery.get("key"), forgery.get("key"))

    assert_refused(post(logout_token(provider, session, **forgery | {"key": key})))
    assert is_signed_in(client)


def test_an_id_token_is_no_logout_token(client, session):
    assert_refused(post(LoginSession.objects.get().id_token))
    assert is_signed_in(client)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"logout_token=",
        b"logout_token=x",
        b"logout_token=a.b.c",
        b"logout_token=x&logout_token=y",
        b"another=x",
        b"logout_token=\xff",
        b"&".join([b"x=y"] * 51),
        b"logout_token=" + b"x" * 64 * 1024,
    ],
    ids=range(9),
)
def test_a_body_that_makes_no_sense_ends_nothing(client, session, body):
    assert_refused(client.post(ADDRESS, body, content_type=FORM))
    assert is_signed_in(client)


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "options"])
def test_only_a_post_is_a_logout_request(client, method):
    response = getattr(client, method)(ADDRESS)

    assert (response.status_code, response["Allow"]) == (405, "POST")


# Once


def test_a_token_is_good_once(client, provider, sign_in, session):
    token = logout_token(provider, session, claims={"sid": None})
    assert post(token).status_code == 200
    assert not is_signed_in(client)
    sign_in(client, MEI)

    assert_refused(post(token))
    assert is_signed_in(client)


def test_a_refused_token_is_not_spent(provider, session):
    for claims in ({"sid": 7}, {"nonce": "any"}, {"aud": "another"}):
        post(logout_token(provider, session, claims={**claims, "jti": "the-same"}))

    assert post(logout_token(provider, session, claims={"jti": "the-same"})).status_code == 200


def test_a_token_is_not_spent_on_a_logout_that_fails(client, provider, session, monkeypatch):
    token = logout_token(provider, session)
    with monkeypatch.context() as patch:
        patch.setattr(LoginSession, "end", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            post(token)

    assert post(token).status_code == 200
    assert not is_signed_in(client)


@pytest.mark.parametrize("exp", [NOW + 120, LAST_SECOND], ids=["soon", "never"])
def test_what_is_remembered_of_a_token_may_go_once_it_is_too_old(
    provider, session, time_machine, exp
):
    token = logout_token(provider, session, claims={"exp": exp, "jti": "x"})
    before = set(SpentToken.objects.values_list("pk", flat=True))
    post(token)
    [spent] = SpentToken.objects.exclude(pk__in=before)

    time_machine.move_to(spent.expires_at + timedelta(seconds=1), tick=False)
    SpentToken.objects.expired().delete()

    assert spent.expires_at <= datetime.fromtimestamp(NOW, UTC) + timedelta(minutes=61)
    assert_refused(post(token))


# Trouble


def test_keys_that_cannot_be_had_leave_the_token_good(
    client, provider, session, monkeypatch, caplog
):
    token = logout_token(provider, session)
    cache.clear()
    with monkeypatch.context() as patch:
        down = {"GET": lambda *_: json_response({}, status=500)}
        patch.setitem(DevelopmentProvider.routes, metadata.KEYS, down)
        assert_refused(post(token), error="temporarily_unavailable")

    assert ("ERROR", "accounts.views.provider_logout") in [
        (record.levelname, record.name) for record in caplog.records
    ]
    assert post(token).status_code == 200
    assert not is_signed_in(client)
