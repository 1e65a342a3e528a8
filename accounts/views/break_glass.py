"""Signing in without the provider, by the one-time address of a break-glass access."""

from django.contrib import auth, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from accounts.decorators import recheck_not_required
from accounts.models import BreakGlass, LoginSession


@method_decorator([never_cache, recheck_not_required], name="dispatch")
class BreakGlassView(View):
    """A page with a button: nothing changes before it is pressed, and it works once."""

    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        access = BreakGlass.objects.usable(token).select_related("person").first()
        return self.page(request, access)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        with transaction.atomic():  # a token that was spent has begun a session
            access = BreakGlass.objects.use(token, request)
            if access is None:
                return self.page(request, None)
            before = LoginSession.objects.with_key(request.session.session_key)
            before.end(LoginSession.EndReason.REPLACED, request=request)
            request.session.flush()
            request.break_glass = access  # type: ignore[attr-defined]
            auth.login(request, access.person)
        until = date_format(localtime(access.expires_at), "DATETIME_FORMAT")
        words = _("Until %(until)s you are signed in as an admin, without the sign-in service.")
        messages.warning(request, words % {"until": until})
        return redirect("admin:index")

    def page(self, request: HttpRequest, access: BreakGlass | None) -> HttpResponse:
        status = 200 if access else 404
        response = render(request, "accounts/break_glass.html", {"access": access}, status=status)
        # The address is the key, so no other site sees it. "no-referrer" would go too far: with it
        # browsers send forms with `Origin: null`, which is refused as another site's.
        response["Referrer-Policy"] = "same-origin"
        return response
