"""Model fields the whole project shares."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.encryption import decrypt, encrypt


class ExactCharField(models.CharField):
    """Text that is equal only to itself, on every database.

    MariaDB and MySQL compare text by a collation that by default takes "a", "A", "á" and "a " for
    the same, which would let one subject identifier sign in as another. Their columns get a binary
    collation without padding; SQLite and PostgreSQL compare exactly as they are.
    """

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        parameters = super().db_parameters(connection)
        if connection.vendor == "mysql":
            is_mariadb = connection.mysql_is_mariadb  # type: ignore[attr-defined]
            parameters["collation"] = "utf8mb4_nopad_bin" if is_mariadb else "utf8mb4_0900_bin"
        return parameters


class EncryptedTextField(models.TextField):
    """Text that only this site can read; empty where its key is another by now.

    It cannot be searched: the same text is stored differently each time.
    """

    def get_prep_value(self, value: Any) -> Any:
        return encrypt(value) if value else value

    def from_db_value(self, value: str | None, *args: Any) -> str | None:
        return (decrypt(value) or "") if value else value
