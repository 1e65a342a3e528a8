import time
from collections.abc import Callable
from typing import Any

from django.core.management.base import CommandError
from django.db import connection
from django.test import Client
from tqdm import tqdm

from posts.management.benchmark import Benchmark
from posts.management.commands.bench import BODY
from posts.models import Post, Revision

POSTS = 1_000
STEP = 1_000


class Command(Benchmark):
    help = "Measure a post's pages in a database of its own, few revisions against many."
    rows, few, many = "REVISIONS", 1_000, 1_000_000

    def prepare(self) -> None:
        """Add a thousand posts, and the one that is measured."""
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
