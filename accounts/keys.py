"""The provider's signing keys (RFC 7517), kept for an hour and fetched anew when one is unknown."""

from collections.abc import Iterator
from typing import Any

import jwt
from django.conf import settings
from django.core.cache import cache

from accounts import client
from accounts.discovery import issuer, metadata

KEPT_SECONDS = 60 * 60
REFETCH_SECONDS = 30  # an unknown key asks for new ones this often at most
MIN_RSA_BITS = 2048

KEY_TYPES = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC"}


class NoSuchKey(Exception):
    """None of the provider's keys, or more than one, can have signed the token."""


def signing_key(kid: Any) -> jwt.PyJWK:
    """Return the key with this ID, or where a token names none (None) the only one that fits.

    Raise NoSuchKey, or ProviderUnavailable.
    """
    keys = list(_fitting(kid, _key_set()))
    if not keys and cache.add(f"accounts.keys.refetched:{issuer()}", True, REFETCH_SECONDS):
        keys = list(_fitting(kid, _fetch_key_set()))
    if len(keys) != 1:
        raise NoSuchKey(f"{len(keys)} keys fit.")
    return keys[0]


def _key_set() -> list[Any]:
    kept = cache.get(f"accounts.keys:{issuer()}")
    return _fetch_key_set() if kept is None else kept


def _fetch_key_set() -> list[Any]:
    keys = client.get_json(metadata()["jwks_uri"]).get("keys")
    if not isinstance(keys, list):
        raise client.ProviderUnavailable("The provider did not send a key set.")
    cache.set(f"accounts.keys:{issuer()}", keys, KEPT_SECONDS)
    return keys


def _fitting(kid: Any, keys: list[Any]) -> Iterator[jwt.PyJWK]:
    """Yield the keys that may sign ID tokens of ours; what is no such key is passed over."""
    algorithm = settings.OIDC_RP_SIGN_ALGO
    for key in keys:
        if (
            isinstance(key, dict)
            and key.get("kty") == KEY_TYPES[algorithm]
            and key.get("use", "sig") == "sig"
            and key.get("alg", algorithm) == algorithm
            and (kid is None or key.get("kid") == kid)
        ):
            try:
                parsed = jwt.PyJWK(key, algorithm=algorithm)
            except (jwt.PyJWTError, ValueError, TypeError):
                continue
            if getattr(parsed.key, "key_size", 0) >= MIN_RSA_BITS or algorithm == "ES256":
                yield parsed
