"""The audit trail: who signed in and out, who was refused and why, whose role changed."""

import ipaddress
import logging
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import ExactCharField

if TYPE_CHECKING:
    from accounts.models.people import User

logger = logging.getLogger(__name__)


def visitor(request: HttpRequest | None) -> dict[str, Any]:
    """Return where a request came from, as fields of a model: address and browser."""
    meta = request.META if request else {}
    try:
        address = str(ipaddress.ip_address(meta.get("REMOTE_ADDR", "")))
    except ValueError:  # none behind a Unix socket
        address = None
    browser = str(meta.get("HTTP_USER_AGENT", ""))
    return {
        "ip_address": address,
        "user_agent": "".join(char if char.isprintable() else " " for char in browser)[:255],
    }


class AuditEventManager(models.Manager["AuditEvent"]):
    def record(
        self,
        kind: "AuditEvent.Kind",
        *,
        request: HttpRequest | None = None,
        user: "User | None" = None,
        actor: "User | None" = None,
        reason: str = "",
        reference: str = "",
        subject: str = "",
        **details: Any,
    ) -> "AuditEvent":
        """Keep what happened to a person; actor is who did it, where that is somebody else.

        Details must fit into JSON and never hold a token, a code or a secret.
        """
        event = self.create(
            kind=kind,
            user=user,
            actor=actor,
            subject=user.subject if user else subject[:255],
            reason=reason[:100],
            reference=reference,
            details=details,
            **visitor(request),
        )
        logger.info("%s: %s%s", kind.value, event.about, f" ({reason})" if reason else "")
        return event


class AuditEvent(models.Model):
    """One thing that happened, once and for all: nothing changes or removes it but time."""

    class Kind(models.TextChoices):
        SIGNED_IN = "signed_in", _("Signed in")
        REFUSED = "refused", _("Sign-in refused")
        SIGNED_OUT = "signed_out", _("Signed out")
        SESSION_ENDED = "session_ended", _("Session ended")
        ROLE_CHANGED = "role_changed", _("Role changed")
        DEACTIVATED = "deactivated", _("Deactivated")
        ACTIVATED = "activated", _("Activated")
        LINKED = "linked", _("Identity changed")
        BREAK_GLASS = "break_glass", _("Break-glass access")

    at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)
    kind = models.CharField(_("what"), max_length=20, choices=Kind)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="audit_events",
        verbose_name=_("person"),
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="audited_acts",
        verbose_name=_("done by"),
    )
    subject = ExactCharField(_("subject"), max_length=255, blank=True, db_index=True)
    reason = models.CharField(_("reason"), max_length=100, blank=True)
    reference = ExactCharField(_("reference"), max_length=20, blank=True, db_index=True)
    ip_address = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    user_agent = models.CharField(_("browser"), max_length=255, blank=True)
    details = models.JSONField(_("details"), default=dict, blank=True)

    objects = AuditEventManager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("audit trail")
        default_permissions = ("view",)
        ordering = ["-at", "-pk"]
        indexes = [
            # What the trail is looked through for: it may be a million rows long.
            models.Index(fields=["kind", "at"], name="accounts_auditevent_kind"),
            models.Index(fields=["reason", "at"], name="accounts_auditevent_reason"),
            models.Index(fields=["ip_address", "at"], name="accounts_auditevent_ip"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.about}"

    @property
    def about(self) -> str:
        """Whom it is about: the handle, or what the provider calls somebody unknown here."""
        return self.user.handle if self.user else self.subject or "-"
