"""Key sets that should not be believed, through the whole of a sign-in over HTTP."""

from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from accounts.devprovider.faults import MISSING, FaultyProvider, spare_key
from accounts.devprovider.metadata import KEYS, USERINFO
from accounts.tests.signing_in import (
    REFUSED,
    UNAVAILABLE,
    assert_signed_in,
    assert_signs_nobody_in,
    attempt,
)

OURS, ANOTHER, SHORT = spare_key(1), spare_key(100), spare_key(1, bits=2040)

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider_class():
    return FaultyProvider


@pytest.fixture(autouse=True)
def _secret(settings, provider):
    settings.OIDC_RP_CLIENT_SECRET = provider.client_secret = "the-secret-of-this-client"


@cache
def curve_key(curve=ec.SECP256R1):
    return ec.generate_private_key(curve())


def rsa_jwk(key=OURS, **members):
    """Return the public key as the provider publishes it, with these members written over it."""
    numbers = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    del numbers["key_ops"]
    content = {**numbers, "kid": "key-1", "use": "sig", "alg": "RS256", **members}
    return {name: value for name, value in content.items() if value is not MISSING}


def curve_jwk(key, **members):
    return {
        **ECAlgorithm.to_jwk(key.public_key(), as_dict=True),
        "kid": "key-1",
        "use": "sig",
        "alg": "ES256",
        **members,
    }


PRIVATE = {**RSAAlgorithm.to_jwk(OURS, as_dict=True), "kid": "key-1"}
ONLY_D = {name: PRIVATE[name] for name in ("kty", "kid", "n", "e", "d")}


@pytest.mark.parametrize(
    "document",
    [{}, {"keys": None}, {"keys": {}}, {"keys": "key-1"}, {"keys": 1}, {"KEYS": [rsa_jwk()]}],
    ids=lambda document: f"{document!r:.20}",
)
def test_what_is_no_key_set(client, provider, caplog, document):
    provider.faults.documents[KEYS] = lambda _document: document

    assert_signs_nobody_in(client, provider, caplog, UNAVAILABLE)


NO_KEYS = {
    "none": [],
    "garbage": [None, 1, "key-1", [], {}, [rsa_jwk()], True],
    "another-id": [rsa_jwk(kid="key-2")],
    "no-id": [rsa_jwk(kid=MISSING)],
    "id-null": [rsa_jwk(kid=None)],
    "id-list": [rsa_jwk(kid=["key-1"])],
    "for-encryption": [rsa_jwk(use="enc")],
    "use-null": [rsa_jwk(use=None)],
    "another-algorithm": [rsa_jwk(alg="RS512")],
    "algorithm-none": [rsa_jwk(alg="none")],
    "algorithm-null": [rsa_jwk(alg=None)],
    "type-EC": [rsa_jwk(kty="EC")],
    "type-oct": [rsa_jwk(kty="oct", k="AAAA")],
    "type-missing": [rsa_jwk(kty=MISSING)],
    "type-list": [rsa_jwk(kty=["RSA"])],
    "no-modulus": [rsa_jwk(n=MISSING)],
    "modulus-blank": [rsa_jwk(n="")],
    "modulus-number": [rsa_jwk(n=OURS.public_key().public_numbers().n)],
    "modulus-null": [rsa_jwk(n=None)],
    "modulus-surrogate": [rsa_jwk(n="\ud800")],
    "modulus-noise": [rsa_jwk(n="?" * 342)],
    "modulus-enormous": [rsa_jwk(n="f" * 200_000)],
    "exponent-0": [rsa_jwk(e="AA")],
    "exponent-1": [rsa_jwk(e="AQ")],
    "exponent-2": [rsa_jwk(e="Ag")],
    "exponent-missing": [rsa_jwk(e=MISSING)],
    "another-key": [rsa_jwk(ANOTHER)],
    "two-of-one-id": [rsa_jwk(), rsa_jwk(ANOTHER)],
    "private": [PRIVATE],
    "private-short": [ONLY_D],
    "private-null": [rsa_jwk(d=None)],
    "deep": [rsa_jwk(x=[[[[[[[[]]]]]]]], kid="key-2")],
}


@pytest.mark.parametrize("keys", NO_KEYS.values(), ids=NO_KEYS)
def test_keys_that_may_not_sign(client, provider, caplog, keys):
    provider.faults.documents[KEYS] = {"keys": keys}

    assert_signs_nobody_in(client, provider, caplog, REFUSED)
    assert USERINFO not in provider.asked_paths()


