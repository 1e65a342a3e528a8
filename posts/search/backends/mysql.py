"""MariaDB's full-text search, and MySQL's: https://mariadb.com/kb/en/full-text-index-overview/"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, connection

from posts.search.backends.base import Backend, joined
from posts.search.queries import Query, Term

#: A limit keeps the hits a table of their own: else the post of each hit is read to sort them all.
EVERY = 2**62


class MySQLBackend(Backend):
    key = "entry.post_id"
    most_ranked = 500  # to read whether a post may be seen is what takes the time

    def statement(
        self, query: Query, languages: list[str], visible: str, params: list[Any]
    ) -> tuple[str, list[Any]]:
        is_mariadb = connection.mysql_is_mariadb  # type: ignore[attr-defined]
        within = (
            f"SET STATEMENT max_statement_time = {self.longest / 1000} FOR" if is_mariadb else ""
        )
        hint = "" if is_mariadb else f"/*+ MAX_EXECUTION_TIME({self.longest}) */"
        likes = self.phrases(query)
        phrases = " ".join(like for like, _pattern in likes)
        sql = f"""
            {within}
            SELECT {hint} candidates.post_id, COUNT(*) OVER () AS number
            FROM (
                SELECT entry.post_id, entry.score
                FROM (
                    SELECT entry.post_id,
                        MATCH (entry.document) AGAINST (%s IN BOOLEAN MODE) AS score
                    FROM posts_searchentry AS entry
                    WHERE MATCH (entry.document) AGAINST (%s IN BOOLEAN MODE) {phrases}
                    LIMIT {EVERY}
                ) AS entry
                WHERE {visible}
                ORDER BY entry.post_id DESC LIMIT {self.most_ranked + 1}
            ) AS candidates
            ORDER BY candidates.score DESC, candidates.post_id DESC
            """  # noqa: S608
        match = self.match(query, languages)
        return sql, [match, match, *(pattern for _like, pattern in likes), *params]

    def match(self, query: Query, languages: list[str]) -> str:
        """Return what full-text search looks for: each word, those of phrases among them."""

        def written(sign: str, terms: Iterable[Term]) -> list[str]:
            words = [term for term in terms if not term.is_phrase]
            found = joined(words, languages, either=" ", beginning="*", phrase=("", "", ""))
            return [sign + term for term in found]

        together = [f"+{token}" for term in query.terms if term.is_phrase for token in term.phrase]
        return " ".join([*written("+", query.terms), *together, *written("-", query.excluded)])

    def phrases(self, query: Query) -> list[tuple[str, str]]:
        """Return the conditions for phrases, each with its parameter.

        InnoDB looks for phrases without a look at the clock, for seconds if many posts have their
        words. So it looks for these, and the phrases are found in what has them, row by row.
        """
        return [
            (f"AND CONCAT(' ', entry.document, ' ') {like} %s", f"% {' '.join(term.phrase)} %")
            for like, terms in (("LIKE", query.terms), ("NOT LIKE", query.excluded))
            for term in terms
            if term.is_phrase
        ]

    @contextmanager
    def deadline(self) -> Iterator[None]:
        yield  # the statement says so itself

    def was_stopped(self, error: DatabaseError) -> bool:
        # max_statement_time, MAX_EXECUTION_TIME, and what InnoDB's own search says of either
        return error.args[0] in {1969, 3024, 188}
