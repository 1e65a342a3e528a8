"""The provider's signing keys (RFC 7517), kept for an hour and fetched anew when one is unknown."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import jwt
from django.conf import settings
from django.core.cache import cache

from accounts import client
from accounts.discovery import issuer, metadata

KEPT_SECONDS = 60 * 60  # or as long as the provider says, if that is less
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
    key_set, headers = client.get_json_and_headers(metadata()["jwks_uri"])
    keys = key_set.get("keys")
    if not isinstance(keys, list):
        raise client.ProviderUnavailable("The provider did not send a key set.")
    cache.set(f"accounts.keys:{issuer()}", keys, _seconds_to_keep(headers))
    return keys


def _seconds_to_keep(headers: Mapping[str, str]) -> int:
    """Return for how long the keys may be kept by their Cache-Control (RFC 9111 §5.2.2)."""
    said = headers.get("Cache-Control", "").lower()
    if re.search(r"\bno-(store|cache)\b", said):
        return 0
    max_age = re.search(r"(?:^|,)\s*max-age=\"?([0-9]{1,9})\b", said)
    return min(int(max_age[1]), KEPT_SECONDS) if max_age else KEPT_SECONDS


def _fitting(kid: Any, keys: list[Any]) -> Iterator[jwt.PyJWK]:
    """Yield the keys that may sign ID tokens of ours; what is no such key is passed over.

    A private key is none: what the provider publishes of it by mistake, anybody can sign with.
    """
    algorithm = settings.OIDC_RP_SIGN_ALGO
    for key in keys:
        if (
            isinstance(key, dict)
            and key.get("kty") == KEY_TYPES[algorithm]
            and key.get("use", "sig") == "sig"
            and key.get("alg", algorithm) == algorithm
            and (kid is None or key.get("kid") == kid)
            and "d" not in key
        ):
            try:
                parsed = jwt.PyJWK(key, algorithm=algorithm)
            except (jwt.PyJWTError, ValueError, TypeError):
                continue
            if _is_strong(parsed):
                yield parsed


def _is_strong(key: jwt.PyJWK) -> bool:
    """Return whether the key is as long as RFC 7518 §3.3 and §3.5 want, or on §3.4's curve."""
    if key.key_type == "EC":
        return key.key.curve.name == "secp256r1"
    return key.key.key_size >= MIN_RSA_BITS
