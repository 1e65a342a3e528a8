"""What is tried at the provider, without harm: the secret, the redirect URI, the API token."""

import secrets
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from accounts import client, directory
from accounts.client import ProviderRefused, ProviderUnavailable
from accounts.discovery import is_allowed, with_query
from accounts.doctor.findings import Finding, ok, quoted, warning, wrong
from accounts.doctor.issuer import Document
from accounts.doctor.offers import is_oktas
from accounts.doctor.steps import CALLBACK, address

#: What prompt=none gets where nobody is signed in, or would be asked something (Core §3.1.2.6).
NOBODY_SIGNED_IN = {
    *("login_required", "interaction_required", "consent_required"),
    "account_selection_required",
}


def credentials(document: Document) -> Iterator[Finding]:
    """Yield whether the provider knows this site: by a code that nobody was given."""
    url = document.metadata.get("token_endpoint")
    if not document.is_trusted or not is_allowed(url):
        yield warning(
            "ID and secret were not tried: they are sent only to the provider of OIDC_ISSUER.",
            "First mend what is wrong above.",
        )
        return
    if not settings.OIDC_RP_CLIENT_ID or not settings.OIDC_RP_CLIENT_SECRET:
        yield warning("They were not tried: one is not set.", "First mend what is wrong above.")
        return
    form = {
        "grant_type": "authorization_code",
        "code": f"no-code-{secrets.token_urlsafe(16)}",
        "redirect_uri": address(CALLBACK),
        "code_verifier": secrets.token_urlsafe(48),
    }
    try:
        client.post_form(str(url), form)
    except ProviderUnavailable as error:
        yield wrong(f"The token endpoint cannot be asked. {error}", "Try again in a minute.")
    except ProviderRefused as error:
        yield _verdict(error.code, is_oktas(document))
    else:
        yield wrong(
            "The provider gave tokens for a code that it never issued.",
            "Do not use this provider: it lets anybody in.",
        )


def _verdict(code: str, is_at_okta: bool) -> Finding:
    application = "the application's page at the provider"
    if is_at_okta:
        application = "Okta's Admin Console, the application's General tab"
    if code == "invalid_grant":
        return ok("The provider knows OIDC_RP_CLIENT_ID and accepts OIDC_RP_CLIENT_SECRET.")
    if code == "invalid_client":
        remedy = (
            f"On {application}, under Client Credentials, copy Client ID into OIDC_RP_CLIENT_ID, "
            "and the secret that is active under Client Secrets into OIDC_RP_CLIENT_SECRET, each "
            "whole. See that the application is active."
        )
        return wrong(f"The provider refuses ID or secret (invalid_client).{_hint()}", remedy)
    if code == "unauthorized_client":
        return wrong(
            "The provider knows this site, but does not let it sign in so (unauthorized_client).",
            f"On {application}, under Grant type, tick Authorization Code, and Refresh Token too.",
        )
    if "redirect_uri" in code or code == "invalid_request":
        return warning(
            f"ID and secret seem right, but the provider minds the request ({code}).",
            f"On {application}, see that {address(CALLBACK)} is a sign-in redirect URI.",
        )
    return warning(
        f"Whether ID and secret are right cannot be told: the provider answers {code}.",
        "Sign in once to see.",
    )


def _hint() -> str:
    """Return what can be seen of a wrong pair, without a character of either."""
    names = ("OIDC_RP_CLIENT_ID", "OIDC_RP_CLIENT_SECRET")
    for name in names:
        value = getattr(settings, name)
        if value != value.strip() or value[0] in "\"'<" or value[-1] in "\"'>":
            return f" {name} has a blank, a quotation mark or a bracket around it."
    client_id, secret = (getattr(settings, name) for name in names)
    if secret.startswith("0oa") and not client_id.startswith("0oa"):
        return " It seems that ID and secret are each in the other's place."
    return ""


