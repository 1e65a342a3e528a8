"""What a public page tells of itself to search engines, and to whatever shows a link to it."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, to_locale

from accounts.models import User
from posts.cards import HEIGHT, WIDTH, Card
from posts.links import absolute
from posts.models import Post, Tag
from posts.months import Month

#: What would end a script in the middle, as json_script has it.
_ESCAPES = {ord(char): f"\\u{ord(char):04X}" for char in "<>&"}


@dataclass(frozen=True)
class ShareImage:
    url: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True)
class Metadata:
    """What stands in the head of a page: see templates/posts/_metadata.html."""

    url: str  # its own
    title: str
    description: str
    canonical: str = ""  # if it is not its own
    search_description: str = ""  # if it is another
    kind: str = "website"  # in words of ogp.me
    image: ShareImage | None = None
    language: str = ""
    is_indexed: bool = True  # whether search engines are to keep it: a list without posts, no
    properties: list[tuple[str, str]] = field(default_factory=list)
    things: list[dict[str, Any]] = field(default_factory=list)  # in words of schema.org

    @property
    def locale(self) -> str:
        """Return the language as ogp.me has it: en, en_GB, zh_Hans."""
        return to_locale(self.language or get_language() or settings.LANGUAGE_CODE)

    @property
    def script(self) -> SafeString:
        """Return what is told in JSON-LD, in an element that browsers run nothing of."""
        document = {"@context": "https://schema.org", "@graph": self.things}
        told = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        return format_html(
            '<script type="application/ld+json">{}</script>',
            mark_safe(told.translate(_ESCAPES)),  # noqa: S308 (nothing in it ends the element)
        )


def of_post(post: Post) -> Metadata:
    url = absolute(post.get_absolute_url())
    image = share_image(post)
    published_at, modified_at = _utc(post.published_at), _utc(post.modified_at)
    tags = [tag.name for tag in post.tag_list]
    posting = {
        "@type": "BlogPosting",
        "headline": post.title,
        "description": post.search_description,
        "datePublished": published_at,
        "dateModified": modified_at,
        "author": person(post.author),
        "publisher": {"@type": "Organization", "name": settings.SITE_NAME, "url": absolute("/")},
        "mainEntityOfPage": post.canonical_url or url,
        "image": {
            "@type": "ImageObject",
            "url": image.url,
            "width": image.width,
            "height": image.height,
        },
        "keywords": tags,
        "inLanguage": post.language or settings.LANGUAGE_CODE,
        "wordCount": post.word_count,
    }
    return Metadata(
        url=url,
        canonical=post.canonical_url,
        title=post.title,
        description=post.summary,
        search_description=post.search_description,
        kind="article",
        image=image,
        language=post.language,
        properties=[
            ("article:published_time", published_at),
            ("article:modified_time", modified_at),
            ("article:author", absolute(post.author.get_absolute_url())),
            *(("article:tag", tag) for tag in tags),
        ],
        things=[_told(posting), breadcrumbs((post.title, url))],
    )


def of_author(author: User, url: str) -> Metadata:
    name = author.get_full_name()
    told = {"@type": "ProfilePage", "url": url, "mainEntity": person(author, in_full=True)}
    return Metadata(
        url=url,
        title=name,
        description=author.bio or gettext("Posts by %(name)s") % {"name": name},
        kind="profile",
        things=[told, breadcrumbs((name, url))],
    )


def of_tag(tag: Tag, url: str) -> Metadata:
    return Metadata(
        url=url,
        title=tag.name,
        description=gettext("Posts about %(name)s") % {"name": tag.name},
        things=[breadcrumbs((tag.name, url))],
    )


def of_month(month: Month, url: str) -> Metadata:
    name = date_format(month.first_day, "YEAR_MONTH_FORMAT")
    return Metadata(
        url=url,
        title=name,
        description=gettext("Posts of %(month)s") % {"month": name},
        things=[breadcrumbs(_archive(), (name, url))],
    )


def of_archive(*, is_indexed: bool) -> Metadata:
    name, url = _archive()
    return Metadata(
        url=url,
        title=name,
        description=gettext("All posts on %(site)s by month") % {"site": settings.SITE_NAME},
        is_indexed=is_indexed,
        things=[breadcrumbs((name, url))],
    )


def of_list(url: str) -> Metadata:
    """Return what a list of the site's posts tells, which are whoever's and about whatever."""
    site = {"@type": "WebSite", "name": settings.SITE_NAME, "url": absolute("/")}
    return Metadata(
        url=url,
        title=settings.SITE_NAME,
        description=gettext("The newest posts on %(site)s") % {"site": settings.SITE_NAME},
        things=[site | {"inLanguage": settings.LANGUAGE_CODE}],
    )


def share_image(post: Post) -> ShareImage:
    """Return the post's cover, or what is made from its title where it has none."""
    if post.cover:
        cover = post.cover
        return ShareImage(absolute(cover.src), cover.width, cover.height, cover.alt)
    card = Card.of(post)
    address = f"{reverse('posts:card', args=[post.slug])}?v={card.digest}"
    return ShareImage(absolute(address), WIDTH, HEIGHT, card.alt)


def person(author: User, *, in_full: bool = False) -> dict[str, Any]:
    told = {
        "@type": "Person",
        "name": author.get_full_name(),
        "url": absolute(author.get_absolute_url()),
        "sameAs": author.links.split(),
        "description": author.bio if in_full else "",
    }
    return _told(told)


def breadcrumbs(*places: tuple[str, str]) -> dict[str, Any]:
    """Return the way to a page: from the site's first, by these names and addresses."""
    way = [(settings.SITE_NAME, absolute(reverse("posts:list"))), *places]
    steps = [
        {"@type": "ListItem", "position": number, "name": name, "item": url}
        for number, (name, url) in enumerate(way, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": steps}


def _archive() -> tuple[str, str]:
    return gettext("Archive"), absolute(reverse("posts:archive_overview"))


def _told(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _utc(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds") if at else ""
