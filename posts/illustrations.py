"""The pictures of a body: uploaded here, each described, in several widths, and never jumping."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.conf import settings
from selectolax.lexbor import LexborHTMLParser

if TYPE_CHECKING:
    from posts.models import Image

#: How wide a picture is shown: the column of static/css/site.css, and all of a narrower screen.
SIZES = "(min-width: 43rem) 41rem, calc(100vw - 2rem)"

#: The name of a picture's file, as storages know it.
FILE = re.compile(r"images/[0-9a-f]{2}/[0-9a-f]{64}-[0-9]{1,5}\.(?:webp|avif)")
DIGEST = re.compile(r"[0-9a-f]{64}")

# As the sanitiser writes them: names in lower case, values in double quotes, no bare < or >.
_IMG = re.compile(r"<img\b([^>]*)>")
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_OF_THE_IMAGE = {"src", "alt", "width", "height"}
_PICTURE = re.compile(r"<picture><source [^>]*>(<img [^>]*>)</picture>")
_ADDED = re.compile(r' (?:srcset|sizes|loading|decoding)="[^"]*"')


def digest_of(src: str) -> str:
    """Return which picture an address of this site leads to; "" if to none."""
    name = src.removeprefix(settings.MEDIA_URL)
    if name == src or not FILE.fullmatch(name):
        return ""
    return name.split("/")[2].partition("-")[0]


def illustrate(body: str) -> str:
    """Return a sanitised body whose pictures have all they need, which costs one query if any.

    One that is not here (any more) loses its address, and so leaves its alternative text.
    """
    digests = {digest_of(attributes.get("src", "")) for attributes in _images(body)} - {""}
    if not digests:
        return body
    from posts.models import Image

    images = Image.objects.with_digests(digests)
    seen: list[str] = []

    def replace(match: re.Match[str]) -> str:
        attributes = dict(_ATTRIBUTE.findall(match[1]))
        digest = digest_of(attributes.get("src", ""))
        if not digest:
            return match[0]
        rest = "".join(
            f' {name}="{value}"' for name, value in attributes.items() if name not in _OF_THE_IMAGE
        )
        alt = f' alt="{attributes.get("alt", "")}"'
        if digest not in images:
            return f"<img{alt}{rest}>"
        seen.append(digest)
        return _markup(images[digest], alt + rest, is_first=len(seen) == 1)

    return _IMG.sub(replace, body)


def _markup(image: "Image", attributes: str, *, is_first: bool) -> str:
    img = (
        f'<img src="{image.src}"{attributes} width="{image.width}" height="{image.height}"'
        f' srcset="{image.srcset()}" sizes="{SIZES}"'
        # What is seen first must not wait until the page knows where everything stands.
        + ("" if is_first else ' loading="lazy"')
        + ' decoding="async">'
    )
    if not image.has_avif:
        return img
    source = f'<source type="image/avif" srcset="{image.srcset("avif")}" sizes="{SIZES}">'
    return f"<picture>{source}{img}</picture>"


def plain(body: str) -> str:
    """Return a stored body as an author edits it: without what illustrate() added."""
    if settings.MEDIA_URL not in body:
        return body
    return _IMG.sub(lambda match: _ADDED.sub("", match[0]), _PICTURE.sub(r"\1", body))


def undescribed(typed: str) -> list[int]:
    """Return which of the site's own pictures in a text, as it was typed, have no alt at all.

    An empty alt says that a picture only decorates; none says nothing.
    """
    if "<img" not in typed.lower():
        return []
    own = (settings.MEDIA_URL, settings.STATIC_URL)
    tree = LexborHTMLParser(f"<!doctype html><body><div>{typed}")
    return [
        number
        for number, img in enumerate(tree.css("img"), start=1)
        if "alt" not in img.attributes and (img.attributes.get("src") or "").startswith(own)
    ]


def _images(body: str) -> Iterator[dict[str, str]]:
    for match in _IMG.finditer(body):
        yield dict(_ATTRIBUTE.findall(match[1]))
