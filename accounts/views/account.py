"""What the site knows of somebody, for that person to see."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.views.generic import TemplateView

from accounts.models import LoginSession


class AccountView(LoginRequiredMixin, TemplateView):
    template_name = "accounts/account.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sessions = LoginSession.objects.for_account_page(self.request.user)
        return super().get_context_data(sessions=sessions, **kwargs)
