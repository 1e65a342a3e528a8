"""People, as admins see them. The provider decides nearly everything: nearly all is read only."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import roles
from accounts.models import LoginSession, User


def acting(request: HttpRequest) -> User:
    """Return who does what is asked: the person, not what a session adds to them."""
    return User.objects.get(pk=cast(int, request.user.pk))


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    list_display = ["full_name", "role", "handle", "email", "issuer", "subject", "is_active"]
    list_filter = ["is_active", "is_admin", "is_moderator", "is_author", "is_superuser"]
    search_fields = ["first_name", "last_name", "handle", "email", "subject"]
    ordering = ["last_name", "first_name", "pk"]
    show_full_result_count = False
    actions = ["clear_profiles"]
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
        (_("What readers see"), {"fields": ["bio", "links"]}),
        (_("Here"), {"fields": ["drafts", "is_superuser", "created_at", "last_login"]}),
    ]
    readonly_fields = [
        "bio",
        "links",
        "drafts",
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

    @admin.action(
        description=_("Remove what selected people say of themselves"), permissions=["change"]
    )
    def clear_profiles(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        told = queryset.exclude(bio="", links="")
        LogEntry.objects.log_actions(
            acting(request).pk, told, CHANGE, change_message="Bio and links removed."
        )
        count = User.objects.clear_profiles(queryset)
        words = ngettext("%(count)d profile removed.", "%(count)d profiles removed.", count)
        self.message_user(request, words % {"count": count}, messages.SUCCESS)

    @admin.display(description=_("drafts"))
    def drafts(self, user: User) -> SafeString:
        """Return a link to them: where somebody has left, they are handed over there."""
        query = urlencode({"author__id__exact": str(user.pk), "status__exact": "draft"})
        address = f"{reverse('admin:posts_post_changelist')}?{query}"
        return format_html('<a href="{}">{}</a>', address, _("Show, and hand over"))

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Return what is the provider's to say; to oneself, also whether one may sign in."""
        own = ["is_active"] if obj == request.user else []
        return [*self.readonly_fields, *own]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Deactivate or activate; all else in the row may have been written anew meanwhile."""
        actor = acting(request)
        if "is_active" in form.changed_data:
            if obj.is_active:
                obj.activate(actor=actor)
            else:
                obj.deactivate("by_admin", actor=actor)

    def get_urls(self) -> list[URLPattern]:
        end_sessions = path(
            "<int:pk>/end-sessions/",
            self.admin_site.admin_view(self.end_sessions),
            name="accounts_user_end_sessions",
        )
        return [end_sessions, *super().get_urls()]

    def end_sessions(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask, and then end every session of a person, who may sign in again."""
        person = get_object_or_404(User, pk=pk)
        if not self.has_change_permission(request, person):
            raise PermissionDenied
        sessions = LoginSession.objects.of(person)
        if request.method != "POST":
            context = {
                **self.admin_site.each_context(request),
                "title": _("End all sessions"),
                "opts": self.opts,
                "original": person,
                "sessions": sessions.for_account_page(person),
            }
            return render(request, "admin/accounts/user/end_sessions.html", context)
        actor = acting(request)
        count = sessions.end(LoginSession.EndReason.BY_ADMIN, request=request, actor=actor)
        LogEntry.objects.log_actions(
            actor.pk, [person], CHANGE, change_message=f"Sessions ended: {count}."
        )
        words = ngettext("%(count)d session ended.", "%(count)d sessions ended.", count)
        self.message_user(request, words % {"count": count}, messages.SUCCESS)
        return redirect("admin:accounts_user_change", pk)

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
