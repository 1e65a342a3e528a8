"""People. Who somebody is, and what they may do, is the provider's to say."""

import logging
import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core import validators
from django.core.cache import cache
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from slugify import slugify

from accounts import claims as claim
from accounts import roles
from accounts.fields import ExactCharField
from accounts.models.audit_event import AuditEvent
from accounts.models.login_session import LoginSession
from accounts.models.profile import Profile

logger = logging.getLogger(__name__)


class UserManager(BaseUserManager["User"]):
    def sign_in(self, issuer: str, subject: str, claims: Mapping[str, Any]) -> "User":
        """Return the person the provider means, brought up to date, made if there is none."""
        user = self.filter(issuer=issuer, subject=subject).first()
        if user is None:
            user = self._create_person(issuer, subject, claims)
        user.mirror(claims)
        return user

    def create_superuser(self, handle: str, issuer: str, subject: str) -> "User":
        """Make the person with this issuer and subject a superuser, and the person if need be.

        There is no password: a superuser signs in at the provider like everyone else.
        """
        user, _created = self.update_or_create(
            issuer=issuer,
            subject=subject,
            defaults={"is_superuser": True},
            create_defaults={"handle": handle, "is_superuser": True},
        )
        return user

    def of_issuer(self, issuer: str) -> models.QuerySet["User"]:
        """Return the people of an issuer, by handle."""
        return self.filter(issuer=issuer).order_by("handle")

    def deactivate(
        self, people: Sequence["User"], reason: str, *, unless_signed_in_since: datetime
    ) -> int:
        """Deactivate people, all or none, and return how many; their posts stay as they are.

        Left alone is who is inactive already, a superuser, or signed in since: the provider has
        let them in after whatever was known of them. Everybody else's sessions end.
        """
        count = 0
        with transaction.atomic():
            for start in range(0, len(people), 500):  # databases limit the parameters of a query
                leaving = list(
                    self.select_for_update()
                    .filter(pk__in=[user.pk for user in people[start : start + 500]])
                    .filter(is_active=True, is_superuser=False)
                    .exclude(last_login__gte=unless_signed_in_since)
                )
                for user in leaving:
                    user.deactivate(reason)
                count += len(leaving)
        return count

    def clear_profiles(self, people: models.QuerySet["User"]) -> int:
        """Remove what these people say of themselves; return of how many there was anything."""
        told = people.exclude(bio="", links="")
        return told.update(bio="", links="", changed_at=timezone.now())

    def _create_person(self, issuer: str, subject: str, claims: Mapping[str, Any]) -> "User":
        """Insert a person. Of several first sign-ins at once, one inserts and all return it."""
        for handle in _handles(claims):
            try:
                with transaction.atomic():
                    return self.create(
                        issuer=issuer, subject=subject, handle=handle, **roles.from_groups([])
                    )
            except IntegrityError:
                user = self.filter(issuer=issuer, subject=subject).first()
                if user is not None:
                    return user
        raise AssertionError("_handles() never ends")


def _handles(claims: Mapping[str, Any]) -> Iterator[str]:
    """Yield handles for a person, the most fitting first, without end."""
    local_part = claim.text(claims, "preferred_username").partition("@")[0]
    base = slugify(" ".join(claim.names(claims)), max_length=40, word_boundary=True)
    base = base or slugify(local_part, max_length=40) or "author"
    yield base
    for number in range(2, 10):
        yield f"{base}-{number}"
    while True:
        yield f"{base}-{secrets.token_hex(3)}"


