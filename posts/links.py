"""Addresses as other sites and programs need them: whole, and the same after a rename."""

import re
from html import escape, unescape
from urllib.parse import urljoin

from django.conf import settings

# As the sanitiser writes them: names in lower case, values in double quotes, no bare < or >.
_START_TAG = re.compile(r"<[a-z][^>]*>")
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_HAS_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")


def absolute(address: str, page: str = "/") -> str:
    """Return an address on a page of this site as one that leads there from anywhere.

    One that is none, such as "//[", comes back as it is.
    """
    if _HAS_SCHEME.match(address):
        return address
    try:
        return urljoin(urljoin(settings.SITE_URL, page), address)
    except ValueError:
        return address


def with_absolute_links(body: str, page: str) -> str:
    """Return a sanitised body, printed on a page of this site, as it can be read elsewhere."""

    def attribute(match: re.Match[str]) -> str:
        name, value = match[1], unescape(match[2])
        match name:
            case "href" | "src" | "cite":
                value = absolute(value, page)
            case "srcset":
                value = ", ".join(absolute(part, page) for part in value.split(", "))
            case _:
                return match[0]
        return f' {name}="{escape(value)}"'

    return _START_TAG.sub(lambda tag: _ATTRIBUTE.sub(attribute, tag[0]), body)


def stable_id(kind: str, pk: object = "") -> str:
    """Return a tag URI (RFC 4151): what feeds know a thing by, whatever its address becomes."""
    return f"tag:{settings.FEED_AUTHORITY}:{kind}/{pk}".rstrip("/")
