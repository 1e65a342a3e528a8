import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.test import Client
from tqdm import tqdm

from accounts.models import User
from posts.management.commands.bench import BODY
from posts.models import Post, Revision

POSTS = 1_000
STEP = 1_000


class Command(BaseCommand):
    help = "Measure a post's pages in a database of its own, few revisions against many."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--few", type=int, default=1_000, metavar="REVISIONS")
        parser.add_argument("--many", type=int, default=1_000_000, metavar="REVISIONS")

    def handle(self, *, few: int, many: int, **options: Any) -> None:
        settings.DEBUG = False
        settings.SECURE_SSL_REDIRECT = False
        settings.ALLOWED_HOSTS = ["testserver"]
        name = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        try:
            self.prepare()
            self.grow(few)
            small = self.measure()
            self.grow(many)
            large = self.measure()
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)
        self.stdout.write(
            f"\n{connection.vendor}, times in ms\n\n{'':34}{few:>9,}{many:>12,}  ratio\n"
        )
        for page, after in large.items():
            before = small[page]
            self.stdout.write(f"{page:34}{before:>9.1f}{after:>12.1f}{after / before:>7.2f}\n")

    def prepare(self) -> None:
        """Add an author, a thousand posts, and the one that is measured."""
        self.author = User.objects.create(
            issuer="bench", subject="bench", handle="bench", is_author=True
        )
        self.post = Post(author=self.author, title="Measured", body=BODY)
        self.post.add(slug="measured", publish=True)
        for number in range(2, 32):
            self.post.body = BODY.replace("Some", f"Some {number}", 9)
            self.post.edit()
        Post.objects.bulk_create(
            Post(author=self.author, title="Another", slug=f"another-{number}", body="<p>x</p>")
            for number in range(POSTS)
        )

    def grow(self, count: int) -> None:
        """Add short revisions of other posts until there are count."""
        others = Revision.objects.exclude(post=self.post)
        if not others.exists():
            posts = Post.objects.exclude(pk=self.post.pk)
            Revision.objects.bulk_create(
                Revision(
                    post=post,
                    editor=self.author,
                    kind=("saved", "published")[number % 2],
                    title="A title",
                    body="<p>A text of few words.</p>",
                    version=1,
                )
                for number, post in enumerate(posts)
            )
        start, table = Revision.objects.count(), Revision._meta.db_table
        columns = [str(f.column) for f in Revision._meta.concrete_fields if not f.primary_key]
        names = ", ".join(columns)
        rows = f"SELECT {names} FROM {table} WHERE post_id <> %s LIMIT %s"  # noqa: S608
        with connection.cursor() as cursor:
            for first in tqdm(range(start, count, STEP), desc=f"{count:,} revisions", ascii=True):
                cursor.execute(
                    f"INSERT INTO {table} ({names}) {rows}",
                    [self.post.pk, min(STEP, count - first)],
                )
            tables = f"TABLE {table}" if connection.vendor == "mysql" else ""
            cursor.execute(f"ANALYZE {tables}")

    def measure(self) -> dict[str, float]:
        self.client = Client()
        self.client.force_login(self.author)  # anew: an older session would be confirmed first
        rows = list(Revision.objects.for_list(self.post)[:2])
        newest, older = rows[0].pk, rows[1].pk

        def page(address: str) -> float:
            if self.client.get(address).status_code != 200:
                raise CommandError(f"{address} is not there to be measured.")
            return fastest(lambda: self.client.get(address))

        def save() -> None:
            self.post.body = f"<p>{time.perf_counter()}</p>" + BODY
            self.post.edit()

        return {
            "/healthz, which does nothing": page("/healthz"),
            "the post": page("/measured/"),
            "its edit form": page("/measured/edit/"),
            "its revisions": page("/measured/revisions/"),
            "one of them": page(f"/measured/revisions/{newest}/"),
            "two compared": page(f"/measured/revisions/compare/?old={older}&new={newest}"),
            "a save, with its revision": fastest(save),
        }


def fastest(act: Callable[[], Any]) -> float:
    """Return the shortest time of 31 calls, in milliseconds: other work adds least to it."""
    times = []
    for _call in range(31):
        start = time.perf_counter()
        act()
        times.append((time.perf_counter() - start) * 1000)
    return min(times)
