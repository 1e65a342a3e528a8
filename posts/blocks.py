"""The blocks of a body, as differences are looked for: paragraphs, headings, list items, rows."""

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

_ELEMENTS = frozenset(
    "h1 h2 h3 h4 h5 h6 p div hr pre ul ol li dl dt dd figure figcaption summary details "
    "blockquote table caption colgroup col thead tbody tfoot tr".split()
)
# No "<" within a tag: sanitised HTML has none there, and else this would not be linear.
_TAG = re.compile(r"(<[^<>]*>)")
_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)")
MARK = "\0"  # begins a token that is a tag, as no text can
_SHOWN = re.compile(r'\b(?:alt|src)="([^"]+)"')
_SPACE = re.compile(r"[ \t\n\r\f]+")


class Source(NamedTuple):
    """A block as it is compared: markup and text in turn, a tag being a token as a sentence is."""

    tag: str
    tokens: tuple[str, ...]

    def words(self) -> set[str]:
        return {word for token in self.tokens for word in token.split()}


def sources(body: str) -> Iterator[Source]:
    """Yield the blocks of a body that show something, in order."""
    opened: list[tuple[str, str]] = []
    inline: list[str] = []

    def flush() -> Iterator[Source]:
        tokens = _stripped(inline)
        inline.clear()
        if any(not is_tag(token) for token in tokens):
            # Three are enough to tell <ol> from <ul>; all of them could be very many.
            path = [MARK + tag for _name, tag in opened[-3:]]
            yield Source(opened[-1][0] if opened else "p", (*path, *tokens))

    is_preformatted = False
    for number, token in enumerate(_TAG.split(body.replace(MARK, ""))):
        if number % 2 == 0:
            inline.append(unescape(token if is_preformatted else _SPACE.sub(" ", token)))
            continue
        match = _NAME.match(token)
        name = match[1].lower() if match else ""
        if name not in _ELEMENTS:
            inline += _inline(name, token, is_empty=not inline)
            continue
        yield from flush()
        if name == "hr":
            yield Source(name, (MARK + token, "* * *"))
        elif not token.startswith("</"):
            opened.append((name, token))
        elif any(name == other for other, _tag in opened[-200:]):
            while opened.pop()[0] != name:
                pass
        if name == "pre":
            is_preformatted = not token.startswith("</")
    yield from flush()


def _inline(name: str, token: str, *, is_empty: bool) -> list[str]:
    """Return a tag within a block, and what stands for what it shows."""
    if name == "br":
        return ["\n"]
    if name == "img":
        shown = sorted(_SHOWN.findall(token), key=lambda value: value.startswith("/"))
        return [MARK + token, f"[{unescape(shown[0]) if shown else name}]"]
    if name in ("td", "th") and not token.startswith("</"):
        return [MARK + token] if is_empty else [MARK + token, " | "]
    return [MARK + token]


def _stripped(tokens: list[str]) -> list[str]:
    """Return the tokens without the white space at either end."""
    tokens = [token for token in tokens if token]
    for order in (1, -1):
        for index in range(len(tokens))[::order]:
            if is_tag(tokens[index]):
                continue
            strip = str.lstrip if order == 1 else str.rstrip
            tokens[index] = strip(tokens[index], " \t\n\r\f")
            if tokens[index]:
                break
    return [token for token in tokens if token]


def is_tag(token: str) -> bool:
    return token.startswith(MARK)
