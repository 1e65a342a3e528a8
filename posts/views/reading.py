"""The public pages."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views import View
from django.views.generic import ListView

from accounts.models import User
from posts import metadata, slugs
from posts.freshness import PublicPageMixin
from posts.links import absolute
from posts.metadata import Metadata
from posts.models import Post, PostQuerySet, Tag
from posts.paging import CursorPagingMixin


class PostListView(PublicPageMixin, CursorPagingMixin, ListView):
    template_name = "posts/post_list.html"
    context_object_name = "post_list"
    paginate_by = 20

    def get_queryset(self) -> PostQuerySet:
        return Post.objects.for_list()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        told = self.get_metadata(absolute(self.canonical_path() + page.query))
        return context | {"metadata": replace(told, is_indexed=bool(page.rows))}

    def canonical_path(self) -> str:
        """Return the address of the list in the spelling it is known by."""
        return self.request.path

    def get_metadata(self, url: str) -> Metadata:
        return metadata.of_list(url)


class AuthorPostListView(PostListView):
    template_name = "posts/author_post_list.html"

    def get_queryset(self) -> PostQuerySet:
        self.author = get_object_or_404(User, handle=self.kwargs["handle"])
        # Not joined: with few authors a database may begin with them, and sort all they wrote.
        return self.author.posts.published().newest_first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(author=self.author, **kwargs)

    def canonical_path(self) -> str:
        return self.author.get_absolute_url()

    def get_metadata(self, url: str) -> Metadata:
        return metadata.of_author(self.author, url)


class TagPostListView(PostListView):
    template_name = "posts/tag_post_list.html"

    def get_queryset(self) -> PostQuerySet:
        known = Tag.objects.known_to_readers()
        self.tag = get_object_or_404(known, slug=slugs.normalise(self.kwargs["tag"]))
        return super().get_queryset().tagged(self.tag)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(tag=self.tag, **kwargs)

    def canonical_path(self) -> str:
        return self.tag.get_absolute_url()

    def get_metadata(self, url: str) -> Metadata:
        return metadata.of_tag(self.tag, url)


def post_page(request: HttpRequest, post: Post, *, status: int = 200) -> HttpResponse:
    """Return the page of a post, for whoever asks: published, or previewed by its author.

    What was stored by older code, or never rendered, is rendered now, so that no page is stale.
    """
    post.render()
    context: dict[str, Any] = {"post": post, "object": post}
    if post.is_public:
        context["newer"], context["older"] = Post.objects.neighbours(post)
        context["metadata"] = metadata.of_post(post)
    return render(request, "posts/post_detail.html", context, status=status)


class PostDetailView(PublicPageMixin, View):
    """A post at its address; at an old one, the way to it; at a removed one, 410."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        post = get_object_or_404(Post.objects.at(kwargs["slug"]))
        if not post.is_visible_to(request.user):
            if post.is_gone:
                return render(request, "410.html", status=410)
            raise Http404
        if kwargs["slug"] != post.slug:
            return redirect(post, permanent=post.is_public)
        return post_page(request, post, status=410 if post.is_gone else 200)
