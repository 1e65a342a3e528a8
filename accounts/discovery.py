"""The provider's metadata, from its discovery document (OpenID Connect Discovery 1.0 §4).

Nothing is fetched until somebody signs in. Then the document serves for an hour, and for a day
longer where a fresh one cannot be had.
"""

import logging
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured

from accounts import client
from accounts.client import ProviderUnavailable

logger = logging.getLogger(__name__)

FRESH_SECONDS = 60 * 60
STALE_SECONDS = 24 * 60 * 60
RETRY_SECONDS = 30

REQUIRED = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
OPTIONAL = ("end_session_endpoint", "revocation_endpoint")


def is_loopback(url: str) -> bool:
    return urlsplit(url).hostname in {"127.0.0.1", "::1", "localhost"}


def with_query(endpoint: str, params: Mapping[str, str]) -> str:
    """Return where to send a browser: an endpoint may have a query of its own (RFC 6749 §3.1)."""
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(params)}"


def is_allowed(url: Any) -> bool:
    """Return whether the site may talk to url: https, or in development http on loopback.

    No fragment (RFC 6749 §3.1), no user in front of the host, and nothing outside printable ASCII:
    what urlsplit leaves out of the host would still stand in the address.
    """
    if not isinstance(url, str) or not re.fullmatch(r"[!-~]+", url) or "#" in url:
        return False
    try:
        parts = urlsplit(url)
        is_whole = parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        return False
    if not is_whole:
        return False
    if parts.scheme == "http":
        return settings.OIDC_HTTP_ON_LOOPBACK and is_loopback(url)
    return parts.scheme == "https" and bool(parts.hostname)


def issuer() -> str:
    """Return the issuer. Raise ImproperlyConfigured unless the site may talk to it."""
    if not settings.OIDC_ISSUER:
        raise ImproperlyConfigured("OIDC_ISSUER is not set: nobody can sign in.")
    if not is_allowed(settings.OIDC_ISSUER):
        raise ImproperlyConfigured("OIDC_ISSUER must be an https address.")
    return settings.OIDC_ISSUER


def metadata() -> dict[str, Any]:
    """Return the provider's metadata. Raise ProviderUnavailable if it cannot be had."""
    fresh, stale = f"accounts.discovery.fresh:{issuer()}", f"accounts.discovery.stale:{issuer()}"
    document = cache.get(fresh)
    if document is not None:
        return document
    try:
        document = fetch()
    except ProviderUnavailable as error:
        document = cache.get(stale)
        if document is None:
            raise
        logger.warning("An earlier discovery document serves: %s", error)
        cache.set(fresh, document, RETRY_SECONDS)
        return document
    cache.set(fresh, document, FRESH_SECONDS)
    cache.set(stale, document, STALE_SECONDS)
    return document


def fetch() -> dict[str, Any]:
    """Return the document as the provider has it now, checked. Raise ProviderUnavailable."""
    document = client.get_json(f"{issuer()}/.well-known/openid-configuration")
    # Byte for byte (§4.3): any other issuer's tokens are somebody else's word.
    if document.get("issuer") != issuer():
        raise ProviderUnavailable("The discovery document is another issuer's.")
    for name in (*REQUIRED, *(name for name in OPTIONAL if name in document)):
        if not is_allowed(document.get(name)):
            raise ProviderUnavailable(f"The discovery document has no {name} to be trusted.")
    if not isinstance(document.get("prompt_values_supported", []), list):
        del document["prompt_values_supported"]
    return document


class DiscoveredSettings:
    """Answers mozilla-django-oidc's questions for settings; endpoints are none of them."""

    @staticmethod
    def get_settings(attr: str, *args: Any) -> Any:
        return getattr(settings, attr, *args)
