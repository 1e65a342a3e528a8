"""The choice of the key that may have signed, by itself."""

import re

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from accounts.client import ProviderUnavailable
from accounts.devprovider.faults import MISSING, spare_key
from accounts.keys import NoSuchKey, signing_key
from accounts.tests.key_sets import NOW, ONE, TWO, curve_jwk, jwk

LONG_ENOUGH, TOO_SHORT = spare_key(3, bits=2048), spare_key(3, bits=2047)


def test_a_key_is_what_the_token_is_checked_with(key_set):
    key = signing_key("one")

    assert key.key.public_numbers() == ONE.public_key().public_numbers()
    assert key.algorithm_name == "RS256"


@pytest.mark.parametrize("kid", ["one", None])
@pytest.mark.parametrize(
    "members",
    [{}, {"use": "sig"}, {"alg": "RS256"}, {"use": "sig", "alg": "RS256", "x": 1}],
    ids=str,
)
def test_keys_that_fit(key_set, kid, members):
    key_set.keys = [jwk(**members)]

    assert signing_key(kid).key_id == "one"


UNFIT = {
    "encryption": jwk(use="enc"),
    "use-null": jwk(use=None),
    "another-algorithm": jwk(alg="PS256"),
    "algorithm-null": jwk(alg=None),
    "another-type": jwk(kty="EC"),
    "no-type": jwk(kty=MISSING),
    "private": jwk(d="AQAB"),
    "modulus-blank": jwk(n=""),
    "modulus-number": jwk(n=1),
    "no-modulus": jwk(n=MISSING),
    "too-short": jwk(TOO_SHORT),
    "curve": curve_jwk(),
    "object": {},
    "list": [],
    "null": None,
    "text": "one",
}


@pytest.mark.parametrize("kid", ["one", None])
@pytest.mark.parametrize("key", UNFIT.values(), ids=UNFIT)
def test_keys_that_do_not_fit_are_passed_over(key_set, kid, key):
    key_set.keys = [key]
    with pytest.raises(NoSuchKey, match=r"^0 keys fit\.$"):
        signing_key(kid)

    key_set.keys = [key, jwk(TWO, kid="one"), key]
    key_set.forget()
    assert signing_key(kid).key.public_numbers() == TWO.public_key().public_numbers()


def test_a_key_of_2048_bits_is_long_enough(key_set):
    key_set.keys = [jwk(LONG_ENOUGH)]

    assert signing_key("one").key.key_size == 2048


@pytest.mark.parametrize(
    ("kids", "kid", "found"),
    [
        (["one", "two"], "two", "two"),
        (["one", "two"], None, "2 keys fit."),
        (["one", "one"], "one", "2 keys fit."),
        (["one", "two"], "three", "0 keys fit."),
        ([], None, "0 keys fit."),
        ([MISSING], None, None),
        ([MISSING], "one", "0 keys fit."),
        ([MISSING, "one"], "one", "one"),
        ([MISSING, "one"], None, "2 keys fit."),
    ],
    ids=str,
)
def test_exactly_one_key_must_fit(key_set, kids, kid, found):
    key_set.keys = [jwk(kid=each) for each in kids]

    if found is None or found in kids:
        assert signing_key(kid).key_id == found
    else:
        with pytest.raises(NoSuchKey, match=f"^{re.escape(found)}$"):
            signing_key(kid)


