"""The end-session endpoint: OpenID Connect RP-Initiated Logout 1.0."""

from .metadata import LOGOUT
from .signin import SESSION_COOKIE
from .state import ProviderState
from .web import Request, Response, message, page, redirect, with_query


def logout(provider: ProviderState, request: Request) -> Response:
    """End the browser's session, tell the site, and go back to it, if that asks and is known.

    The person is asked first, unless the site shows the ID token of their own session: a link
    on any other page could sign them out otherwise, §2.
    """
    hint = provider.read_hint(request.params)
    secret = request.cookies.get(SESSION_COOKIE, "")
    session = provider.sessions.get(secret)
    is_theirs = hint and (session is None or session.sid == hint.get("sid"))
    is_confirmed = request.method == "POST" and provider.is_own_form(request.params)
    if not is_theirs and not is_confirmed:
        return _question(provider, request)
    provider.end_sessions(lambda each: each is session or each.sid == hint.get("sid"))

    return_to = _registered_return(provider, request)
    is_known_site = hint or request.params.get("client_id") == provider.client_id
    if return_to and is_known_site:
        return redirect(with_query(return_to, {"state": request.params.get("state", "")}))
    return message("You are signed out", "Nobody is signed in here now.", back_to=return_to)


def _registered_return(provider: ProviderState, request: Request) -> str:
    uri = request.params.get("post_logout_redirect_uri", "")
    return uri if provider.is_post_logout_redirect_uri(uri) else ""


def _question(provider: ProviderState, request: Request) -> Response:
    kept = ("id_token_hint", "client_id", "post_logout_redirect_uri", "state")
    fields = {name: request.params[name] for name in kept if name in request.params}
    context = {"action": LOGOUT, "fields": fields | {"form_token": provider.form_token}}
    return page("sign_out", context, forms_lead_to=_registered_return(provider, request))
