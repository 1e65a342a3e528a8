"""Moderation: staff hide and restore posts, and read any; only admins touch a text."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from posts.forms import CleanTextMixin, left_out
from posts.models import Post, PostQuerySet


class PostAdminForm(CleanTextMixin, forms.ModelForm):
    """The text of a post; `base_version` is the save it is based on."""

    base_version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Post
        fields = ["title", "body", "excerpt"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["base_version"] = self.instance.version

    def clean_base_version(self) -> int:
        version = self.cleaned_data["base_version"]
        if version != self.instance.version:
            raise ValidationError(
                _(
                    "The post has been saved elsewhere since this page was opened, and nothing was "
                    "overwritten. Copy what you typed, and open the page anew."
                ),
                code="conflict",
            )
        return version


@admin.register(Post)
class PostAdmin(admin.ModelAdmin):
    form = PostAdminForm
    list_display = ["title", "author", "state", "published_at", "updated_at"]
    list_filter = ["status", "published_at"]
    list_select_related = ["author"]
    list_per_page = 50
    search_fields = ["title", "slug", "author__first_name", "author__last_name"]
    ordering = ["-updated_at", "-pk"]
    show_full_result_count = False
    actions = ["hide_posts", "restore_posts"]
    readonly_fields = [
        "author_name",
        "state",
        "slug",
        "created_at",
        "updated_at",
        "published_at",
        "trashed_at",
    ]
    fields = ["title", "body", "excerpt", "base_version", *readonly_fields]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        return super().get_queryset(request).filter(emptied_at=None).defer("body")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # one writes on the dashboard

    def has_delete_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        return False  # an address that was public answers for ever

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("posts.moderate_post")

    def save_model(self, request: HttpRequest, obj: Post, form: Any, change: bool) -> None:
        obj.edit(by=request.user)  # type: ignore[arg-type]  # no stranger comes here
        if removed := form.removed:
            self.message_user(request, left_out(removed), messages.WARNING)

    def view_on_site(self, obj: Post) -> str:
        return obj.get_absolute_url()

    @admin.display(description=_("author"))
    def author_name(self, post: Post) -> str:
        return str(post.author)

    @admin.display(description=_("state"), ordering="status")
    def state(self, post: Post) -> str:
        return post.state

    @admin.action(description=_("Hide selected posts"), permissions=["moderate"])
    def hide_posts(self, request: HttpRequest, queryset: PostQuerySet) -> None:
        self._log(request, queryset.published(), "Hidden.")
        count = queryset.hide()
        self._tell(
            request,
            ngettext("%(count)d post hidden.", "%(count)d posts hidden.", count),
            count,
            gettext("Only public posts can be hidden."),
        )

    @admin.action(description=_("Restore selected posts"), permissions=["moderate"])
    def restore_posts(self, request: HttpRequest, queryset: PostQuerySet) -> None:
        self._log(request, queryset.hidden(), "Restored.")
        count = queryset.unhide()
        self._tell(
            request,
            ngettext("%(count)d post restored.", "%(count)d posts restored.", count),
            count,
            gettext("Only hidden posts can be restored."),
        )

    def _log(self, request: HttpRequest, posts: PostQuerySet, message: str) -> None:
        LogEntry.objects.log_actions(
            int(request.user.pk or 0), posts, CHANGE, change_message=message
        )

    def _tell(self, request: HttpRequest, words: str, count: int, else_words: str) -> None:
        if count:
            self.message_user(request, words % {"count": count}, messages.SUCCESS)
        else:
            self.message_user(request, else_words, messages.WARNING)
