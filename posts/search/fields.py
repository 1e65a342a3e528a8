"""The column that each database makes its index of."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from posts.search.documents import Document

#: How much more a word in a title weighs.
TITLE_WEIGHT = 8
MOST_POSITIONS = 16_383  # PostgreSQL's


class DocumentField(models.TextField):
    """The tokens of a Document, as the database in use wants them; written, and never read.

    PostgreSQL gets a tsvector, in which those of the title weigh more. The others get them with
    spaces between, those of the title several times: to their ranking that is the same.
    """

    _pyi_private_set_type: Any

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        match connection.vendor:
            case "postgresql":
                return "tsvector"
            case "mysql":
                return "longtext CHARACTER SET ascii COLLATE ascii_bin"
        return super().db_type(connection)

    def get_db_prep_value(
        self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> Any:
        if not isinstance(value, Document):
            return value
        if connection.vendor == "postgresql":
            tokens = [f"{token}:{number}A" for number, token in enumerate(value.title, 1)]
            start = len(value.title) + 2  # no phrase begins in the title and ends in the text
            return " ".join(
                tokens
                + [
                    f"{token}:{min(number, MOST_POSITIONS)}"
                    for number, token in enumerate(value.body, start)
                ]
            )
        return " ".join([*(*value.title, "z0") * TITLE_WEIGHT, *value.body])

    def get_prep_value(self, value: Any) -> Any:
        return value
