from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from posts.models import Revision
from posts.models.revision import PRUNED


class Command(BaseCommand):
    help = "Thin out what was saved long ago and never published: to one a day, then one a month."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count, and remove nothing")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        count = 0
        with tqdm(desc="Revisions", unit="", ascii=True) as progress:
            for kind in PRUNED:
                for keys in Revision.objects.to_prune(kind):
                    count += len(keys) if dry_run else Revision.objects.prune(keys)
                    progress.update(len(keys))
        words = "Revisions that would be removed" if dry_run else "Revisions removed"
        self.stdout.write(f"{words}: {count:,}.")
