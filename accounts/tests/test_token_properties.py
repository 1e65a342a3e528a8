"""Whatever arrives: tokens are refused, keys passed over, and claims taken with care."""

import base64
import contextlib
import json
import string

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts import claims as claim
from accounts.keys import NoSuchKey, signing_key
from accounts.models import User
from accounts.tests.key_sets import CLAIMS, HEADER, ONE, jwk, token
from accounts.tokens import TokenRefused, check_id_token

# The fixtures stay as they are from one example to the next.
with_fixtures = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])

any_text = st.text(st.characters(exclude_categories=[]))  # lone surrogates too
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_text,
    lambda children: st.lists(children) | st.dictionaries(any_text, children),
    max_leaves=8,
)

STANDARD_CLAIMS = [
    *("name", "given_name", "family_name", "middle_name", "nickname", "preferred_username"),
    *("profile", "picture", "website", "email", "email_verified", "gender", "birthdate"),
    *("zoneinfo", "locale", "phone_number", "address", "updated_at", "groups", "sub", "iss"),
]
any_claims = st.fixed_dictionaries({}, optional=dict.fromkeys(STANDARD_CLAIMS, any_json))


def base64url(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def assert_refused(given):
    with pytest.raises(TokenRefused):
        check_id_token(given, nonce="n")


@given(any_claims)
@example({"groups": ["\x00", "\ud800", "", 1, None, "a" * 1000]})
@example({"email": "\ud800@example.org", "given_name": "\ud800\x00"})
def test_claims_of_any_kind_are_read_without_a_crash(claims):
    first, last = claim.names(claims)

    assert len(first) <= 150
    assert len(last) <= 150
    assert len(claim.email(claims)) <= 254
    assert claim.groups(claims) is None or all(claim.groups(claims))
    json.dumps([first, last, claim.email(claims), claim.groups(claims)]).encode()


@pytest.mark.django_db
@settings(with_fixtures, max_examples=50)
@given(any_claims)
@example({"name": "\x00", "preferred_username": "\ud800@x", "groups": [None], "email": ["x"]})
@example({"name": "x" * 10_000, "groups": ["blog-admins"] * 1000, "email": "x" * 400 + "@x.org"})
@example({"groups": "blog-admins", "sub": "another", "iss": None})
def test_claims_of_any_kind_sign_somebody_in(claims):
    user = User.objects.sign_in("https://id.example", "00u1", claims)

    stored = User.objects.get(pk=user.pk)
    stored.full_clean(exclude=["handle"])
    assert (stored.subject, stored.is_superuser, stored.is_active) == ("00u1", False, True)
    assert str(stored)


@pytest.mark.usefixtures("key_set")
@with_fixtures
@given(any_json | st.binary() | any_text)
def test_what_is_no_token_is_refused(given):
    assert_refused(given)


@pytest.mark.usefixtures("key_set")
@with_fixtures
@given(st.lists(st.binary().map(base64url) | any_text, min_size=3, max_size=3))
def test_three_parts_of_anything_are_refused(parts):
    assert_refused(".".join(parts))


@pytest.mark.usefixtures("key_set")
@with_fixtures
@given(any_json, any_json, st.binary())
def test_any_header_and_payload_without_a_signature_are_refused(header, payload, signature):
    texts = [json.dumps(part).encode() for part in (header, payload)]

    assert_refused(".".join(base64url(part) for part in [*texts, signature]))


@pytest.mark.usefixtures("key_set")
@with_fixtures
@given(st.fixed_dictionaries({}, optional=dict.fromkeys([*HEADER, "typ", "crit", "b64"], any_json)))
def test_headers_of_any_kind_are_refused_or_do_not_matter(header):
    with contextlib.suppress(TokenRefused):
        assert check_id_token(token(header=header), nonce="n") == CLAIMS


@pytest.mark.usefixtures("key_set")
@with_fixtures
@given(st.sampled_from([*CLAIMS, "azp", "nbf", "at_hash"]), any_json)
def test_a_signed_claim_of_any_kind_is_refused_or_what_it_says(name, value):
    try:
        claims = check_id_token(token({name: value}), nonce="n")
    except TokenRefused:
        return

    assert claims["sub"].isprintable()
    assert (claims["iss"], claims["nonce"]) == (CLAIMS["iss"], "n")
    assert claims["aud"] in ("byline", ["byline"])


@pytest.mark.usefixtures("key_set")
@settings(with_fixtures, max_examples=300)
@given(st.integers(0, len(token()) - 1), st.characters(exclude_categories=[]))
def test_a_token_with_any_one_character_changed_is_refused(place, character):
    good = token()

    if character != good[place]:
        assert_refused(good[:place] + character + good[place + 1 :])


@pytest.mark.usefixtures("key_set")
@pytest.mark.parametrize("place", [-1, -2, 0])
def test_a_token_with_its_first_or_last_character_changed_is_refused(place):
    """The last one holds four bits that stand for nothing."""
    good = token()

    accepted = []
    for character in [*string.printable, "", "==", "é"]:
        changed = [*good]
        changed[place] = character
        try:
            check_id_token("".join(changed), nonce="n")
        except TokenRefused:
            continue
        accepted.append(character)

    assert accepted == [good[place]]


@with_fixtures
@given(st.lists(any_json, max_size=5), st.none() | any_text)
def test_key_sets_of_any_kind_hold_no_key(key_set, keys, kid):
    key_set.keys = keys
    key_set.forget()

    with pytest.raises(NoSuchKey):
        signing_key(kid)


@with_fixtures
@given(st.dictionaries(st.sampled_from(["kty", "n", "e", "d", "use", "alg", "x5c"]), any_json))
def test_a_key_with_members_of_any_kind_is_passed_over_or_whole(key_set, members):
    key_set.keys = [jwk(**members)]
    key_set.forget()

    try:
        key = signing_key("one")
    except NoSuchKey:
        return
    assert key.key.public_numbers() == ONE.public_key().public_numbers()
