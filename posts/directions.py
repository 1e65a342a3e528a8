"""Which way each block of a body runs, where not all of it runs from left to right.

Browsers go by the first letter, so a Hebrew paragraph that begins with the name of a program runs
the wrong way, or by what its page says, so one quoted in an English post does. Here words are
counted, as Google's Closure Library does it.
"""

import re
from html import unescape

from posts import markup

#: Of its words with letters, in hundredths, that have to be written from the right.
ENOUGH = 40

# Hebrew, Arabic and the scripts beside them (Unicode's DerivedBidiClass, R and AL).
_FROM_THE_RIGHT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_BLOCKS = frozenset("blockquote caption dl figcaption h2 h3 h4 h5 h6 ol p table ul summary".split())


def find(tokens: list[str]) -> dict[int, str]:
    """Return "rtl" or "ltr" for each block that has words, by the number of the token it begins at.

    The body is given as markup.split() returns it. Of one that runs from left to right throughout,
    nothing is returned.
    """
    if not any(_FROM_THE_RIGHT.search(text) for text in tokens[::2]):
        return {}
    found: dict[int, str] = {}
    begun: list[tuple[int, str]] = []
    counts = [(0, 0)]  # words from the right, and all: of the body, and of each block that is begun
    for number, piece, within in markup.walk(tokens):
        if number % 2 == 0:
            if not markup.CODE & within.keys():
                counts[-1] = _sum(counts[-1], _count(unescape(piece)))
        elif markup.name(piece) in _BLOCKS:
            begun.append((number, markup.name(piece)))
            counts.append((0, 0))
        elif begun and markup.end_name(piece) == begun[-1][1]:
            start, _name = begun.pop()
            right, total = counts.pop()
            counts[-1] = _sum(counts[-1], (right, total))
            if total:
                found[start] = "rtl" if right * 100 >= total * ENOUGH else "ltr"
    return found


def marked(tokens: list[str]) -> list[str]:
    """Return the tokens of a body with what find() found, where its author has said nothing."""
    marked = list(tokens)
    for number, direction in find(tokens).items():
        if ' dir="' not in tokens[number]:
            marked[number] = markup.with_attributes(tokens[number], f' dir="{direction}"')
    return marked


def _count(text: str) -> tuple[int, int]:
    first_letters = [next(filter(str.isalpha, word), "") for word in text.split()]
    letters = [letter for letter in first_letters if letter]
    return sum(1 for letter in letters if _FROM_THE_RIGHT.match(letter)), len(letters)


def _sum(counts: tuple[int, int], more: tuple[int, int]) -> tuple[int, int]:
    return counts[0] + more[0], counts[1] + more[1]
