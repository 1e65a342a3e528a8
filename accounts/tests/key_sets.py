"""A key set as it could stand at the provider, and tokens signed with its keys."""

from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric import ec
from django.core.cache import cache
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from accounts.devprovider.faults import changed, jws, spare_key

ISSUER = "https://id.example"
NOW = int(datetime(2026, 1, 1, 12, tzinfo=UTC).timestamp())
CLAIMS = {"iss": ISSUER, "sub": "00u1", "aud": "byline", "iat": NOW, "exp": NOW, "nonce": "n"}
HEADER = {"alg": "RS256", "kid": "one"}
ONE, TWO = spare_key(1), spare_key(2)
CURVE = ec.generate_private_key(ec.SECP256R1())


def jwk(key=ONE, **members):
    """Return the public key as a JWK, with these members changed."""
    numbers = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return changed({"kty": "RSA", "n": numbers["n"], "e": numbers["e"], "kid": "one"}, members)


def curve_jwk(key=CURVE, **members):
    return changed({**ECAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": "one"}, members)


class KeySet:
    """What is at the provider's jwks_uri, and how often it was fetched."""

    def __init__(self):
        self.keys = [jwk()]
        self.headers = {}
        self.fetched = 0

    def fetch(self, url):
        assert url.endswith("/keys")
        self.fetched += 1
        return {"keys": self.keys}, self.headers

    def forget(self):
        """Let the site forget what it has fetched, and when."""
        cache.clear()


def token(claims=None, header=None, key=ONE, algorithm="RS256"):
    """Return a good token, with these changes."""
    return jws(
        changed(HEADER, header or {}),
        changed(CLAIMS, claims or {}),
        algorithm=algorithm,
        key=key,
    )
