"""Texts in words, in every script, folded so that spellings of one word are one.

All that a database gets to index and to look for are tokens of ASCII letters and digits, made here:
so the three of them find the same, whatever they think of accents, of words of two letters, of
"the", or of a script without spaces.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any, NamedTuple

import snowballstemmer

WORD = "w"  # begins the token of a word; that of a stem begins with its language's code
LONGEST = 80  # characters of a token: MariaDB indexes none of more than 84

#: The languages whose inflections are known, by code.
STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "eo": "esperanto",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
}
_SAME_STEMS = {"nn": "nb", "no": "nb"}

# Marks over letters that readers leave out: of Latin, Greek and Cyrillic, Hebrew points, Arabic
# vowels. Those of Indic scripts and Thai are vowels that nobody leaves out. And what draws nothing.
_IGNORED = dict.fromkeys(
    [
        *range(0x0300, 0x0370),
        *range(0x0591, 0x05C8),
        *(0x0640, 0x0670),
        *range(0x064B, 0x0660),
        *(0x00AD, 0x200C, 0x200D, 0xFE0E, 0xFE0F),
    ]
)
# Letters that Unicode does not take for a letter with a mark, and readers do.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
)
_FOLDED = _IGNORED | _LETTERS
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
# Scripts that write no spaces between words, and Korean, which adds its particles to them.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff"
)

_local = threading.local()


class Word(NamedTuple):
    """A word of a text and where it stands; of a script without spaces, two letters of it."""

    text: str
    start: int
    end: int
    is_pair: bool

    @property
    def folded(self) -> str:
        return fold(self.text)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return what finds words, runs without spaces in a word, and the letters of such a run."""
    marks = "".join(
        char for char in map(chr, range(0x300, 0x20000)) if unicodedata.category(char)[0] == "M"
    )
    marks += "\u00ad\u200c\u200d"
    return (
        re.compile(rf"[^\W_]+(?:[{marks}]+[^\W_]*)*"),
        re.compile(rf"([{_UNSPACED}][{_UNSPACED}{marks}]*)"),
        re.compile(rf".[{marks}]*", re.DOTALL),
    )


def words(text: str) -> Iterator[Word]:
    """Yield the words of a text, in order.

    A run of a script without spaces is yielded as each two neighbouring letters, and its last
    letter, so that any part of it can be found. What has no letter or digit in it is no word.
    """
    word, unspaced, _letter = _patterns()
    for match in word.finditer(text):
        if match[0].isascii():
            yield Word(match[0], match.start(), match.end(), is_pair=False)
            continue
        position = match.start()
        for number, part in enumerate(unspaced.split(match[0])):
            if number % 2:
                yield from _pairs(part, position)
            elif part and any(char.isalnum() for char in part):
                yield Word(part, position, position + len(part), is_pair=False)
            position += len(part)


def _pairs(run: str, start: int) -> Iterator[Word]:
    letters = _patterns()[2].findall(run)
    position = start
    for letter, following in zip(letters, [*letters[1:], ""], strict=True):
        end = position + len(letter) + len(following)
        yield Word(letter + following, position, end, is_pair=True)
        position += len(letter)


@lru_cache(maxsize=100_000)
def fold(word: str) -> str:
    """Return a word in lower case and without its accents."""
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", word).casefold())
    return unicodedata.normalize("NFC", apart.translate(_FOLDED)) or word


def known_language(code: str) -> str:
    """Return the code of a language whose inflections are known, or "": "pt" for "pt-BR"."""
    primary = code.lower().partition("-")[0]
    primary = _SAME_STEMS.get(primary, primary)
    return primary if primary in STEMMERS else ""


@lru_cache(maxsize=100_000)
def stem(word: str, language: str) -> str:
    """Return what the forms of a word share in a known language, folded; "" if it has no such."""
    if not language or len(word) > LONGEST:
        return ""
    stemmers: dict[str, Any] = _local.__dict__  # they keep state, so no two threads share one
    if language not in stemmers:
        stemmers[language] = snowballstemmer.stemmer(STEMMERS[language])
    lower = unicodedata.normalize("NFKC", word).casefold()
    return fold(stemmers[language].stemWord(lower))


@lru_cache(maxsize=100_000)
def token(word: str, kind: str = WORD) -> str:
    """Return a folded word as databases get it: "read" is "w1read", and its English stem "en1read".

    The digit keeps it apart from what databases leave out, and makes it long enough for MariaDB.
    Letters beyond ASCII are four digits each, which hold every code point.
    """
    if word.isascii() and word.isalnum():
        return f"{kind}1{word}"[:LONGEST]
    letters = word[: (LONGEST - len(kind) - 1) // 4]
    return f"{kind}2" + "".join(_four_digits(ord(letter)) for letter in letters)


def _four_digits(number: int) -> str:
    return "".join(_DIGITS[number // 36**place % 36] for place in (3, 2, 1, 0))
