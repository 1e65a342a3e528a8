"""ID tokens that should not be believed, through the whole of a sign-in over HTTP."""

import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from accounts.devprovider.faults import MISSING, FaultyProvider, spare_key
from accounts.devprovider.metadata import USERINFO
from accounts.tests.signing_in import (
    MEI,
    REFUSED,
    assert_signed_in,
    assert_signs_nobody_in,
    attempt,
)

NOW = int(datetime(2026, 1, 1, 12, tzinfo=UTC).timestamp())
NAN, INFINITY = float("nan"), float("inf")
ATTACKER = spare_key(100)

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider_class():
    return FaultyProvider


@pytest.fixture(autouse=True)
def _noon_and_a_secret(time_machine, settings, provider):
    time_machine.move_to(NOW, tick=False)
    settings.OIDC_RP_CLIENT_SECRET = provider.client_secret = "the-secret-of-this-client"


def assert_refused(client, provider, caplog):
    assert_signs_nobody_in(client, provider, caplog, REFUSED)
    assert USERINFO not in provider.asked_paths()


# Claims

NEITHER_TEXT_NOR_NUMBER = [MISSING, None, True, [], {}, "", "\x00", "\ud800"]
TIMES = [*NEITHER_TEXT_NOR_NUMBER, str(NOW), NAN, INFINITY, -INFINITY, 10**400, -1, 0]

CLAIMS = {
    "iss": [
        *NEITHER_TEXT_NOR_NUMBER,
        *(0, "https://another.example", "http://127.0.0.1", "HTTP://127.0.0.1:1/"),
    ],
    "aud": [
        *NEITHER_TEXT_NOR_NUMBER,
        *(0, "another", "BYLINE", "byline ", "byline\x00"),
        *(["another"], ["byline", "another"], ["byline", "byline"], [["byline"]], [None]),
        {"byline": True},
    ],
    "azp": [None, True, [], {}, "", "\ud800", 0, "another", ["byline"]],
    "sub": [
        *NEITHER_TEXT_NOR_NUMBER,
        *(0, " ", "\n", "\u200b", f" {MEI.subject}", f"{MEI.subject}\x00", "x" * 256),
        *([MEI.subject], {"": MEI.subject}, "\udfff\ud800"),
    ],
    "nonce": [*NEITHER_TEXT_NOR_NUMBER, 0, "another", "é"],
    "at_hash": [None, True, [], {}, "", "\x00", "\ud800", 0, "another", "é"],
    "exp": [*TIMES, NOW - 60, [NOW + 60], {"": NOW + 60}],
    "iat": [*TIMES, NOW + 61, NOW - 3601, NOW * 1000, [NOW]],
    "nbf": [*(value for value in TIMES if value not in (MISSING, 0)), NOW + 61],
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param(name, value, id=f"{name}={value!r:.24}")
        for name, values in CLAIMS.items()
        for value in values
    ],
)
def test_claims_that_prove_nothing(client, provider, caplog, name, value):
    provider.faults.claims = {name: value}

    assert_refused(client, provider, caplog)


@pytest.mark.parametrize("name", ["exp", "iat", "nbf"])
@pytest.mark.parametrize("number", ["1e400", "-1e400", "-1e-300", "1" * 5000, "0x1", "1.e"])
def test_numbers_that_only_json_can_write(client, provider, caplog, name, number):
    def write(claims):
        return json.dumps({**claims, name: "?"}).replace('"?"', number)

    provider.faults.claims = write

    assert_refused(client, provider, caplog)


@pytest.mark.parametrize(
    "payload",
    ["", "null", "[]", '"text"', "1", "{", "{}", '{"sub": "' + MEI.subject, "\ufeff{}", "[" * 5000],
    ids=lambda payload: f"{payload!r:.12}",
)
def test_a_payload_that_holds_no_claims(client, provider, caplog, payload):
    provider.faults.claims = lambda _claims: payload

    assert_refused(client, provider, caplog)


def test_of_a_claim_given_twice_the_last_counts(client, provider, caplog):
    def twice(claims):
        return json.dumps(claims)[:-1] + ', "aud": "another"}'

    provider.faults.claims = twice

    assert_refused(client, provider, caplog)


# Headers


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "RS512"},
        {"alg": "rs256"},
        {"alg": ["RS256"]},
        {"alg": None},
        {"alg": MISSING},
        {"crit": ["exp"]},
        {"crit": []},
        {"crit": None},
        {"crit": ["b64"], "b64": False},
        {"b64": False},
        {"typ": "at+jwt"},
        {"typ": "logout+jwt"},
        {"typ": None},
        {"typ": ["JWT"]},
        {"kid": 1},
        {"kid": ["key-1"]},
        {"kid": {}},
        {"kid": ""},
        {"kid": "\ud800"},
        {"kid": "../../key-1"},
        {"kid": "key-1\x00"},
        {"kid": "x" * 10_000},
    ],
    ids=lambda header: f"{header!r:.30}",
)
def test_headers_that_are_not_the_sites(client, provider, caplog, header):
    provider.faults.header = header

    assert_refused(client, provider, caplog)


