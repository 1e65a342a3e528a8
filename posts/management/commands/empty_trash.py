from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from posts.models import Post


class Command(BaseCommand):
    help = (
        "Remove for good what has been in the trash for 30 days; its public addresses answer 410."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="list, and remove nothing")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        due = Post.objects.due_to_be_emptied().order_by("trashed_at", "pk").only("pk", "slug")
        if dry_run:
            for post in due.iterator():
                self.stdout.write(f"/{post.slug}/")
            self.stdout.write(f"Posts that would be removed: {due.count():,}.")
            return
        count = 0
        with tqdm(total=due.count(), desc="Posts", ascii=True) as progress:
            while posts := list(due[:100]):
                count += sum(post.empty() for post in posts)
                progress.update(len(posts))
        self.stdout.write(f"Posts removed: {count:,}.")
