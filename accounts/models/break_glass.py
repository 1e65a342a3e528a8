"""Break-glass access: a way in for the day the provider is down, granted by command alone."""

import logging
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import ExactCharField
from accounts.models.audit_event import AuditEvent
from accounts.models.login_session import LoginSession, hash_of
from accounts.models.people import User

logger = logging.getLogger(__name__)

#: How long the one-time address is good for.
TO_BE_USED_WITHIN = timedelta(minutes=15)
LONGEST_HOURS = 4
#: How long after it is over the other admins are told of it.
REMEMBERED_FOR = timedelta(days=7)


class BreakGlassQuerySet(models.QuerySet["BreakGlass"]):
    def live(self) -> "BreakGlassQuerySet":
        """Return those that let somebody in now: used, or still to be used."""
        now = timezone.now()
        can_be_used = Q(used_at__isnull=False) | Q(granted_at__gt=now - TO_BE_USED_WITHIN)
        return self.filter(can_be_used, ended_at=None, expires_at__gt=now)

    def lately_over(self) -> "BreakGlassQuerySet":
        """Return those of the last days that let nobody in any more, the latest first."""
        since = timezone.now() - REMEMBERED_FOR
        over = self.filter(expires_at__gt=since).exclude(pk__in=self.live().values("pk"))
        return over.order_by("-granted_at", "-pk")

    def usable(self, token: str) -> "BreakGlassQuerySet":
        """Return what a one-time token stands for, unless it is spent or too old: at most one."""
        return self.live().filter(used_at=None, token_hash=hash_of(token))

    def end(self) -> int:
        """End those that have not ended, and return how many that were."""
        return sum(access.end() for access in self.filter(ended_at=None).select_related("person"))

    def end_lapsed(self) -> int:
        """Put on record those whose time is up, and return how many that were."""
        return self.exclude(pk__in=self.live().values("pk")).end()


class BreakGlassManager(models.Manager.from_queryset(BreakGlassQuerySet)):  # type: ignore[misc]
    def grant(self, person: User, reason: str, *, hours: int) -> tuple["BreakGlass", str]:
        """Grant access for some hours; return it, and the token that uses it, once."""
        if not 1 <= hours <= LONGEST_HOURS:
            raise ValueError(f"Access is granted for 1 to {LONGEST_HOURS} hours.")
        token, now = secrets.token_urlsafe(32), timezone.now()
        with transaction.atomic():
            access = self.create(
                person=person,
                reason=reason,
                granted_at=now,
                expires_at=now + timedelta(hours=hours),
                token_hash=hash_of(token),
            )
            access.announce("granted", logging.CRITICAL)
        return access, token

    def use(self, token: str, request: HttpRequest) -> "BreakGlass | None":
        """Spend a token and return the access; None if it is worth nothing, as on a second use."""
        # On this table alone, so that every database does it in one statement.
        if not self.usable(token).update(used_at=timezone.now()):
            return None
        access = self.select_related("person").get(token_hash=hash_of(token))
        if not access.person.is_active:
            access.end()
            return None
        access.announce("used", logging.CRITICAL, request)
        return access


class BreakGlass(models.Model):
    """That somebody may sign in once without the provider, and be an admin in that session."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="break_glass",
        verbose_name=_("person"),
    )
    reason = models.CharField(_("reason"), max_length=200)
    granted_at = models.DateTimeField(_("granted"))
    expires_at = models.DateTimeField(_("ends at the latest"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    token_hash = ExactCharField(_("hash of the one-time token"), max_length=64, unique=True)

    objects = BreakGlassManager()

    class Meta:
        verbose_name = _("break-glass access")
        verbose_name_plural = _("break-glass accesses")
        default_permissions = ("view",)
        ordering = ["-granted_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="accounts_breakglass_has_a_reason", condition=~Q(reason="")
            ),
            models.CheckConstraint(
                name="accounts_breakglass_ends_after_it_began",
                condition=Q(expires_at__gt=F("granted_at"))
                & (Q(ended_at=None) | Q(ended_at__gte=F("granted_at"))),
            ),
            models.CheckConstraint(
                name="accounts_breakglass_used_in_its_time",
                condition=Q(used_at=None)
                | Q(used_at__gte=F("granted_at"), used_at__lte=F("expires_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.granted_at:%Y-%m-%d %H:%M}"

    @property
    def is_live(self) -> bool:
        """Whether a session that began with it still holds."""
        return self.ended_at is None and self.expires_at > timezone.now()

    @property
    def over_at(self) -> object:
        return self.ended_at or self.expires_at

    def end(self) -> bool:
        """End it, and the session that came of it; return False if it had ended already."""
        with transaction.atomic():
            ended_at = min(timezone.now(), self.expires_at)
            changed = BreakGlass.objects.filter(pk=self.pk, ended_at=None).update(ended_at=ended_at)
            if not changed:
                return False
            self.ended_at = ended_at
            self.login_sessions.end(LoginSession.EndReason.BREAK_GLASS_OVER)
            self.announce("ended", logging.WARNING)
        return True

    def announce(self, what: str, level: int, request: HttpRequest | None = None) -> None:
        """Say in the log and in the audit trail what becomes of it."""
        until = f"{self.expires_at:%Y-%m-%d %H:%M %Z}"
        logger.log(level, "Break-glass access %s: %s, until %s.", what, self.person.handle, until)
        AuditEvent.objects.record(
            AuditEvent.Kind.BREAK_GLASS,
            request=request,
            user=self.person,
            reason=what,
            break_glass=self.pk,
            why=self.reason,
            until=until,
        )
