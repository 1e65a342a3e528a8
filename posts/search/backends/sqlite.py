"""SQLite's FTS5: https://www.sqlite.org/fts5.html"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer
from typing import Any

from django.db import DatabaseError, connection

from posts.search.backends.base import Backend, joined
from posts.search.queries import Query


class SQLiteBackend(Backend):
    key = "posts_search.rowid"

    def statement(
        self, query: Query, languages: list[str], visible: str, params: list[Any]
    ) -> tuple[str, list[Any]]:
        # FTS5 yields rows by descending key as it goes, so that LIMIT ends the work.
        sql = f"""
            WITH candidates AS MATERIALIZED (
                SELECT posts_search.rowid AS post_id, bm25(posts_search) AS score
                FROM posts_search WHERE posts_search MATCH %s AND {visible}
                ORDER BY posts_search.rowid DESC LIMIT {self.most_ranked + 1}
            )
            SELECT candidates.post_id, counted.number
            FROM (SELECT COUNT(*) AS number FROM candidates) AS counted
            LEFT JOIN candidates ON 1
            ORDER BY candidates.score, candidates.post_id DESC
            """  # noqa: S608
        return sql, [self.match(query, languages), *params]

    def match(self, query: Query, languages: list[str]) -> str:
        def written(terms: Any) -> list[str]:
            return joined(terms, languages, either=" OR ", beginning="*", phrase=('"', " ", '"'))

        match = " AND ".join(written(query.terms))
        for excluded in written(query.excluded):
            match = f"({match}) NOT {excluded}"
        return match

    @contextmanager
    def deadline(self) -> Iterator[None]:
        connection.ensure_connection()
        timer = Timer(self.longest / 1000, connection.connection.interrupt)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()  # lest it stops what comes next

    def was_stopped(self, error: DatabaseError) -> bool:
        return str(error) == "interrupted"
