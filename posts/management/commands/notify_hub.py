from datetime import timedelta
from typing import Any

import requests
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from posts.models import Post
from posts.websub import feeds_with, tell_hub


class Command(BaseCommand):
    help = (
        "Tell the WebSub hub which feeds have something new or changed: run it by cron, as a post "
        "that was scheduled becomes public by itself."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--minutes",
            type=int,
            default=10,
            help="how far to look back: a little longer than cron's interval (default: 10)",
        )
        parser.add_argument("--dry-run", action="store_true", help="list, and tell nobody")

    def handle(self, *, minutes: int, dry_run: bool, **options: Any) -> None:
        if not settings.WEBSUB_HUB:
            raise CommandError("There is no hub to tell: WEBSUB_HUB is not set.")
        if not 0 < minutes <= 60 * 24 * 7:
            raise CommandError("--minutes must be from 1 to 10080, which is a week.")
        since = timezone.now() - timedelta(minutes=minutes)
        feeds = feeds_with(Post.objects.new_since(since))
        failures = 0
        for feed in feeds:
            if dry_run:
                self.stdout.write(feed)
                continue
            try:
                tell_hub(feed)
            except requests.RequestException as error:
                failures += 1
                self.stderr.write(f"{feed}: {error}")
        if failures:
            raise CommandError(f"The hub could not be told of {failures} of {len(feeds)} feeds.")
        self.stdout.write(f"Feeds {'to tell' if dry_run else 'told'} the hub of: {len(feeds)}.")
