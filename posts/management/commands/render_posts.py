from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from posts.models import Post

BATCH = 50  # posts in memory at once, each up to some megabytes


class Command(BaseCommand):
    help = (
        "Render the posts whose stored rendering is not of their text or not by the present rules. "
        "Readers see them rendered anyway; this saves doing it for each of them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count, and store nothing")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        count = last = 0
        total = Post.objects.to_render().count()
        with tqdm(total=total, desc="Posts", unit="", ascii=True) as progress:
            while batch := list(Post.objects.to_render(after=last)[:BATCH]):
                for post in batch:
                    count += post.render() if dry_run else post.store_rendering()
                last = batch[-1].pk
                progress.update(len(batch))
        self.stdout.write(f"{'Posts to render' if dry_run else 'Posts rendered'}: {count:,}.")
