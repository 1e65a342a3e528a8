"""What all databases are asked, and what they answer."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from posts.search.queries import Query, Term

MOST_RANKED = 2_000  # hits
LONGEST = 400  # milliseconds, of the database


@dataclass(frozen=True)
class Hits:
    """The keys of the posts found, the best first.

    `is_partial` says that there are more, of which the newest were ranked; `is_cut` that there are
    more, of which these are the best; `is_late` that the database was stopped before it had an
    answer; `is_instead` that it was asked because a search engine did not answer.
    """

    keys: tuple[int, ...] = ()
    is_partial: bool = False
    is_cut: bool = False
    is_late: bool = False
    is_instead: bool = False


class Backend(ABC):
    """How a kind of database is asked.

    Ranking takes as long as there are hits, so it is done to the newest of them alone: newest by
    key, as a post that was begun later is, almost always, one that was published later.
    """

    most_ranked = MOST_RANKED
    longest = LONGEST
    #: The column that a post's key is in.
    key: str

    def find(self, query: Query, languages: list[str], visible: QuerySet[Any]) -> Hits:
        """Return the best of the newest hits among the visible posts."""
        if not query:
            return Hits()
        try:
            with self.deadline(), connection.cursor() as cursor:
                cursor.execute(*self.statement(query, languages, *self.is_visible(visible)))
                rows = cursor.fetchall()
        except DatabaseError as error:
            if not self.was_stopped(error):
                raise
            return Hits(is_late=True)
        keys = tuple(key for key, _candidates in rows if key is not None)
        return Hits(
            keys[: self.most_ranked], is_partial=bool(rows) and rows[0][1] > self.most_ranked
        )

    def is_visible(self, visible: QuerySet[Any]) -> tuple[str, list[Any]]:
        """Return the condition for the post of an entry to be among these."""
        posts = visible.filter(pk=RawSQL(self.key, ())).order_by().values("pk")  # noqa: S611
        sql, params = posts.query.sql_with_params()
        return f"EXISTS ({sql})", list(params)

    @abstractmethod
    def statement(
        self, query: Query, languages: list[str], visible: str, params: list[Any]
    ) -> tuple[str, list[Any]]:
        """Return SQL and its parameters.

        Each row has a key, the best first, and the number of all candidates; if there are some and
        none is a hit there is one row without a key.
        """

    @abstractmethod
    def deadline(self) -> AbstractContextManager[None]:
        """Have the database stop after `longest`, with a DatabaseError."""

    @abstractmethod
    def was_stopped(self, error: DatabaseError) -> bool:
        """Return whether an error is the end of a deadline."""


def joined(
    terms: Iterable[Term],
    languages: list[str],
    *,
    either: str,
    beginning: str,
    phrase: tuple[str, str, str],
) -> list[str]:
    """Return terms in a database's language.

    `either` stands between tokens that mean the same, `beginning` after one that may go on, and
    `phrase` before, between and after those that stand together.
    """
    before, between, after = phrase
    written = []
    for term in terms:
        if term.is_phrase:
            written.append(before + between.join(term.phrase) + after)
        elif term.is_beginning:
            written.append(term.phrase[0] + beginning)
        else:
            written.append(f"({either.join(term.tokens(languages))})")
    return written
