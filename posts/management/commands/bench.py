import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.management.base import CommandError
from django.db import connection
from django.test import Client
from django.utils import timezone
from tqdm import tqdm

from posts.management.benchmark import Benchmark
from posts.models import Address, Post

BODY = "<p>" + "Some four thousand characters of text. " * 103 + "</p>"


class Command(Benchmark):
    help = "Measure pages in a database of its own, few posts against many, and print ratios."
    rows, few, many = "POSTS", 1_000, 100_000

    def grow(self, count: int) -> None:
        """Add published posts until there are count."""
        start, now = Post.objects.count(), timezone.now()
        for first in tqdm(range(start, count, 1000), desc=f"{count:,} posts", ascii=True):
            posts = Post.objects.bulk_create(
                Post(
                    author=self.author,
                    title=f"Post {number}",
                    slug=f"post-{number}",
                    body=BODY,
                    opening="Some four thousand characters of text.",
                    status=Post.Status.PUBLISHED,
                    published_at=now - timedelta(minutes=count - number),
                )
                for number in range(first, min(first + 1000, count))
            )
            slugs = [post.slug for post in posts]
            Address.objects.bulk_create(
                Address(post=post, slug=post.slug, published_at=post.published_at)
                for post in Post.objects.filter(slug__in=slugs).only("slug", "published_at")
            )
        with connection.cursor() as cursor:
            tables = f"TABLE {Post._meta.db_table}" if connection.vendor == "mysql" else ""
            cursor.execute(f"ANALYZE {tables}")

    def measure(self) -> dict[str, float]:
        """Return the median time of each page, in milliseconds."""
        client = Client()
        middle = Post.objects.order_by("pk")[Post.objects.count() // 2]
        listed_at = middle.published_at or timezone.now()
        micros = int(listed_at.timestamp() * 1_000_000)
        rows = Post.objects.for_list()
        offset = Post.objects.count() // 2

        def get(address: str) -> Callable[[], Any]:
            if client.get(address).status_code != 200:
                raise CommandError(f"{address} is not there to be measured.")
            return lambda: client.get(address)

        return {
            "/healthz, which does nothing": median(get("/healthz")),
            "the newest posts": median(get("/")),
            "posts in the middle, by cursor": median(get(f"/?before={micros}.{middle.pk}")),
            "their query alone, by cursor": median(
                lambda: list(rows.filter(listed_at__lt=listed_at)[:21])
            ),
            "their query alone, by OFFSET": median(lambda: list(rows[offset : offset + 21])),
            "an author's posts": median(get("/authors/bench/")),
            "a post of 4 kB": median(get(f"/{middle.slug}/")),
        }

    def report(self, few: int, many: int, small: dict[str, float], large: dict[str, float]) -> None:
        base = large["/healthz, which does nothing"]
        self.stdout.write(
            f"\n{connection.vendor}; times as multiples of /healthz, {base:.2f} ms\n\n"
        )
        self.stdout.write(f"{'':32}{few:>10,}{many:>12,}{'ratio':>8}\n")
        for name, after in large.items():
            before = small[name]
            self.stdout.write(
                f"{name:32}{before / base:>10.1f}{after / base:>12.1f}{after / before:>8.2f}\n"
            )


def median(act: Callable[[], Any]) -> float:
    """Return the median time of 31 calls, in milliseconds, after three that warm up."""
    times = []
    for _call in range(34):
        start = time.perf_counter()
        act()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times[3:])
