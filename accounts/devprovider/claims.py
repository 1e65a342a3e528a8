"""What an ID token and UserInfo say about a person, in Okta's shapes."""

import base64
import hashlib
import secrets
from collections.abc import Collection
from typing import Any

from .state import TOKEN_SECONDS, Grant, ProviderState

IDENTITY_PROVIDER = "00o4hTq7ZdByl5Org0x7"  # Okta's `idp`: the org itself


def person_claims(provider: ProviderState, subject: str, scopes: Collection[str]) -> dict[str, Any]:
    """Return the claims about the person that the scopes give, OpenID Connect Core 1.0 §5.4."""
    account = provider.accounts[subject]
    person = account.person
    claims: dict[str, Any] = {}
    if "profile" in scopes:
        claims |= {
            "name": person.name,
            "given_name": person.given_name,
            "family_name": person.family_name,
            "preferred_username": person.email,
            "locale": "en-US",
            "zoneinfo": "Etc/UTC",
            "updated_at": int(account.updated_at),
        }
    if "email" in scopes:
        # True of who registered here too, as Okta has it: a site must not rely on it.
        claims |= {"email": person.email, "email_verified": True}
    if "groups" in scopes:
        claims["groups"] = list(person.groups)
    return claims


def user_info(provider: ProviderState, grant: Grant) -> dict[str, Any]:
    subject = grant.session.subject
    return {"sub": subject, **person_claims(provider, subject, grant.request.scopes)}


def id_token_claims(
    provider: ProviderState, grant: Grant, access_token: str, *, nonce: str
) -> dict[str, Any]:
    """Return an ID token's claims, OpenID Connect Core 1.0 §2."""
    subject = grant.session.subject
    now = int(provider.clock())
    claims: dict[str, Any] = {
        "sub": subject,
        "ver": 1,
        "iss": provider.issuer,
        "aud": provider.client_id,
        "iat": now,
        "exp": now + TOKEN_SECONDS,
        "jti": f"ID.{secrets.token_urlsafe(32)}",
        "amr": ["pwd"],
        "idp": IDENTITY_PROVIDER,
        "sid": grant.session.sid,
        "auth_time": int(grant.session.auth_time),
        "at_hash": at_hash(access_token),
        "preferred_username": provider.person(subject).email,
    }
    if nonce:
        claims["nonce"] = nonce
    if not provider.thin_id_token:
        claims |= person_claims(provider, subject, grant.request.scopes)
    return claims


def at_hash(access_token: str) -> str:
    """Return the left half of the token's SHA-256, OpenID Connect Core 1.0 §3.1.3.6."""
    return base64url(hashlib.sha256(access_token.encode()).digest()[:16])


def base64url(octets: bytes) -> str:
    """Encode without padding, RFC 7515 §2."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
