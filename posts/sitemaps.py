"""What search engines may find: https://www.sitemaps.org/protocol.html

A file holds ranges of primary keys, so that the last of a million posts costs what the first does.
Django's own sitemaps count, and skip by offset.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import quote
from xml.sax.saxutils import escape

from django.db.models import Exists, Max, Model, OuterRef, QuerySet, Subquery
from django.urls import reverse

from accounts.models import User
from posts.links import absolute
from posts.models import Post, Tag

#: So many addresses may be in one file, and more are not looked for.
MOST = 50_000

_SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"

#: An address, and since when what is there is as it is, where that is known.
Entry = tuple[str, datetime | None]


class Section:
    """The pages of one kind, of things in one range of primary keys; ranges count from 1."""

    model: ClassVar[type[Model]]
    url_name: ClassVar[str]

    def __init__(self, number: int = 1) -> None:
        self.number = number

    def words(self) -> Iterable[Entry]:
        """Return what differs in the addresses of public pages, with their times."""
        raise NotImplementedError

    def entries(self) -> Iterator[Entry]:
        # The path is asked for once, and what differs quoted as it would be.
        before, _mark, after = absolute(reverse(self.url_name, args=["-"])).rpartition("-")
        for word, at in self.words():
            yield f"{before}{quote(word)}{after}", at

    def within(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        last = self.number * MOST
        return queryset.filter(pk__gt=last - MOST, pk__lte=last).order_by("pk")

    @classmethod
    def last_key(cls) -> int:
        return cls.model._default_manager.aggregate(last=Max("pk"))["last"] or 0


class Pages(Section):
    """The front page, which is as new as the newest post."""

    model, url_name = Post, "posts:list"

    def entries(self) -> Iterator[Entry]:
        newest = Post.objects.published().order_by("-listed_at").values_list("listed_at", flat=True)
        yield absolute(reverse(self.url_name)), newest.first()

    @classmethod
    def last_key(cls) -> int:
        return 1


class Posts(Section):
    """Public posts whose text is not first of all elsewhere."""

    model, url_name = Post, "posts:detail"

    def words(self) -> Iterator[Entry]:
        posts = self.within(Post.objects.published().filter(canonical_url=""))
        for slug, updated_at, at in posts.values_list("slug", "updated_at", "listed_at"):
            yield slug, max(updated_at, at)


class Authors(Section):
    """Whoever has public posts; a page is as new as the newest."""

    model, url_name = User, "posts:author"

    def words(self) -> Iterable[Entry]:
        posts = Post.objects.published().filter(author=OuterRef("pk")).order_by("-listed_at")
        newest = User.objects.annotate(newest=Subquery(posts.values("listed_at")[:1]))
        return self.within(newest.exclude(newest=None)).values_list("handle", "newest")


class Tags(Section):
    """Tags of public posts; when something of theirs changed is not known."""

    model, url_name = Tag, "posts:tag"

    def words(self) -> Iterator[Entry]:
        posts = Post.objects.published().filter(tags=OuterRef("pk"))
        for slug in self.within(Tag.objects.filter(Exists(posts))).values_list("slug", flat=True):
            yield slug, None


class Archive(Section):
    """The months in which anything is public, and their overview, if there are any."""

    def entries(self) -> Iterator[Entry]:
        if months := Post.objects.count_by_month():
            yield absolute(reverse("posts:archive_overview")), None
        for month, _count in months:
            yield absolute(month.get_absolute_url()), None

    @classmethod
    def last_key(cls) -> int:
        return 1


SECTIONS: dict[str, type[Section]] = {
    "pages": Pages,
    "archive": Archive,
    "posts": Posts,
    "authors": Authors,
    "tags": Tags,
}


def sitemap() -> str:
    """Return all there is to find, or, where that may be too much for one file, an index of files.

    An index says nothing of when its files changed: to know, it would have to read them.
    """
    last = {name: section.last_key() for name, section in SECTIONS.items()}
    if sum(last.values()) <= MOST:
        return urlset(entry for section in SECTIONS.values() for entry in section().entries())
    files = (
        absolute(reverse("posts:sitemap_section", args=[name, number]))
        for name, key in last.items()
        for number in range(1, -(-key // MOST) + 1)
    )
    return _document(
        "sitemapindex", (f"<sitemap><loc>{escape(file)}</loc></sitemap>" for file in files)
    )


def urlset(entries: Iterable[Entry]) -> str:
    return _document("urlset", (_url(address, at) for address, at in entries))


def _url(address: str, at: datetime | None) -> str:
    lastmod = ""
    if at:
        lastmod = f"<lastmod>{at.astimezone(UTC).isoformat(timespec='seconds')}</lastmod>"
    return f"<url><loc>{escape(address)}</loc>{lastmod}</url>"


def _document(root: str, elements: Iterable[str]) -> str:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="{_SCHEMA}">']
    return "\n".join([*lines, *elements, f"</{root}>\n"])