@pytest.mark.parametrize(
    ("curve", "fits"),
    [(ec.SECP256R1, True), (ec.SECP384R1, False), (ec.SECP256K1, False)],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_key_is_on_the_curve_of_its_algorithm(key_set, settings, curve, fits):
    settings.OIDC_RP_SIGN_ALGO = "ES256"
    key_set.keys = [curve_jwk(ec.generate_private_key(curve()))]

    if fits:
        assert signing_key("one").algorithm_name == "ES256"
    else:
        with pytest.raises(NoSuchKey):
            signing_key("one")


def test_a_private_key_on_the_curve_is_passed_over(key_set, settings):
    settings.OIDC_RP_SIGN_ALGO = "ES256"
    private = ec.generate_private_key(ec.SECP256R1())
    key_set.keys = [{**ECAlgorithm.to_jwk(private, as_dict=True), "kid": "one"}]

    with pytest.raises(NoSuchKey):
        signing_key("one")


def test_the_same_rsa_key_serves_the_other_padding(key_set, settings):
    settings.OIDC_RP_SIGN_ALGO = "PS256"

    assert signing_key("one").algorithm_name == "PS256"


@pytest.mark.parametrize("keys", [None, {}, "one", 1], ids=str)
def test_what_is_no_key_set_is_an_outage_and_not_kept(key_set, keys):
    key_set.keys = keys
    for _ in range(2):
        with pytest.raises(ProviderUnavailable, match=r"^The provider did not send a key set\.$"):
            signing_key("one")

    assert key_set.fetched == 2


# When keys are fetched


def test_keys_are_fetched_once(key_set):
    for _ in range(3):
        signing_key("one")

    assert key_set.fetched == 1


def test_another_issuers_keys_are_others(key_set, settings):
    signing_key("one")
    settings.OIDC_ISSUER = "https://another.example"
    key_set.keys = [jwk(TWO)]

    key = signing_key("one")

    assert key.key.public_numbers() == TWO.public_key().public_numbers()
    assert key_set.fetched == 2


@pytest.mark.parametrize(("seconds", "fetched"), [(3599, 1), (3601, 2)])
def test_keys_are_kept_for_an_hour(key_set, time_machine, seconds, fetched):
    signing_key("one")

    time_machine.move_to(NOW + seconds, tick=False)
    signing_key("one")

    assert key_set.fetched == fetched


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("max-age=60", 60),
        ("MAX-AGE=60", 60),
        ('max-age="60"', 60),
        ("public,max-age=60,must-revalidate", 60),
        ("max-age=3600", 3600),
        ("max-age=3601", 3600),
        ("max-age=999999999", 3600),
        ("max-age=9999999999", 3600),
        ("max-age=-1", 3600),
        ("max-age", 3600),
        ("s-max-age=60", 3600),
        ("xmax-age=60", 3600),
        ("must-revalidate", 3600),
        ("", 3600),
        ("max-age=1", 1),
    ],
)
def test_keys_are_kept_no_longer_than_the_provider_says(key_set, time_machine, said, kept):
    key_set.headers = {"Cache-Control": said}
    signing_key("one")

    fetched = []
    for seconds in (kept - 1, kept + 1):
        time_machine.move_to(NOW + seconds, tick=False)
        signing_key("one")
        fetched.append(key_set.fetched)

    assert fetched == [1, 2]


@pytest.mark.parametrize(
    "said", ["no-store", "no-cache", "max-age=60, No-Store", "no-cache,max-age=60", "max-age=0"]
)
def test_keys_that_may_not_be_kept_are_not(key_set, said):
    key_set.headers = {"Cache-Control": said}

    signing_key("one")
    signing_key("one")

    assert key_set.fetched == 2


@pytest.mark.parametrize("said", ["no-storey, max-age=60", "xno-store", "no-transform"])
def test_keys_may_be_kept_where_something_else_is_forbidden(key_set, said):
    key_set.headers = {"Cache-Control": said}

    signing_key("one")
    signing_key("one")

    assert key_set.fetched == 1


def test_an_unknown_key_is_looked_for_among_new_ones(key_set):
    signing_key("one")
    key_set.keys = [jwk(TWO, kid="two")]

    key = signing_key("two")

    assert key.key.public_numbers() == TWO.public_key().public_numbers()
    with pytest.raises(NoSuchKey):
        signing_key("one")
    assert key_set.fetched == 2


@pytest.mark.parametrize(("seconds", "fetched"), [(29, 2), (31, 3)])
def test_an_unknown_key_asks_for_new_ones_every_30_seconds(key_set, time_machine, seconds, fetched):
    signing_key("one")
    for moment in (0, seconds):
        time_machine.move_to(NOW + moment, tick=False)
        with pytest.raises(NoSuchKey):
            signing_key("two")

    assert key_set.fetched == fetched


def test_an_unknown_key_of_one_issuer_does_not_spend_anothers_chance(key_set, settings):
    with pytest.raises(NoSuchKey):
        signing_key("two")
    settings.OIDC_ISSUER = "https://another.example"
    signing_key("one")
    key_set.keys = [jwk(TWO, kid="two")]

    assert signing_key("two").key_id == "two"


def test_a_key_that_is_known_asks_for_no_new_ones_even_if_there_are_two(key_set):
    key_set.keys = [jwk(), jwk()]

    with pytest.raises(NoSuchKey):
        signing_key("one")

    assert key_set.fetched == 1
