from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from accounts.models import BreakGlass, User
from accounts.models.break_glass import LONGEST_HOURS


class Command(BaseCommand):
    help = (
        "Let a person sign in once without the provider, as an admin, for the day the provider is "
        "down. The other admins see it, and all of it is on record."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("handle", nargs="?", help="Whom to let in.")
        parser.add_argument("--reason", default="", help="Why: the other admins read it.")
        parser.add_argument(
            "--hours",
            type=int,
            choices=range(1, LONGEST_HOURS + 1),
            default=1,
            help=f"For how long, 1 to {LONGEST_HOURS} (default: 1).",
        )
        parser.add_argument("--end", action="store_true", help="End the person's access at once.")
        parser.add_argument("--list", action="store_true", help="List every access there was.")

    def handle(
        self, *, handle: str | None, reason: str, hours: int, end: bool, **options: Any
    ) -> None:
        BreakGlass.objects.end_lapsed()
        if options["list"]:
            self.list()
            return
        if not handle:
            raise CommandError("Say whom, by handle.")
        person = User.objects.filter(handle=handle).first()
        if person is None:
            raise CommandError(f"There is nobody called {handle!r}.")
        if end:
            count = BreakGlass.objects.filter(person=person).end()
            self.stdout.write(f"Ended: {count}.")
            return
        self.grant(person, reason.strip(), hours)

    def grant(self, person: User, reason: str, hours: int) -> None:
        if not person.is_active:
            raise CommandError(f"{person.handle} is deactivated: activate them first.")
        if not 0 < len(reason) <= 200:
            raise CommandError("Say why with --reason, in 1 to 200 characters.")
        access, token = BreakGlass.objects.grant(person, reason, hours=hours)
        path = reverse("accounts:break_glass", args=[token])
        self.stdout.write(
            f"Within 15 minutes, and once, this address signs in {person.handle} as an admin, "
            f"until {access.expires_at:%Y-%m-%d %H:%M} UTC. It is not shown again:\n"
            f"{settings.SITE_URL}{path}"
        )

    def list(self) -> None:
        for access in BreakGlass.objects.select_related("person"):
            used = f"used {access.used_at:%H:%M}" if access.used_at else "not used"
            state = f"over {access.ended_at:%H:%M}" if access.ended_at else "not over"
            self.stdout.write(
                f"{access.granted_at:%Y-%m-%d %H:%M} UTC, until {access.expires_at:%H:%M}, {used}, "
                f"{state}: {access.person.handle}, {access.reason}"
            )
