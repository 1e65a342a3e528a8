"""Feeds as they are written: Atom (RFC 4287), RSS 2.0 and JSON Feed 1.1, each post in full."""

import json
import re
from datetime import UTC, datetime
from typing import Any

from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed, rfc3339_date
from django.utils.html import escape

#: What no XML 1.0 document may hold, not even by its number (§2.2, Char).
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

#: When a feed without posts was changed last, as it must say, and the same each time.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return _NOT_XML.sub("", value)
    return [_printable(part) for part in value] if isinstance(value, list) else value


class FullFeed(SyndicationFeed):
    """What the three have in common.

    Besides Django's arguments a feed takes `hub`, and an item `summary` as plain text, `content` as
    HTML, `language`, its cover as the HTML `cover` and the address `image`, and for JSON Feed
    `external_url`; each may be "".
    """

    content_type: str

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{name: _printable(value) for name, value in kwargs.items()})

    def add_item(self, **kwargs: Any) -> None:  # type: ignore[override]
        item = {name: _printable(value) for name, value in kwargs.items()}
        super().add_item(**item | {"description": escape(item["summary"]) or None})

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else _NEVER


class AtomFeed(FullFeed, Atom1Feed):
    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        if self.feed["hub"]:
            handler.addQuickElement("link", "", {"rel": "hub", "href": self.feed["hub"]})

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["language"]} if item["language"] else {}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        content = item["cover"] + item["content"]
        handler.addQuickElement("content", content, {"type": "html"})


class RssFeed(FullFeed, Rss201rev2Feed):
    def rss_attributes(self) -> dict[str, str]:
        content = {"xmlns:content": "http://purl.org/rss/1.0/modules/content/"}
        return super().rss_attributes() | content

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        if self.feed["hub"]:
            handler.addQuickElement("atom:link", "", {"rel": "hub", "href": self.feed["hub"]})

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content:encoded", item["cover"] + item["content"])


class JsonFeed(FullFeed):
    """https://www.jsonfeed.org/version/1.1/"""

    content_type = "application/feed+json"

    def write(self, outfile: Any, encoding: str) -> None:
        feed = self.feed
        document = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed["title"],
            "home_page_url": feed["link"],
            "feed_url": feed["feed_url"],
            "description": feed["description"],
            "language": feed["language"],
            "authors": _authors(feed),
            "hubs": [{"type": "WebSub", "url": feed["hub"]}] if feed["hub"] else [],
        }
        items = [self.item(item) for item in self.items]
        outfile.write(json.dumps(_told(document) | {"items": items}, ensure_ascii=False))

    def item(self, item: dict[str, Any]) -> dict[str, Any]:
        return _told(
            {
                "id": item["unique_id"],
                "url": item["link"],
                "external_url": item["external_url"],
                "title": item["title"],
                "content_html": item["content"],
                "summary": item["summary"],
                "image": item["image"],
                "banner_image": item["image"],
                "date_published": rfc3339_date(item["pubdate"]),
                "date_modified": rfc3339_date(item["updateddate"]),
                "authors": _authors(item),
                "tags": list(item["categories"]),
                "language": item["language"],
            }
        )


def _authors(told: dict[str, Any]) -> list[dict[str, str]]:
    name = told["author_name"]
    return [{"name": name, "url": told["author_link"]}] if name else []


def _told(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values without those that say nothing."""
    return {name: value for name, value in values.items() if value}


#: Each format by the name of its addresses.
FORMATS: dict[str, type[FullFeed]] = {"atom": AtomFeed, "rss": RssFeed, "json": JsonFeed}