def test_a_key_that_is_too_short(client, provider, caplog):
    provider.faults.key = SHORT
    provider.faults.documents[KEYS] = {"keys": [rsa_jwk(SHORT)]}

    assert_signs_nobody_in(client, provider, caplog, REFUSED)


@pytest.mark.parametrize(
    "curve", [ec.SECP384R1, ec.SECP521R1, ec.SECP256K1], ids=lambda curve: curve.name
)
@pytest.mark.parametrize("said", [{}, {"crv": "P-256"}], ids=["owns-up", "says-P-256"])
def test_a_key_on_another_curve(client, provider, caplog, settings, curve, said):
    settings.OIDC_RP_SIGN_ALGO = provider.faults.algorithm = "ES256"
    provider.faults.key = curve_key(curve)
    provider.faults.documents[KEYS] = {"keys": [curve_jwk(curve_key(curve), **said)]}

    assert_signs_nobody_in(client, provider, caplog, REFUSED)


@pytest.mark.parametrize("algorithm", ["ES256", "PS256"])
def test_a_private_key_of_another_algorithm(client, provider, caplog, settings, algorithm):
    key = curve_key() if algorithm == "ES256" else OURS
    to_jwk = ECAlgorithm.to_jwk if algorithm == "ES256" else RSAAlgorithm.to_jwk
    settings.OIDC_RP_SIGN_ALGO = provider.faults.algorithm = algorithm
    provider.faults.key = key
    provider.faults.documents[KEYS] = {"keys": [{**to_jwk(key, as_dict=True), "kid": "key-1"}]}

    assert_signs_nobody_in(client, provider, caplog, REFUSED)


# What is odd, and harmless

GARBAGE = NO_KEYS["garbage"]
ODD_KEYS = {
    "among-garbage": [*GARBAGE, rsa_jwk(), *GARBAGE],
    "encryption-key-last": [rsa_jwk(), rsa_jwk(ANOTHER, use="enc")],
    "private-key-last": [rsa_jwk(), PRIVATE],
    "bare": [rsa_jwk(use=MISSING, alg=MISSING)],
    "much-more-in-it": [rsa_jwk(x5c=["MIIB"], x5u="https://id.example/", unknown=[{}])],
    "many": [rsa_jwk(kid="key-1" if number == 99 else f"no-{number}") for number in range(100)],
}


@pytest.mark.parametrize("keys", ODD_KEYS.values(), ids=ODD_KEYS)
def test_odd_key_sets_do_not_hinder(client, provider, keys):
    provider.faults.documents[KEYS] = {"keys": keys}

    assert_signed_in(client, attempt(client, provider))


@pytest.mark.parametrize("algorithm", ["ES256", "PS256"])
def test_the_other_algorithms_sign_people_in(client, provider, settings, algorithm):
    key = curve_key() if algorithm == "ES256" else OURS
    jwk = curve_jwk(key) if algorithm == "ES256" else rsa_jwk(alg="PS256")
    settings.OIDC_RP_SIGN_ALGO = provider.faults.algorithm = algorithm
    provider.faults.key = key
    provider.faults.documents[KEYS] = {"keys": [jwk]}

    assert_signed_in(client, attempt(client, provider))


# For how long keys are kept


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("max-age=5184000, must-revalidate", 3600),
        ("max-age=60", 60),
        ('public, Max-Age="60"', 60),
        ("s-maxage=10", 3600),
        ("max-age=soon", 3600),
        ("max-age=99999999999999999999", 3600),
        ("", 3600),
        ("max-age=0", 0),
        ("no-store", 0),
        ("no-cache, max-age=60", 0),
    ],
)
def test_keys_are_kept_as_long_as_the_provider_says(provider, time_machine, said, seconds):
    provider.faults.headers[KEYS] = {"Cache-Control": said}
    time_machine.move_to("2026-01-01T12:00:00Z", tick=False)

    asked = []
    for shift in [0, seconds - 1, 2] if seconds else [0, 0]:
        time_machine.shift(shift)
        attempt(Client(), provider)
        asked.append(provider.asked_paths().count(KEYS))

    assert asked == ([1, 1, 2] if seconds else [1, 2])


def test_an_unknown_key_asks_for_new_ones_twice_a_minute_at_most(provider, time_machine):
    time_machine.move_to("2026-01-01T12:00:00Z", tick=False)
    attempt(Client(), provider)
    provider.faults.header = {"kid": "unknown"}

    asked = []
    for shift in [0, 29, 2]:
        time_machine.shift(shift)
        attempt(Client(), provider)
        asked.append(provider.asked_paths().count(KEYS))

    assert asked == [2, 2, 3]
