"""People, as staff see them. The provider decides nearly everything, so nearly all is read only."""

from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from accounts import roles
from accounts.models import User

admin.site.unregister(Group)  # roles come from the provider's groups, not from Django's


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    list_display = ["full_name", "role", "handle", "email", "issuer", "subject", "is_active"]
    list_filter = ["is_active", "is_admin", "is_moderator", "is_author", "is_superuser"]
    search_fields = ["first_name", "last_name", "handle", "email", "subject"]
    ordering = ["last_name", "first_name", "pk"]
    show_full_result_count = False
    fieldsets = [
        (None, {"fields": ["full_name", "handle", "email", "roles", "is_active"]}),
        (
            _("What the provider says"),
            {
                "fields": [
                    "issuer",
                    "subject",
                    "provider_groups",
                    "is_author",
                    "is_moderator",
                    "is_admin",
                ]
            },
        ),
        (_("Here"), {"fields": ["is_superuser", "created_at", "last_login"]}),
    ]
    readonly_fields = [
        "full_name",
        "handle",
        "email",
        "roles",
        "issuer",
        "subject",
        "provider_groups",
        "is_author",
        "is_moderator",
        "is_admin",
        "is_superuser",
        "created_at",
        "last_login",
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # a person comes into being by signing in

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False  # posts keep their author

    @admin.display(description=_("name"), ordering="last_name")
    def full_name(self, user: User) -> str:
        return user.get_full_name()

    @admin.display(description=_("role"))
    def role(self, user: User) -> str:
        return user.role

    @admin.display(description=_("roles"))
    def roles(self, user: User) -> SafeString:
        reasons = roles.reasons(user)
        return format_html_join(mark_safe("<br>"), "{}", ((reason.of_them,) for reason in reasons))
