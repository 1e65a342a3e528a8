from argparse import ArgumentTypeError
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from tqdm import tqdm

from posts import references
from posts.models import Image


def days(text: str) -> int:
    if not (text.isdecimal() and int(text) <= 36_500):
        raise ArgumentTypeError("a whole number of days is needed")
    return int(text)


class Command(BaseCommand):
    help = (
        "Remove uploaded pictures that no post, no earlier version, no text being typed and no "
        "cover refers to, and that were uploaded a while ago."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would happen, and change nothing."
        )
        parser.add_argument(
            "--days",
            type=days,
            default=30,
            metavar="N",
            help="Leave alone what was uploaded within N days (default: 30).",
        )

    def handle(self, *, dry_run: bool, days: int, **options: Any) -> None:
        started_at = timezone.now()
        old = Image.objects.filter(uploaded_at__lt=started_at - timedelta(days=days))
        if not old.exists():
            self.stdout.write("No picture is old enough to be removed.")
            return
        with tqdm(desc="Texts read", unit=" texts", ascii=True) as progress:
            used = references.everywhere(progress.update)
        unused = [image for image in old.order_by("pk").iterator() if not used.has(image)]
        if dry_run:
            for image in unused:
                self.stdout.write(f"Would be removed: {image.digest} {image}")
            self.stdout.write(f"Would be removed: {len(unused)} of {Image.objects.count()}.")
            return
        # Somebody may have gone on writing while all was read: what was saved since is read again.
        removed = sum(
            image.remove(is_needed=partial(references.has_come_into_use, since=started_at))
            for image in tqdm(unused, desc="Removed", unit=" pictures", ascii=True)
        )
        self.stdout.write(f"Removed: {removed} of {removed + Image.objects.count()}.")
        if removed < len(unused):
            self.stdout.write(f"Left alone, used in the meantime: {len(unused) - removed}.")
