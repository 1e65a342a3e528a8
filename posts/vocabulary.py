"""What the body of a post may be made of: the one list, for the sanitiser and for the editor.

posts/sanitiser.py lets through what stands here, and nothing else; static/js/editor/ builds what it
can show and write from the same list, which the page carries as JSON.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.conf import settings


class Kind(StrEnum):
    """What an element is to an editor: where it stands and what it holds."""

    TEXT = "text"  # a block that holds words
    BLOCKS = "blocks"  # a block that holds blocks
    LIST = "list"  # a block that holds parts
    PART = "part"  # holds blocks, and stands only in what it is a part of
    TABLE = "table"  # what a table is made of, down to its cells, which are parts
    RULE = "rule"  # a block that holds nothing
    MARK = "mark"  # a way that words are meant
    NESTED = "nested"  # stands among words and holds words, without being a way they are meant
    LEAF = "leaf"  # stands among words and holds nothing


@dataclass(frozen=True)
class Element:
    """An element, with the attributes it may carry besides those of every element.

    An attribute's pattern is what its whole value has to match; "" leaves that to the sanitiser.
    """

    kind: Kind
    attributes: dict[str, str] = field(default_factory=dict)


_COUNT = r"\d{1,3}"
_NUMBER = r"-?\d{1,6}"
_PIXELS = r"\d{1,5}"
_SPANS = {"colspan": _COUNT, "rowspan": _COUNT}


def _plain(kind: Kind, names: str) -> dict[str, Element]:
    return {name: Element(kind) for name in names.split()}


ELEMENTS: dict[str, Element] = {
    **_plain(Kind.TEXT, "p h1 h2 h3 h4 h5 h6 pre"),
    **_plain(Kind.BLOCKS, "div figure"),
    **_plain(Kind.LIST, "ul dl"),
    **_plain(Kind.PART, "dt dd figcaption summary caption"),
    **_plain(Kind.TABLE, "table thead tbody tfoot tr"),
    **_plain(Kind.MARK, "em strong b i u s small mark span cite kbd samp var sub sup dfn abbr"),
    **_plain(Kind.MARK, "bdi bdo"),
    **_plain(Kind.NESTED, "ruby rt rp"),
    **_plain(Kind.LEAF, "br wbr"),
    **_plain(Kind.RULE, "hr"),
    "a": Element(Kind.MARK, {"href": "", "hreflang": ""}),
    "blockquote": Element(Kind.BLOCKS, {"cite": ""}),
    "code": Element(Kind.MARK, {"class": r"language-[\w+#.-]{1,40}"}),
    "col": Element(Kind.TABLE, {"span": _COUNT}),
    "colgroup": Element(Kind.TABLE, {"span": _COUNT}),
    "del": Element(Kind.MARK, {"cite": "", "datetime": ""}),
    "details": Element(Kind.BLOCKS, {"open": ""}),
    "img": Element(Kind.LEAF, {"src": "", "alt": "", "width": _PIXELS, "height": _PIXELS}),
    "ins": Element(Kind.MARK, {"cite": "", "datetime": ""}),
    "li": Element(Kind.PART, {"value": _NUMBER}),
    "ol": Element(Kind.LIST, {"start": _NUMBER, "reversed": "", "type": "[1aAiI]"}),
    "q": Element(Kind.MARK, {"cite": ""}),
    "td": Element(Kind.PART, _SPANS),
    "th": Element(Kind.PART, {**_SPANS, "scope": ""}),
    "time": Element(Kind.MARK, {"datetime": ""}),
}
EVERYWHERE = {"dir", "lang", "title"}
LINK_SCHEMES = {"http", "https", "mailto", "tel"}
LINK_REL = "noopener noreferrer"

#: What a whole value has to match, by element and attribute.
PATTERNS = {
    (name, attribute): re.compile(pattern)
    for name, element in ELEMENTS.items()
    for attribute, pattern in element.attributes.items()
    if pattern
}


def for_the_editor() -> dict[str, Any]:
    """Return the list as the editor reads it, with what it has to know of addresses."""
    return {
        "elements": {
            name: {"kind": element.kind, "attributes": element.attributes}
            for name, element in ELEMENTS.items()
        },
        "everywhere": sorted(EVERYWHERE),
        "schemes": sorted(LINK_SCHEMES),
        "rel": LINK_REL,
        "images": [settings.STATIC_URL, settings.MEDIA_URL],
    }
