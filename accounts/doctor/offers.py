"""What the provider says of itself: endpoints, keys, abilities, and its clock."""

import time
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils.http import parse_http_date_safe

from accounts import client, keys
from accounts.client import ProviderUnavailable
from accounts.discovery import OPTIONAL, REQUIRED, is_allowed
from accounts.doctor.findings import Finding, ok, quoted, warning, wrong
from accounts.doctor.issuer import Document
from accounts.doctor.steps import address, is_okta
from accounts.tokens import CLOCK_SKEW_SECONDS

#: From here on the clocks are worth a look, though nobody is refused yet.
CLOCK_WARNING_SECONDS = 30


def is_oktas(document: Document) -> bool:
    return is_okta(document.issuer, *(document.metadata.get(name) for name in REQUIRED))


def texts(document: Document, name: str, default: tuple[str, ...] = ()) -> list[str]:
    """Return a list of the document's, such as scopes_supported; the default if it has none."""
    values = document.metadata.get(name, default)
    return [value for value in values if isinstance(value, str)] if _is_list(values) else []


def _is_list(values: Any) -> bool:
    return isinstance(values, list | tuple)


def endpoints(document: Document) -> Iterator[Finding]:
    for name in (*REQUIRED, *OPTIONAL):
        url = document.metadata.get(name)
        if is_allowed(url):
            yield ok(f"{name}: {quoted(url)}")
        elif url is not None or name in REQUIRED:
            yield wrong(
                f"{name} is {quoted(url) if url is not None else 'missing'}.",
                "It has to be an https address. Ask the provider's administrator; no setting "
                "here can mend it.",
            )
        elif name == "end_session_endpoint":
            yield warning(
                f"{name} is missing: who signs out here stays signed in at the provider.",
                "Nothing has to be done here. On a shared computer, sign out at the provider too.",
            )
        else:
            yield ok(f"{name} is missing: refresh tokens are left to expire by themselves.")


def signing(document: Document) -> Iterator[Finding]:
    """Yield whether the provider signs as this site expects it, and with keys that fit."""
    algorithm = settings.OIDC_RP_SIGN_ALGO
    if algorithm not in keys.KEY_TYPES:
        return  # the settings' section says so
    offered = texts(document, "id_token_signing_alg_values_supported")
    if algorithm in offered:
        yield ok(f"ID tokens are signed with {algorithm}, as OIDC_RP_SIGN_ALGO says.")
    elif usable := [name for name in offered if name in keys.KEY_TYPES]:
        yield wrong(
            f"ID tokens are signed with {', '.join(usable)}, but not with {algorithm}.",
            f'Set OIDC_RP_SIGN_ALGO = "{usable[0]}" in config/settings.py.',
        )
    else:
        yield wrong(
            f"The provider says of no algorithm that it signs ID tokens with, and this site "
            f"trusts: {quoted(', '.join(offered) or None)}.",
            f"Have the provider sign ID tokens with {algorithm}.",
        )
    url = document.metadata.get("jwks_uri")
    if not is_allowed(url):
        return  # the endpoints' section says so
    try:
        rows = client.get_json(str(url)).get("keys")
    except ProviderUnavailable as error:
        yield wrong(f"The keys cannot be read. {error}", "Try again; then tell the provider.")
        return
    fitting = list(keys._fitting(None, rows if isinstance(rows, list) else []))
    if not fitting:
        yield wrong(
            f"None of the provider's keys can check {algorithm} signatures.",
            f"At the provider, have an active key for {algorithm}, of 2048 bits or more for RSA.",
        )
    elif len(fitting) > 1 and not all(key.key_id for key in fitting):
        yield warning(
            f"{len(fitting)} keys fit {algorithm}, and not each has a `kid` to tell it by.",
            "A token that names no key will be refused. At the provider, name the keys.",
        )
    else:
        yield ok(f"Keys that can check {algorithm} signatures: {len(fitting)}.")


