"""One class for each database: how it is asked for words, and ranks."""

from django.db import connection

from posts.search.backends.base import MOST_RANKED, Backend, Hits
from posts.search.backends.mysql import MySQLBackend
from posts.search.backends.postgresql import PostgreSQLBackend
from posts.search.backends.sqlite import SQLiteBackend

BACKENDS: dict[str, type[Backend]] = {
    "sqlite": SQLiteBackend,
    "postgresql": PostgreSQLBackend,
    "mysql": MySQLBackend,
}


def backend() -> Backend:
    """Return what asks the database in use."""
    return BACKENDS[connection.vendor]()


__all__ = ["MOST_RANKED", "Hits", "backend"]
