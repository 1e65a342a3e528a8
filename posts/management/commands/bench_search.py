import random
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import accumulate
from typing import Any

from django.core.management.base import CommandError
from django.db import connection
from django.test import Client
from django.utils import timezone
from tqdm import tqdm

from posts.management.benchmark import Benchmark
from posts.models import Post, SearchEntry
from posts.search.documents import BUCKET

WRITTEN = 20_000  # posts; what there are more of are copies of these
VOCABULARY = 30_000  # words


def word(number: int) -> str:
    """Return a word of its own for each number, such as "kivoba"; a beginning has few of them."""
    syllables = ""
    for _place in range(3):
        number, rest = divmod(number, 70)
        syllables += "bdfghklmnprstv"[rest // 5] + "aeiou"[rest % 5]
    return syllables


SEARCHES = {
    "a word in one post": "onlyonce",
    "a word in 6 % of them": "sixpercent",
    "a word in nearly all": "nearlyall",
    "a word in none": "nowhere",
    "two words, each in nearly all": "nearlyall everywhere",
    "one in nearly all, one in one": "nearlyall onlyonce",
    "a phrase that is in 6 %": '"six percent"',
    "a phrase that is in none": '"everywhere onlyonce"',
    "a phrase in none, its words in all": '"everywhere nearlyall everywhere"',
    "the beginning of seven words": f"{word(30)[:4]}*",
    "in nearly all, not in 6 %": "nearlyall -sixpercent",
    "ten words": " ".join(["nearlyall", "everywhere", *map(word, range(8))]),
    "forty words in phrases": " ".join(["-".join(map(word, range(n, n + 4))) for n in range(10)]),
    "nothing but signs": "\"'*()-:^|&!\\" * 15,
}


class Command(Benchmark):
    help = "Measure the search in a database of its own, few posts against many."
    rows, few, many = "POSTS", WRITTEN, 100_000

    def grow(self, count: int) -> None:
        """Add published posts until there are count: written ones, and copies of those."""
        start, now = Post.objects.count(), timezone.now()
        texts = self.texts(random.Random(start))  # noqa: S311
        written = min(count, WRITTEN)
        for first in tqdm(range(start, written, 500), desc=f"{count:,} posts", ascii=True):
            posts = Post.objects.bulk_create(
                Post(
                    pk=number + 1,
                    author=self.author,
                    title=" ".join(next(texts)[:6]),
                    slug=f"post-{number}",
                    body=f"<p>{' '.join(next(texts))}</p>",
                    status=Post.Status.PUBLISHED,
                    published_at=now - timedelta(days=365) + timedelta(seconds=number),
                )
                for number in range(first, min(first + 500, written))
            )
            SearchEntry.objects.index(posts)
        if not start:
            post = Post.objects.get(pk=1)
            post.body += "<p>onlyonce</p>"
            post.save()
        for first in tqdm(range(max(start, written), count, 5000), desc="Copies", ascii=True):
            self.copy(first, min(5000, count - first))
        with connection.cursor() as cursor:
            tables = "TABLE posts_post, posts_searchentry" if connection.vendor == "mysql" else ""
            cursor.execute(f"ANALYZE {tables}")

    def texts(self, chance: random.Random) -> Iterator[list[str]]:
        """Yield the words of texts of 1 to 4 kB, few of them often and most of them rarely."""
        words = [word(number) for number in range(VOCABULARY)]
        weights = list(accumulate(1 / (number + 3) for number in range(VOCABULARY)))
        while True:
            text = chance.choices(words, cum_weights=weights, k=chance.randint(150, 600))
            text[3] = "everywhere"
            text[chance.randrange(10, 100)] = "nearlyall"
            if chance.random() < 0.06:
                text[120:123] = ["sixpercent", "six", "percent"]
            yield text

    def copy(self, first: int, count: int) -> None:
        """Copy as many written posts, with new keys that begin after first."""
        columns = [str(f.column) for f in Post._meta.concrete_fields if not f.generated]
        own = {"id": "id + %(by)s", "slug": "REPLACE(slug, 'post', 'copy-' || %(by)s)"}
        values = ", ".join(own.get(column, column) for column in columns)
        offset = (first // WRITTEN) * WRITTEN
        within = {"by": offset, "first": first - offset, "last": first - offset + count}
        document = "document"
        if connection.vendor == "postgresql":
            bucket = f"('b3' || (post_id + %(by)s) / {BUCKET} || ':99')::tsvector"
            document = f"ts_delete(document, 'b3' || post_id / {BUCKET}) || {bucket}"
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO posts_post ({', '.join(columns)}) SELECT {values}"  # noqa: S608
                " FROM posts_post WHERE id > %(first)s AND id > 1 AND id <= %(last)s",
                within,
            )
            cursor.execute(
                "INSERT INTO posts_searchentry (post_id, language, made_from, document)"  # noqa: S608
                f" SELECT post_id + %(by)s, language, made_from, {document}"
                " FROM posts_searchentry WHERE post_id > %(first)s AND post_id > 1"
                " AND post_id <= %(last)s",
                within,
            )

    def measure(self) -> dict[str, float]:
        """Return the shortest time of each search's page, in milliseconds."""
        client = Client()

        def page(query: str) -> float:
            if client.get("/search/", {"q": query}).status_code != 200:
                raise CommandError(f"{query} is not answered.")
            return fastest(lambda: client.get("/search/", {"q": query}))

        return {name: page(query) for name, query in SEARCHES.items()}


def fastest(act: Callable[[], Any]) -> float:
    """Return the shortest time of 9 calls, in milliseconds: other work adds least to it."""
    times = []
    for _call in range(9):
        start = time.perf_counter()
        act()
        times.append((time.perf_counter() - start) * 1000)
    return min(times)
