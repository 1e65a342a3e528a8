from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from posts.models import Post, SearchEntry
from posts.search.engine import OutOfReach

PORTION = 100  # posts that are locked at once while they are indexed


class Command(BaseCommand):
    help = (
        "Have every post found by what it says, while the site runs. It writes what differs only, "
        "so it can be stopped and run again."
    )

    def handle(self, **options: Any) -> None:
        posts = Post.objects.order_by("pk").values_list("pk", flat=True)
        count = last = 0
        with tqdm(total=posts.count(), desc="Posts", ascii=True) as progress:
            while keys := list(posts.filter(pk__gt=last)[:PORTION]):
                try:
                    count += SearchEntry.objects.mend(keys)
                except OutOfReach as error:
                    raise CommandError(f"The search engine could not be told: {error}") from error
                last = keys[-1]
                progress.update(len(keys))
        self.stdout.write(f"Posts that are found by other words now: {count:,}.")
