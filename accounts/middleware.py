"""Lets nobody act on a sign-in that the provider has not confirmed lately."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from accounts.kept_forms import form_page, login_required_json, wants_json
from accounts.models import LoginSession
from accounts.recheck import Standing, standing
from accounts.states import LONGEST_NEXT, PendingSignIn

GetResponse = Callable[[HttpRequest], HttpResponse]
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


class RecheckMiddleware:
    """Before any view of somebody signed in, whatever the method: ask the provider if it is due.

    It comes after CsrfViewMiddleware, so that a page that offers to send a form again is never
    about a form of another site's. `request.is_confirmed` is False while the provider is out of
    reach: then forms are taken by views alone that say `unconfirmed_may_post`.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: Any, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        request.is_confirmed = True
        # A visitor without a session costs no query, and no cache is told to look at cookies.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        if not getattr(view, "recheck_required", True):
            return None
        if auth.SESSION_KEY not in request.session:
            return None
        session = LoginSession.objects.with_key(request.session.session_key).first()
        if session is None or session.user_id != request.user.pk:
            if session is not None:  # Django knows the person no more
                session.end(LoginSession.EndReason.DEACTIVATED, request=request)
            return self.sign_out(request, session)
        session.user = request.user  # what is found out about the person shows on this request
        request.login_session = session
        match standing(session):
            case Standing.ENDED:
                return self.sign_out(request, session)
            case Standing.SILENT_SIGN_IN_NEEDED:
                return self.ask_by_browser(request)
            case Standing.UNCONFIRMED:
                request.is_confirmed = False
                if request.method not in SAFE_METHODS:
                    return self.refuse_unconfirmed(request, view)
        request.user.has_broken_glass = session.break_glass_id is not None
        return None

    def sign_out(self, request: HttpRequest, session: LoginSession | None) -> HttpResponse | None:
        """Go on as nobody in particular; refuse a form, and give back what was typed."""
        if wants_json(request):
            # And leave the cookie alone: by the time this answer arrives, somebody may have signed
            # in anew in another tab, and it would take that from them.
            return login_required_json(request)
        auth.logout(request)
        if request.method not in SAFE_METHODS:
            return form_page(request, "accounts/signed_out.html", 403)
        reason = session.get_end_reason_display() if session else ""
        if reason:
            messages.warning(
                request, _("You have been signed out: %(reason)s.") % {"reason": reason}
            )
        return None

    def ask_by_browser(self, request: HttpRequest) -> HttpResponse:
        """Have the browser ask the provider, if it can: without a word, and back to this page."""
        if wants_json(request):
            return login_required_json(request)
        if request.method not in SAFE_METHODS:
            return form_page(request, "accounts/confirmation_needed.html", 403)
        from accounts.views import LoginView

        here = request.get_full_path()
        pending = PendingSignIn(here if len(here) <= LONGEST_NEXT else "", is_recheck=True)
        view = LoginView()
        view.setup(request)
        return view.leave(request, pending, prompt="none")

    def refuse_unconfirmed(
        self, request: HttpRequest, view: Callable[..., Any]
    ) -> HttpResponse | None:
        if getattr(view, "unconfirmed_may_post", False):
            return None
        if wants_json(request):
            return JsonResponse({"error": "temporarily_unavailable"}, status=503)
        response = form_page(request, "accounts/unconfirmed.html", 503)
        response["Retry-After"] = "30"
        return response
