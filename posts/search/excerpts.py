"""Where the words that were looked for stand in a text."""

from collections.abc import Iterator
from typing import NamedTuple

from posts import footnotes
from posts.search.documents import language_of, plain_text
from posts.search.queries import Query, Term
from posts.search.words import words

LENGTH = 240  # characters
BEFORE = 60  # of them before the first hit
MOST_READ = 50_000  # characters of a body: a hit beyond is not shown


class Piece(NamedTuple):
    text: str
    is_hit: bool


def pieces(text: str, query: Query, language: str) -> list[Piece]:
    """Return a text in pieces, those that were looked for apart."""
    return list(_pieces(text, 0, len(text), _hits(text, query, language)))


def excerpt(body: str, query: Query, language: str) -> list[Piece]:
    """Return, in pieces, the part of a sanitised body with the most hits; [] if it has none."""
    text = plain_text(footnotes.unmarked(body, with_notes=True)[:MOST_READ])
    hits = _hits(text, query, language)
    if not hits:
        return []
    ends = [_count_within(hits, number) for number in range(len(hits))]
    first = max(range(len(hits)), key=lambda number: ends[number])
    start = max(0, hits[first][0] - BEFORE)
    if start:
        start = text.find(" ", start, hits[first][0]) + 1 or start
    end = min(len(text), start + LENGTH)
    if end < len(text):
        end = max(text.rfind(" ", start, end), hits[first][1])
    shown = list(_pieces(text, start, end, hits))
    return [
        *([Piece("… ", is_hit=False)] if start else []),
        *shown,
        *([Piece(" …", is_hit=False)] if end < len(text) else []),
    ]


def _hits(text: str, query: Query, language: str) -> list[tuple[int, int]]:
    """Return where what was looked for stands, a phrase as one, and those that touch as one."""
    known = language_of(language)
    found = list(words(text))
    begun: dict[str, list[Term]] = {}  # by word, for few words of a text begin anything
    spans: list[tuple[int, int]] = []
    for number, word in enumerate(found):
        if word.text not in begun:
            begun[word.text] = [term for term in query.terms if term.may_begin_with(word, known)]
        end = max((term.end_in(found, number) for term in begun[word.text]), default=0)
        if not end:
            continue
        if spans and word.start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((word.start, end))
    return spans


def _count_within(hits: list[tuple[int, int]], number: int) -> int:
    """Return how many hits an excerpt shows that begins with this one."""
    last = hits[number][0] + LENGTH - BEFORE
    count = 0
    for start, _end in hits[number : number + LENGTH]:
        if start >= last:
            break
        count += 1
    return count


def _pieces(text: str, start: int, end: int, hits: list[tuple[int, int]]) -> Iterator[Piece]:
    for hit_start, hit_end in hits:
        if hit_start < start or hit_start >= end:
            continue
        if hit_start > start:
            yield Piece(text[start:hit_start], is_hit=False)
        yield Piece(text[hit_start:hit_end], is_hit=True)
        start = hit_end
    if start < end:
        yield Piece(text[start:end], is_hit=False)
