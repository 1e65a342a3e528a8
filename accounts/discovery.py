"""The provider's endpoints, from its discovery document (OpenID Connect Discovery 1.0 §4).

Nothing is fetched until somebody signs in; then the document is kept for an hour.
"""

from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured

KEPT_SECONDS = 60 * 60

#: The settings mozilla-django-oidc asks for, each with its name in the document.
METADATA_NAMES = {
    "OIDC_OP_AUTHORIZATION_ENDPOINT": "authorization_endpoint",
    "OIDC_OP_TOKEN_ENDPOINT": "token_endpoint",
    "OIDC_OP_USER_ENDPOINT": "userinfo_endpoint",
    "OIDC_OP_JWKS_ENDPOINT": "jwks_uri",
}


class ProviderUnavailable(Exception):
    """The provider did not answer as it should. The text names no secret and is fit for a log."""


def is_loopback(url: str) -> bool:
    return urlsplit(url).hostname in {"127.0.0.1", "::1", "localhost"}


def issuer() -> str:
    """Return the issuer. Raise ImproperlyConfigured unless https, or in development loopback."""
    if not settings.OIDC_ISSUER:
        raise ImproperlyConfigured("OIDC_ISSUER is not set: nobody can sign in.")
    scheme = urlsplit(settings.OIDC_ISSUER).scheme
    in_development = settings.OIDC_HTTP_ON_LOOPBACK and is_loopback(settings.OIDC_ISSUER)
    if scheme != "https" and not in_development:
        raise ImproperlyConfigured("OIDC_ISSUER must be an https address.")
    return settings.OIDC_ISSUER


def metadata() -> dict[str, Any]:
    """Return the provider's metadata. Raise ProviderUnavailable if it cannot be had."""
    address = issuer()
    key = f"accounts.discovery:{address}"
    document = cache.get(key)
    if document is None:
        document = _fetch(address)
        cache.set(key, document, KEPT_SECONDS)
    return document


def _fetch(address: str) -> dict[str, Any]:
    try:
        response = requests.get(
            f"{address}/.well-known/openid-configuration",
            timeout=settings.OIDC_TIMEOUT,
            allow_redirects=False,
        )
        response.raise_for_status()
        document = response.json()
    except (requests.RequestException, ValueError) as error:
        raise ProviderUnavailable(f"Discovery failed: {type(error).__name__}.") from error
    if not isinstance(document, dict) or document.get("issuer") != address:
        raise ProviderUnavailable("The discovery document is not this issuer's.")
    if missing := sorted(set(METADATA_NAMES.values()) - set(document)):
        raise ProviderUnavailable(f"The discovery document lacks {', '.join(missing)}.")
    return document


class DiscoveredSettings:
    """Answers mozilla-django-oidc's questions for endpoints from the discovery document."""

    @staticmethod
    def get_settings(attr: str, *args: Any) -> Any:
        if attr in METADATA_NAMES:
            return metadata()[METADATA_NAMES[attr]]
        if args:
            return getattr(settings, attr, args[0])
        return getattr(settings, attr)
