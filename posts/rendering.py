"""What is printed of a body: headings with addresses, code in colours, notes linked, directions.

The body stays what its author typed. All is made of it once, when it is saved, in one pass and with
nothing taken out: an id, a link or a wrapping element is added, and footnotes change their place.
"""

import hashlib
from html import unescape
from typing import Any, NamedTuple

import pygments
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from posts import directions, footnotes, highlighting, markup, slugs, word_count
from posts.vocabulary import ELEMENTS, Kind

#: Count on when what is made of a text changes, and run `manage.py render_posts`.
RULES = 3

MAX_HIGHLIGHTED = 30_000  # characters of code in one body; each can cost a dozen in markup
NARROW = 24  # characters that a line of code has room for on any screen
ID_LENGTH = 60
# Before every heading's id, so that none is ever one that the page itself has.
ID_PREFIX = "h-"

_HEADINGS = {"h2": 2, "h3": 3, "h4": 4}
_AMONG_WORDS = frozenset(
    name
    for name, element in ELEMENTS.items()
    if element.kind in (Kind.MARK, Kind.NESTED, Kind.LEAF) and name != "br"
)


class Rendering(NamedTuple):
    """The text as it is printed, its headings as level, id and text, and how long it is."""

    html: str
    contents: list[dict[str, Any]]
    word_count: int


def digest(body: str) -> str:
    """Return what tells whether a rendering is of this body and by these rules, as 64 digits."""
    rules = f"{RULES} {pygments.__version__} {settings.LANGUAGE_CODE} {ID_PREFIX}\n"
    return hashlib.sha256((rules + body).encode()).hexdigest()


def render(body: str) -> Rendering:
    """Return what is printed of a sanitised body."""
    with translation.override(settings.LANGUAGE_CODE):
        return _Renderer(body).rendering()


class _Renderer:
    def __init__(self, body: str) -> None:
        self.tokens = directions.marked(markup.split(body))
        self.notes = footnotes.find(self.tokens)
        self.out: list[str] = []
        self.words: list[str] = []
        self.contents: list[dict[str, Any]] = []
        self.repeated: dict[str, int] = {}  # ids, and the last number after each
        self.captions = 0
        self.highlighted = 0
        self.replaced: dict[int, str] = {}  # tokens that are printed otherwise than they stand

    def rendering(self) -> Rendering:
        notes, end = self.notes.ends(), 0
        for number, token, within in markup.walk(self.tokens):
            if number % 2 == 0 and "pre" not in within:
                self.words.append(footnotes.REFERENCE.sub("", token))
            elif (markup.name(token) or markup.end_name(token)) not in _AMONG_WORDS:
                self.words.append(" ")
            end = max(end, notes.get(number, 0))
            if number <= end and end:
                continue  # a note, which is printed last
            self.out.append(self.printed(number, token, within))
        self.out.append(self.notes.section(self.tokens))
        text = unescape("".join(self.words))
        return Rendering("".join(self.out), self.contents, word_count.count(text))

    def printed(self, number: int, piece: str, within: dict[str, int]) -> str:
        if number in self.replaced:
            return self.replaced[number]
        if number % 2 == 0:
            return self.notes.linked(number, piece)
        name = markup.name(piece)
        if name in _HEADINGS:
            return self.heading(number, piece, within)
        if name == "pre" and "pre" not in within:
            return self.code(number, piece, within)
        if name == "table" and "table" not in within:
            return self.table(number, piece, within)
        if piece == "</table>" and "table" not in within:
            return f"{piece}</div>"
        return piece

    # Headings

    def heading(self, number: int, token: str, within: dict[str, int]) -> str:
        """Return a heading with an id, and, if it holds words only, as a link to itself.

        One with a link or a footnote can be none.
        """
        name = markup.name(token)
        end, text, holds = self._inside(number, name)
        is_noted = any(self.notes.places[at] for at in range(number, end))
        anchor = self._free_id(slugs.slugify(text[: 4 * ID_LENGTH], max_length=ID_LENGTH))
        if text:
            entry = {"level": _HEADINGS[name], "id": anchor, "text": text}
            self.contents.append(entry)
        token = markup.with_attributes(token, f' id="{anchor}"')
        if not text or not end or is_noted or "a" in holds or "a" in within:
            return token
        self.replaced[end] = f"</a></{name}>"
        return f'{token}<a class="anchor" href="#{anchor}">'

    def _inside(self, number: int, name: str) -> tuple[int, str, set[str]]:
        """Return the number of the end tag, the text up to it, and the names of what it holds.

        The number is 0 where something else than words comes first.
        """
        pieces, holds, end = [], set(), 0
        for at in range(number + 1, len(self.tokens)):
            token = self.tokens[at]
            if at % 2 == 0:
                pieces.append(self.notes.without_references(at, token))
            elif token == f"</{name}>":
                end = at
                break
            else:
                inner = markup.name(token) or markup.end_name(token)
                if inner == "br":
                    pieces.append(" ")
                elif inner not in _AMONG_WORDS:
                    break
                holds.add(inner)
        return end, " ".join(unescape("".join(pieces)).split()), holds

    def _free_id(self, slug: str) -> str:
        base = anchor = ID_PREFIX + (slug or "section")  # of a heading such as "🎉"
        while anchor in self.repeated:
            self.repeated[base] += 1
            anchor = f"{base}-{self.repeated[base]}"
        self.repeated[anchor] = 1
        return anchor

    # Code

    def code(self, number: int, token: str, within: dict[str, int]) -> str:
        """Return the tag that begins code; if its lines may be too long, one that can be focused.

        What comes after it is highlighted if it says in which language it is.
        """
        end = next((n for n in range(number, len(self.tokens)) if self.tokens[n] == "</pre>"), 0)
        inner = self.tokens[number + 1 : end]
        label = self._highlight(number, inner) or gettext("Code")
        text = unescape("".join(piece for nth, piece in enumerate(inner) if nth % 2 == 0))
        is_wide = any(len(line) > NARROW for line in text.expandtabs().split("\n"))
        return (
            _scrolling(token, f'aria-label="{label}"') if is_wide and "a" not in within else token
        )

    def _highlight(self, number: int, inner: list[str]) -> str:
        """Have code that stands alone in a <pre> printed in colours; return its language's name."""
        match inner:
            case ["", start, code, "</code>", after] if not after.strip():
                language = highlighting.language_of(start)
            case _:
                return ""
        if not language:
            return ""
        self.highlighted += len(code)
        if self.highlighted <= MAX_HIGHLIGHTED:
            self.replaced[number + 3] = highlighting.highlight(unescape(code), language)
        return highlighting.title(language)

    # Tables

    def table(self, number: int, token: str, within: dict[str, int]) -> str:
        """Return the tag that begins a table, in an element that scrolls if the table is wide."""
        label = f'aria-label="{gettext("Table")}"'
        _space, caption = self.tokens[number + 1 : number + 3]
        if markup.name(caption) == "caption":
            self.captions += 1
            label = f'aria-labelledby="caption-{self.captions}"'
            self.replaced[number + 2] = markup.with_attributes(
                caption, f' id="caption-{self.captions}"'
            )
        around = '<div class="scroll">'
        return (around if "a" in within else _scrolling(around, label)) + token


def _scrolling(tag: str, label: str) -> str:
    """Return a start tag as one that can be focused, so that arrow keys scroll what it begins."""
    return markup.with_attributes(tag, f' tabindex="0" role="group" {label}')