class User(AbstractBaseUser, PermissionsMixin, Profile):
    """A person, identified by issuer and subject (OpenID Connect Core §5.7), never by e-mail.

    There is no password and no locally granted permission: both would outlive the provider's word.
    """

    password = None  # type: ignore[assignment]
    groups = None  # type: ignore[assignment]
    user_permissions = None  # type: ignore[assignment]

    issuer = ExactCharField(_("issuer"), max_length=255)
    subject = ExactCharField(_("subject"), max_length=255)
    handle = ExactCharField(
        _("handle"), max_length=60, unique=True, validators=[validators.validate_slug]
    )
    first_name = models.CharField(_("first name"), max_length=150, blank=True)
    last_name = models.CharField(_("last name"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text=_("Chosen by the person, for the dates they type and read on their dashboard."),
    )
    provider_groups = models.JSONField(_("groups at the provider"), default=list, blank=True)
    is_author = models.BooleanField(_("author"), default=False)
    is_moderator = models.BooleanField(_("moderator"), default=False)
    is_admin = models.BooleanField(_("admin"), default=False)
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Without it a person cannot sign in.")
    )
    created_at = models.DateTimeField(_("first signed in"), default=timezone.now, editable=False)

    #: Whether this request is made in a session of break-glass access: what allows everything is
    #: the session in use, so it is said of the request's user alone, and never stored.
    has_broken_glass = False

    objects = UserManager()

    USERNAME_FIELD = "handle"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["issuer", "subject"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                name="accounts_user_issuer_subject", fields=["issuer", "subject"]
            ),
        ]
        indexes = [models.Index(name="accounts_user_changed", fields=["changed_at"])]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_absolute_url(self) -> str:
        return reverse("posts:author", args=[self.handle])

    def get_full_name(self) -> str:
        """Return the byline: "First Last", or the handle of somebody without a name."""
        return f"{self.first_name} {self.last_name}".strip() or self.handle

    def get_short_name(self) -> str:
        return self.first_name or self.handle

    @property
    def is_staff(self) -> bool:
        return self.is_moderator or self.is_admin or self.is_superuser or self.has_broken_glass

    @property
    def role(self) -> str:
        """The most a person may do, in a word."""
        if self.is_superuser:
            return gettext("superuser")
        if self.is_admin or self.has_broken_glass:
            return gettext("admin")
        if self.is_moderator:
            return gettext("moderator")
        return gettext("author") if self.is_author else gettext("reader")

    def has_usable_password(self) -> bool:
        return False

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what ties a session to this person, in place of Django's hash of the password."""
        return salted_hmac(
            "accounts.User.session", f"{self.issuer} {self.subject}", secret, algorithm="sha256"
        ).hexdigest()

    def mirror(self, claims: Mapping[str, Any]) -> None:
        """Take over names, e-mail, groups and roles from claims; write only what has changed.

        An absent groups claim means that the provider is not set up to send it: roles stay.
        """
        told: dict[str, Any] = {"email": claim.email(claims)}
        told["first_name"], told["last_name"] = claim.names(claims)
        groups = claim.groups(claims)
        if groups is None and cache.add(f"accounts.no_groups:{self.issuer}", True, 60 * 60):
            logger.warning("The provider sends no groups claim, so roles stay as they are.")
        told["provider_groups"] = self.provider_groups if groups is None else groups
        told |= roles.from_groups(told["provider_groups"])
        changed = [name for name, value in told.items() if getattr(self, name) != value]
        if not changed:
            return
        before = self.role
        if {"first_name", "last_name"} & set(changed):
            self.changed_at = timezone.now()
            changed.append("changed_at")
        for name in told.keys() & set(changed):
            setattr(self, name, told[name])
        with transaction.atomic():
            self.save(update_fields=changed)
            if self.role != before:
                AuditEvent.objects.record(
                    AuditEvent.Kind.ROLE_CHANGED,
                    user=self,
                    before=before,
                    after=self.role,
                    groups=roles.that_matter(self.provider_groups),
                )

    @property
    def shares_email(self) -> bool:
        """Whether another active account has the same address. It proves nothing."""
        if not self.email:
            return False
        others = User.objects.filter(email__iexact=self.email, is_active=True)
        return others.exclude(pk=self.pk).exists()

    def link(self, issuer: str, subject: str) -> None:
        """Make this the person whom the provider means by another issuer and subject.

        Whoever has that pair is removed, if they have done nothing here; else ProtectedError is
        raised and nothing changes. Every session ends: the next sign-in is by the new identity.
        """
        with transaction.atomic():
            self.refresh_from_db(from_queryset=User.objects.select_for_update())
            before = {"issuer": self.issuer, "subject": self.subject}
            other = User.objects.filter(issuer=issuer, subject=subject).exclude(pk=self.pk).first()
            if other is not None:
                if other.logentry_set.exists():
                    raise ProtectedError("What staff did keeps who did it.", {other})
                LoginSession.objects.of(other).end(LoginSession.EndReason.RELINKED)
                other.delete()
            LoginSession.objects.of(self).end(LoginSession.EndReason.RELINKED)
            self.issuer, self.subject = issuer, subject
            self.save(update_fields=["issuer", "subject"])
            AuditEvent.objects.record(
                AuditEvent.Kind.LINKED,
                user=self,
                before=before,
                after={"issuer": issuer, "subject": subject},
                removed=other.handle if other else "",
            )

    def deactivate(self, reason: str, *, actor: "User | None" = None) -> bool:
        """Shut the person out and end their sessions; return False if they were out already."""
        with transaction.atomic():
            changed = User.objects.filter(pk=self.pk, is_active=True).update(is_active=False)
            if not changed:
                return False
            AuditEvent.objects.record(
                AuditEvent.Kind.DEACTIVATED, user=self, actor=actor, reason=reason
            )
            LoginSession.objects.of(self).end(LoginSession.EndReason.DEACTIVATED, actor=actor)
        self.is_active = False
        return True

    def activate(self, *, actor: "User | None" = None) -> bool:
        """Let the person sign in again; return False if they could all along."""
        with transaction.atomic():
            changed = User.objects.filter(pk=self.pk, is_active=False).update(is_active=True)
            if not changed:
                return False
            AuditEvent.objects.record(AuditEvent.Kind.ACTIVATED, user=self, actor=actor)
        self.is_active = True
        return True
