"""Moderation: staff hide and restore posts, and read any; only admins touch a text."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from posts import recovery
from posts.forms import CleanTextMixin, left_out
from posts.models import Post, PostQuerySet
from posts.search.backends import MOST_RANKED
from posts.search.queries import Query


class PostAdminForm(CleanTextMixin, forms.ModelForm):
    """The text of a post; `base_version` is the save it is based on."""

    base_version = forms.IntegerField(widget=forms.HiddenInput)
    stored: Post | None = None

    class Meta:
        model = Post
        fields = ["title", "body", "excerpt"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["base_version"] = self.instance.version

    def clean_base_version(self) -> int:
        version = self.cleaned_data["base_version"]
        if version != self.instance.version:
            self.show_conflict()
            raise ValidationError(
                _(
                    "The post has been saved elsewhere since this page was opened, and nothing was "
                    "overwritten. Both texts are below. Saving once more keeps yours."
                ),
                code="conflict",
            )
        return version

    def show_conflict(self) -> None:
        """Have the page show both texts, and its form be based on the newer one from here on."""
        self.stored = Post.objects.get(pk=self.instance.pk)
        self.difference = recovery.difference(self.stored, self.data.get("body", ""))
        self.data = {**dict(self.data.items()), "base_version": str(self.stored.version)}


class HandOverForm(forms.Form):
    """To whom drafts go: anybody who may write, and is not gone."""

    to = forms.ModelChoiceField(
        label=_("New author"),
        queryset=User.objects.filter(is_active=True, is_author=True),
        widget=AutocompleteSelect(Post._meta.get_field("author"), admin.site),
        error_messages={"invalid_choice": _("This person may not write here (any more).")},
    )


@admin.register(Post)
class PostAdmin(admin.ModelAdmin):
    form = PostAdminForm
    list_display = ["title", "author", "state", "published_at", "updated_at"]
    list_filter = ["status", "published_at"]
    list_select_related = ["author"]
    list_per_page = 50
    search_fields = ["title"]  # shows the box; get_search_results() says what is looked for
    search_help_text = _(
        "Looks for words in titles and texts, an address, or an author's name; of what very many "
        "posts have, in the newest of them."
    )
    ordering = ["-updated_at", "-pk"]
    show_full_result_count = False
    actions = ["hide_posts", "restore_posts", "hand_over_posts"]
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
        posts = super().get_queryset(request).filter(emptied_at=None)
        return posts.defer("body", "rendered", "contents")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Post], search_term: str
    ) -> tuple[QuerySet[Post], bool]:
        """Ask each index by itself, and then for what it has: an OR over all reads every row."""
        if term := search_term.strip().replace("\0", ""):
            hits = Post.objects.visible_to(request.user).search(Query.parse(term))
            at_address = Post.objects.at(term.strip("/")).values_list("pk", flat=True)
            theirs = Post.objects.by_people_called(term).values_list("pk", flat=True)[:MOST_RANKED]
            queryset = queryset.filter(pk__in={*hits.keys, *at_address, *theirs})
        return queryset, False

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Post | None:
        """Return the post, and while it is being saved let nobody else save it."""
        if connection.in_atomic_block and request.method == "POST":
            self.get_queryset(request).select_for_update().filter(pk=object_id).first()
        return super().get_object(request, object_id, from_field)

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

    @admin.action(description=_("Hand over selected drafts…"), permissions=["change"])
    def hand_over_posts(self, request: HttpRequest, queryset: PostQuerySet) -> HttpResponse | None:
        drafts = queryset.never_public().select_related("author")
        if not drafts:
            words = gettext("Only drafts that never were public can be handed over.")
            self.message_user(request, words, messages.WARNING)
            return None
        form = HandOverForm(request.POST if "confirmed" in request.POST else None)
        if not form.is_valid():
            context = {
                **self.admin_site.each_context(request),
                "title": gettext("Hand over drafts"),
                "opts": self.opts,
                "form": form,
                "media": self.media + form.media,
                "drafts": drafts,
                "left_out": queryset.count() - len(drafts),
                "selected": queryset.values_list("pk", flat=True),
            }
            return TemplateResponse(request, "admin/posts/post/hand_over.html", context)
        to = form.cleaned_data["to"]
        handed = [post.pk for post in drafts if post.hand_over(to)]
        words = gettext("Handed over to %(name)s.") % {"name": to.get_full_name()}
        self._log(request, Post.objects.filter(pk__in=handed), words)
        self._tell(
            request,
            ngettext("%(count)d draft handed over.", "%(count)d drafts handed over.", len(handed)),
            len(handed),
            gettext("These are theirs already, or public by now."),
        )
        return None

    def _log(self, request: HttpRequest, posts: PostQuerySet, message: str) -> None:
        LogEntry.objects.log_actions(
            int(request.user.pk or 0), posts, CHANGE, change_message=message
        )

    def _tell(self, request: HttpRequest, words: str, count: int, else_words: str) -> None:
        if count:
            self.message_user(request, words % {"count": count}, messages.SUCCESS)
        else:
            self.message_user(request, else_words, messages.WARNING)
