"""Django's admin, entered and left through the site's own door."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import BreakGlass
from accounts.views import LogoutView


class AdminSite(admin.AdminSite):
    site_header = _("Byline: staff")
    site_title = _("Byline")
    index_title = _("Moderation")

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Send the visitor to sign in; refuse one who has, since doing it again changes nothing."""
        if request.user.is_authenticated:
            raise PermissionDenied(_("The admin is for moderators and admins."))
        wanted = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
        return redirect_to_login(wanted, reverse("accounts:login"))

    def logout(  # type: ignore[override]
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponseBase:
        return LogoutView.as_view()(request)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Return what every page shows: to admins also who has broken the glass."""
        live = BreakGlass.objects.none()
        if request.user.has_perm("accounts.view_breakglass"):
            live = BreakGlass.objects.live().select_related("person")
        return {**super().each_context(request), "break_glass_live": live}

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        """Return the front page, with who had break-glass access in the last days."""
        over = BreakGlass.objects.none()
        if request.user.has_perm("accounts.view_breakglass"):
            over = BreakGlass.objects.lately_over().select_related("person")
        return super().index(request, {"break_glass_over": over, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Return Django's addresses without those that change a password: there is none."""
        return [
            url
            for url in super().get_urls()
            if not (getattr(url, "name", None) or "").startswith("password_change")
        ]
