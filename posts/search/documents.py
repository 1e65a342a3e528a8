"""What is kept of a post so that it can be found."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.conf import settings
from selectolax.lexbor import LexborHTMLParser

from posts.search import words

#: Raise it when the rules below, or those of `words`, make other tokens of the same text: then
#: `rebuild_search` makes all of them anew.
RULES = 1

BUCKET = 4096  # posts: see bucket()

# PostgreSQL counts positions no further, and a tsvector holds less than 1 MB.
MOST_IN_ORDER = 12_000  # words
MOST_CHARACTERS = 250_000  # of tokens

_BLOCK = re.compile(
    r"<(?=/?(?:h[1-6]|p|div|hr|br|pre|[uo]l|li|dl|dt|dd|figure|figcaption|summary|details|"
    r"blockquote|table|caption|t[rdh])\b)"
)


@dataclass(frozen=True)
class Document:
    """The tokens of a post: of its title, which weighs more, and of its text."""

    title: tuple[str, ...]
    body: tuple[str, ...]


def plain_text(body: str) -> str:
    """Return what a reader sees of a sanitised body, in one line."""
    tree = LexborHTMLParser(f"<!doctype html><body><div>{_BLOCK.sub(' <', body)}")
    return " ".join(tree.text().split()) if tree.root else ""


def language_of(code: str) -> str:
    """Return the language a post is searched in: its own, or the site's, if its forms are known."""
    return words.known_language(code or settings.LANGUAGE_CODE)


def digest(title: str, body: str, language: str) -> str:
    """Return what tells whether a document was made from this text, by the rules of today."""
    text = "\0".join([str(RULES), language_of(language), title, body])
    return hashlib.sha256(text.encode()).hexdigest()


def document(pk: int, title: str, body: str, language: str) -> Document:
    """Return the tokens of a post.

    Of a very long text, what comes late is there once only, which phrases do not find; and of one
    with more different words than any book, some are not there.
    """
    known = language_of(language)
    return Document(
        title=tuple(_tokens(title, known)),
        body=(bucket(pk), *_tokens(plain_text(body), known)),
    )


def bucket(pk: int) -> str:
    """Return the token of the few thousand posts that were begun around the same time.

    With it a database can be asked for the newest hits without having to look at all of them.
    """
    return f"b3{pk // BUCKET}"


def _tokens(text: str, language: str) -> list[str]:
    """Return the tokens of words in the order of the text, and after them those of stems."""
    kept = list(_bounded(words.words(text)))
    in_order = [words.token(word.folded) for word in kept]
    stems = (words.stem(word.text, language) for word in kept if not word.is_pair)
    tokens = in_order + [words.token(stem, language) for stem in stems if stem]
    while sum(map(len, tokens)) + len(tokens) > MOST_CHARACTERS:
        tokens = tokens[: len(tokens) * 3 // 4]
    return tokens


def _bounded(found: Iterator[words.Word]) -> Iterator[words.Word]:
    """Yield the first words, and of what follows each word once."""
    first = list(islice(found, MOST_IN_ORDER))
    yield from first
    seen = {word.folded for word in first} if len(first) == MOST_IN_ORDER else set()
    for word in found:
        if word.folded not in seen:
            seen.add(word.folded)
            yield word
