"""The body of a post: what may stand in it, and what its author is told of the rest.

An article may be structured, illustrated and linked. It may not run anything, frame anything, style
itself over the page, collect input, or make the reader's browser ask another site for something.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache

import nh3
from django.conf import settings
from django.utils.html import escape, linebreaks
from selectolax.lexbor import LexborHTMLParser, LexborNode

from posts import footnotes, illustrations, slugs, vocabulary
from posts.vocabulary import EVERYWHERE, LINK_REL, LINK_SCHEMES

#: Each element an article may use, with the attributes it may carry besides those of every element.
ELEMENTS: dict[str, set[str]] = {
    name: set(element.attributes) for name, element in vocabulary.ELEMENTS.items()
}

# HTML parsers need quadratic time for what is nested deeply, 6 minutes for 1 MB of <div>, and for
# an element of very many attributes; and a <b> that is never closed they open anew in each
# paragraph. What nobody writes by hand is refused before it is parsed.
MAX_NESTING = 200
MAX_ELEMENTS = 20_000
MAX_ATTRIBUTES = 1_000  # of one element
MAX_REOPENED = 400_000  # elements times nesting
MAX_PASSES = 20  # in millions of bodies made at random, three were the most
OPENING_LENGTH = 240  # characters

_BLOCK = re.compile(
    r"<(?:h[1-6]|p|div|hr|pre|[uo]l|li|dl|dt|dd|blockquote|figure|figcaption|table|details)\b"
)
_HEADING_1 = re.compile(r"<(/?)h1\b")
_COMMENT = re.compile(r"<[!?]")  # or what HTML takes for one
_PRE_BEFORE_NEWLINE = re.compile(r"(<pre[^>]*>)\n")
_BARE_AMPERSAND = re.compile(r"&(?!#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|[a-zA-Z][a-zA-Z0-9]{1,31};)")
_START_TAG = re.compile(r"<[a-zA-Z][^>]*")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_UNNESTED = frozenset(
    "area base br col embed hr img input link meta source track wbr"  # never have content
    " p li dt dd td th tr thead tbody tfoot colgroup option rt rp".split()  # end by themselves
)
_NOT_PROSE = "pre, table, figure, h2, h3, h4, h5, h6, summary"
_BREAKS_LINE = re.compile(r"<(?=/?(?:h1|p|div|hr|br|ul|ol|li|dl|dt|dd|blockquote|details)\b)")


def sanitise(body: str) -> str:
    """Return a body fit to be printed as it is. Sanitising the result again changes nothing.

    Text without a block element becomes paragraphs, at blank lines; an h1, which is the page's
    own, becomes an h2. Pictures that were uploaded here get their sizes from the database, which
    is asked for nothing else.
    """
    clean = _clean(body).strip()
    if clean and not _BLOCK.search(clean):
        clean = _clean(linebreaks(clean, autoescape=False))
    # Markup nested as it may not be is parsed anew differently each time, until it settles.
    for _number in range(MAX_PASSES):
        again = _clean(clean)
        if again == clean:
            break
        clean = again
    return illustrations.illustrate(clean)


def shown_as_source(body: str) -> str:
    """Return a body that shows another's markup, of whatever kind, as its characters."""
    return sanitise(f"<pre>\n{escape(body)}</pre>")


def _clean(body: str) -> str:
    # Bare ampersands by the hundred thousand take the parser a minute.
    clean = _cleaner().clean(_BARE_AMPERSAND.sub("&amp;", body))
    # A parser drops the newline that begins a <pre>; one more keeps the others.
    return _PRE_BEFORE_NEWLINE.sub(r"\1\n\n", _HEADING_1.sub(r"<\1h2", clean))


def is_too_intricate(body: str) -> bool:
    """Return whether a body has more elements, deeper, or of more attributes than one writes."""
    count = 0
    for tag in _START_TAG.finditer(body):
        count += 1
        long = tag.end() - tag.start() > MAX_ATTRIBUTES
        if count > MAX_ELEMENTS or (long and len(tag[0].split()) > MAX_ATTRIBUTES):
            return True
    depth = nesting(body)
    return depth > MAX_NESTING or depth * count > MAX_REOPENED


