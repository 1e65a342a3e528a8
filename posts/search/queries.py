"""What a reader typed into the search, understood."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from posts.search import words
from posts.search.words import Word, stem, token

LONGEST = 200  # characters
MOST_TERMS = 10
MOST_WORDS = 40  # of all terms; a run of Chinese has as many as letters
SHORTEST_BEGINNING = 4  # letters before a *: three begin too many words of a large site

_TERM = re.compile(r'(?<!\S)(-?)(?:["“„«]([^"“”„«»]*)(?:["”»]|$)|(\S+))')


@dataclass(frozen=True)
class Term:
    """A word, the beginning of one, or several that have to stand together."""

    words: tuple[Word, ...]
    is_beginning: bool = False

    @property
    def is_phrase(self) -> bool:
        return len(self.words) > 1

    @property
    def phrase(self) -> list[str]:
        """Return the tokens of its words, as they stand in a text."""
        return [token(word.folded) for word in self.words]

    def tokens(self, languages: Iterable[str]) -> list[str]:
        """Return the tokens of which a text has one, if it has the word or another form of it."""
        (word,) = self.words
        kinds = {code: stem(word.text, code) for code in languages} if not word.is_pair else {}
        return [*self.phrase, *(token(stem, code) for code, stem in sorted(kinds.items()) if stem)]

    def may_begin_with(self, word: Word, language: str) -> bool:
        """Return whether what was looked for begins with this word, in a text of this language."""
        own = self.words[0]
        if word.folded == own.folded or (self.is_beginning and word.folded.startswith(own.folded)):
            return True
        if self.is_phrase or own.is_pair or word.is_pair or not language:
            return False
        return stem(word.text, language) == stem(own.text, language)

    def end_in(self, found: Sequence[Word], number: int) -> int:
        """Return where in a text ends what begins with a word that it may begin with; 0 if nothing.

        It is given the words of the text, and which of them that is.
        """
        if not self.is_phrase:
            word, own = found[number], self.words[0]
            return word.start + len(own.text) if own.is_pair else word.end
        run = found[number : number + len(self.words)]
        is_it = [word.folded for word in run] == [word.folded for word in self.words]
        return run[-1].end if is_it else 0


@dataclass(frozen=True)
class Query:
    """What has to be in a text, and what may not be.

    `is_cut` says that more was typed than is looked for, `has_lone_star` that a star was, after
    too little to stand for any ending.
    """

    text: str
    terms: tuple[Term, ...]
    excluded: tuple[Term, ...]
    is_cut: bool
    has_lone_star: bool = False

    def __bool__(self) -> bool:
        return bool(self.terms)

    @classmethod
    def parse(cls, typed: str) -> "Query":
        """Understand words, "several together", beginn* and -without. All else is only text."""
        begun = typed[: LONGEST * 4].replace("\0", " ").encode(errors="replace").decode()
        text = " ".join(begun.split())
        is_cut = len(text) > LONGEST or len(typed) > LONGEST * 4
        text = text[:LONGEST]
        terms: list[Term] = []
        excluded: list[Term] = []
        count, has_lone_star = 0, False
        for sign, phrase, single in _TERM.findall(text):
            term = _term(phrase or single, may_be_beginning=bool(single))
            if term is None or term in terms or term in excluded:
                continue
            count += len(term.words)
            if len(terms) + len(excluded) == MOST_TERMS or count > MOST_WORDS:
                is_cut = True
                break
            (excluded if sign else terms).append(term)
            has_lone_star |= single.endswith("*") and not term.is_beginning
        return cls(text, tuple(terms), tuple(excluded), is_cut, has_lone_star)


def _term(text: str, *, may_be_beginning: bool) -> Term | None:
    found = list(_without_last_letters(words.words(text)))
    if not found:
        return None
    if len(found) > 1:
        return Term(tuple(found))
    # One letter of a script without spaces is how each pair begins that it is the first of.
    is_beginning = found[0].is_pair or (
        may_be_beginning and text.endswith("*") and len(found[0].folded) >= SHORTEST_BEGINNING
    )
    return Term(tuple(found), is_beginning)


def _without_last_letters(found: Iterator[Word]) -> Iterator[Word]:
    """Yield words without the last letter of a run that has pairs: those say it all."""
    before: Word | None = None
    for word in found:
        is_last = word.is_pair and before is not None and before.is_pair
        if not (is_last and before is not None and before.end == word.end):
            yield word
        before = word
