"""The checks of ID tokens and keys by themselves, every branch and every boundary."""

import pytest

from accounts import keys
from accounts.client import ProviderUnavailable
from accounts.devprovider.claims import at_hash
from accounts.devprovider.faults import MISSING, jws
from accounts.tests.key_sets import CLAIMS, HEADER, ISSUER, NOW, ONE, TWO, token
from accounts.tokens import TokenRefused, check_id_token, left_half_hash, read_signed

pytestmark = pytest.mark.usefixtures("key_set")


def refusal(given, **options):
    """Return the reason why a token is refused; None if it is not."""
    try:
        check_id_token(given, **{"nonce": "n", **options})
    except TokenRefused as error:
        return error.reason
    return None


# Tokens


def test_a_good_token_is_its_claims():
    assert check_id_token(token(), nonce="n") == CLAIMS


def test_whoever_signs_may_be_anybody_where_the_token_is_only_read():
    claims = {"iss": ISSUER}

    assert read_signed(jws(HEADER, claims, algorithm="RS256", key=ONE), types=("x",)) == claims


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"iss": "https://id.example/"}, "iss"),
        ({"iss": MISSING}, "iss"),
        ({"aud": ["byline"]}, None),
        ({"aud": ["byline", "x"]}, "aud"),
        ({"aud": "x"}, "aud"),
        ({"aud": []}, "aud"),
        ({"aud": MISSING}, "aud"),
        ({"azp": "byline"}, None),
        ({"azp": "x"}, "azp"),
        ({"azp": None}, "azp"),
        ({"exp": NOW - 59}, None),
        ({"exp": NOW - 60}, "exp"),
        ({"exp": NOW - 59.999}, None),
        ({"exp": 253_402_300_799}, None),
        ({"exp": 253_402_300_800}, "exp"),
        ({"exp": MISSING}, "exp"),
        ({"exp": True}, "exp"),
        ({"exp": str(NOW)}, "exp"),
        ({"exp": float("nan")}, "exp"),
        ({"iat": NOW + 60}, None),
        ({"iat": NOW + 61}, "iat"),
        ({"iat": NOW - 3600}, None),
        ({"iat": NOW - 3601}, "iat"),
        ({"iat": MISSING}, "iat"),
        ({"iat": True}, "iat"),
        ({"nbf": NOW + 60}, None),
        ({"nbf": NOW + 61}, "nbf"),
        ({"nbf": 0}, None),
        ({"nbf": -1}, "nbf"),
        ({"nbf": None}, "nbf"),
        ({"sub": "x"}, None),
        ({"sub": "x" * 255}, None),
        ({"sub": "ü b"}, None),
        ({"sub": "x" * 256}, "sub"),
        ({"sub": ""}, "sub"),
        ({"sub": " x"}, "sub"),
        ({"sub": "x "}, "sub"),
        ({"sub": "x\n"}, "sub"),
        ({"sub": "x\x00y"}, "sub"),
        ({"sub": 1}, "sub"),
        ({"sub": ["x"]}, "sub"),
        ({"sub": MISSING}, "sub"),
        ({"jti": 1}, None),
        ({"nonce": "m"}, "nonce"),
        ({"nonce": "é"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"nonce": MISSING}, "nonce"),
    ],
    ids=lambda value: f"{value!r:.40}",
)
def test_claims_and_what_becomes_of_them(claims, reason):
    assert refusal(token(claims)) == reason


@pytest.mark.parametrize(
    ("claims", "reason"),
    [({"nonce": MISSING}, None), ({"nonce": "any"}, None), ({"sub": ""}, "sub")],
    ids=str,
)
def test_of_a_refreshed_token_no_nonce_is_wanted(claims, reason):
    assert refusal(token(claims), nonce=None) == reason


