"""What the site knows of somebody, for that person to see."""

from typing import Any, cast

from django.contrib.auth.mixins import LoginRequiredMixin
from django.views.generic import TemplateView

from accounts import roles
from accounts.models import LoginSession, User


class AccountView(LoginRequiredMixin, TemplateView):
    template_name = "accounts/account.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = cast(User, self.request.user)
        return super().get_context_data(
            sessions=LoginSession.objects.for_account_page(user),
            reasons=roles.reasons(user),
            **kwargs,
        )