def nesting(body: str) -> int:
    """Return how deep elements seem to be nested in a body, found without parsing it."""
    opened: Counter[str] = Counter()
    depth = deepest = 0
    for match in _TAG.finditer(body):
        closes, name = match[1], match[2].lower()
        if name in _UNNESTED or (closes and not opened[name]):
            continue
        step = -1 if closes else 1
        opened[name] += step
        depth += step
        deepest = max(deepest, depth)
    return deepest


def removed(before: str, after: str) -> list[str]:
    """Return what sanitising took out, each kind once, as an author would recognise it."""
    lost = Counter(_things(before)) - Counter(_things(after))
    if _COMMENT.search(before):
        lost["<!-- -->"] += 1
    unparsed = {match[2].lower() for match in _TAG.finditer(before) if not match[1]}
    known = {node.tag for tree in (before, after) for node in _parse(tree).css("*")}
    return sorted({*lost, *(f"<{name}>" for name in unparsed - known)})


def is_blank(body: str) -> bool:
    """Return whether a sanitised body shows a reader nothing at all."""
    tree = _parse(body)
    text = tree.text() if tree.root else ""
    return not has_ink(text) and not tree.css_matches("img[src]")


def has_ink(text: str) -> bool:
    """Return whether there is a character in text that draws something."""
    # By category, and not by isprintable(), which knows no emoji newer than this Python.
    return any(
        unicodedata.category(char)[0] != "Z"
        and unicodedata.category(char) not in {"Cc", "Cf", "Cs"}
        for char in slugs.INVISIBLE.sub("", text)
    )


def opening(body: str) -> str:
    """Return the first words of a sanitised body, for lists: at most OPENING_LENGTH characters.

    Footnotes, headings, tables, figures and code are none of them.
    """
    prose = footnotes.unmarked(body, with_notes=False)
    tree = _parse(_BREAKS_LINE.sub(" <", prose[:50_000]))
    for node in tree.css(_NOT_PROSE):
        node.decompose()
    text = " ".join(tree.text().split()) if tree.root else ""
    if len(text) <= OPENING_LENGTH:
        return text
    words = text[:OPENING_LENGTH].rpartition(" ")[0]
    cut = words if len(words) > OPENING_LENGTH * 3 // 4 else text[: OPENING_LENGTH - 1]
    return cut if cut.endswith((".", "!", "?", "。")) else cut.rstrip(",;:–—") + "…"


def _things(html: str) -> Iterator[str]:
    """Yield each element and attribute, named as in the message to the author."""
    for node in _parse(html).css("body, body *"):
        if node.tag != "body":
            yield f"<{node.tag}>"
        yield from _attributes(node)


def _parse(html: str) -> LexborHTMLParser:
    """Return the tree of a body; within a <div>, before which nothing can hide."""
    return LexborHTMLParser(f"<!doctype html><body><div>{html}")


def _attributes(node: LexborNode) -> Iterator[str]:
    for name, value in node.attributes.items():
        if name in ("href", "src", "rel", "cite"):
            shown = " ".join((value or "").split())
            yield f'{name}="{shown if len(shown) <= 60 else shown[:59] + "…"}"'
        else:
            yield f"{name}="


def _attribute(element: str, name: str, value: str) -> str | None:
    """Return the value an attribute keeps; None if it has to go."""
    if (element, name) == ("img", "src"):
        return value if _is_own_image(value) else None
    if name == "cite":
        return value if re.match(r"(?:https?:/)?/", value) else None
    pattern = vocabulary.PATTERNS.get((element, name))
    return value if pattern is None or pattern.fullmatch(value) else None


def _is_own_image(src: str) -> bool:
    """Return whether an address leads to a file of this site, and to nothing that acts."""
    if src.startswith(settings.MEDIA_URL):
        return bool(illustrations.digest_of(src))
    return src.startswith(settings.STATIC_URL) and (
        re.fullmatch(r"/[\w./-]+", src) is not None and ".." not in src and "//" not in src
    )


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(ELEMENTS),
        attributes={"*": EVERYWHERE, **{name: set(own) for name, own in ELEMENTS.items() if own}},
        attribute_filter=_attribute,
        url_schemes=LINK_SCHEMES,
        link_rel=LINK_REL,
    )
