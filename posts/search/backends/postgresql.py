"""PostgreSQL's full-text search: https://www.postgresql.org/docs/current/textsearch.html"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, connection, transaction

from posts.search.backends.base import Backend, joined
from posts.search.documents import BUCKET
from posts.search.queries import Query


class PostgreSQLBackend(Backend):
    key = "entry.post_id"

    def statement(
        self, query: Query, languages: list[str], visible: str, params: list[Any]
    ) -> tuple[str, list[Any]]:
        # A GIN index yields no order, and to sort all hits is to fetch them all; the planner's
        # other idea, to walk all posts from the newest on, is good for common words alone. So it
        # is asked for one bucket after the other, which it finds in the same index.
        phrases = any(term.is_phrase for term in (*query.terms, *query.excluded))
        sql = f"""
            WITH candidates AS MATERIALIZED (
                SELECT hit.post_id
                FROM generate_series(
                    (SELECT MAX(post_id) / {BUCKET} FROM posts_searchentry), 0, -1::bigint
                ) AS bucket (number)
                CROSS JOIN LATERAL (
                    SELECT entry.post_id FROM posts_searchentry AS entry
                    WHERE entry.document @@ (%s || bucket.number)::tsquery AND {visible}
                    ORDER BY entry.post_id DESC
                ) AS hit
                LIMIT {self.most_ranked + 1}
            )
            SELECT ranked.post_id, counted.number
            FROM (SELECT COUNT(*) AS number FROM candidates) AS counted
            LEFT JOIN (
                SELECT entry.post_id, ts_rank('{{0.1, 0, 0, 1}}', entry.document, query, 1) AS score
                FROM (
                    SELECT entry.* FROM candidates JOIN posts_searchentry AS entry USING (post_id)
                    OFFSET 0  -- lest the index is asked for the phrase in all posts
                ) AS entry, CAST(%s AS tsquery) AS query
                {"WHERE entry.document @@ query" if phrases else ""}
            ) AS ranked ON true
            ORDER BY ranked.score DESC, ranked.post_id DESC
            """  # noqa: S608
        loose, strict = self.match(query, languages, " & "), self.match(query, languages, " <-> ")
        return sql, [f"{loose} & b3", *params, strict]

    def match(self, query: Query, languages: list[str], between: str) -> str:
        """Return a tsquery; without order in its phrases it needs to look at no text."""

        def written(terms: Any) -> list[str]:
            phrase = ("(", between, ")")
            return joined(terms, languages, either=" | ", beginning=":*", phrase=phrase)

        excluded = [term for term in query.excluded if between != " & " or not term.is_phrase]
        return " & ".join([*written(query.terms), *(f"!{term}" for term in written(excluded))])

    @contextmanager
    def deadline(self) -> Iterator[None]:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {self.longest}")
            yield
            cursor.execute("SET LOCAL statement_timeout = DEFAULT")

    def was_stopped(self, error: DatabaseError) -> bool:
        return getattr(error.__cause__, "sqlstate", "") == "57014"  # query_canceled
