"""What commands that measure pages have in common."""

from abc import abstractmethod
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from accounts.models import User


class Benchmark(BaseCommand):
    """Measures in a database of its own, with few rows and with many, and prints both."""

    rows: str  # what there are few and many of
    few: int
    many: int
    author: User

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--few", type=int, default=self.few, metavar=self.rows)
        parser.add_argument("--many", type=int, default=self.many, metavar=self.rows)

    def handle(self, *, few: int, many: int, **options: Any) -> None:
        settings.DEBUG = False
        settings.SECURE_SSL_REDIRECT = False
        settings.ALLOWED_HOSTS = ["testserver"]
        name = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        try:
            self.author = User.objects.create(
                issuer="bench", subject="bench", handle="bench", is_author=True
            )
            self.prepare()
            self.grow(few)
            small = self.measure()
            self.grow(many)
            large = self.measure()
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)
        self.report(few, many, small, large)

    def prepare(self) -> None:
        """Add what stays as it is."""

    @abstractmethod
    def grow(self, count: int) -> None:
        """Add rows until there are count."""

    @abstractmethod
    def measure(self) -> dict[str, float]:
        """Return the time of each page, in milliseconds."""

    def report(self, few: int, many: int, small: dict[str, float], large: dict[str, float]) -> None:
        """Print the times and their ratio."""
        width = max(map(len, large)) + 2
        self.stdout.write(
            f"\n{connection.vendor}, times in ms\n\n{'':{width}}{few:>9,}{many:>12,}  ratio\n"
        )
        for page, after in large.items():
            before = small[page]
            self.stdout.write(f"{page:{width}}{before:>9.1f}{after:>12.1f}{after / before:>7.2f}\n")
