"""Slugs: the part of a post's address that says which post it is."""

import re
import secrets
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver
from slugify import slugify as _slugify

MAX_LENGTH = 100
FALLBACK = "post"  # for a title without a letter or digit, such as "🎉"

# Letters and marks of Unicode that draw nothing (Default_Ignorable_Code_Point, Unicode §5.21).
INVISIBLE = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
_APOSTROPHE_INSIDE_A_WORD = re.compile(r"(?<=\w)['\u2019](?=(?:[dmst]|ll|re|ve)\b)", re.IGNORECASE)


def normalise(slug: str) -> str:
    """Return the one spelling under which an address is kept: lower case, in NFC."""
    lower = unicodedata.normalize("NFC", slug).lower()
    return unicodedata.normalize("NFC", lower.replace("i\u0307", "i"))  # what "İ" leaves behind


def slugify(text: str, max_length: int = MAX_LENGTH) -> str:
    """Return text as a slug in its own script, cut between words; "" if nothing of it can stay."""
    text = _APOSTROPHE_INSIDE_A_WORD.sub("", unicodedata.normalize("NFKC", text))
    slug = _slugify(
        INVISIBLE.sub("", text),
        allow_unicode=True,
        algorithm="modern",  # keeps the vowel signs of Indic scripts, Thai and others
        entities=False,
        decimal=False,
        hexadecimal=False,
    )
    return _cut(INVISIBLE.sub("", normalise(slug)), max_length)


def _cut(slug: str, max_length: int) -> str:
    """Return at most max_length characters, whole words if one fits, never half a syllable."""
    if len(slug) <= max_length:
        return slug.strip("-")
    end = max_length
    while end > 1 and unicodedata.category(slug[end]).startswith("M"):
        end -= 1
    words = slug[: end + 1].rpartition("-")[0]
    return (words or slug[:end]).strip("-")


def for_title(title: str) -> Iterator[str]:
    """Yield slugs for a post of this title, the most fitting first, without end."""
    base = slugify(title, max_length=80) or FALLBACK
    if base not in reserved():
        yield base
    for number in range(2, 10):
        yield f"{base}-{number}"
    while True:
        yield f"{base}-{secrets.token_hex(3)}"


def is_from_title(slug: str, title: str) -> bool:
    """Return whether for_title(title) may have made this slug."""
    base = slugify(title, max_length=80) or FALLBACK
    return re.fullmatch(f"{re.escape(base)}(-[2-9]|-[0-9a-f]{{6}})?", slug) is not None


@cache
def reserved() -> frozenset[str]:
    """Return the first path segments that are no post's to take, read off the URLconf."""
    static = (urlsplit(settings.STATIC_URL).path, urlsplit(settings.MEDIA_URL).path)
    segments = {path.strip("/").partition("/")[0] for path in static}
    return frozenset(segments | set(_first_segments(get_resolver().url_patterns)))


def _first_segments(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        route = str(pattern.pattern).lstrip("^").rstrip("$")
        if not route and isinstance(pattern, URLResolver):
            yield from _first_segments(pattern.url_patterns)
        elif (segment := route.partition("/")[0]) and "<" not in segment:
            yield segment
