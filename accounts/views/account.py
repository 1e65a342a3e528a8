"""What the site knows of somebody, for that person to see, and where they are signed in."""

from typing import Any, cast

from django.contrib import auth, messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, resolve_url
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from accounts import roles
from accounts.decorators import unconfirmed_may_post
from accounts.forms import ProfileForm, TimeZoneForm
from accounts.models import LoginSession, User


@method_decorator(never_cache, name="dispatch")
class AccountView(LoginRequiredMixin, TemplateView):
    template_name = "accounts/account.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = cast(User, self.request.user)
        mine = set(user.provider_groups)
        kwargs.setdefault("profile_form", ProfileForm.of(user))
        return super().get_context_data(
            reasons=roles.reasons(user),
            groups=[(name, name in mine) for name in sorted(roles.giving_roles())],
            sessions=LoginSession.objects.for_account_page(user),
            form=TimeZoneForm(instance=user),
            **kwargs,
        )


class ProfileView(AccountView):
    """Keeps what an author says of themselves; what cannot be kept stays in the form."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        user = cast(User, request.user)
        if not user.is_author:
            raise PermissionDenied(_("Your account may read here, but not write."))
        form = ProfileForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(profile_form=form))
        user.describe(**form.cleaned_data)
        messages.success(request, _("Your profile is kept."))
        return redirect("accounts:account")


# While the provider is out of reach too: it is about nobody but the person.
@method_decorator([never_cache, unconfirmed_may_post], name="dispatch")
class TimeZoneView(LoginRequiredMixin, View):
    """Keeps the time zone in which somebody types and reads dates on their dashboard."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        form = TimeZoneForm(request.POST, instance=cast(User, request.user))
        if form.is_valid():
            form.save()
            messages.success(request, _("Your time zone is kept."))
        else:
            messages.error(request, _("There is no such time zone. Choose one from the list."))
        return redirect("accounts:account")


# While the provider is out of reach too: ending a session gives nobody anything.
@method_decorator([never_cache, unconfirmed_may_post], name="dispatch")
class OwnSessionsView(LoginRequiredMixin, View):
    """What somebody does to their own sessions, by a button on the account page."""

    http_method_names = ["post"]

    def handle_no_permission(self) -> HttpResponseRedirect:
        """Lead somebody signed out to the account page after sign-in: nothing is to be got here."""
        return redirect_to_login(reverse("accounts:account"))

    def mine(self) -> Any:
        return LoginSession.objects.of(cast(User, self.request.user))


class EndSessionView(OwnSessionsView):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        session = get_object_or_404(self.mine(), pk=pk)
        if session == request.login_session:  # type: ignore[attr-defined]
            auth.logout(request)
            messages.success(request, _("You are signed out."))
            return redirect(resolve_url("posts:list"))
        if session.end(LoginSession.EndReason.ENDED_ELSEWHERE, request=request):
            words = _("You are signed out there: %(browser)s.")
        else:
            words = _("You had been signed out there already: %(browser)s.")
        messages.success(request, words % {"browser": session.browser})
        return redirect("accounts:account")


class EndOtherSessionsView(OwnSessionsView):
    def post(self, request: HttpRequest) -> HttpResponse:
        others = self.mine().exclude(pk=request.login_session.pk)  # type: ignore[attr-defined]
        count = others.end(LoginSession.EndReason.ENDED_ELSEWHERE, request=request)
        words = ngettext(
            "You are signed out of %(count)d other browser.",
            "You are signed out of %(count)d other browsers.",
            count,
        )
        messages.success(request, words % {"count": count})
        return redirect("accounts:account")