@pytest.mark.parametrize(
    ("said", "access_token", "reason"),
    [
        (MISSING, "a", None),
        (MISSING, None, None),
        (at_hash("a"), "a", None),
        (at_hash("é"), "é", None),
        (at_hash("a"), "b", "at_hash"),
        (at_hash("a"), None, "at_hash"),
        (at_hash("a") + "==", "a", "at_hash"),
        (None, None, "at_hash"),
        ("", None, "at_hash"),
        (at_hash(""), None, None),
        ("\ud800", "\ud800", "at_hash"),
    ],
)
def test_an_access_token_must_be_the_one_that_is_meant(said, access_token, reason):
    assert refusal(token({"at_hash": said}), access_token=access_token) == reason


def test_the_half_hash_is_that_of_the_standards_example():
    """OpenID Connect Core 1.0, Appendix A.3."""
    assert left_half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y") == "77QmUPtjPfzWtF2AnpK9RQ"


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ({"typ": "JWT"}, None),
        ({"typ": "application/jwt"}, None),
        ({"typ": "APPLICATION/JWT"}, None),
        ({"typ": "logout+jwt"}, "typ"),
        ({"typ": "application/"}, "typ"),
        ({"typ": None}, "typ"),
        ({"alg": "none"}, "alg"),
        ({"alg": "RS384"}, "alg"),
        ({"alg": MISSING}, "alg"),
        ({"crit": ["b64"], "b64": True}, "crit"),
        ({"crit": ["exp"]}, "malformed"),
        ({"crit": []}, "malformed"),
        ({"kid": "two"}, "key"),
        ({"kid": MISSING}, None),
        ({"kid": 1}, "malformed"),
        ({"b64": False}, "malformed"),
    ],
    ids=str,
)
def test_headers_and_what_becomes_of_them(header, reason):
    assert refusal(token(header=header)) == reason


@pytest.mark.parametrize(
    ("types", "typ", "is_read"),
    [
        (("logout+jwt", "jwt"), "logout+jwt", True),
        (("logout+jwt", "jwt"), "JWT", True),
        (("logout+jwt",), MISSING, True),
        (("logout+jwt",), "JWT", False),
    ],
)
def test_a_token_is_of_the_type_that_is_asked_for(types, typ, is_read):
    given = token(header={"typ": typ})

    if is_read:
        assert read_signed(given, types=types) == CLAIMS
    else:
        with pytest.raises(TokenRefused, match="typ"):
            read_signed(given, types=types)


@pytest.mark.parametrize("given", [None, 1, b"a.b.c", [], {}, True], ids=str)
def test_what_is_no_text_is_missing(given):
    assert refusal(given) == "missing"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("", "malformed"),
        ("a.b.c", "malformed"),
        (jws(HEADER, "[]", algorithm="RS256", key=ONE), "malformed"),
        (jws(HEADER, "[" * 100_000, algorithm="RS256", key=ONE), "malformed"),
        (jws("[" * 100_000, CLAIMS, algorithm="RS256", key=ONE), "malformed"),
        (jws(HEADER, '{"exp": ' + "1" * 5000 + "}", algorithm="RS256", key=ONE), "malformed"),
        (jws(HEADER, CLAIMS, algorithm="RS256", key=TWO), "signature"),
        (jws(HEADER, CLAIMS, algorithm="PS256", key=ONE), "signature"),
        (jws(HEADER, CLAIMS, algorithm="none", key=None), "signature"),
    ],
    ids=[
        *("blank", "abc", "list", "deep", "deep-header", "long-number"),
        *("key", "PS256", "none"),
    ],
)
def test_tokens_that_are_none(given, reason):
    assert refusal(given) == reason


def test_why_a_token_was_refused_says_nothing_of_what_was_sent():
    given = token(key=TWO)

    with pytest.raises(TokenRefused) as caught:
        check_id_token(given, nonce="n")

    error = caught.value
    assert str(error) == "The token was refused: signature."
    assert error.__cause__ is None
    assert error.__suppress_context__ is True


def test_a_provider_that_is_down_is_no_refusal(monkeypatch):
    def fail(_url):
        raise ProviderUnavailable

    monkeypatch.setattr(keys.client, "get_json_and_headers", fail)

    with pytest.raises(ProviderUnavailable):
        check_id_token(token(), nonce="n")
