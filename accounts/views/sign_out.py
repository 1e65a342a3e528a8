"""Signing out, here and then at the provider (RP-Initiated Logout 1.0 §2)."""

import logging
import secrets

from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from accounts import client
from accounts.client import ProviderRefused, ProviderUnavailable
from accounts.decorators import recheck_not_required
from accounts.discovery import metadata, with_query
from accounts.models import LoginSession

logger = logging.getLogger(__name__)

#: An ID token longer than this is not sent back at sign-out: proxies refuse such addresses.
LONGEST_ID_TOKEN_HINT = 4096


@method_decorator([never_cache, login_not_required, recheck_not_required], name="dispatch")
class LogoutView(View):
    """End the local session, first and always; then the refresh token and the provider's."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        session = LoginSession.objects.with_key(request.session.session_key).live().first()
        id_token, refresh_token, email = "", "", ""
        if session is not None:
            id_token, refresh_token = session.id_token, session.refresh_token
            email = session.user.email
        auth.logout(request)
        messages.success(request, _("You are signed out."))
        home = resolve_url(settings.LOGOUT_REDIRECT_URL)
        if not id_token and not refresh_token:  # nothing that the provider would know
            return redirect(home)
        try:
            provider = metadata()
        except ProviderUnavailable as error:
            logger.error("Signed out here only: %s", error)
            return redirect(home)
        if refresh_token and "revocation_endpoint" in provider:
            revoke(provider["revocation_endpoint"], refresh_token)
        if not id_token or "end_session_endpoint" not in provider:
            return redirect(home)
        params = {
            "post_logout_redirect_uri": request.build_absolute_uri(home),
            "client_id": settings.OIDC_RP_CLIENT_ID,
            "state": secrets.token_urlsafe(16),
        }
        if len(id_token) <= LONGEST_ID_TOKEN_HINT:
            params["id_token_hint"] = id_token
        elif email:
            params["logout_hint"] = email
        return redirect(with_query(provider["end_session_endpoint"], params))


def revoke(endpoint: str, refresh_token: str) -> None:
    """Give the refresh token back (RFC 7009 §2.1). If that fails, it dies with the session."""
    try:
        client.post_form(
            endpoint,
            {"token": refresh_token, "token_type_hint": "refresh_token"},
            is_answered=False,
        )
    except (ProviderRefused, ProviderUnavailable) as error:
        logger.warning("A refresh token was not revoked: %s", error)
