"""Footnotes in the notation people know from Markdown: [^1] in the text, [^1]: before the note.

A note is a paragraph of its own that stands in no other element. What refers to no note, and a note
that nothing refers to, stay as they were typed; so does what stands in brackets in a note.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.translation import get_language, gettext

from posts import markup

MAX_REFERENCES = 1_000  # one is four characters, and as a link a hundred

REFERENCE = re.compile(r"\[\^([^\s\[\]^&<>]{1,40})\]")
_NOTE = re.compile(r"\s*\[\^([^\s\[\]^&<>]{1,40})\]:[ \t]*")
# Where no reference is looked for: code is quoted, and no link can hold another.
_TAKEN = markup.CODE | {"a", "summary"}


@dataclass
class Note:
    """A note, with the numbers of the tokens that are its paragraph, and how often it is meant."""

    number: int
    begin: int
    end: int
    references: int = 0

    def link(self) -> str:
        """Return the next reference to it."""
        self.references += 1
        return (
            f'<sup><a href="#fn-{self.number}" id="{self._back(self.references)}"'
            f' role="doc-noteref">{self.number}</a></sup>'
        )

    def item(self, tokens: list[str]) -> str:
        """Return it as an item of the list at the end, with links back to where it is meant."""
        first, *rest = tokens[self.begin + 1 : self.end]
        text = "".join([_NOTE.sub("", first, count=1), *rest])
        back = "".join(map(self._link_back, range(1, self.references + 1)))
        return f'<li id="fn-{self.number}">{tokens[self.begin]}{text}{back}</p></li>'

    def _link_back(self, nth: int) -> str:
        which = f" {nth}" if nth > 1 else ""
        label = gettext("Back to the text") + which
        return (
            f' <a href="#{self._back(nth)}" role="doc-backlink" lang="{get_language()}"'
            f' aria-label="{label}">↩\ufe0e{which}</a>'  # as text, not as an emoji
        )

    def _back(self, nth: int) -> str:
        return f"fnref-{self.number}" + (f"-{nth}" if nth > 1 else "")


@dataclass
class Footnotes:
    """Those of one body, in the order in which the text refers to them."""

    by_name: dict[str, Note] = field(default_factory=dict)
    #: The numbers of the tokens with references, each with how many of them are to be links.
    places: Counter[int] = field(default_factory=Counter)

    def ends(self) -> dict[int, int]:
        """Return where the paragraphs of the notes begin, each with where it ends."""
        return {note.begin: note.end for note in self.by_name.values()}

    def linked(self, number: int, text: str) -> str:
        """Return the text that is a token with its references to notes as links."""
        return self._with_references(number, text, Note.link)

    def without_references(self, number: int, text: str) -> str:
        """Return the text that is a token without its references to notes."""
        return self._with_references(number, text, lambda note: "")

    def _with_references(self, number: int, text: str, written: Callable[[Note], str]) -> str:
        def reference(match: re.Match[str]) -> str:
            return written(self.by_name[match[1]]) if match[1] in self.by_name else match[0]

        most = self.places[number]
        return REFERENCE.sub(reference, text, count=most) if most else text

    def without_notes(self, pieces: list[str]) -> list[str]:
        """Return what is printed of each token, of those of the notes nothing."""
        left = list(pieces)
        for begin, end in self.ends().items():
            left[begin : end + 1] = [""] * (end + 1 - begin)
        return left

    def section(self, tokens: list[str]) -> str:
        """Return the notes, to stand at the end of the body; "" if there is none."""
        items = "".join(note.item(tokens) for note in self.by_name.values())
        return f'<div class="notes" role="doc-endnotes"><ol>{items}</ol></div>' * bool(items)


def find(tokens: list[str]) -> Footnotes:
    """Return the notes of a body that is given as markup.split() returns it."""
    found = Footnotes()
    if not any("[^" in text for text in tokens[::2]):
        return found
    paragraphs: dict[str, tuple[int, int]] = {}
    references: list[tuple[int, str]] = []
    begun: tuple[str, int] | None = None  # the note that this token is in
    for number, piece, within in markup.walk(tokens):
        if begun:
            if piece == "</p>":
                paragraphs.setdefault(begun[0], (begun[1], number))
                begun = None
        elif number % 2 == 0 and "[^" in piece:
            note = _NOTE.match(piece)
            if note and within == {"p": 1} and markup.name(tokens[number - 1]) == "p":
                begun = (note[1], number - 1)
            elif not _TAKEN & within.keys():
                references += [(number, name) for name in REFERENCE.findall(piece)]
    for number, name in references[:MAX_REFERENCES]:
        found.places[number] += 1
        if name in paragraphs and name not in found.by_name:
            found.by_name[name] = Note(len(found.by_name) + 1, *paragraphs[name])
    return found


def linked(body: str) -> str:
    """Return a body with its notes as a list at the end, and links to them and back."""
    if "[^" not in body:
        return body
    tokens = markup.split(body)
    found = find(tokens)
    pieces = [found.linked(number, token) for number, token in enumerate(tokens)]
    return "".join(found.without_notes(pieces)) + found.section(tokens)


def unmarked(body: str, *, with_notes: bool) -> str:
    """Return a body without the marks of footnotes, for what shows it as plain text."""
    if "[^" not in body:
        return body
    tokens = markup.split(body)
    found = find(tokens)
    for note in found.by_name.values():
        tokens[note.begin + 1] = _NOTE.sub("", tokens[note.begin + 1], count=1)
    for number in found.places:
        tokens[number] = found.without_references(number, tokens[number])
    return "".join(tokens if with_notes else found.without_notes(tokens))
