from argparse import ArgumentTypeError
from datetime import timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand, CommandParser
from django.db.models import QuerySet
from django.utils import timezone
from tqdm import tqdm

from accounts.models import AuditEvent, BreakGlass, LoginSession, SpentToken

#: So many rows at once: databases limit the parameters of a query, and nobody waits for long.
CHUNK = 500
SIGN_INS_KEPT = timedelta(days=30)


def days(text: str) -> int:
    if not (text.isdecimal() and 0 < int(text) <= 36500):
        raise ArgumentTypeError("a whole number from 1 to 36500 is needed")
    return int(text)


class Command(BaseCommand):
    help = (
        "Remove what is of no use any more: expired sessions and spent tokens, sign-ins that have "
        "been over for 30 days, and the oldest of the audit trail. Run it once a day."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would be removed, and remove nothing."
        )
        parser.add_argument(
            "--keep-days",
            type=days,
            default=400,
            metavar="N",
            help="How long events of the audit trail are kept (default: 400).",
        )

    def handle(self, *, dry_run: bool, keep_days: int, **options: Any) -> None:
        now = timezone.now()
        long_over = now - SIGN_INS_KEPT
        # Each in the order of an index, so that no chunk has to look through the rest.
        rows: dict[str, list[QuerySet]] = {
            "Sessions": [Session.objects.filter(expire_date__lt=now).order_by("expire_date")],
            "Spent tokens": [SpentToken.objects.expired().order_by("expires_at")],
            "Sign-ins": [
                LoginSession.objects.filter(ended_at__lt=long_over).order_by("ended_at"),
                LoginSession.objects.filter(ended_at=None, expires_at__lt=long_over),
            ],
            "Events": [
                AuditEvent.objects.filter(at__lt=now - timedelta(days=keep_days)).order_by("at")
            ],
        }
        if not dry_run:
            BreakGlass.objects.end_lapsed()
        for name, querysets in rows.items():
            if dry_run:
                count = sum(queryset.count() for queryset in querysets)
                self.stdout.write(f"{name} to be removed: {count}.")
            else:
                count = sum(self.remove(name, queryset) for queryset in querysets)
                self.stdout.write(f"{name} removed: {count}.")

    def remove(self, name: str, queryset: QuerySet) -> int:
        """Delete the rows, some at a time and each time for good; return how many."""
        removed = 0
        with tqdm(total=queryset.count(), desc=name, unit=" rows", ascii=True, disable=None) as bar:
            while keys := list(queryset.values_list("pk", flat=True)[:CHUNK]):
                # What is no longer to be removed by now stays.
                count, _by_model = queryset.order_by().filter(pk__in=keys).delete()
                if not count:
                    break
                removed += count
                bar.update(count)
        return removed
