"""Signing in, registering and signing out, by the provider (OpenID Connect Core §3.1)."""

import logging
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.conf import settings
from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from mozilla_django_oidc.views import (
    OIDCAuthenticationCallbackView,
    OIDCAuthenticationRequestView,
    get_next_url,
)

from accounts.backend import SignInRefused
from accounts.client import ProviderUnavailable
from accounts.discovery import DiscoveredSettings, metadata

logger = logging.getLogger(__name__)

#: An ID token longer than this is not sent back at sign-out: proxies refuse such addresses.
LONGEST_ID_TOKEN_HINT = 4096


def outcome(request: HttpRequest, reason: str, status: int, next_url: str | None) -> HttpResponse:
    """Return the page that says why nobody was signed in and offers to try again."""
    response = render(
        request,
        "accounts/sign_in_outcome.html",
        {"reason": reason, "next": next_url or ""},
        status=status,
    )
    if status == 503:
        response["Retry-After"] = "30"
    return response


@method_decorator(never_cache, name="dispatch")
class LoginView(DiscoveredSettings, OIDCAuthenticationRequestView):
    """Leave for the provider, and remember with the state where to land afterwards."""

    def __init__(self, **kwargs: Any) -> None:
        View.__init__(self, **kwargs)  # the parent's would ask the provider too early
        self.OIDC_RP_CLIENT_ID = settings.OIDC_RP_CLIENT_ID

    @property
    def OIDC_OP_AUTH_ENDPOINT(self) -> str:  # noqa: N802
        return metadata()["authorization_endpoint"]

    def get(self, request: HttpRequest) -> HttpResponse:
        next_url = get_next_url(request, auth.REDIRECT_FIELD_NAME)
        if request.user.is_authenticated:
            return redirect(next_url or settings.LOGIN_REDIRECT_URL)
        try:
            response = super().get(request)
        except ProviderUnavailable as error:
            logger.error("Sign-in could not begin: %s", error)
            return outcome(request, "unavailable", 503, next_url)
        # The parent keeps one `next` a session; two tabs need one each.
        del request.session["oidc_login_next"]
        [state] = parse_qs(urlsplit(response.url).query)["state"]
        request.session["oidc_states"][state]["next"] = next_url
        return response


class RegisterView(LoginView):
    """As signing in, with the provider's registration page where it has one."""

    def get_extra_params(self, request: HttpRequest) -> dict[str, str]:
        """Ask for registration as in Initiating User Registration via OpenID Connect 1.0 §4."""
        params = super().get_extra_params(request)
        if "create" in (metadata().get("prompt_values_supported") or []):
            return {**params, "prompt": "create"}
        return params


@method_decorator(never_cache, name="dispatch")
class CallbackView(OIDCAuthenticationCallbackView):
    """Where the provider returns to."""

    next_url: str | None = None

    @property
    def success_url(self) -> str:
        return self.next_url or resolve_url(settings.LOGIN_REDIRECT_URL)

    def get(self, request: HttpRequest) -> HttpResponse:
        states = request.session.get("oidc_states", {})
        pending = states.get(request.GET.get("state"))
        if pending is None:  # the Back button, a double click, a stale tab, or a forged link
            if request.user.is_authenticated:
                return redirect(settings.LOGIN_REDIRECT_URL)
            return outcome(request, "expired", 400, None)
        self.next_url = pending["next"]
        if "error" in request.GET:
            del states[request.GET["state"]]
            request.session.modified = True
            return self.provider_refused(request)
        try:
            return super().get(request)
        except ProviderUnavailable as error:
            logger.error("Sign-in failed: %s", error)
            return outcome(request, "unavailable", 503, self.next_url)
        except SignInRefused as error:
            logger.warning("Sign-in refused: %s", error)
            return outcome(request, "refused", 403, self.next_url)

    def provider_refused(self, request: HttpRequest) -> HttpResponse:
        """Return the page for an error response (OpenID Connect Core §3.1.2.6)."""
        if request.GET["error"] == "access_denied":
            return outcome(request, "cancelled", 200, self.next_url)
        logger.warning("The provider refused: %.40r", request.GET["error"])
        return outcome(request, "refused", 403, self.next_url)

    def login_success(self) -> HttpResponse:
        auth.login(self.request, self.user)
        self.request.session.cycle_key()  # which login() leaves for a person already signed in
        self.request.session["oidc_id_token"] = self.request.oidc_id_token
        logger.info("Signed in: %s", self.user.handle)
        return HttpResponseRedirect(self.success_url)

    def login_failure(self) -> HttpResponse:
        return outcome(self.request, "refused", 403, self.next_url)


@method_decorator(never_cache, name="dispatch")
class LogoutView(View):
    """End the local session, always, and then the provider's (RP-Initiated Logout 1.0 §2)."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        id_token = request.session.get("oidc_id_token")
        auth.logout(request)
        messages.success(request, _("You are signed out."))
        home = resolve_url(settings.LOGOUT_REDIRECT_URL)
        if not id_token:
            return redirect(home)
        try:
            endpoint = metadata().get("end_session_endpoint")
        except ProviderUnavailable as error:
            logger.error("Signed out here only: %s", error)
            endpoint = None
        if not endpoint:
            return redirect(home)
        params = {
            "post_logout_redirect_uri": request.build_absolute_uri(home),
            "client_id": settings.OIDC_RP_CLIENT_ID,
        }
        if len(id_token) <= LONGEST_ID_TOKEN_HINT:
            params["id_token_hint"] = id_token
        return redirect(f"{endpoint}?{urlencode(params)}")
