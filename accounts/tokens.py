"""The checks of an ID token (OpenID Connect Core §3.1.3.7), none of them left to chance."""

import base64
import hashlib
import hmac
import time
from typing import Any

import jwt
from django.conf import settings

from accounts.discovery import issuer
from accounts.keys import NoSuchKey, signing_key

CLOCK_SKEW_SECONDS = 60
MAX_AGE_SECONDS = 60 * 60
LAST_SECOND = 253_402_300_799  # of the year 9999, the last that a date can hold
SUBJECT_LENGTH = 255  # §2
HASHES = {"RS256": hashlib.sha256, "PS256": hashlib.sha256, "ES256": hashlib.sha256}


class TokenRefused(Exception):
    """The token does not prove what it should; `reason` says in a word why, fit for a log."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The token was refused: {reason}.")
        self.reason = reason


def check_id_token(
    token: Any, *, nonce: str | None, access_token: str | None = None
) -> dict[str, Any]:
    """Return the claims of an ID token for this site. Raise TokenRefused or ProviderUnavailable.

    nonce is the one that was sent; None where a refreshed token carries none (§12.2). at_hash is
    compared with access_token where the token has one (§3.1.3.6).
    """
    claims = read_signed(token, types=("jwt",))
    check_audience(claims)
    check_times(claims)
    check_subject(claims.get("sub"))
    if nonce is not None and not _same(claims.get("nonce"), nonce):
        raise TokenRefused("nonce")
    if "at_hash" in claims and not _same(claims["at_hash"], left_half_hash(access_token or "")):
        raise TokenRefused("at_hash")
    return claims


def read_signed(token: Any, *, types: tuple[str, ...]) -> dict[str, Any]:
    """Return the claims of a token the issuer has signed, of which nothing else is checked.

    The algorithm is the site's and not the header's; keys named by the header's jku, jwk or x5u
    are never looked at; a critical extension is one we do not know (RFC 7515 §4.1.11). `types` are
    the values that `typ` may have, if it is there (RFC 8725 §3.11).
    """
    if not isinstance(token, str):
        raise TokenRefused("missing")
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") != settings.OIDC_RP_SIGN_ALGO:
            raise TokenRefused("alg")
        if "crit" in header:
            raise TokenRefused("crit")
        if str(header.get("typ", types[0])).lower().removeprefix("application/") not in types:
            raise TokenRefused("typ")
        claims = jwt.decode(
            token,
            signing_key(header.get("kid")),
            algorithms=[settings.OIDC_RP_SIGN_ALGO],
            options={"verify_signature": True, "verify_aud": False, "verify_exp": False,
                     "verify_nbf": False, "verify_iat": False, "verify_sub": False,
                     "verify_jti": False},
        )  # fmt: skip
    except NoSuchKey as error:
        raise TokenRefused("key") from error
    except jwt.InvalidSignatureError:
        raise TokenRefused("signature") from None
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        raise TokenRefused("malformed") from None
    if not _same(claims.get("iss"), issuer()):
        raise TokenRefused("iss")
    return claims


def left_half_hash(access_token: str) -> str:
    """Return what at_hash has to be: the left half of the hash, in base64url (§3.1.3.6)."""
    digest = HASHES[settings.OIDC_RP_SIGN_ALGO](_octets(access_token)).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()


def check_audience(claims: dict[str, Any]) -> None:
    """Refuse a token that is for anybody else as well: we trust no other audience."""
    if claims.get("aud") not in (settings.OIDC_RP_CLIENT_ID, [settings.OIDC_RP_CLIENT_ID]):
        raise TokenRefused("aud")
    if claims.get("azp", settings.OIDC_RP_CLIENT_ID) != settings.OIDC_RP_CLIENT_ID:
        raise TokenRefused("azp")


def check_times(claims: dict[str, Any]) -> None:
    now = time.time()
    if not _is_time(claims.get("exp")) or claims["exp"] <= now - CLOCK_SKEW_SECONDS:
        raise TokenRefused("exp")
    if not _is_time(claims.get("iat")) or not (
        now - MAX_AGE_SECONDS <= claims["iat"] <= now + CLOCK_SKEW_SECONDS
    ):
        raise TokenRefused("iat")
    nbf = claims.get("nbf", 0)
    if not _is_time(nbf) or nbf > now + CLOCK_SKEW_SECONDS:
        raise TokenRefused("nbf")


def check_subject(subject: Any) -> None:
    if not (
        isinstance(subject, str)
        and 0 < len(subject) <= SUBJECT_LENGTH
        and subject.isprintable()
        and subject.strip() == subject
    ):
        raise TokenRefused("sub")


def _is_time(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and 0 <= value <= LAST_SECOND  # which NaN is not either


def _same(claim: Any, expected: str) -> bool:
    return isinstance(claim, str) and hmac.compare_digest(_octets(claim), _octets(expected))


def _octets(text: str) -> bytes:
    """Return the text in UTF-8, also where JSON has brought half of a surrogate pair."""
    return text.encode(errors="surrogatepass")