def redirect_uri(document: Document) -> Iterator[Finding]:
    """Yield whether the provider would come back: by what a browser gets that is signed out."""
    endpoint, callback = document.metadata.get("authorization_endpoint"), address(CALLBACK)
    if not is_allowed(endpoint) or not settings.OIDC_RP_CLIENT_ID:
        return  # said above
    asked = {
        "response_type": "code",
        "client_id": settings.OIDC_RP_CLIENT_ID,
        "redirect_uri": callback,
        "scope": settings.OIDC_RP_SCOPES,
        "state": secrets.token_urlsafe(16),
        "nonce": secrets.token_urlsafe(16),
        "prompt": "none",
        "code_challenge": secrets.token_urlsafe(32),
        "code_challenge_method": "S256",
    }
    url = with_query(str(endpoint), asked)
    try:
        answer = client.get(
            url, client.NoAuth(), seconds=client.TOTAL_SECONDS, max_bytes=client.MAX_BYTES
        )
    except ProviderUnavailable as error:
        yield wrong(f"The sign-in page cannot be asked. {error}", "Try again in a minute.")
        return
    location = answer.headers.get("Location", "")
    if 300 <= answer.status < 400 and location.partition("?")[0] == callback:
        yield _return(parse_qs(urlsplit(location).query).get("error", [""])[0], document)
    elif 400 <= answer.status < 500 and answer.status != 429:
        yield wrong(
            f"The provider would not send people back here (it answers {answer.status}).",
            f"Among the application's sign-in redirect URIs, enter {callback}, to the letter and "
            "with the slash at the end. If it is there, OIDC_RP_CLIENT_ID is wrong.",
        )
    else:
        yield warning(
            f"Whether {callback} is registered cannot be told: the provider answers "
            f"{answer.status}.",
            "Sign in once to see.",
        )


def _return(error: str, document: Document) -> Finding:
    callback = address(CALLBACK)
    if not error or error in NOBODY_SIGNED_IN:
        return ok(f"The provider would send people back to {callback}.")
    if error == "invalid_scope":
        return wrong(
            "The provider refuses one of the scopes in OIDC_RP_SCOPES (invalid_scope).",
            "Take out what it does not list above, or add it there.",
        )
    if error in ("unauthorized_client", "unsupported_response_type"):
        return wrong(
            f"The provider does not let this site sign people in ({error}).",
            "On the application's page, under Grant type, tick Authorization Code.",
        )
    if error == "access_denied" and is_oktas(document):
        return wrong(
            "Okta lets nobody in (access_denied): no access policy admits this application.",
            "Security > API > Authorization Servers > the server > Access Policies: add a policy "
            "for this application, with a rule. Or use the organisation's own authorization "
            "server, which needs none: set OIDC_ISSUER to the organisation's address.",
        )
    return warning(f"The provider answers {quoted(error)} to a sign-in.", "Sign in once to see.")


def api_token(document: Document) -> Iterator[Finding]:
    """Yield whether OKTA_API_TOKEN may read what sync_okta_users reads, by a page of each."""
    if not settings.OKTA_API_TOKEN:
        yield ok("OKTA_API_TOKEN is not set. It is for `manage.py sync_okta_users` alone.")
        return
    if not document.is_trusted or not is_oktas(document):
        yield warning(
            "OKTA_API_TOKEN was not tried: it is sent only to the Okta organisation of "
            "OIDC_ISSUER.",
            "Mend what is wrong above; for a provider that is not Okta, remove the token.",
        )
        return
    for rows, what in [
        (directory.statuses(), "people"),
        (directory.assigned(), "who is assigned to this site"),
    ]:
        try:
            next(rows)
        except (ImproperlyConfigured, ProviderUnavailable) as error:
            yield wrong(
                f"OKTA_API_TOKEN does not read {what}. {error}",
                "Sign in to Okta's Admin Console as a read-only administrator, make a token under "
                "Security > API > Tokens, and put it into OKTA_API_TOKEN.",
            )
        else:
            yield ok(f"OKTA_API_TOKEN reads {what}.")
