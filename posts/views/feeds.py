"""Feeds of the site, of an author and of a tag, each in three formats."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from posts import footnotes, freshness, slugs
from posts.links import absolute, stable_id, with_absolute_links
from posts.models import Post, PostQuerySet, Tag
from posts.syndication import FORMATS, FullFeed


class PostFeed(Feed):
    """The newest posts of the site, in full. It holds what is public, whoever asks."""

    feed_type: type[FullFeed]
    recheck_required = False
    item_guid_is_permalink = False
    size = 20

    def __init__(self, format_name: str) -> None:
        self.feed_type = FORMATS[format_name]
        self.format_name = format_name

    @method_decorator(require_safe)
    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        at = freshness.last_modified(request)
        feed = self.get_feed(self.get_object(request, *args, **kwargs), request)
        response = HttpResponse(content_type=self.feed_type.content_type)
        feed.write(response, "utf-8")
        freshness.stamp(response, at)
        if hub := settings.WEBSUB_HUB:  # in headers too, for a hub that cannot read the format: §4
            response["Link"] = f'<{hub}>; rel="hub", <{feed.feed["feed_url"]}>; rel="self"'
        return response

    # The feed

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return None

    def title(self, thing: Any) -> str:
        return f"{thing} · {settings.SITE_NAME}" if thing else settings.SITE_NAME

    def description(self, thing: Any) -> str:
        return _("The newest posts on %(site)s") % {"site": settings.SITE_NAME}

    def subtitle(self, thing: Any) -> str:
        return self.description(thing)

    def link(self, thing: Any) -> str:
        return absolute(thing.get_absolute_url() if thing else reverse("posts:list"))

    def feed_url(self, thing: Any) -> str:
        return absolute(reverse(f"posts:{self.format_name}"))

    def feed_guid(self, thing: Any) -> str:
        return stable_id("posts")

    def feed_extra_kwargs(self, thing: Any) -> dict[str, Any]:
        return {"hub": settings.WEBSUB_HUB}

    def get_queryset(self, thing: Any) -> PostQuerySet:
        return Post.objects.for_feed()

    def items(self, thing: Any) -> PostQuerySet:
        return self.get_queryset(thing)[: self.size]

    # Each post in it

    def item_title(self, post: Post) -> str:
        return post.title

    def item_link(self, post: Post) -> str:
        return absolute(post.get_absolute_url())

    def item_guid(self, post: Post) -> str:
        return stable_id("post", post.pk)

    def item_pubdate(self, post: Post) -> datetime | None:
        return post.published_at

    def item_updateddate(self, post: Post) -> datetime:
        return post.modified_at

    def item_author_name(self, post: Post) -> str:
        return post.author.get_full_name()

    def item_author_link(self, post: Post) -> str:
        return absolute(post.author.get_absolute_url())

    def item_categories(self, post: Post) -> list[str]:
        return [tag.name for tag in post.tag_list]

    def item_extra_kwargs(self, post: Post) -> dict[str, Any]:
        address = post.get_absolute_url()
        cover = post.cover.own_markup if post.cover else ""
        return {
            "summary": post.summary,
            "content": with_absolute_links(footnotes.linked(post.body), address),
            "cover": with_absolute_links(cover, address),
            "language": post.language,
            "image": absolute(post.cover.src) if post.cover else "",
            "external_url": post.canonical_url,
        }


class AuthorFeed(PostFeed):
    def get_object(self, request: HttpRequest, handle: str) -> User:
        return get_object_or_404(User, handle=handle)

    def description(self, author: User) -> str:
        return _("Posts by %(name)s") % {"name": author.get_full_name()}

    def author_name(self, author: User) -> str:
        return author.get_full_name()

    def author_link(self, author: User) -> str:
        return absolute(author.get_absolute_url())

    def feed_url(self, author: User) -> str:
        return absolute(reverse(f"posts:author_{self.format_name}", args=[author.handle]))

    def feed_guid(self, author: User) -> str:
        return stable_id("author", author.pk)

    def get_queryset(self, author: User) -> PostQuerySet:
        return author.posts.for_feed_of_author()


class TagFeed(PostFeed):
    def get_object(self, request: HttpRequest, tag: str) -> Tag:
        return get_object_or_404(Tag.objects.known_to_readers(), slug=slugs.normalise(tag))

    def description(self, tag: Tag) -> str:
        return _("Posts about %(name)s") % {"name": tag.name}

    def feed_url(self, tag: Tag) -> str:
        return absolute(reverse(f"posts:tag_{self.format_name}", args=[tag.slug]))

    def feed_guid(self, tag: Tag) -> str:
        return stable_id("tag", tag.pk)

    def get_queryset(self, tag: Tag) -> PostQuerySet:
        return super().get_queryset(tag).tagged(tag)
