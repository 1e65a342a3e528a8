from argparse import ArgumentTypeError
from functools import partial
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from accounts import directory, discovery
from accounts.client import ProviderUnavailable
from accounts.directory import Directory
from accounts.models import User

#: So many may leave at once whatever their share: in a team of five, one is 20 %.
FEW = 3
TOO_MANY = 3  # the exit code, apart from Django's 1 for an error and 2 for wrong arguments


def percent(text: str) -> int:
    if not (text.isdecimal() and int(text) <= 100):
        raise ArgumentTypeError("a whole number from 0 to 100 is needed")
    return int(text)


class Command(BaseCommand):
    help = (
        "Deactivate who has left: who is suspended or deactivated at Okta, or no longer assigned "
        "to this site there. Posts and bylines stay, superusers too, and nobody is let in again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would happen, and change nothing."
        )
        parser.add_argument(
            "--max-percent",
            type=percent,
            default=10,
            metavar="N",
            help=f"Refuse to deactivate more than {FEW} people who are more than N %% of the "
            "active ones (default: 10).",
        )

    def handle(self, *, dry_run: bool, max_percent: int, **options: Any) -> None:
        started_at = timezone.now()
        try:
            # People first: whoever comes while the directory is read is not in it yet.
            people = list(User.objects.of_issuer(discovery.issuer()))
            okta = self.read_directory()
        except (ImproperlyConfigured, ProviderUnavailable) as error:
            raise CommandError(f"{error} Nobody was deactivated.") from error

        absences = {user: okta.absence(user.subject) for user in people}
        active = [user for user in people if user.is_active and not user.is_superuser]
        leaving = [user for user in active if absences[user]]
        for user in leaving:
            self.stdout.write(f"To be deactivated: {user.handle}, {absences[user]}.")
        for user in people:
            if user.is_active and user.is_superuser and absences[user]:
                self.stdout.write(f"Left alone, a superuser: {user.handle}, {absences[user]}.")
            elif not user.is_active and not absences[user]:
                self.stdout.write(f"Inactive here, but assigned at Okta: {user.handle}.")

        if len(leaving) > FEW and len(leaving) * 100 > max_percent * len(active):
            raise CommandError(
                f"{len(leaving)} of {len(active)} active people would be deactivated, more than "
                f"{max_percent} %. Nobody was. If it is right, say so with --max-percent.",
                returncode=TOO_MANY,
            )
        if dry_run:
            self.stdout.write(f"Would be deactivated: {len(leaving)} of {len(active)}.")
            return
        count = User.objects.deactivate(
            leaving, "absent_at_okta", unless_signed_in_since=started_at
        )
        self.stdout.write(f"Deactivated: {count} of {len(active)}.")
        if count < len(leaving):
            self.stdout.write(f"Left alone, changed in the meantime: {len(leaving) - count}.")

    def read_directory(self) -> Directory:
        """Return the whole directory: half of one would make the other half look absent."""
        progress = partial(tqdm, unit=" people", ascii=True, disable=None)  # None: on a terminal
        return Directory(
            statuses=dict(progress(directory.statuses(), desc="Directory")),
            assigned=frozenset(progress(directory.assigned(), desc="Assigned")),
        )
