"""System checks: settings under which signing in would be unsafe, or could not work.

Those that say what a deployment lacks run with `check --deploy` alone, the others with every
command. None of them asks the provider: `manage.py oidc_doctor` does.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning

from accounts.discovery import is_loopback
from accounts.keys import KEY_TYPES

#: What config/settings.py has under DEBUG, for the development provider.
DEVELOPMENT_SECRET = "development"  # noqa: S105 - known to everybody, which is the point
MAX_RECHECK_SECONDS = 60 * 60
#: So many letters and digits hold 128 bits, which nobody guesses.
MIN_RANDOM_LENGTH = 22
#: What mozilla-django-oidc sends of its own, and would let OIDC_AUTH_REQUEST_EXTRA_PARAMS replace.
OWN_PARAMETERS = {
    *("client_id", "code_challenge", "code_challenge_method", "nonce", "redirect_uri"),
    *("response_mode", "response_type", "scope", "state"),
}


def register_checks() -> None:
    for check in (check_issuer, check_protocol, check_library):
        register(check, Tags.security)
    register(check_deployment, Tags.security, deploy=True)


def error(number: int, text: str, hint: str) -> Error:
    return Error(text, hint=hint, id=f"accounts.E{number:03}")


def warning(number: int, text: str, hint: str) -> CheckWarning:
    return CheckWarning(text, hint=hint, id=f"accounts.W{number:03}")


def setting(name: str, default: Any) -> Any:
    return getattr(settings, name, default)


def check_issuer(**kwargs: Any) -> list[CheckMessage]:
    """Return what is wrong with the way OIDC_ISSUER is written, if it is set."""
    return list(_issuer_errors(settings.OIDC_ISSUER)) if settings.OIDC_ISSUER else []


def _issuer_errors(issuer: str) -> Iterator[Error]:
    try:
        parts = urlsplit(issuer)
        is_address = bool(parts.hostname) and not re.search(r"[^!-~]", issuer)
    except ValueError:
        is_address = False
    # Loopback with DEBUG off is check_deployment's to refuse.
    if not is_address or not (
        parts.scheme == "https" or (parts.scheme == "http" and is_loopback(issuer))
    ):
        yield error(
            2,
            "OIDC_ISSUER is no https address.",
            "Write it like https://acme.okta.com. Plain http is for the development provider.",
        )
        return
    if issuer.endswith("/"):
        yield error(
            3,
            "OIDC_ISSUER ends with a slash.",
            "Take the slash away. It has to be what the provider calls itself, to the letter, and "
            "`manage.py oidc_doctor` says what that is.",
        )
    if parts.query or parts.fragment or "?" in issuer or "#" in issuer or "@" in parts.netloc:
        yield error(
            4,
            "OIDC_ISSUER has a query, a fragment or a user name in it.",
            "End it before any ? or #, and have no @ in it: https://acme.okta.com is all.",
        )


def check_protocol(**kwargs: Any) -> list[CheckMessage]:
    """Return what would leave a sign-in, or the session after it, unprotected."""
    return list(_protocol_errors())


def _protocol_errors() -> Iterator[Error]:
    if setting("OIDC_RP_SIGN_ALGO", "HS256") not in KEY_TYPES:  # the library's default
        yield error(
            8,
            "OIDC_RP_SIGN_ALGO is no algorithm that this site trusts.",
            f"Set it to RS256, which is Okta's, or to another of {', '.join(KEY_TYPES)}.",
        )
    if not setting("OIDC_USE_PKCE", False):
        yield error(
            9,
            "OIDC_USE_PKCE is off: a stolen code could be used by the thief.",
            "Set OIDC_USE_PKCE = True. A provider that knows nothing of PKCE ignores it.",
        )
    elif setting("OIDC_PKCE_CODE_CHALLENGE_METHOD", "S256") != "S256":
        yield error(
            9,
            "OIDC_PKCE_CODE_CHALLENGE_METHOD is not S256: the secret would travel in the open.",
            "Remove the setting.",
        )
    if not setting("OIDC_USE_NONCE", True):
        yield error(
            10,
            "OIDC_USE_NONCE is off: nobody could sign in, since no token would be this sign-in's.",
            "Remove the setting.",
        )
    if setting("OIDC_ALLOW_UNSECURED_JWT", False):
        yield error(
            11,
            "OIDC_ALLOW_UNSECURED_JWT is on: it asks for tokens that nobody has signed.",
            "Remove the setting.",
        )
    if "openid" not in settings.OIDC_RP_SCOPES.split():
        yield error(
            12,
            "OIDC_RP_SCOPES has no `openid` in it: the provider would not say who signs in.",
            "Set it to: openid email profile groups offline_access",
        )
    if not setting("OIDC_VERIFY_SSL", True):
        yield error(
            13,
            "OIDC_VERIFY_SSL is off: anybody on the way could pass for the provider.",
            "Remove the setting. If the provider's certificate is your company's own, name the "
            "file of its authority in the environment variable REQUESTS_CA_BUNDLE.",
        )
    if settings.SESSION_ENGINE == "django.contrib.sessions.backends.signed_cookies":
        yield error(
            14,
            "SESSION_ENGINE keeps sessions in cookies: a session could not be ended from here.",
            "Remove the setting, so that sessions are in the database.",
        )
    seconds = setting("OIDC_RECHECK_SECONDS", 60)
    if type(seconds) is not int or not 0 < seconds <= MAX_RECHECK_SECONDS:
        yield error(
            15,
            "OIDC_RECHECK_SECONDS is no whole number from 1 to 3600.",
            "Set it to 60: so long a session is trusted before the provider is asked again.",
        )


def check_library(**kwargs: Any) -> list[CheckMessage]:
    """Return which settings of mozilla-django-oidc would open what is closed here."""
    return list(_library_errors())


def _library_errors() -> Iterator[Error]:
    if setting("OIDC_REDIRECT_ALLOWED_HOSTS", []):
        yield error(
            16,
            "OIDC_REDIRECT_ALLOWED_HOSTS lets a sign-in end on another site.",
            "Remove the setting.",
        )
    for name, shortest, longest in [
        ("OIDC_STATE_SIZE", MIN_RANDOM_LENGTH, 128),
        ("OIDC_NONCE_SIZE", MIN_RANDOM_LENGTH, 128),
        ("OIDC_PKCE_CODE_VERIFIER_SIZE", 43, 128),  # RFC 7636 §4.1
    ]:
        size = setting(name, shortest)
        if type(size) is not int or not shortest <= size <= longest:
            yield error(
                17,
                f"{name} is no whole number from {shortest} to {longest}.",
                "Remove the setting.",
            )
    if replaced := OWN_PARAMETERS.intersection(setting("OIDC_AUTH_REQUEST_EXTRA_PARAMS", {})):
        yield error(
            18,
            f"OIDC_AUTH_REQUEST_EXTRA_PARAMS replaces {', '.join(sorted(replaced))}.",
            "Take that out: it is what ties the provider's answer to this sign-in.",
        )


def check_deployment(**kwargs: Any) -> list[CheckMessage]:
    """Return what a deployment lacks before people can sign in and have their roles."""
    return [*_missing(), *_left_to_chance()]


def _missing() -> Iterator[Error]:
    where = "In Okta's Admin Console it is on the application's General tab, under"
    if not settings.OIDC_ISSUER:
        yield error(
            1,
            "OIDC_ISSUER is not set: nobody can sign in.",
            "Set it to your Okta organisation's own address, like https://acme.okta.com.",
        )
    elif not settings.DEBUG and _is_of_development(settings.OIDC_ISSUER):
        yield error(
            5,
            "OIDC_ISSUER is the development provider, where everybody is whom they choose to be.",
            "Set it to your Okta organisation's own address, like https://acme.okta.com.",
        )
    if not settings.OIDC_RP_CLIENT_ID:
        yield error(
            6,
            "OIDC_RP_CLIENT_ID is not set: the provider would not know this site.",
            f"{where} Client Credentials: copy Client ID.",
        )
    if not settings.OIDC_RP_CLIENT_SECRET:
        yield error(
            7,
            "OIDC_RP_CLIENT_SECRET is not set: the provider would not believe this site.",
            f"{where} Client Secrets: copy the secret.",
        )
    elif settings.OIDC_RP_CLIENT_SECRET == DEVELOPMENT_SECRET and not settings.DEBUG:
        yield error(
            7,
            "OIDC_RP_CLIENT_SECRET is the development provider's, which everybody knows.",
            f"{where} Client Secrets: copy the secret.",
        )


def _is_of_development(issuer: str) -> bool:
    try:
        return issuer == settings.DEVELOPMENT_ISSUER or is_loopback(issuer)
    except ValueError:
        return False


def _left_to_chance() -> Iterator[CheckWarning]:
    scopes = settings.OIDC_RP_SCOPES.split()
    if "offline_access" not in scopes:
        yield warning(
            1,
            "OIDC_RP_SCOPES has no `offline_access`: the site cannot ask by itself whether "
            "somebody still has a place, and sends their browser to the provider to ask.",
            "Add offline_access, and let the provider give refresh tokens to this site.",
        )
    if "groups" not in scopes:
        yield warning(
            2,
            "OIDC_RP_SCOPES has no `groups`: nobody's role follows their groups at the provider.",
            "Add groups, and let the provider send the claim.",
        )
    for number, name, who, example in [
        (3, "OIDC_MODERATOR_GROUPS", "a moderator", "blog-moderators"),
        (4, "OIDC_ADMIN_GROUPS", "an admin", "blog-admins"),
    ]:
        if not any(group.strip() for group in getattr(settings, name)):
            yield warning(
                number,
                f"{name} is empty: no group makes anybody {who}.",
                f"Name the group, like {name}={example}.",
            )
