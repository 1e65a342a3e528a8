"""Tells a WebSub hub which feeds have something new, so that subscribers need not keep asking.

How a publisher tells its hub is between the two (WebSub §4 asks for the links alone); this is what
hubs have understood since PubSubHubbub 0.3 §7.1.
"""

from collections.abc import Iterable

import requests
from django.conf import settings
from django.urls import reverse

from posts.links import absolute
from posts.models import Post
from posts.syndication import FORMATS

TIMEOUT_SECONDS = 10


def feeds_with(posts: Iterable[Post]) -> list[str]:
    """Return the addresses of all feeds that posts may be in, the site's first; [] without any."""
    places: dict[tuple[str, str], None] = {}
    for post in posts:
        places[("", "")] = None
        places[("author_", post.author.handle)] = None
        places |= {("tag_", tag.slug): None for tag in post.tag_list}
    return [
        absolute(reverse(f"posts:{kind}{name}", args=[word] if word else []))
        for kind, word in places
        for name in FORMATS
    ]


def tell_hub(feed: str) -> None:
    """Tell the hub that a feed has something new. Raise requests.RequestException if it balks."""
    answer = requests.post(
        settings.WEBSUB_HUB,
        data={"hub.mode": "publish", "hub.url": feed},
        timeout=TIMEOUT_SECONDS,
        allow_redirects=False,
    )
    answer.raise_for_status()
    if answer.is_redirect:
        raise requests.HTTPError(f"{answer.status_code} {answer.reason}", response=answer)
