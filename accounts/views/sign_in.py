"""Signing in and registering, by the provider (OpenID Connect Core §3.1)."""

import logging
import secrets
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.cache import never_cache
from mozilla_django_oidc.utils import absolutify, generate_code_challenge
from mozilla_django_oidc.views import (
    OIDCAuthenticationCallbackView,
    OIDCAuthenticationRequestView,
    get_next_url,
)

from accounts import states
from accounts.backend import SignInRefused
from accounts.client import ProviderUnavailable
from accounts.decorators import recheck_not_required
from accounts.discovery import DiscoveredSettings, issuer, metadata, with_query
from accounts.models import AuditEvent, LoginSession
from accounts.states import PendingSignIn

logger = logging.getLogger(__name__)

#: What a provider answers that cannot sign somebody in without asking (Core §3.1.2.6).
NEEDS_THE_PERSON = {
    "login_required",
    "interaction_required",
    "consent_required",
    "account_selection_required",
    "access_denied",
}
SHARED_EMAIL = _(
    "Another account here has the same e-mail address. You are not signed in to that one: accounts "
    "are told apart by the sign-in service, never by e-mail. If it is yours, ask an admin to link "
    "them."
)
#: What it answers when it is not well (RFC 6749 §4.1.2.1).
NOT_WELL = {"server_error", "temporarily_unavailable"}


def new_reference() -> str:
    """Return what a page and the log both call one event, easy to read out: 7F3A-91C2."""
    digits = secrets.token_hex(4).upper()
    return f"{digits[:4]}-{digits[4:]}"


def outcome(
    request: HttpRequest, kind: str, status: int, next_url: str | None, reference: str
) -> HttpResponse:
    """Return the page that says why nobody was signed in and offers to try again."""
    response = render(
        request,
        "accounts/sign_in_outcome.html",
        {"reason": kind, "next": next_url or "", "reference": reference},
        status=status,
    )
    if status == 503:
        response["Retry-After"] = "30"
    return response


@method_decorator([never_cache, login_not_required, recheck_not_required], name="dispatch")
class LoginView(DiscoveredSettings, OIDCAuthenticationRequestView):
    """Leave for the provider, and remember with the state where to land afterwards."""

    def __init__(self, **kwargs: Any) -> None:
        View.__init__(self, **kwargs)  # the parent's would ask the provider too early

    def get(self, request: HttpRequest) -> HttpResponse:
        next_url = get_next_url(request, auth.REDIRECT_FIELD_NAME) or ""
        if request.user.is_authenticated:
            return redirect(next_url or settings.LOGIN_REDIRECT_URL)
        if len(next_url) > states.LONGEST_NEXT:
            next_url = ""
        try:
            return self.leave(request, PendingSignIn(next_url))
        except ProviderUnavailable as error:
            reference = new_reference()
            logger.error("Sign-in could not begin: %s (%s)", error, reference)
            return outcome(request, "unavailable", 503, next_url, reference)

    def leave(self, request: HttpRequest, pending: PendingSignIn, **extra: str) -> HttpResponse:
        """Return the redirect to the provider (Core §3.1.2.1, with S256 of RFC 7636 §4.2)."""
        params = {
            "response_type": "code",
            "scope": settings.OIDC_RP_SCOPES,
            "client_id": settings.OIDC_RP_CLIENT_ID,
            "redirect_uri": absolutify(request, reverse("oidc_authentication_callback")),
            "state": pending.state,
            "nonce": pending.nonce,
            "code_challenge": generate_code_challenge(pending.code_verifier, "S256"),
            "code_challenge_method": "S256",
            **self.get_extra_params(request),
            **extra,
        }
        response = HttpResponseRedirect(with_query(metadata()["authorization_endpoint"], params))
        states.remember(request, response, pending)
        return response


class RegisterView(LoginView):
    """As signing in, with the provider's registration page where it has one."""

    def get_extra_params(self, request: HttpRequest) -> dict[str, str]:
        """Ask for registration as in Initiating User Registration via OpenID Connect 1.0 §4."""
        params = super().get_extra_params(request)
        if "create" in (metadata().get("prompt_values_supported") or []):
            return {**params, "prompt": "create"}
        return params


