"""The public pages."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views import View
from django.views.generic import ListView

from accounts.models import User
from posts import slugs
from posts.freshness import PublicPageMixin
from posts.models import Post, PostQuerySet, Tag
from posts.paging import CursorPagingMixin


class PostListView(PublicPageMixin, CursorPagingMixin, ListView):
    template_name = "posts/post_list.html"
    context_object_name = "post_list"
    paginate_by = 20

    def get_queryset(self) -> PostQuerySet:
        return Post.objects.for_list()


class AuthorPostListView(PostListView):
    template_name = "posts/author_post_list.html"

    def get_queryset(self) -> PostQuerySet:
        self.author = get_object_or_404(User, handle=self.kwargs["handle"])
        return super().get_queryset().by(self.author)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(author=self.author, **kwargs)


class TagPostListView(PostListView):
    template_name = "posts/tag_post_list.html"

    def get_queryset(self) -> PostQuerySet:
        known = Tag.objects.known_to_readers()
        self.tag = get_object_or_404(known, slug=slugs.normalise(self.kwargs["tag"]))
        return super().get_queryset().tagged(self.tag)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(tag=self.tag, **kwargs)


def post_page(request: HttpRequest, post: Post, *, status: int = 200) -> HttpResponse:
    """Return the page of a post, for whoever asks: published, or previewed by its author.

    What was stored by older code, or never rendered, is rendered now, so that no page is stale.
    """
    post.render()
    newer, older = Post.objects.neighbours(post) if post.is_public else (None, None)
    context = {"post": post, "object": post, "newer": newer, "older": older}
    return render(request, "posts/post_detail.html", context, status=status)


class PostDetailView(PublicPageMixin, View):
    """A post at its address; at an old one, the way to it; at a removed one, 410."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        post = get_object_or_404(Post.objects.at(kwargs["slug"]))
        since = post.address_published_at
        is_gone = bool(since and since <= timezone.now()) and (post.is_hidden or post.is_trashed)
        if not post.is_visible_to(request.user):
            if is_gone:
                return render(request, "410.html", status=410)
            raise Http404
        if kwargs["slug"] != post.slug:
            return redirect(post, permanent=post.is_public)
        return post_page(request, post, status=410 if is_gone else 200)
