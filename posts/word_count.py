"""How long a text is, and how long it takes to read."""

import math
import re

# Silent reading of non-fiction in English, by adults: M. Brysbaert, "How many words do we read per
# minute?", Journal of Memory and Language 109 (2019).
WORDS_A_MINUTE = 238
# Characters, where no space parts words: S. Trauzettel-Klosinski, K. Dietz, "Standardized
# assessment of reading performance", Investigative Ophthalmology & Visual Science 53 (2012).
CHINESE_A_MINUTE = 255
JAPANESE_A_MINUTE = 357

_KANA = re.compile("[\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9f]")
_HAN_OR_KANA = re.compile(
    "[\u3005\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff]"
)
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")


def count(text: str) -> int:
    """Return the words of a text: what stands between spaces and has a letter or digit in it.

    Chinese and Japanese count as the words that take as long to read; kana are what makes a text
    Japanese. Korean has spaces.
    """
    rest, characters = _HAN_OR_KANA.subn(" ", text)
    words = sum(1 for word in rest.split() if _LETTER_OR_DIGIT.search(word))
    pace = JAPANESE_A_MINUTE if _KANA.search(text) else CHINESE_A_MINUTE
    return words + math.ceil(characters * WORDS_A_MINUTE / pace)


def minutes(words: int) -> int:
    """Return the whole minutes it takes to read so many words, rounded up."""
    return math.ceil(words / WORDS_A_MINUTE)