@pytest.mark.parametrize("text", ["", "null", "[]", "{", "1", "{}", "[" * 5000])
def test_a_header_that_is_none(client, provider, caplog, text):
    provider.faults.header = lambda _header: text

    assert_refused(client, provider, caplog)


PEM = spare_key(1).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@pytest.mark.parametrize(
    ("algorithm", "key"),
    [
        pytest.param("none", None, id="none"),
        pytest.param("HS256", PEM, id="HS256-public-key"),
        pytest.param("HS256", PEM.strip(), id="HS256-public-key-stripped"),
        pytest.param("HS256", b"the-secret-of-this-client", id="HS256-client-secret"),
        pytest.param("HS256", b"", id="HS256-nothing"),
        pytest.param("RS512", None, id="RS512"),
        pytest.param("RS384", None, id="RS384"),
        pytest.param("PS256", None, id="PS256"),
        pytest.param("RS256", ATTACKER, id="RS256-another-key"),
    ],
)
@pytest.mark.parametrize("header", [{}, {"alg": "RS256"}], ids=["owns-up", "says-RS256"])
def test_signatures_that_anybody_could_make(client, provider, caplog, algorithm, key, header):
    provider.faults.algorithm, provider.faults.key = algorithm, key
    provider.faults.header = header

    assert_refused(client, provider, caplog)


@pytest.mark.parametrize("name", ["jku", "x5u", "jwk", "x5c"])
@pytest.mark.parametrize("kid", ["key-1", "the-attackers"])
def test_keys_that_the_header_brings_along_are_not_looked_at(client, provider, caplog, name, kid):
    address = f"{provider.issuer}/the-attackers"
    number = ATTACKER.public_key().public_numbers().n
    key = {"kty": "RSA", "kid": kid, "n": f"{number}", "e": "AQAB", "alg": "RS256"}
    provider.faults.key = ATTACKER
    provider.faults.header = {
        "kid": kid,
        name: {"jku": address, "x5u": address, "jwk": key, "x5c": ["MIIB"]}[name],
    }

    assert_refused(client, provider, caplog)
    assert "/the-attackers" not in provider.asked_paths()


# Shapes


@pytest.mark.parametrize(
    "deform",
    [
        pytest.param(lambda token: None, id="null"),
        pytest.param(lambda token: [token], id="list"),
        pytest.param(lambda token: {"jwt": token}, id="object"),
        pytest.param(lambda token: "", id="blank"),
        pytest.param(lambda token: "..", id="dots"),
        pytest.param(lambda token: "a.b.c", id="abc"),
        pytest.param(lambda token: "\ud800.\ud800.\ud800", id="surrogates"),
        pytest.param(lambda token: "é.é.é", id="accents"),
        pytest.param(lambda token: token.rpartition(".")[0], id="two-parts"),
        pytest.param(lambda token: token.rpartition(".")[0] + ".", id="no-signature"),
        pytest.param(lambda token: f"{token}.{token}", id="six-parts"),
        pytest.param(lambda token: f"{token}.a.b", id="JWE"),
        pytest.param(lambda token: token[:-1], id="cut"),
        pytest.param(lambda token: f"{token}A", id="longer"),
        pytest.param(lambda token: f"{token}\x00", id="NUL"),
        pytest.param(lambda token: f"{token} ", id="blank-after"),
        pytest.param(lambda token: token[::-1], id="backwards"),
        pytest.param(lambda token: token.lower(), id="lower-case"),
        pytest.param(lambda token: "a." * 100_000, id="very-many-parts"),
    ],
)
def test_shapes_that_are_no_token(client, provider, caplog, deform):
    provider.faults.id_token = deform

    assert_refused(client, provider, caplog)


# What is odd, and harmless


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": ["byline"]},
        {"azp": "byline"},
        {"azp": MISSING},
        {"at_hash": MISSING},
        {"nbf": NOW + 60},
        {"nbf": 0},
        {"iat": NOW + 60},
        {"iat": NOW - 3600},
        {"exp": NOW - 59},
        {"exp": NOW + 0.5},
        {"exp": 253_402_300_799},
        {"jti": None, "amr": {}, "auth_time": "yesterday", "unknown": [1, {"x": None}]},
    ],
    ids=str,
)
def test_odd_claims_do_not_hinder(client, provider, claims):
    provider.faults.claims = claims

    assert_signed_in(client, attempt(client, provider))


@pytest.mark.parametrize(
    "header",
    [{"typ": MISSING}, {"typ": "application/jwt"}, {"typ": "jwt"}, {"unknown": "\ud800"}],
    ids=str,
)
def test_odd_headers_do_not_hinder(client, provider, header):
    provider.faults.header = header

    assert_signed_in(client, attempt(client, provider))