def abilities(document: Document) -> Iterator[Finding]:
    """Yield what the provider can do of what a sign-in here needs or likes."""
    yield from _needed(document)
    yield from _scopes(document)
    yield from _refresh(document)
    metadata = document.metadata
    if metadata.get("authorization_response_iss_parameter_supported") is True:
        yield ok("Its answers name the provider (RFC 9207), and are refused otherwise.")
    else:
        yield ok(
            "Its answers do not name the provider (RFC 9207). Nothing to do: state and nonce tie "
            "each answer to its sign-in."
        )
    if metadata.get("backchannel_logout_supported") is True:
        yield ok(
            "It can tell this site when somebody signs out: register the back-channel logout URI, "
            f"{address('accounts:backchannel_logout')}"
        )
    else:
        seconds = getattr(settings, "OIDC_RECHECK_SECONDS", 60)
        yield ok(
            "It has no back-channel logout. Nothing to do: about each session in use it is asked "
            f"every {seconds} seconds."
        )
    if metadata.get("frontchannel_logout_supported") is True:
        yield ok(
            "It can sign people out here by their browser: register the front-channel logout URI, "
            f"{address('accounts:frontchannel_logout')}"
        )
    else:
        yield ok("It does not announce front-channel logout. Nothing to do.")
    if "create" in texts(document, "prompt_values_supported"):
        yield ok("Register leads straight to its registration page (prompt=create).")
    else:
        yield ok("Register leads to its sign-in page, with a link where people may register.")


def _needed(document: Document) -> Iterator[Finding]:
    for name, value, default, what in [
        ("response_types_supported", "code", (), "the authorization code flow"),
        ("code_challenge_methods_supported", "S256", (), "PKCE with S256"),
        (
            "token_endpoint_auth_methods_supported",
            "client_secret_basic",
            ("client_secret_basic",),  # where nothing is said: Discovery 1.0 §3
            "a client secret in the header (client_secret_basic)",
        ),
    ]:
        if value in texts(document, name, default):
            yield ok(f"It offers {what}.")
        elif name in document.metadata:
            yield wrong(
                f"It does not offer {what}: {name} lacks {value}.",
                "Allow it at the provider; this site signs in in no other way.",
            )
        else:
            yield warning(
                f"It does not say whether it offers {what}: {name} is missing.",
                "Sign in once to see that it does.",
            )


def _scopes(document: Document) -> Iterator[Finding]:
    asked, offered = settings.OIDC_RP_SCOPES.split(), texts(document, "scopes_supported")
    missing = [scope for scope in asked if scope not in offered]
    if not offered:
        yield warning(
            "It does not say which scopes it knows.",
            "If signing in fails with invalid_scope, shorten OIDC_RP_SCOPES.",
        )
    elif not missing:
        yield ok(f"It knows every scope of OIDC_RP_SCOPES: {' '.join(asked)}.")
    for scope in missing if offered else []:
        remedy = f"If signing in fails with invalid_scope, take {scope} out of OIDC_RP_SCOPES."
        if scope == "groups" and is_oktas(document):
            remedy = (
                "The organisation's own authorization server has it: set OIDC_ISSUER to the "
                "organisation's address. Or add it to the custom one: Security > API > "
                "Authorization Servers > Scopes > Add Scope, `groups`, Include in public metadata; "
                "and under Claims > Add Claim, `groups`, with the value type Groups."
            )
        if scope == "openid":
            yield wrong("It does not know the scope openid.", "It is no OpenID provider: see "
                        "OIDC_ISSUER.")  # fmt: skip
        else:
            yield warning(f"It does not list the scope {quoted(scope)}.", remedy)


def _refresh(document: Document) -> Iterator[Finding]:
    grants = texts(document, "grant_types_supported", ("authorization_code", "implicit"))
    if "offline_access" not in settings.OIDC_RP_SCOPES.split():
        return  # the settings' section says so
    if "refresh_token" in grants:
        yield ok("It gives refresh tokens, by which it is asked whether a session may go on.")
        return
    remedy = "Nothing has to be done: people's browsers are sent to the provider to ask instead."
    if is_oktas(document):
        remedy = "In Okta, tick General > General Settings > Grant type > Refresh Token."
    yield warning("It does not list refresh tokens (grant_types_supported).", remedy)


def clock(document: Document) -> Iterator[Finding]:
    """Yield by how much the clocks differ, by the Date of the discovery document."""
    there = parse_http_date_safe(document.headers.get("Date", ""))
    age = document.headers.get("Age", "")  # of an answer that comes out of a cache
    if there is None:
        yield ok("The provider does not say what time it is.")
        return
    seconds = round(time.time() - there - (int(age) if age.isdecimal() else 0))
    text = (
        f"This machine's clock is {abs(seconds)} seconds {'ahead of' if seconds > 0 else 'behind'} "
        "the provider's."
    )
    remedy = "Set this machine's clock by NTP: `timedatectl set-ntp true`, on most systems."
    if abs(seconds) > CLOCK_SKEW_SECONDS:
        yield wrong(f"{text} Tokens look expired, or not yet issued, and are refused.", remedy)
    elif abs(seconds) > CLOCK_WARNING_SECONDS:
        yield warning(f"{text} From {CLOCK_SKEW_SECONDS} on tokens are refused.", remedy)
    else:
        yield ok("This machine's clock agrees with the provider's.")
