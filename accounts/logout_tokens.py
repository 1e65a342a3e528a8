"""The checks of the tokens by which the provider ends sessions: nobody else may.

Each is good once. Two kinds of token that are signed with one key must never pass for each other
(RFC 8725 §3.12), so what makes one a token of its kind is required here and refused elsewhere.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import jwt
from django.conf import settings

from accounts.models import SpentToken
from accounts.tokens import (
    CLOCK_SKEW_SECONDS,
    MAX_AGE_SECONDS,
    TokenRefused,
    check_audience,
    check_subject,
    check_times,
    read_signed,
)

BACKCHANNEL_EVENT = "http://schemas.openid.net/event/backchannel-logout"
REVOCATION_TYPE = "global-token-revocation+jwt"
REVOCATION_SECONDS = 10 * 60  # the provider's tokens last five minutes
SID_LENGTH = 255


class WrongClient(Exception):
    """The token is faultless and speaks for another client of the provider."""


@dataclass(frozen=True)
class SingleUse:
    """What makes a token good once. Whoever acts on the token spends it first."""

    kind: str
    jti: str
    expires_at: datetime

    def spend(self) -> None:
        """Use the token up. Raise TokenRefused if that has happened before."""
        if not SpentToken.objects.spend(self.kind, self.jti, expires_at=self.expires_at):
            raise TokenRefused("replayed")


@dataclass(frozen=True)
class Logout:
    """Whose session has ended; one of subject and sid may be empty, but not both."""

    subject: str
    sid: str
    single_use: SingleUse


def read_logout_token(token: Any) -> Logout:
    """Return what a logout token says (OpenID Connect Back-Channel Logout 1.0 §2.6).

    Raise TokenRefused, or ProviderUnavailable.
    """
    claims = read_signed(token, types=("logout+jwt", "jwt"))
    check_audience(claims)
    check_times(claims)
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(BACKCHANNEL_EVENT), dict):
        raise TokenRefused("events")
    if "nonce" in claims:  # whatever its value: an ID token has one (§2.4)
        raise TokenRefused("nonce")
    if "sub" not in claims and "sid" not in claims:
        raise TokenRefused("sub")
    if "sub" in claims:
        check_subject(claims["sub"])
    if "sid" in claims and not is_sid(claims["sid"]):
        raise TokenRefused("sid")
    return Logout(claims.get("sub", ""), claims.get("sid", ""), _single_use("logout", claims))


def check_revocation_token(token: Any, *, audience: str) -> SingleUse:
    """Return what to spend of a token that entitles to a global token revocation.

    As Okta's Universal Logout has it: of its own type, by our issuer, for our client and for this
    one endpoint, and short-lived. Raise TokenRefused, WrongClient, or ProviderUnavailable.
    """
    claims = read_signed(token, types=(REVOCATION_TYPE,))
    if "typ" not in jwt.get_unverified_header(token):  # nothing else tells it from an ID token
        raise TokenRefused("typ")
    if claims.get("aud") not in (audience, [audience]):
        raise TokenRefused("aud")
    check_times(claims)
    if claims["exp"] > time.time() + REVOCATION_SECONDS + CLOCK_SKEW_SECONDS:
        raise TokenRefused("exp")
    check_subject(claims.get("sub"))
    if claims["sub"] != settings.OIDC_RP_CLIENT_ID:
        raise WrongClient
    return _single_use("revocation", claims)


def is_sid(value: Any) -> bool:
    """Return whether a session of ours can have this sid: text that a database takes."""
    return isinstance(value, str) and 0 < len(value) <= SID_LENGTH and value.isprintable()


def _single_use(kind: str, claims: dict[str, Any]) -> SingleUse:
    jti = claims.get("jti")
    if not isinstance(jti, str) or not jti:
        raise TokenRefused("jti")
    # Whichever comes first, it is refused for its age from then on; an exp may be any number.
    refused_from = min(claims["exp"], claims["iat"] + MAX_AGE_SECONDS) + CLOCK_SKEW_SECONDS
    return SingleUse(kind, jti, datetime.fromtimestamp(refused_from, UTC))
