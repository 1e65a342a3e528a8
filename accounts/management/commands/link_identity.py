from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import ProtectedError

from accounts.models import User


class Command(BaseCommand):
    help = (
        "Give a person another issuer and subject, after the provider has changed or made their "
        "account anew. Their posts, handle and roles stay, and their sessions end."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("handle", help="Whose identity changes.")
        parser.add_argument("--issuer", required=True, help="As in OIDC_ISSUER.")
        parser.add_argument("--subject", required=True, help="The provider's name for the person.")

    def handle(self, *, handle: str, issuer: str, subject: str, **options: Any) -> None:
        for name, value in (("issuer", issuer), ("subject", subject)):
            if not 0 < len(value) <= 255 or not value.isprintable():
                raise CommandError(f"--{name} must have 1 to 255 characters that can be printed.")
        person = User.objects.filter(handle=handle).first()
        if person is None:
            raise CommandError(f"There is nobody called {handle!r}.")
        if (person.issuer, person.subject) == (issuer, subject):
            raise CommandError(f"{handle} has this issuer and subject already.")
        other = User.objects.filter(issuer=issuer, subject=subject).first()
        try:
            person.link(issuer, subject)
        except ProtectedError as error:
            raise CommandError(
                f"This issuer and subject belong to {other.handle if other else 'somebody'}, who "
                "has written or moderated here or had break-glass access: nothing was changed."
            ) from error
        if other is not None:
            self.stdout.write(f"Removed, for they had done nothing here: {other.handle}.")
        self.stdout.write(f"{handle} is now {subject} at {issuer}.")
        if issuer != settings.OIDC_ISSUER:
            self.stdout.write(f"Beware: this site signs people in at {settings.OIDC_ISSUER}.")
