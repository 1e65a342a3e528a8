"""Who can sign in at the development provider."""

import hashlib
from dataclasses import dataclass

EVERYONE = "Everyone"  # the group that Okta puts every person in


@dataclass(frozen=True)
class Person:
    """One person as the provider's directory knows them; `blurb` is a few words for a button."""

    subject: str
    given_name: str
    family_name: str
    email: str
    groups: tuple[str, ...]
    blurb: str

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @classmethod
    def registering(cls, given_name: str, family_name: str, email: str) -> "Person":
        """Return the person who registers with these.

        The subject follows from the address, so that who registers again after the provider
        was restarted is the same person to the site.
        """
        digest = hashlib.sha256(email.lower().encode()).hexdigest()
        subject = f"00u{digest[:17]}"
        return cls(subject, given_name, family_name, email, (EVERYONE,), "author, registered here")


SAMPLE_PEOPLE = (
    Person(
        subject="00u4hTq9WcAmr7Kd02x7",
        given_name="Amara",
        family_name="Okafor",
        email="amara.okafor@example.org",
        groups=(EVERYONE, "blog-admins"),
        blurb="admin",
    ),
    Person(
        subject="00u4hTq9XmJns3Vb15x7",
        given_name="Jonas",
        family_name="Lindqvist",
        email="jonas.lindqvist@example.org",
        groups=(EVERYONE, "blog-moderators"),
        blurb="moderator",
    ),
    Person(
        subject="00u4hTqa1fMei8Zt28x7",
        given_name="Mei",
        family_name="Tanaka",
        email="mei.tanaka@example.org",
        groups=(EVERYONE,),
        blurb="author",
    ),
    Person(
        subject="00u4hTqa5pRfl2Gy33x7",
        given_name="Rafael",
        family_name="Duarte",
        email="rafael.duarte@example.org",
        groups=(EVERYONE,),
        blurb="author",
    ),
    Person(
        subject="00u4hTqb0sLla6Nw47x7",
        given_name="Leila",
        family_name="Haddad",
        email="leila.haddad@example.org",
        groups=(EVERYONE,),
        blurb="author",
    ),
    Person(
        subject="00u4hTqb8kNor1Cj59x7",
        given_name="Noor",
        family_name="Visser",
        email="noor.visser@example.org",
        groups=(EVERYONE,),
        blurb="author, nothing written yet",
    ),
)
