"""One sign-in in one browser: how long the provider's word for it holds, and how it ends."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import browsers
from accounts.fields import EncryptedTextField, ExactCharField
from accounts.models.audit_event import AuditEvent, visitor

if TYPE_CHECKING:
    from accounts.models.break_glass import BreakGlass
    from accounts.models.people import User

#: However often the provider vouches for somebody, after this they sign in anew.
LIFETIME = timedelta(hours=12)
#: How long a provider that did not answer is left in peace.
RETRY = timedelta(seconds=10)


def hash_of(session_key: str) -> str:
    """Return what of a session key is stored. Whoever reads it cannot be anybody."""
    return sha256(session_key.encode()).hexdigest()


class LoginSessionQuerySet(models.QuerySet["LoginSession"]):
    def live(self) -> "LoginSessionQuerySet":
        return self.filter(ended_at=None, expires_at__gt=timezone.now())

    def with_key(self, session_key: str | None) -> "LoginSessionQuerySet":
        """Return the session of a browser: at most one."""
        return self.filter(session_key_hash=hash_of(session_key or ""))

    def of(self, user: "User") -> "LoginSessionQuerySet":
        return self.filter(user=user)

    def at_provider(
        self, issuer: str, *, subject: str = "", sid: str = ""
    ) -> "LoginSessionQuerySet":
        """Return the sessions the provider means by a subject, a sid, or both; one is needed."""
        if not subject and not sid:
            return self.none()
        found = self.filter(user__issuer=issuer)
        if sid:
            found = found.filter(sid=sid)
        return found.filter(user__subject=subject) if subject else found

    def for_account_page(self, user: "User") -> "LoginSessionQuerySet":
        """Return the person's live sessions, the latest sign-in first."""
        return self.of(user).live().order_by("-created_at", "-pk")

    def postpone(self) -> int:
        """Leave a provider that did not answer in peace for a moment."""
        return self.update(leased_until=None, retry_at=timezone.now() + RETRY)

    def end(
        self,
        reason: "LoginSession.EndReason",
        *,
        request: HttpRequest | None = None,
        actor: "User | None" = None,
    ) -> int:
        """End the live ones among these, and return how many that were."""
        return sum(
            session.end(reason, request=request, actor=actor)
            for session in self.live().select_related("user")
        )


class LoginSessionManager(models.Manager.from_queryset(LoginSessionQuerySet)):  # type: ignore[misc]
    def begin(
        self,
        request: HttpRequest,
        user: "User",
        *,
        break_glass: "BreakGlass | None" = None,
        **details: Any,
    ) -> "LoginSession":
        """Store the session of a browser in which somebody has just signed in.

        Details are for the audit trail. With break-glass access it ends when that is over.
        """
        now = timezone.now()
        expires_at = now + LIFETIME
        if break_glass is not None:
            expires_at = min(expires_at, break_glass.expires_at)
        session = self.create(
            user=user,
            session_key_hash=hash_of(request.session.session_key or ""),
            created_at=now,
            verified_at=now,
            expires_at=expires_at,
            break_glass=break_glass,
            **visitor(request),
        )
        AuditEvent.objects.record(AuditEvent.Kind.SIGNED_IN, request=request, user=user, **details)
        return session


class LoginSession(models.Model):
    class EndReason(models.TextChoices):
        SIGNED_OUT = "signed_out", _("signed out")
        REPLACED = "replaced", _("signed in anew in the same browser")
        ENDED_ELSEWHERE = "ended_elsewhere", _("ended from another session")
        REFUSED = "refused", _("the sign-in service no longer vouches for the person")
        PROVIDER = "provider", _("ended by the sign-in service")
        UNREACHABLE = "unreachable", _("the sign-in service did not answer for too long")
        EXPIRED = "expired", _("over after its longest time")
        DEACTIVATED = "deactivated", _("the account was deactivated")
        BY_ADMIN = "by_admin", _("ended by an admin")
        RELINKED = "relinked", _("the account was given another identity")
        BREAK_GLASS_OVER = "break_glass_over", _("the break-glass access is over")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="login_sessions",
        verbose_name=_("person"),
    )
    break_glass = models.ForeignKey(
        "accounts.BreakGlass",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="login_sessions",
        verbose_name=_("break-glass access"),
    )
    session_key_hash = ExactCharField(_("hash of the session key"), max_length=64, unique=True)
    sid = ExactCharField(_("session at the provider"), max_length=255, blank=True, db_index=True)
    refresh_token = EncryptedTextField(_("refresh token"), blank=True)
    id_token = EncryptedTextField(_("ID token"), blank=True)
    created_at = models.DateTimeField(_("signed in"))
    verified_at = models.DateTimeField(_("last confirmed by the provider"))
    expires_at = models.DateTimeField(_("ends at the latest"))
    leased_until = models.DateTimeField(_("being confirmed until"), null=True, blank=True)
    retry_at = models.DateTimeField(_("not confirmed again before"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, db_index=True)
    end_reason = models.CharField(_("why it ended"), max_length=20, choices=EndReason, blank=True)
    ip_address = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    user_agent = models.CharField(_("browser"), max_length=255, blank=True)

    objects = LoginSessionManager()

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                name="accounts_loginsession_ended_for_a_reason",
                condition=models.Q(ended_at=None, end_reason="")
                | models.Q(ended_at__isnull=False) & ~models.Q(end_reason=""),
            ),
            models.CheckConstraint(
                name="accounts_loginsession_ended_keeps_no_token",
                condition=models.Q(ended_at=None) | models.Q(refresh_token="", id_token=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def browser(self) -> str:
        return browsers.in_words(self.user_agent)

    @property
    def is_live(self) -> bool:
        return self.ended_at is None and self.expires_at > timezone.now()

    @property
    def is_due(self) -> bool:
        """Whether the provider has to be asked again before the session is trusted."""
        trusted_for = timedelta(seconds=settings.OIDC_RECHECK_SECONDS)
        return self.verified_at + trusted_for <= timezone.now()

    def keep(self, *, sid: str, id_token: str, refresh_token: str, verified_at: datetime) -> None:
        """Keep what the provider gave, unless the session has ended; verified_at is when asked."""
        given = {"sid": sid, "id_token": id_token, "refresh_token": refresh_token}
        LoginSession.objects.filter(pk=self.pk, ended_at=None).update(
            verified_at=verified_at, retry_at=None, **given
        )

    def end(
        self,
        reason: "LoginSession.EndReason",
        *,
        request: HttpRequest | None = None,
        actor: "User | None" = None,
    ) -> bool:
        """End the session and forget its tokens; return False if it had ended already."""
        ended_at = timezone.now()
        with transaction.atomic():
            changed = LoginSession.objects.filter(pk=self.pk, ended_at=None).update(
                ended_at=ended_at, end_reason=reason, refresh_token="", id_token=""
            )
            if not changed:
                return False
            is_own_act = reason is self.EndReason.SIGNED_OUT
            AuditEvent.objects.record(
                AuditEvent.Kind.SIGNED_OUT if is_own_act else AuditEvent.Kind.SESSION_ENDED,
                request=request,
                user=self.user,
                actor=actor,
                reason="" if is_own_act else reason.value,
                session=self.pk,
            )
            if self.break_glass is not None:
                self.break_glass.end()  # it was for this one session
        self.ended_at, self.end_reason = ended_at, reason
        self.refresh_token = self.id_token = ""
        return True
