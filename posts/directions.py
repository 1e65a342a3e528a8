"""Which way each block of a body runs, where not all of it runs from left to right.

Browsers go by the first letter, so a Hebrew paragraph that begins with the name of a program runs
the wrong way, or by what its page says, so one quoted in an English post does. Here words are
counted, as Google's Closure Library does it.
"""

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape

from posts import markup

#: Of its words with letters, in hundredths, that have to be written from the right.
ENOUGH = 40

# Hebrew, Arabic and the scripts beside them (Unicode's DerivedBidiClass, R and AL).
_FROM_THE_RIGHT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_BLOCKS = frozenset("blockquote caption dl figcaption h2 h3 h4 h5 h6 ol p table ul summary".split())


def marked(tokens: list[str]) -> list[str]:
    """Return a body, given as markup.split() returns it, whose blocks say which way they run.

    So does each with words in it where its author has said nothing. A body that runs from left to
    right throughout is returned as it is.
    """
    if not any(_FROM_THE_RIGHT.search(text) for text in tokens[::2]):
        return tokens
    result = list(tokens)
    begun: list[int] = []
    counts: list[Counter[str]] = [Counter()]  # of the body, and of each block that is begun
    for number, piece, within in markup.walk(tokens):
        if number % 2 == 0:
            if not markup.CODE & within.keys():
                counts[-1].update(_directions(unescape(piece)))
        elif markup.name(piece) in _BLOCKS:
            begun.append(number)
            counts.append(Counter())
        elif begun and markup.end_name(piece) == markup.name(tokens[begun[-1]]):
            start, words = begun.pop(), counts.pop()
            counts[-1].update(words)
            if words and ' dir="' not in tokens[start]:
                direction = "rtl" if words["rtl"] * 100 >= words.total() * ENOUGH else "ltr"
                result[start] = markup.with_attributes(tokens[start], f' dir="{direction}"')
    return result


def _directions(text: str) -> Iterator[str]:
    """Yield which way each word with a letter in it is written, by its first."""
    for word in text.split():
        if letter := next(filter(str.isalpha, word), ""):
            yield "rtl" if _FROM_THE_RIGHT.match(letter) else "ltr"
