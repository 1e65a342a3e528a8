from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.devprovider.people import SAMPLE_PEOPLE
from accounts.discovery import is_loopback
from accounts.models import User

#: What some of them say of themselves here, which is not the provider's to know.
PROFILES = {
    "Tanaka": (
        "I set type for Quire.\n\nBefore that: nine years of newspapers in Kyoto and Lisbon.",
        ["https://example.org/mei", "https://type.example/@mei"],
    ),
    "Lindqvist": (
        "Keeps the databases of thirty-one libraries awake, and is kept awake by them.",
        ["https://example.net/jonas"],
    ),
    "Haddad": ("مكتبيّة وأمينة محفوظات. أكتب عمّا يبقى في هوامش الكتب.", []),
}


class Command(BaseCommand):
    help = "Make the development provider's people known, as if each had signed in once."

    def handle(self, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("Sample people are for development: set DEBUG=True.")
        issuer = settings.OIDC_ISSUER
        if not is_loopback(issuer):
            issuer = settings.DEVELOPMENT_ISSUER
        for person in SAMPLE_PEOPLE:
            known = User.objects.filter(subject=person.subject)
            elsewhere = known.exclude(issuer=issuer).first()
            if elsewhere and not known.filter(issuer=issuer).exists():
                elsewhere.issuer = issuer  # the provider has moved to another port
                elsewhere.save(update_fields=["issuer"])
            claims = {
                "given_name": person.given_name,
                "family_name": person.family_name,
                "email": person.email,
                "groups": list(person.groups),
            }
            is_new = not known.exists()
            user = User.objects.sign_in(issuer, person.subject, claims)
            if is_new and person.family_name in PROFILES:
                bio, links = PROFILES[person.family_name]
                user.describe(bio=bio, links=links)