@method_decorator([never_cache, login_not_required, recheck_not_required], name="dispatch")
class CallbackView(OIDCAuthenticationCallbackView):
    """Where the provider returns to, with a code or an error, once for each state."""

    pending: PendingSignIn

    @property
    def success_url(self) -> str:
        return self.pending.next_url or resolve_url(settings.LOGIN_REDIRECT_URL)

    def get(self, request: HttpRequest) -> HttpResponse:
        pending = states.find(request, request.GET.get("state", ""))
        if pending is None or not pending.spend():
            # The Back button, a double click, a stale tab, or a forged link.
            return self.came_again(request, pending.next_url if pending else "")
        self.pending = pending
        try:
            return self.finish(request)
        except ProviderUnavailable as error:
            return self.postponed() if pending.is_recheck else self.unavailable(str(error))
        except SignInRefused as error:
            if pending.is_recheck:
                self.end_session()
            return self.refused(error)

    def finish(self, request: HttpRequest) -> HttpResponse:
        """Sign in whom the answer stands for. Raise SignInRefused or ProviderUnavailable."""
        self.check_issuer(request)
        if "error" in request.GET:
            return self.provider_refused(request.GET["error"])
        user = auth.authenticate(
            request, nonce=self.pending.nonce, code_verifier=self.pending.code_verifier
        )
        if user is None:
            raise SignInRefused("no_code")
        self.user = user
        return self.confirmed() if self.pending.is_recheck else self.login_success()

    def check_issuer(self, request: HttpRequest) -> None:
        """Refuse another issuer's answer, or one without its name (RFC 9207 §2.4)."""
        said = request.GET.getlist("iss")
        promised = metadata().get("authorization_response_iss_parameter_supported") is True
        if said != [issuer()] and (said or promised):
            raise SignInRefused("response_iss")

    def provider_refused(self, error: str) -> HttpResponse:
        """Return the page for an error response (Core §3.1.2.6)."""
        if self.pending.is_recheck and error in NEEDS_THE_PERSON:
            return self.ended()
        if error == "access_denied":
            reference = new_reference()
            logger.info("Sign-in cancelled (%s)", reference)
            return outcome(self.request, "cancelled", 200, self.pending.next_url, reference)
        if error in NOT_WELL:
            raise ProviderUnavailable(f"The provider said {error}.")
        shown = error if error.replace("_", "").isalnum() and error.isascii() else "an error"
        raise SignInRefused(f"provider said {shown:.40}")

    def login_success(self) -> HttpResponse:
        """Begin a session of the site's, with nothing in it from whoever was here before."""
        tokens = self.request.oidc_tokens
        before = LoginSession.objects.with_key(self.request.session.session_key)
        before.end(LoginSession.EndReason.REPLACED, request=self.request)
        self.request.session.flush()
        is_shared = self.user.last_login is None and self.user.shares_email
        if is_shared:
            self.request.sign_in_details = {"email_of_another_account": True}
        auth.login(self.request, self.user)
        if is_shared:
            messages.warning(self.request, SHARED_EMAIL)
        self.request.login_session.keep(verified_at=self.began_at, **tokens)
        return HttpResponseRedirect(self.success_url)

    def confirmed(self) -> HttpResponse:
        """Go on with the session that was re-checked, if it is still the same person's."""
        session = LoginSession.objects.with_key(self.request.session.session_key).live().first()
        if session is None or self.user.pk != session.user_id:
            return self.ended()
        session.keep(verified_at=self.began_at, **self.request.oidc_tokens)
        return HttpResponseRedirect(self.success_url)

    def ended(self) -> HttpResponse:
        """Let the person see, where they were, what somebody signed out may see."""
        self.end_session()
        return HttpResponseRedirect(self.success_url)

    def end_session(self) -> None:
        session = LoginSession.objects.with_key(self.request.session.session_key)
        session.end(LoginSession.EndReason.REFUSED, request=self.request)
        auth.logout(self.request)

    def postponed(self) -> HttpResponse:
        """Go on with an unconfirmed session: the provider was there when the browser left."""
        LoginSession.objects.with_key(self.request.session.session_key).postpone()
        return HttpResponseRedirect(self.success_url)

    @property
    def began_at(self) -> datetime:
        return datetime.fromtimestamp(self.pending.began_at, UTC)

    # Pages

    def came_again(self, request: HttpRequest, next_url: str) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect(next_url or settings.LOGIN_REDIRECT_URL)
        reference = new_reference()
        logger.info("A callback without a sign-in under way (%s)", reference)
        return outcome(request, "expired", 400, next_url, reference)

    def unavailable(self, why: str) -> HttpResponse:
        reference = new_reference()
        logger.error("Sign-in failed: %s (%s)", why, reference)
        return outcome(self.request, "unavailable", 503, self.pending.next_url, reference)

    def refused(self, error: SignInRefused) -> HttpResponse:
        reference = new_reference()
        logger.warning("Sign-in refused: %s (%s)", error.reason, reference)
        AuditEvent.objects.record(
            AuditEvent.Kind.REFUSED,
            request=self.request,
            user=error.user,
            subject=error.subject,
            reason=error.reason,
            reference=reference,
        )
        return outcome(self.request, "refused", 403, self.pending.next_url, reference)
