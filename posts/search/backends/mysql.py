"""MariaDB's full-text search, and MySQL's: https://mariadb.com/kb/en/full-text-index-overview/"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, connection

from posts.search.backends.base import Backend, joined
from posts.search.queries import Query


class MySQLBackend(Backend):
    key = "entry.post_id"

    def statement(
        self, query: Query, languages: list[str], visible: str, params: list[Any]
    ) -> tuple[str, list[Any]]:
        is_mariadb = connection.mysql_is_mariadb  # type: ignore[attr-defined]
        within = (
            f"SET STATEMENT max_statement_time = {self.longest / 1000} FOR" if is_mariadb else ""
        )
        hint = "" if is_mariadb else f"/*+ MAX_EXECUTION_TIME({self.longest}) */"
        sql = f"""
            {within}
            WITH candidates AS (
                SELECT entry.post_id, MATCH (entry.document) AGAINST (%s IN BOOLEAN MODE) AS score
                FROM posts_searchentry AS entry
                WHERE MATCH (entry.document) AGAINST (%s IN BOOLEAN MODE) AND {visible}
                ORDER BY entry.post_id DESC LIMIT {self.most_ranked + 1}
            )
            SELECT {hint} candidates.post_id, counted.number
            FROM (SELECT COUNT(*) AS number FROM candidates) AS counted
            LEFT JOIN candidates ON 1
            ORDER BY candidates.score DESC, candidates.post_id DESC
            """  # noqa: S608
        match = self.match(query, languages)
        return sql, [match, match, *params]

    def match(self, query: Query, languages: list[str]) -> str:
        def written(sign: str, terms: Any) -> list[str]:
            phrase = ('"', " ", '"')
            found = joined(terms, languages, either=" ", beginning="*", phrase=phrase)
            return [sign + term for term in found]

        return " ".join([*written("+", query.terms), *written("-", query.excluded)])

    @contextmanager
    def deadline(self) -> Iterator[None]:
        yield  # the statement says so itself

    def was_stopped(self, error: DatabaseError) -> bool:
        # max_statement_time, MAX_EXECUTION_TIME, and what InnoDB's own search says of either
        return error.args[0] in {1969, 3024, 188}
