from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        from accounts import receivers  # noqa: F401
        from accounts.checks import register_checks

        register_checks()


class AdminConfig(DjangoAdminConfig):
    """Django's admin, entered through the provider."""

    default = False
    default_site = "accounts.admin_site.AdminSite"
